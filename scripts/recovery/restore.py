"""Restores the table to a point in time. In this order:

  scripts/restore stop                     no function runs, the API answers 503
  scripts/restore table --at TIME          another table, as of then, made whole
  scripts/restore again FILE               closes again, and erases, accounts that were closed after then
  scripts/sam deploy                       with the parameter that `table` prints
  scripts/restore start FILE               functions run again, on the restored table

docs/RESTORE.md says what to look at between them. Every command may be given again after it was interrupted.
"""

import argparse
import json
import pathlib
import sys
import time
from datetime import datetime, timezone

import boto3
import changes
import sweep
import table as tables
from stack import Stack


def log(what):
    print(f"{datetime.now(timezone.utc):%H:%M:%S} {what}", file=sys.stderr, flush=True)


class Report:
    """What was found and done, kept in a file from one command to the next."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.all = json.loads(self.path.read_text()) if self.path.exists() else {}

    def keep(self, **more):
        self.all.update(more)
        self.path.write_text(json.dumps(self.all, indent=1, default=str) + "\n")


def stop(session, options):
    stack = Stack(session, options.stack)
    report = Report(options.file or f"restore-{options.stack}.json")
    limits = stack.stop()
    # A second `stop` finds the noughts of the first.
    report.keep(limits=report.all.get("limits") or limits, stopped=sweep.timestamp())
    log(f"{len(limits)} functions are stopped; their limits are in {report.path}")


def start(session, options):
    stack = Stack(session, options.stack)
    report = Report(options.file or f"restore-{options.stack}.json")
    live = stack.outputs.get("TableStreamArn")
    wanted = report.all.get("stream")
    if wanted and live != wanted:
        raise SystemExit(
            f"the stack follows {live}, not the restored table's {wanted}: deploy with ExistingTableStreamArn first"
        )
    stack.start(report.all.get("limits", {}))
    report.keep(started=sweep.timestamp())
    log("the functions run again")


def restore_table(session, options):
    began = time.monotonic()
    client = session.client("dynamodb")
    stack = Stack(session, options.stack)
    source = options.source or stack.outputs["TableName"]
    at = options.at
    earliest, latest = tables.window(client, source)
    if not earliest <= at <= latest:
        raise SystemExit(f"{source} can be restored to {earliest} up to {latest}, not to {at}")
    target = options.to or f"{options.stack}-{at:%Y%m%dT%H%M%SZ}"
    report = Report(options.file or f"restore-{options.stack}.json")
    report.keep(source=source, table=target, at=at)

    log(f"{source} is restored as of {at:%Y-%m-%dT%H:%M:%SZ} into {target}")
    tables.restore(client, source, target, at, log)
    seconds = {"restored": round(time.monotonic() - began)}
    if not tables.is_swept(client, target):
        if tables.has_stream(tables.described(client, target)):
            raise SystemExit(
                f"{target} has a stream already, so what is changed in it now would be told: delete it, and begin again"
            )
        before_the_stream(session, client, stack, options, report)
        tables.mark_swept(client, target, f"{at:%Y-%m-%dT%H:%M:%SZ}")
    seconds["swept"] = round(time.monotonic() - began)
    tables.settle(client, source, target)
    stream = tables.enable_stream(client, target)
    resumed = sweep.sweep(client, target, "closed")
    lacks = tables.missing(client, target)
    seconds["whole"] = round(time.monotonic() - began)
    report.keep(stream=stream, resumed=resumed, seconds=seconds)
    if lacks:
        raise SystemExit(f"{target} lacks {', '.join(lacks)}")
    log(f"{len(resumed)} accounts whose erasing was not finished go on to be erased after the deployment")
    log(f"done in {seconds['whole']} s; everything is in {report.path}")
    print(f'"ExistingTableStreamArn={stream}",')


def before_the_stream(session, client, stack, options, report):
    """What must not be told: nobody follows the table yet."""
    target = report.all["table"]
    unsent = sweep.sweep(client, target, "mails")
    # Those of a run that was interrupted are not found again.
    report.keep(unsent=sorted({*report.all.get("unsent", []), *unsent}))
    log(f"{len(unsent)} mails had been asked for and not sent; they stay unsent")
    archive = None if options.no_archive else stack.physical("EventArchive")
    undone = changes.sorted_out([])
    if archive is None:
        log("the archive of events is not asked: what happened after then, only receipts tell")
    else:
        now = datetime.now(timezone.utc)
        undone = changes.sorted_out(
            changes.since(session, stack.outputs["EventBusName"], archive, options.at, now, log)
        )
        log(f"events after then, which the restore undoes: {undone['events'] or 'none'}")
    for kind, found in changes.receipts(options.receipts, sweep.timestamp(options.at)).items():
        known = {user_key(each) for each in undone[kind]}
        undone[kind] += [each for each in found if user_key(each) not in known]
    report.keep(undone=undone)
    if not options.no_lock_out:
        if undone["tokens"] or undone["passwords"] or undone["removed"]:
            report.keep(locked_out={**report.all.get("locked_out", {}), **lock_out(client, target, undone)})
    if options.revoke_all_tokens:
        revoked = sweep.sweep(client, target, "tokens")
        report.keep(revoked=len(revoked))
        log(f"{len(revoked)} users have no tokens any more")


def lock_out(client, target, undone):
    """Former passwords and tokens let nobody in who had been kept out since."""
    done = {}
    # A password takes the tokens with it, so it comes last.
    wanted = {user_key(each): "tokens" for each in undone["tokens"]}
    wanted |= {user_key(each): "password" for each in undone["passwords"] + undone["removed"]}
    for (account, user), step in wanted.items():
        key = {"PK": {"S": f"ACCOUNT#{account}"}, "SK": {"S": f"USER#{user}"}}
        if sweep.update(client, target, step, key):
            done[f"{account} {user}"] = step
    log(f"{len(done)} users have lost the passwords and tokens that they had lost after then, or were removed")
    return done


def user_key(each):
    return each["account"], each["user"]


def again(session, options):
    """Closes accounts again that were closed after then, and lets erasing go on."""
    client = session.client("dynamodb")
    report = Report(options.file)
    target = report.all["table"]
    closed = report.all.get("undone", {}).get("closed", [])
    keys = [{"PK": {"S": f"ACCOUNT#{each['account']}"}, "SK": {"S": "ACCOUNT"}} for each in closed]
    done = [key["PK"]["S"] for key in keys if sweep.update(client, target, "close", key)]
    report.keep(closed_again=report.all.get("closed_again", []) + done)
    log(f"{len(done)} accounts are closed again, and erased once the functions run")
    removed = report.all.get("undone", {}).get("removed", [])
    if removed:
        log(f"{len(removed)} users were removed after then and are there again. When the functions run:")
    for each in removed:
        print(
            f"roster-admin --table {target} erase {each['account']}/{each['user']} --receipt erased-{each['user']}.json"
        )


def resume(session, options):
    """Another write to each closed account that is not erased, for accounts that close-account gave up."""
    client = session.client("dynamodb")
    found = sweep.sweep(client, options.table, "closed")
    log(f"{len(found)} accounts go on to be erased")


def check(session, options):
    lacks = tables.missing(session.client("dynamodb"), options.table)
    if lacks:
        raise SystemExit(f"{options.table} lacks {', '.join(lacks)}")
    log(f"{options.table} has all that template.yaml gives a table")


def adopt(session, options):
    """Makes any table whole, such as one that a deleted stack left or that AWS Backup restored."""
    client = session.client("dynamodb")
    if tables.described(client, options.table) is None:
        raise SystemExit(f"there is no table {options.table}")
    if options.new_stream:
        tables.disable_stream(client, options.table)
    if not tables.has_stream(tables.described(client, options.table)):
        unsent = sweep.sweep(client, options.table, "mails")
        log(f"{len(unsent)} mails had been asked for and not sent; they stay unsent")
    tables.settle(client, None, options.table)
    stream = tables.enable_stream(client, options.table)
    resumed = sweep.sweep(client, options.table, "closed")
    log(f"{len(resumed)} accounts whose erasing was not finished go on to be erased after the deployment")
    lacks = tables.missing(client, options.table)
    if lacks:
        raise SystemExit(f"{options.table} lacks {', '.join(lacks)}")
    print(f'"ExistingTableStreamArn={stream}",')


def point(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("must say its time zone, such as 2026-11-26T03:00:00Z")
    return at.astimezone(timezone.utc).replace(microsecond=0)


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/restore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, action, what):
        made = commands.add_parser(name, help=what)
        made.set_defaults(action=action)
        return made

    def of_stack(name, action, what):
        made = command(name, action, what)
        made.add_argument("--stack", default="roster", help="the stack's name (default: roster)")
        return made

    of_stack("stop", stop, "no function runs; the API answers 503").add_argument(
        "--file", help="where to keep what is found and done (default: restore-STACK.json)"
    )
    whole = of_stack("table", restore_table, "restores the table and makes it whole")
    whole.add_argument("--at", type=point, required=True, help="the point in time, such as 2026-11-26T03:00:00Z")
    whole.add_argument("--source", metavar="TABLE", help="the table to restore (default: the stack's)")
    whole.add_argument("--to", metavar="TABLE", help="the new table's name (default: STACK-TIME)")
    whole.add_argument("--no-archive", action="store_true", help="do not ask the archive what happened after then")
    whole.add_argument(
        "--receipts",
        nargs="*",
        default=[],
        metavar="FILE",
        help="receipts of `roster-admin erase`, beside or instead of the archive",
    )
    whole.add_argument(
        "--no-lock-out",
        action="store_true",
        help="users keep what they lost after then, or were removed with, because that was the accident",
    )
    whole.add_argument("--revoke-all-tokens", action="store_true", help="everybody has to log in again")
    whole.add_argument("--file", help="as for `stop`")
    of_stack("start", start, "functions run again").add_argument("file", nargs="?", help="as for `stop`")
    command("again", again, "closes accounts again that were closed after then").add_argument("file")
    command("resume", resume, "lets closed accounts that are not erased be erased").add_argument("table")
    adopts = command("adopt", adopt, "makes any table whole, for a stack to work with")
    adopts.add_argument("table")
    adopts.add_argument(
        "--new-stream",
        action="store_true",
        help="give it another stream, which is empty: what waits in the present one is lost",
    )
    command("check", check, "says whether a table has what a new one has").add_argument("table")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    options.action(boto3.Session(), options)


if __name__ == "__main__":
    main()

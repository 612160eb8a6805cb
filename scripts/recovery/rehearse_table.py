"""Rehearses a restore on the embedded store, with the program that `cargo run` starts and the steps of
scripts/restore: after it no mail and no event of the past goes out, closed accounts are erased, and what is
asked for from then on is done.

  rehearse_table.py PROGRAM [ACCOUNTS]
"""

import base64
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter

import boto3
import sweep
import table as tables

PASSWORD = "analytical-engine-1843"
TABLE = "roster"
# Of each account so many users are invited whose mail goes out, and so many whose mail does not.
INVITED = 3
CROWD = 300


class Program:
    """A Roster over a data folder."""

    def __init__(self, binary, folder, *options):
        command = [binary, "--port", "0", "--json", "--empty", "--data", str(folder), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        started = json.loads(self.process.stdout.readline())
        self.url = started["url"]
        key = {"aws_access_key_id": "a", "aws_secret_access_key": "a", "region_name": "local"}
        self.dynamodb = boto3.client("dynamodb", endpoint_url=started["dynamodb"], **key)

    def kill(self):
        """It has no time to save anything."""
        self.process.kill()
        self.process.wait()

    def call(self, method, path, body=None, user=None, token=None):
        """What it answers, as JSON."""
        headers = {"content-type": "application/json", "accept": "application/json"}
        if user:
            headers["authorization"] = "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        if token:
            headers["x-apitoken"] = token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            text = response.read()
        return json.loads(text) if text else None

    def login(self, name):
        return self.call("POST", "/user/login", user=name)["token"]["token"]

    def until(self, path, holds, what):
        """Waits until a list is so; the list."""
        for _ in range(600):
            found = self.call("GET", path)
            if holds(found):
                return found
            time.sleep(0.1)
        raise AssertionError(f"{path}: {what}; found {len(found)}")

    def rows(self):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def main():
    binary, accounts = sys.argv[1], int(sys.argv[2])
    if accounts < 3:
        sys.exit("restore-rehearsal: two accounts are closed in it, so give three or more")
    tables.PAUSE = 0.05
    with tempfile.TemporaryDirectory() as folder:
        past, present = pathlib.Path(folder, "past"), pathlib.Path(folder, "present")
        tokens = live(binary, past, accounts)
        rehearse(binary, past, present, tokens)


def live(binary, folder, accounts):
    """Accounts whose mails went out; then mails that did not, accounts that were closed, and one that is half
    erased: the owners' tokens, by name."""
    program = Program(binary, folder)
    names = [f"owner{number}" for number in range(accounts)]
    tokens = {}
    for name in names:
        program.call("POST", "/rest/users", {"username": name, "email": f"{name}@example.com", "password": PASSWORD})
        tokens[name] = program.login(name)
        for number in range(INVITED):
            invite(program, tokens[name], f"sent{number}-{name}@example.com")
    mailed = lambda mails: len({mail["to"] for mail in mails}) >= min(accounts * (1 + INVITED), 1000)
    program.until("/outbox", mailed, "not all mails were sent")
    program.kill()

    # Closed, and killed while everybody in it is being erased.
    program = Program(binary, folder, "--answers-only")
    crowd(program, f"sent0-{names[0]}@example.com")
    close(program, names[0])
    users = lambda: sum(sk.startswith("USER#") for _, sk in program.rows())
    all_of_them = users()
    program.kill()
    program = Program(binary, folder)
    while users() == all_of_them:
        pass
    program.kill()

    program = Program(binary, folder, "--answers-only")
    for name in names[2:]:
        for number in range(INVITED):
            invite(program, tokens[name], f"unsent{number}-{name}@example.com")
        program.call("POST", "/auth/password/forgot", {"username": name})
        program.call("PUT", "/auth/password", {"current": PASSWORD, "new": PASSWORD + "!"}, token=tokens[name])
    close(program, names[1])
    program.kill()
    return {name: tokens[name] for name in names[2:]}


def close(program, name):
    program.call("DELETE", "/auth/account", user=name)


def crowd(program, email):
    """So many copies of an invited user that it takes a while to erase them; they have no names of their own."""
    (row,) = [row for (_, sk), row in program.rows().items() if sk.startswith("USER#") and row["email"]["S"] == email]
    for _ in range(CROWD):
        id = sweep.revision()
        copy = {**row, "SK": {"S": f"USER#{id}"}, "id": {"S": id}}
        program.dynamodb.put_item(TableName=TABLE, Item=copy)


def invite(program, token, email):
    program.call("POST", "/api/v2/users", {"email": email}, token=token)


def restore(past, present):
    """As of the moment of the last kill: the rows, and no stream."""
    present.mkdir()
    for file in past.glob("roster.db*"):
        shutil.copy(file, present)
    with sqlite3.connect(present / "roster.db") as database:
        database.execute("DELETE FROM _stream_records")
    database.close()


def rehearse(binary, past, present, tokens):
    took, began = {}, time.monotonic()

    def lap(what):
        took[what] = time.monotonic() - began

    restore(past, present)
    lap("restored")
    program = Program(binary, present, "--answers-only")
    tables.disable_stream(program.dynamodb, TABLE)
    before = program.rows()
    unsent = sweep.sweep(program.dynamodb, TABLE, "mails")
    lap("swept")
    tables.enable_stream(program.dynamodb, TABLE)
    resumed = sweep.sweep(program.dynamodb, TABLE, "closed")
    program.kill()
    program = Program(binary, present)
    lap("started")
    closed = {
        pk.removeprefix("ACCOUNT#") for (pk, sk), row in before.items() if sk == "ACCOUNT" and row["closed"]["BOOL"]
    }
    assert len(closed) == len(resumed) == 2, (closed, resumed)
    assert len(unsent) >= len(tokens) * INVITED, unsent
    erased = wait_until_erased(program, closed)
    lap("erased")

    # Every row of the past that can be written to is: users by themselves, mails by a late word of SES.
    for token in tokens.values():
        program.call("PUT", "/v2/user", {"user_alias": "Countess"}, token=token)
    complain(program, unsent)
    told = program.until(
        "/events", lambda all: Counter(kinds(all))["UserUpdated"] == len(tokens), "users were not updated"
    )
    time.sleep(1)
    told = program.call("GET", "/events")
    mails = program.call("GET", "/outbox")
    assert mails == [], [mail["subject"] for mail in mails]
    of_open = [event for event in told if event["detail"]["accountId"] not in closed]
    assert set(kinds(of_open)) == {"UserUpdated"}, Counter(kinds(of_open))
    assert set(kinds(told)) <= {"UserUpdated", "UserDeactivated", "UserRemoved"}, Counter(kinds(told))
    expect_consistent(program.rows())

    for name, token in tokens.items():
        invite(program, token, f"unsent0-{name}@example.com")
        invite(program, token, f"new-{name}@example.com")
    fresh = lambda mails: len(mails) == 2 * len(tokens)
    program.until("/outbox", fresh, "what was asked for after the restore was not sent")
    lap("mailed")
    expect_consistent(program.rows())
    program.kill()
    steps = ", ".join(f"{what} after {seconds:.1f} s" for what, seconds in took.items())
    print(
        f"restored on the embedded store: {len(before)} rows, {len(unsent)} mails stayed unsent, {erased} rows of 2 closed accounts erased"
    )
    print(f"  {steps}")


def kinds(events):
    return [event["detail-type"] for event in events]


def wait_until_erased(program, closed):
    """How many rows of closed accounts were erased."""
    of_closed = lambda: [key for key in program.rows() if key[0].removeprefix("ACCOUNT#") in closed]
    first = len(of_closed())
    for _ in range(300):
        found = of_closed()
        if all(sk == "ACCOUNT" for _, sk in found):
            return first - len(found)
        time.sleep(0.1)
    raise AssertionError(f"not erased: {found}")


def complain(program, unsent):
    """What `mail-feedback` writes when SES tells late that a reader called a mail spam."""
    for key in unsent:
        pk, sk = key.split(" ")
        note = {"M": {"at": {"S": sweep.timestamp()}, "kind": {"S": "complaint"}}}
        program.dynamodb.update_item(
            TableName=TABLE,
            Key={"PK": {"S": pk}, "SK": {"S": sk}},
            UpdateExpression="SET bounced = :note",
            ConditionExpression="attribute_exists(SK)",
            ExpressionAttributeValues={":note": note},
        )


def expect_consistent(rows):
    """Each user is found by each name, each name leads to a user, and owners are counted right."""
    owners = Counter()
    for (pk, sk), row in rows.items():
        text = lambda name, row=row: row.get(name, {}).get("S", "")
        if sk.startswith("USER#"):
            email = text("email").lower()
            wanted = [(pk, f"EMAIL#{email}")]
            joined = row["joined"]["BOOL"]
            if joined and "email_lost" not in row:
                wanted.append((f"EMAIL#{email}", "EMAIL"))
            if text("username"):
                wanted.append((f"USERNAME#{text('username').lower()}", "USERNAME"))
            for name in wanted:
                assert rows.get(name, {}).get("user", {}).get("S") == text("id"), (name, "leads to somebody else")
            owners[pk] += joined and not row["deactivated"]["BOOL"] and text("role") == "owner"
        elif sk.startswith(("EMAIL", "USERNAME")) and "until" not in row:
            account = pk if sk.startswith("EMAIL#") else f"ACCOUNT#{text('account')}"
            assert (account, f"USER#{text('user')}") in rows, (pk, sk, "leads to nobody")
    for (pk, sk), row in rows.items():
        if sk == "ACCOUNT":
            assert int(row["active_owners"]["N"]) == owners[pk], (pk, "counts its owners wrong")


if __name__ == "__main__":
    main()

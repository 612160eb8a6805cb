"""Rehearses a restore on moto, a stand-in for AWS: a stack is stopped, its table restored, and a stack is
made and started that works with the restored one. What moto lacks it learns in scripts/moto; and here that a
restored table is billed by request, and that a stream can be disabled.
"""

import json
import os
import pathlib
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "moto"))

import boto3  # noqa: E402
import changes  # noqa: E402
import restore  # noqa: E402
import run  # noqa: E402
import sweep  # noqa: E402
import table as tables  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.dynamodb.models import dynamodb_backends  # noqa: E402
from moto.dynamodb.models.table import RestoredPITTable, Table  # noqa: E402
from stack import Stack  # noqa: E402

ADOPTING = "roster-restored"
ACCOUNT = "01a1ff43-dd00-728c-8eaf-30b8abc54d00"
CLOSED, HALF = ACCOUNT[:-2] + "01", ACCOUNT[:-2] + "02"
USERS = {
    name: f"01a1ff43-dd00-728c-8eaf-30bad7c3df{number:02}" for number, name in enumerate(["ada", "bob", "cid", "dan"])
}
ERASED = "01a1ff43-dd00-728c-8eaf-30bad7c3df99"
ARCHIVED = ["UserPasswordChanged", "UserTokensRevoked", "UserRemoved"]

set_stream = Table.set_stream_specification


def set_stream_specification(self, streams):
    """A stream that was disabled is no longer the table's, which moto forgets to forget."""
    set_stream(self, streams)
    if not self.stream_specification["StreamEnabled"]:
        self.latest_stream_label = None


Table.set_stream_specification = set_stream_specification
parameters_of = RestoredPITTable._parse_params_from_table
# What `BillingModeOverride` asks for.
RestoredPITTable._parse_params_from_table = lambda *of: parameters_of(*of) | {"billing_mode": "PAY_PER_REQUEST"}


def main():
    os.environ.setdefault("AWS_DEFAULT_REGION", run.REGION)
    # moto does not know the addresses with an account's number in them.
    os.environ["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = "disabled"
    template = json.loads(pathlib.Path(sys.argv[1]).read_text())
    tables.PAUSE = changes.PAUSE = 0.1
    changes.SETTLE = 0
    with mock_aws(config={"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": True}}):
        began = time.monotonic()
        run.create(template, "")
        print(f"the stack was made ({time.monotonic() - began:.1f} s)")
        with tempfile.TemporaryDirectory() as folder:
            rehearse(template, pathlib.Path(folder) / "restore.json")
        print(f"restored on moto: {time.monotonic() - began:.1f} s")


def rehearse(template, file):
    session = boto3.Session()
    client = session.client("dynamodb")
    before = Stack(session, run.STACK)
    source = before.outputs["TableName"]
    # What moto does not take from a template.
    client.update_time_to_live(TableName=source, TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True})
    client.update_continuous_backups(
        TableName=source, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert tables.missing(client, source) == [], tables.missing(client, source)
    client.tag_resource(
        ResourceArn=tables.described(client, source)["TableArn"], Tags=[{"Key": "team", "Value": "identity"}]
    )
    limited = before.functions()[0]
    session.client("lambda").put_function_concurrency(FunctionName=limited, ReservedConcurrentExecutions=7)
    deaf(source)
    put_rows(client, source)
    # moto's copies are of now: so what happens after then is written after the restore was begun, and told here.
    at = datetime.now(timezone.utc) - timedelta(minutes=10)
    publish(session, before)

    call("stop", "--stack", run.STACK, "--file", str(file))
    after_stop = session.client("lambda").get_function_concurrency(FunctionName=limited)
    assert after_stop["ReservedConcurrentExecutions"] == 0
    assert not any(mapping["State"] == "Enabled" for mapping in before.mappings()) and len(before.mappings()) == 4

    expect_whole_replay(session, before, at)
    window(client, source, at)
    receipts = write_receipts(file.parent, at)
    call(
        "table",
        "--stack",
        run.STACK,
        "--at",
        at.isoformat(),
        "--to",
        "restored",
        "--file",
        str(file),
        "--receipts",
        receipts,
    )
    report = json.loads(file.read_text())
    expect_whole(client, report)
    # Again, as after an interruption: nothing more is done.
    call("table", "--stack", run.STACK, "--at", at.isoformat(), "--to", "restored", "--file", str(file))
    expect_whole(client, json.loads(file.read_text()), sweeps=False)

    try:
        call("start", str(file), "--stack", run.STACK)
        raise AssertionError("it starts on the old table")
    except SystemExit as refused:
        assert "ExistingTableStreamArn" in str(refused)
    call("again", str(file))
    row = client.get_item(TableName="restored", Key=account_key(CLOSED))["Item"]
    assert row["closed"] == {"BOOL": True}, row
    deploy(session, template, report["stream"])
    call("start", str(file), "--stack", ADOPTING)
    expect_running(session, report)
    assert tables.described(client, source) is not None
    deaf("restored")
    call("check", "restored")
    call("resume", "restored")
    # As of a table that a deleted stack left.
    call("adopt", "restored", "--new-stream")
    fresh = tables.described(client, "restored")["LatestStreamArn"]
    assert fresh != report["stream"] and tables.missing(client, "restored") == [], fresh
    # Whoever goes back to the former table finds the limits that there were.
    before.start(report["limits"])
    limit = session.client("lambda").get_function_concurrency(FunctionName=limited)
    assert limit["ReservedConcurrentExecutions"] == 7
    assert all(mapping["State"] == "Enabled" for mapping in before.mappings())


def expect_whole_replay(session, stack, at):
    """A replay of which an event was lost tells nothing, and leaves nothing behind."""
    sqs = session.client("sqs")
    queues = lambda: sqs.list_queues(QueueNamePrefix="roster-restore-").get("QueueUrls", [])

    def lose(_):
        for url in queues():
            if url.endswith("-lost"):
                sqs.send_message(QueueUrl=url, MessageBody="{}")

    changes.SETTLE = 0.1
    try:
        archive, now = stack.physical("EventArchive"), datetime.now(timezone.utc)
        changes.since(session, stack.outputs["EventBusName"], archive, at, now, lose)
        raise AssertionError("an event was lost, and nobody says so")
    except RuntimeError as refused:
        assert "1 events of the archive were not delivered" in str(refused), refused
    finally:
        changes.SETTLE = 0
    assert not queues(), queues()


def deaf(table):
    """moto would give each record to functions that it has no Docker for."""
    dynamodb_backends["123456789012"][run.REGION].tables[table].lambda_event_source_mappings.clear()


def call(*arguments):
    began = time.monotonic()
    restore.main(list(arguments))
    print(f"scripts/restore {arguments[0]}: {time.monotonic() - began:.1f} s")


def window(client, table, at):
    """moto's window for a restore ends when the recovery was switched on."""
    backup = dynamodb_backends["123456789012"][run.REGION].tables[table].continuous_backups
    backup["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"] = (at - timedelta(days=1)).timestamp()
    backup["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"] = datetime.now(timezone.utc).timestamp()


def account_key(account):
    return {"PK": {"S": f"ACCOUNT#{account}"}, "SK": {"S": "ACCOUNT"}}


def user_key(name):
    return {"PK": {"S": f"ACCOUNT#{ACCOUNT}"}, "SK": {"S": f"USER#{USERS[name]}"}}


def put_rows(client, table):
    account = {"active_owners": {"N": "1"}, "closed": {"BOOL": False}, "email": {"S": "ada@example.com"}}
    token = {"hash": {"M": {"issued": {"S": "2026-11-26T02:00:00.000Z"}, "expires": {"S": "2027-11-26T02:00:00.000Z"}}}}
    user = {"tokens": {"M": token}, "named_tokens": {"M": {}}, "password": {"S": "$argon2id$"}}
    rows = [account_key(ACCOUNT) | account, account_key(CLOSED) | account]
    rows.append(account_key(HALF) | account | {"closed": {"BOOL": True}})
    rows += [user_key(name) | user for name in USERS]
    unsent = {
        "PK": {"S": f"ACCOUNT#{ACCOUNT}"},
        "SK": {"S": f"INVITATION#{USERS['dan']}"},
        "email": {"S": "dan@example.com"},
    }
    rows += [unsent, {**unsent, "SK": {"S": f"VERIFICATION#{USERS['ada']}"}, "code": {"S": "hash"}}]
    for row in rows:
        client.put_item(TableName=table, Item=row)


def publish(session, stack):
    """What happened after the point: ada changed the password, bob's tokens were revoked, cid was removed, and
    an account was closed, of which the archive tells."""
    told = [*zip(ARCHIVED, ["ada", "bob", "cid"]), ("AccountClosed", None)]
    for sequence, (kind, name) in enumerate(told):
        detail = {"id": f"{sequence}-{kind}", "sequence": str(sequence), "accountId": ACCOUNT, "actor": "system"}
        detail |= {"userId": USERS[name]} if name else {"accountId": CLOSED}
        entry = {
            "Source": "roster",
            "DetailType": kind,
            "Detail": json.dumps(detail),
            "EventBusName": stack.outputs["EventBusName"],
        }
        # At least once: so it may be in the archive twice.
        for _ in range(2):
            assert session.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def write_receipts(folder, at):
    """cid's, whom the archive tells of too; one that only the receipt tells of; and one of before then."""
    later, before = (sweep.timestamp(at + timedelta(seconds=each)) for each in (1, -1))
    erased = lambda user, when: json.dumps(
        {"erased": {"account": ACCOUNT, "user": user}, "at": when, "actor": "operator"}
    )
    receipts = folder / "receipts.json"
    receipts.write_text("\n".join([erased(USERS["cid"], later), erased(ERASED, later), erased(USERS["dan"], before)]))
    return str(receipts)


def expect_whole(client, report, sweeps=True):
    assert tables.missing(client, "restored") == [], tables.missing(client, "restored")
    assert tables.tags(client, tables.described(client, "restored")["TableArn"])["team"] == "identity"
    read = lambda key: client.get_item(TableName="restored", Key=key)["Item"]
    assert report["undone"]["events"] == {kind: 1 for kind in [*ARCHIVED, "AccountClosed"]}, report["undone"]
    assert report["unsent"] == [f"ACCOUNT#{ACCOUNT} INVITATION#{USERS['dan']}"], report["unsent"]
    assert report["resumed"] == [f"ACCOUNT#{HALF} ACCOUNT"], report["resumed"]
    assert [each["user"] for each in report["undone"]["removed"]] == [USERS["cid"], ERASED]
    assert [each["account"] for each in report["undone"]["closed"]] == [CLOSED]
    ada, bob, cid, dan = map(read, map(user_key, USERS))
    assert "password" not in ada and "password" not in cid and "password" in bob and "password" in dan
    for user in (ada, bob, cid):
        assert user["tokens"] == {"M": {}} and "named_tokens" not in user, user
    assert dan["tokens"]["M"], dan
    if sweeps:
        # The stream tells of the account that goes on to be erased, and of nothing else.
        streams = boto3.client("dynamodbstreams")
        shard = streams.describe_stream(StreamArn=report["stream"])["StreamDescription"]["Shards"][0]["ShardId"]
        first = streams.get_shard_iterator(StreamArn=report["stream"], ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=first["ShardIterator"])["Records"]
        told = [record["dynamodb"]["Keys"]["PK"]["S"] for record in records]
        assert told == [f"ACCOUNT#{HALF}"], told


def deploy(session, template, stream):
    """The stack that works with the restored table: another one, because moto cannot update this one."""
    began = time.monotonic()
    (described,) = session.client("cloudformation").describe_stacks(StackName=run.STACK)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in described["Parameters"]}
    parameters["ExistingTableStreamArn"] = stream
    # The former stack has the name still.
    for name in ("Domain", "CertificateArn", "Truststore"):
        del parameters[name]
    # On moto their names are one list, whichever stack and set they are of.
    template["Resources"]["MailFeedbackDestination"]["Properties"]["EventDestination"]["Name"] = ADOPTING
    session.client("cloudformation").create_stack(
        StackName=ADOPTING,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    print(f"deployed with ExistingTableStreamArn: {time.monotonic() - began:.1f} s")


def expect_running(session, report):
    stack = Stack(session, ADOPTING)
    assert stack.outputs["TableName"] == "restored" and "Table" not in stack.resources
    assert stack.outputs["TableStreamArn"] == report["stream"]
    arn = tables.described(session.client("dynamodb"), "restored")["TableArn"]
    values = session.client("ssm").get_parameters(Names=[f"/{ADOPTING}/table-arn", f"/{ADOPTING}/stream-arn"])[
        "Parameters"
    ]
    assert {each["Value"] for each in values} == {arn, report["stream"]}, values
    functions = session.client("lambda")
    for name in stack.functions():
        environment = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        assert environment["TABLE_NAME"] == "restored", (name, environment)
        limit = functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
        assert limit is None, (name, limit)
    followed = [mapping["EventSourceArn"] for mapping in stack.mappings()]
    assert followed.count(report["stream"]) == 3 and len(followed) == 4, followed
    assert all(mapping["State"] == "Enabled" for mapping in stack.mappings())


if __name__ == "__main__":
    main()

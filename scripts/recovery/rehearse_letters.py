"""Rehearses scripts/replay-dead-letters on moto, with the functions themselves: each runs as its own process,
is given its work as Lambda gives it, and finds moto's table, queue, bus and SES.

  rehearse_letters.py TEMPLATE FOLDER-OF-BINARIES
"""

import http.server
import json
import logging
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time
import uuid

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "moto"))

import boto3  # noqa: E402
import replay  # noqa: E402
import run  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.awslambda_simple.models import LambdaSimpleBackend  # noqa: E402
from moto.dynamodb.models import dynamodb_backends  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.ses.models import ses_backends  # noqa: E402
from stack import Stack  # noqa: E402

NUMBER = "123456789012"
ACCOUNT = "01a1ff43-dd00-728c-8eaf-30b8abc54d00"
ADA, BOB = "01a1ff43-dd00-728c-8eaf-30bad7c3dfc5", "01a1ff43-dd00-728c-8eaf-30bad7c3dfc6"


class Function(http.server.BaseHTTPRequestHandler):
    """The Lambda Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        payload = self.server.work.get()
        if payload is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:f")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def do_POST(self):
        body = (
            self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self.chunks()
        )
        self.server.said.put((self.path, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


class Process:
    """A function of the stack, as it is built."""

    def __init__(self, binary, variables):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
        self.server.work, self.server.said = queue.Queue(), queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{self.server.server_port}"
        self.process = subprocess.Popen(
            [binary], env={**variables, "AWS_LAMBDA_RUNTIME_API": address}, stdout=subprocess.DEVNULL
        )

    def invoke(self, payload):
        self.server.work.put(payload)
        path, body = self.server.said.get(timeout=60)
        assert path.endswith("/response"), (path, body)
        return body

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()


def main():
    template, binaries = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ |= {
        "AWS_DEFAULT_REGION": run.REGION,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    with mock_aws(config={"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": True}}):
        run.create(template, "")
        server.start()
        _, port = server.get_host_and_port()
        try:
            rehearse(binaries, f"http://127.0.0.1:{port}")
        finally:
            server.stop()


def rehearse(binaries, endpoint):
    began = time.monotonic()
    session = boto3.Session()
    stack = Stack(session, run.STACK)
    table = stack.outputs["TableName"]
    # moto would give each record to functions that it has no Docker for.
    dynamodb_backends[NUMBER][run.REGION].tables[table].lambda_event_source_mappings.clear()
    boto3.client("ses").verify_email_identity(EmailAddress="roster@example.com")
    boto3.client("sesv2").create_email_identity(EmailIdentity="example.com")
    processes = {}
    for binary in ["publish-events", "send-mail", "mail-feedback"]:
        name = stack.physical(replay.logical(binary))
        variables = session.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        own = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": run.REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        variables = {key: str(value) for key, value in variables.items() if value != ""}
        variables["PUBLIC_URL"] = "https://roster.test"
        variables |= own | {
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        }
        processes[name] = Process(binaries / binary, variables)
    simple = LambdaSimpleBackend.invoke
    LambdaSimpleBackend.invoke = lambda _self, name, _qualifier, body, *_: processes[name_of(name)].invoke(
        body if isinstance(body, bytes) else body.encode()
    )
    try:
        letters(session, stack, table)
    finally:
        LambdaSimpleBackend.invoke = simple
        for process in processes.values():
            process.stop()
    print(f"dead letters were replayed to the functions themselves: {time.monotonic() - began:.1f} s")


def name_of(function):
    """Without its version: a name, or an ARN that may end in one."""
    return function.split(":")[6] if function.startswith("arn:") else function.split(":")[0]


def letters(session, stack, table):
    queue_url = stack.physical("StreamDeadLetters")
    sqs, client = session.client("sqs"), session.client("dynamodb")
    records = write_rows(client, stack, table)
    feedback = json.loads((HERE.parent.parent / "events/mail-feedback/handled-bounce.json").read_text())
    arn = lambda binary: f"arn:aws:lambda:{run.REGION}:{NUMBER}:function:{stack.physical(replay.logical(binary))}"
    own = lambda binary, record, key: {
        "function": binary, "reason": "EventBridge refuses the event: Trouble", "key": key,
        "eventId": record["eventID"], "sequenceNumber": record["dynamodb"]["SequenceNumber"],
    }  # fmt: skip
    span = {
        "shardId": shard(stack), "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
        "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"], "batchSize": len(records),
        "streamArn": stack.outputs["TableStreamArn"],
    }  # fmt: skip
    context = lambda binary, condition: {
        "requestId": "r",
        "functionArn": arn(binary),
        "condition": condition,
        "approximateInvokeCount": 3,
    }
    elsewhere = {**span, "streamArn": span["streamArn"].replace(table, "former")}
    sent = {
        "an event that EventBridge refused": own("publish-events", records[0], f"ACCOUNT#{ACCOUNT}/USER#{ADA}"),
        "a batch that Lambda gave up": {
            "requestContext": context("send-mail", "RetriesExhausted"),
            "DDBStreamBatchInfo": span,
        },
        "a mail that came back": {
            "requestContext": context("mail-feedback", "RetriesExhausted"),
            "requestPayload": feedback,
        },
        # The reason is beside it, in attributes; the body is the event.
        "a mail that came back, which EventBridge could not hand over": elsewhere_bounced(feedback),
        "a record that cannot be read": own(
            "publish-events", unreadable(client, stack, table), f"ACCOUNT#{ACCOUNT}/USER#{BOB}"
        ),
        "a record that is gone": {**own("publish-events", records[0], "gone"), "eventId": "another"},
        "a batch of another table": {
            "requestContext": context("send-mail", "RetriesExhausted"),
            "DDBStreamBatchInfo": elsewhere,
        },
    }
    for body in sent.values():
        sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))
    waiting = lambda: int(
        sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"][
            "ApproximateNumberOfMessages"
        ]
    )
    mails = lambda: ses_backends[NUMBER][run.REGION].sent_messages
    heard = listen(session, stack)
    said = []
    assert replay.main([], said.append) == 0 and waiting() == 7
    assert "5 would be replayed, 2 nothing to replay" in said[-2], said
    assert not mails() and not heard()
    assert replay.main(["--yes", "--function", "mail-feedback"], said.append) == 0 and waiting() == 5, said
    noted = [item for item in client.scan(TableName=table)["Items"] if item["SK"]["S"] == "BOUNCE"]
    assert len(noted) == 2 and all("bounced" in item for item in noted), noted

    said.clear()
    code = replay.main(["--yes"], said.append)
    print("\n".join(said))
    # Three were handled, the unreadable record is a new letter of its function, and two stay.
    assert code == 1 and waiting() == 3, waiting()
    assert said[-1] == "3 replayed, 2 nothing to replay, 1 given up again", said[-1]
    assert len(mails()) == 1, mails()
    events = heard()
    assert [event["detail-type"] for event in events] == ["UserInvited"], events
    assert events[0]["detail"]["id"] == f"{records[0]['eventID']}-UserInvited"
    item = client.get_item(TableName=table, Key={"PK": {"S": f"ACCOUNT#{ACCOUNT}"}, "SK": {"S": f"INVITATION#{ADA}"}})[
        "Item"
    ]
    assert "sent" in item, item

    # Once more: a mail that was sent is not sent again.
    body = json.dumps(sent["a batch that Lambda gave up"])
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    replay.main(["--yes", "--function", "send-mail"], said.append)
    assert len(mails()) == 1 and waiting() == 3, (len(mails()), waiting())

    usage = stack.physical("UsageDeadLetters")
    sqs.send_message(QueueUrl=usage, MessageBody="{}")
    # moto cannot move them.
    replay.main(["--usage"], said.append)
    assert said[-1] == "1 usage reports would go back to their queue", said[-1]


def elsewhere_bounced(feedback):
    """The same of another mail."""
    return json.loads(json.dumps(feedback).replace("barbara@example.com", "frances@example.com"))


def shard(stack):
    streams = boto3.client("dynamodbstreams")
    described = streams.describe_stream(StreamArn=stack.outputs["TableStreamArn"])["StreamDescription"]
    return described["Shards"][0]["ShardId"]


def read(stack):
    streams = boto3.client("dynamodbstreams")
    first = streams.get_shard_iterator(
        StreamArn=stack.outputs["TableStreamArn"], ShardId=shard(stack), ShardIteratorType="TRIM_HORIZON"
    )
    return streams.get_records(ShardIterator=first["ShardIterator"])["Records"]


def write_rows(client, stack, table):
    """An invited user, the account, and the request for the mail: their records."""
    sample = json.loads((HERE.parent.parent / "events/publish-events/handled-account-and-user.json").read_text())
    challenge = json.loads((HERE.parent.parent / "events/send-mail/handled-invitation.json").read_text())
    images = [record["dynamodb"]["NewImage"] for record in sample["Records"] if "NewImage" in record["dynamodb"]]
    (invitation,) = [record["dynamodb"]["NewImage"] for record in challenge["Records"]]
    account = next(image for image in images if image["SK"]["S"] == "ACCOUNT")
    user = next(image for image in images if image["SK"]["S"].startswith("USER#"))
    key = {"PK": {"S": f"ACCOUNT#{ACCOUNT}"}}
    user = {
        **user,
        **key,
        "SK": {"S": f"USER#{ADA}"},
        "id": {"S": ADA},
        "account": {"S": ACCOUNT},
        "joined": {"BOOL": False},
    }
    # The mail that came back was to another address.
    invitation["email"] = {"S": "grace@example.com"}
    user |= {"email": invitation["email"], "invited": invitation["requested"], "deactivated": {"BOOL": False}}
    invitation = {**invitation, **key, "SK": {"S": f"INVITATION#{ADA}"}, "account": {"S": ACCOUNT}, "user": {"S": ADA}}
    account = {**account, **key, "id": {"S": ACCOUNT}, "closed": {"BOOL": False}}
    for row in (user, account, invitation):
        client.put_item(TableName=table, Item=row)
    records = read(stack)
    assert len(records) == 3, records
    return records


def unreadable(client, stack, table):
    client.put_item(
        TableName=table, Item={"PK": {"S": f"ACCOUNT#{ACCOUNT}"}, "SK": {"S": f"USER#{BOB}"}, "role": {"S": "emperor"}}
    )
    return read(stack)[-1]


def listen(session, stack):
    """Whoever subscribes to the bus: what came since it was asked last."""
    events, sqs = session.client("events"), session.client("sqs")
    url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = stack.outputs["EventBusName"]
    events.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps({"source": ["roster"]}))
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return lambda: [
        json.loads(each["Body"])
        for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]


if __name__ == "__main__":
    main()

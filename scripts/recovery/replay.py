"""Gives dead letters to their functions once more, one after the other, and deletes each that was handled.
Without --yes it only says what it would do.

A dead letter of the stream says where its record is. The record is read from the stream, which keeps it for
24 hours, and given to the function as Lambda gives it; so a mail that was sent is not sent again, and an
event has the id that it had. A letter whose record is gone, or is of another table's stream, stays: the end
of docs/EVENTS-MAILS-USAGE.md says what to do about it. A letter of `mail-feedback` carries its event itself, or, if
EventBridge could not hand it over, is that event.
"""

import argparse
import base64
import json
import sys
import time

import boto3
from botocore.exceptions import ClientError
from stack import Stack

# What a function may take, and then some: meanwhile nobody else gets the letter.
INVISIBLE = 960
# The stream is read on from where a letter points to; so many of its records are looked at.
READ = 100


class Gone(Exception):
    """There is nothing to replay, and why."""


class Replay:
    """Dead letters of a stack."""

    def __init__(self, session, stack, log):
        self.sqs = session.client("sqs")
        self.streams = session.client("dynamodbstreams")
        # A function answers when it is done, which takes `close-account` a quarter of an hour.
        self.functions = session.client(
            "lambda", config=boto3.session.Config(read_timeout=930, retries={"max_attempts": 0})
        )
        self.stack, self.log, self.newer = stack, log, 0
        self.stream = stack.outputs["TableStreamArn"]
        self.mapped = {each["FunctionArn"].split(":")[6]: each["FunctionArn"] for each in stack.mappings()}

    def letters(self, queue, began):
        """Every letter that was there at the beginning, once. Nobody else gets it meanwhile, and whoever comes
        after that gets those that are not deleted."""
        held = []
        try:
            while True:
                found = self.sqs.receive_message(
                    QueueUrl=queue,
                    MaxNumberOfMessages=1,
                    VisibilityTimeout=INVISIBLE,
                    WaitTimeSeconds=2,
                    AttributeNames=["SentTimestamp"],
                    MessageAttributeNames=["All"],
                ).get("Messages", [])
                if not found:
                    return
                (letter,) = found
                held.append(letter)
                # Those that a function writes now say that it failed again.
                if int(letter["Attributes"]["SentTimestamp"]) <= began:
                    yield letter
                else:
                    self.newer += 1
        finally:
            for letter in held:
                self.show(queue, letter)

    def show(self, queue, letter):
        try:
            self.sqs.change_message_visibility(
                QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0
            )
        except ClientError:
            # It is deleted.
            pass

    def read(self, letter):
        """The function, its payload, and what it is in words."""
        body = json.loads(letter["Body"])
        if "DDBStreamBatchInfo" in body:
            batch = body["DDBStreamBatchInfo"]
            arn = body["requestContext"]["functionArn"]
            if batch["streamArn"] != self.stream:
                raise Gone(f"its stream is not the live table's: {batch['streamArn']}")
            records = self.batch(batch)
            return arn, {"Records": records}, f"{len(records)} records, {body['requestContext']['condition']}"
        if "requestPayload" in body:
            return body["requestContext"]["functionArn"], body["requestPayload"], body["requestContext"]["condition"]
        # Of the rule that calls `mail-feedback`: the reason is beside the body.
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        if body.get("source") == "aws.ses":
            reason = letter.get("MessageAttributes", {}).get("ERROR_CODE", {}).get("StringValue", "no reason")
            return self.alias("mail-feedback"), body, f"it was not handed over: {reason}"
        if "sequenceNumber" in body:
            record = self.record(body["sequenceNumber"], body["eventId"])
            return self.function(body["function"]), {"Records": [record]}, f"{body['key']}: {body['reason']}"
        raise Gone("it is no letter of Roster's")

    def function(self, binary):
        """The alias that the stream calls."""
        name = self.stack.physical(logical(binary))
        if name is None:
            raise Gone(f"the stack has no {logical(binary)}")
        return self.mapped.get(name, name)

    def alias(self, binary):
        """The alias of a function that no mapping calls."""
        arn = self.stack.physical(f"{logical(binary)}Aliaslive")
        if arn is None:
            raise Gone(f"the stack has no {logical(binary)} with the alias live")
        return arn

    def shards(self):
        """All that there are, with the range of what is in them."""
        described, after = [], {}
        while True:
            page = self.streams.describe_stream(StreamArn=self.stream, **after)["StreamDescription"]
            described += page["Shards"]
            if "LastEvaluatedShardId" not in page:
                return described
            after = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def records_from(self, shard, sequence):
        try:
            iterator = self.streams.get_shard_iterator(
                StreamArn=self.stream, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=sequence
            )["ShardIterator"]
            for _ in range(READ):
                page = self.streams.get_records(ShardIterator=iterator)
                yield from page["Records"]
                iterator = page.get("NextShardIterator")
                if iterator is None or not page["Records"]:
                    return
        except ClientError as error:
            if error.response["Error"]["Code"] in ("TrimmedDataAccessException", "ResourceNotFoundException"):
                raise Gone("the stream has kept its record for 24 hours, and no longer") from error
            raise

    def batch(self, batch):
        """The records from the first to the last of a batch. Other batches' may be among them, which were
        handled: functions take each record as often as it comes."""
        last, found = int(batch["endSequenceNumber"]), []
        for record in self.records_from(batch["shardId"], batch["startSequenceNumber"]):
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                break
            found.append(self.as_lambda_does(record))
        if not found:
            raise Gone("the stream has kept its records for 24 hours, and no longer")
        return found

    def record(self, sequence, event):
        """One record, whose shard the letter does not say."""
        for shard in self.shards():
            bounds = shard["SequenceNumberRange"]
            first, last = bounds["StartingSequenceNumber"], bounds.get("EndingSequenceNumber")
            if int(sequence) < int(first) or (last and int(sequence) > int(last)):
                continue
            try:
                record = next(self.records_from(shard["ShardId"], sequence), None)
            except Gone:
                continue
            # Its id says that it is that record, and of this table.
            if record and record["eventID"] == event:
                return self.as_lambda_does(record)
        raise Gone("the stream does not have its record: it is older than 24 hours, or of another table")

    def as_lambda_does(self, record):
        """A record in the JSON that a function gets."""
        change = record["dynamodb"]
        change = {**change, "ApproximateCreationDateTime": int(change["ApproximateCreationDateTime"].timestamp())}
        return {**record, "dynamodb": change, "eventSourceARN": self.stream}

    def invoke(self, function, payload):
        """None if it was handled, else why not."""
        answer = self.functions.invoke(FunctionName=function, Payload=json.dumps(payload, default=binary).encode())
        said = answer["Payload"].read()
        if "FunctionError" in answer:
            return f"it fails: {said.decode()[:300]}"
        failed = (json.loads(said or "null") or {}).get("batchItemFailures", [])
        return f"{len(failed)} of its records fail again; the function's log says why" if failed else None

    def run(self, queue, only, dry):
        """How many were replayed, failed again, and stay because there is nothing to replay."""
        counts = {"replayed": 0, "failed again": 0, "nothing to replay": 0, "left for other functions": 0}
        began = time.time_ns() // 1_000_000
        for letter in self.letters(queue, began):
            outcome = self.one(queue, letter, only, dry)
            counts[outcome] += 1
        # What a function can never handle it puts with the dead letters itself, as a new one.
        return {**counts, "given up again": self.newer}

    def one(self, queue, letter, only, dry):
        try:
            function, payload, what = self.read(letter)
        except Gone as gone:
            self.log(f"{letter['MessageId']}: nothing to replay, {gone}: {letter['Body'][:300]}")
            return "nothing to replay"
        name = function.split(":")[6] if function.startswith("arn:") else function
        if only and name != self.stack.physical(logical(only)):
            return "left for other functions"
        if dry:
            self.log(f"{letter['MessageId']}: would be given to {name}: {what}")
            return "replayed"
        failure = self.invoke(function, payload)
        if failure:
            self.log(f"{letter['MessageId']}: {name}: {failure}: {what}")
            return "failed again"
        self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
        self.log(f"{letter['MessageId']}: handled by {name}: {what}")
        return "replayed"

    def waiting(self, queue):
        names = ["ApproximateNumberOfMessages", "QueueArn"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]), attributes["QueueArn"]


def logical(binary):
    """`send-mail` is `SendMailFunction` in the template."""
    return "".join(word.capitalize() for word in binary.split("-")) + "Function"


def binary(value):
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    raise TypeError(type(value))


def main(arguments=None, log=print):
    parser = argparse.ArgumentParser(
        prog="scripts/replay-dead-letters", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stack", default="roster", help="the stack's name (default: roster)")
    parser.add_argument("--function", metavar="NAME", help="only letters of this one, such as send-mail")
    parser.add_argument("--usage", action="store_true", help="usage reports instead: they go back to their queue")
    parser.add_argument("--yes", action="store_true", help="do it")
    options = parser.parse_args(arguments)
    session = boto3.Session()
    stack = Stack(session, options.stack)
    replay = Replay(session, stack, log)
    if options.usage:
        count, arn = replay.waiting(stack.physical("UsageDeadLetters"))
        if options.yes and count:
            replay.sqs.start_message_move_task(SourceArn=arn)
        log(f"{count} usage reports {'go' if options.yes else 'would go'} back to their queue")
        return 0
    counts = replay.run(stack.physical("StreamDeadLetters"), options.function, not options.yes)
    if not options.yes:
        counts = {"would be replayed": counts.pop("replayed"), **counts}
    log(", ".join(f"{count} {what}" for what, count in counts.items() if count) or "there are no dead letters")
    if not options.yes and counts["would be replayed"]:
        log("give --yes to replay them")
    return 1 if counts["failed again"] or counts["given up again"] else 0


if __name__ == "__main__":
    sys.exit(main())

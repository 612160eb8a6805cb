"""What was published after a point in time, read from the archive of the event bus.

An archive cannot be read, only replayed: "You can replay events only to the same event bus". So a rule of
its own, which no other event matches, takes the replayed events to a queue of its own; both are gone
afterwards. The replay names that one rule, so that no subscriber gets an event twice.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

import json
import pathlib
import time
import uuid

PAUSE = 10
# Until a queue's policy and a rule's target hold everywhere. "The change can take up to 60 seconds", says SQS of a
# policy; a new target "might not be immediately invoked", says EventBridge; and what SQS denies meanwhile EventBridge
# does not try again.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
SETTLE = 90


def since(session, bus, archive, start, end, log=print):
    """The events of a bus between two times, oldest first, each once."""
    events, sqs = session.client("events"), session.client("sqs")
    archive = events.describe_archive(ArchiveName=archive)
    name = f"roster-restore-{uuid.uuid4().hex[:12]}"
    pattern = {"source": ["roster"], "replay-name": [name]}
    rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))["RuleArn"]
    # What cannot be delivered goes to the second.
    queue, lost = (
        sqs.create_queue(QueueName=each, Attributes={"SqsManagedSseEnabled": "true"})["QueueUrl"]
        for each in (name, f"{name}-lost")
    )
    try:
        target = {"Id": "queue", "Arn": allow(sqs, queue, rule), "DeadLetterConfig": {"Arn": allow(sqs, lost, rule)}}
        failed = events.put_targets(Rule=name, EventBusName=bus, Targets=[target])
        if failed["FailedEntryCount"]:
            raise RuntimeError(f"the rule takes no target: {failed['FailedEntries']}")
        if SETTLE:
            log(f"the replay begins in {SETTLE} s, when its rule and queue are known everywhere")
        time.sleep(SETTLE)
        events.start_replay(
            ReplayName=name,
            EventSourceArn=archive["ArchiveArn"],
            EventStartTime=start,
            EventEndTime=end,
            Destination={"Arn": archive["EventSourceArn"], "FilterArns": [rule]},
        )
        state = "STARTING"
        while state in ("STARTING", "RUNNING"):
            replay = events.describe_replay(ReplayName=name)
            state = replay["State"]
            if state in ("STARTING", "RUNNING"):
                log(f"the archive is replayed: {replay.get('EventLastReplayedTime', 'nothing yet')}")
                time.sleep(PAUSE)
        if state != "COMPLETED":
            raise RuntimeError(f"the replay of the archive is {state}: {replay.get('StateReason')}")
        undelivered = received(sqs, lost)
        if undelivered:
            raise RuntimeError(
                f"{len(undelivered)} events of the archive were not delivered: give the command again, or --no-archive"
            )
        found = received(sqs, queue)
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
        events.delete_rule(Name=name, EventBusName=bus)
        for each in (queue, lost):
            sqs.delete_queue(QueueUrl=each)
    once = {event["detail"]["id"]: event for event in found}
    return sorted(once.values(), key=lambda event: (event["time"], int(event["detail"]["sequence"])))


def allow(sqs, queue, rule):
    """Lets a rule write to a queue: the queue's ARN."""
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    return arn


def received(sqs, queue):
    """Everything in a queue, which is empty when it was empty three times."""
    found, empty = [], 0
    while empty < 3:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
        empty = 0 if messages else empty + 1
        found += [json.loads(message["Body"]) for message in messages]
        if messages:
            entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(messages)]
            sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
    return found


def sorted_out(events):
    """What the restore undoes, by what is to be done about it."""
    users = lambda *kinds: [entry(event) for event in events if event["detail-type"] in kinds]
    closed = users("AccountClosed")
    accounts = {each["account"] for each in closed}
    counts = {}
    for event in events:
        counts[event["detail-type"]] = counts.get(event["detail-type"], 0) + 1
    return {
        "events": counts,
        # They are alive again, and have a right not to be.
        "removed": [each for each in users("UserRemoved") if each["account"] not in accounts],
        "closed": closed,
        # The former password lets them in again, and so do tokens that were taken away.
        "passwords": users("UserPasswordChanged"),
        "tokens": users("UserTokensRevoked", "UserDeactivated"),
        # What an administrator did and has to do again.
        "access": users("UserDeactivated", "UserActivated", "UserRoleChanged", "UserPermissionsChanged"),
        # They are gone.
        "joined": users("UserJoined"),
    }


def receipts(files, at):
    """What receipts of `roster-admin erase` say that was erased after a point in time: each a JSON object."""
    removed, closed = [], []
    for file in files:
        text, at_once = pathlib.Path(file).read_text().strip(), json.JSONDecoder()
        while text:
            receipt, end = at_once.raw_decode(text)
            text = text[end:].lstrip()
            if receipt["at"] <= at:
                continue
            named = {"time": receipt["at"], "actor": receipt.get("actor"), **receipt["erased"]}
            if receipt.get("closedAccount"):
                closed.append({"event": "AccountClosed", **named, "user": None})
            else:
                removed.append({"event": "UserRemoved", **named})
    return {"removed": removed, "closed": closed}


def entry(event):
    detail = event["detail"]
    named = {"account": detail["accountId"], "user": detail.get("userId"), "actor": detail.get("actor")}
    return {"event": event["detail-type"], "time": event["time"], **named}

"""A table as a restore leaves it, and how it is made whole.

"You must manually set up the following on the restored table": what a stream, time to live, tags, deletion
protection and point-in-time recovery are to the table, a restore does not carry over.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
"""

import time

from botocore.exceptions import ClientError

PAUSE = 15
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
# That everything of the past was taken out of the rows: set before the stream is there, and looked at by
# whoever goes on after an interruption.
SWEPT = "roster:swept"


def described(client, table):
    """The table, or None."""
    try:
        return client.describe_table(TableName=table)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None


def window(client, table):
    """From when until when the table can be restored."""
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise SystemExit(f"{table} has no point-in-time recovery; restore one of its backups with AWS Backup instead")
    return recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]


def restore(client, source, target, at, log):
    """Begins to restore, or finds that it was begun; returns when the table is there."""
    table = described(client, target)
    if table is None:
        client.restore_table_to_point_in_time(
            SourceTableName=source,
            TargetTableName=target,
            RestoreDateTime=at,
            BillingModeOverride="PAY_PER_REQUEST",
        )
    elif table.get("RestoreSummary", {}).get("SourceTableArn") != described(client, source)["TableArn"]:
        raise SystemExit(
            f"{target} is there already, and was not restored from {source}; choose another name with --to"
        )
    wait(client, target, log)


def wait(client, table, log=lambda _: None):
    """Until nothing is being done to the table."""
    began = time.monotonic()
    while True:
        found = described(client, table)
        restoring = found.get("RestoreSummary", {}).get("RestoreInProgress", False)
        if found["TableStatus"] == "ACTIVE" and not restoring:
            return found
        log(f"{table} is {found['TableStatus']} since {time.monotonic() - began:.0f} s")
        time.sleep(PAUSE)


def tags(client, arn):
    pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def settle(client, source, target):
    """Everything but the stream: time to live, protection, recovery, tags. May be done again."""
    lives = client.describe_time_to_live(TableName=target)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if lives not in ("ENABLED", "ENABLING"):
        enabled = {"AttributeName": "ttl", "Enabled": True}
        client.update_time_to_live(TableName=target, TimeToLiveSpecification=enabled)
    if not described(client, target).get("DeletionProtectionEnabled"):
        client.update_table(TableName=target, DeletionProtectionEnabled=True)
        wait(client, target)
    enabled = {"PointInTimeRecoveryEnabled": True}
    client.update_continuous_backups(TableName=target, PointInTimeRecoverySpecification=enabled)
    # Nobody but AWS may set tags that begin with its name.
    wanted = tags(client, described(client, source)["TableArn"]) if source else {}
    wanted = [{"Key": key, "Value": value} for key, value in wanted.items() if not key.startswith("aws:")]
    if wanted:
        client.tag_resource(ResourceArn=described(client, target)["TableArn"], Tags=wanted)


def mark_swept(client, target, at):
    arn = described(client, target)["TableArn"]
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": SWEPT, "Value": at}])


def is_swept(client, target):
    return SWEPT in tags(client, described(client, target)["TableArn"])


def has_stream(table):
    return table.get("StreamSpecification", {}).get("StreamEnabled", False)


def disable_stream(client, table):
    if has_stream(described(client, table)):
        client.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
        wait(client, table)


def enable_stream(client, target):
    """The stream's ARN."""
    if not has_stream(described(client, target)):
        client.update_table(TableName=target, StreamSpecification=STREAM)
        wait(client, target)
    return described(client, target)["LatestStreamArn"]


def missing(client, table):
    """What the table lacks of what template.yaml gives a new one."""
    found = described(client, table)
    if found is None:
        return [f"there is no table {table}"]
    lacks = []
    if found.get("StreamSpecification") != STREAM:
        lacks.append("a stream of new and old images")
    lives = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if lives.get("AttributeName") != "ttl" or lives["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):
        lacks.append("time to live by ttl")
    if not found.get("DeletionProtectionEnabled"):
        lacks.append("deletion protection")
    try:
        window(client, table)
    except (SystemExit, ClientError):
        lacks.append("point-in-time recovery")
    if found.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        lacks.append("billing by request")
    keys = [(key["AttributeName"], key["KeyType"]) for key in found["KeySchema"]]
    if keys != [("PK", "HASH"), ("SK", "RANGE")]:
        lacks.append("the keys PK and SK")
    return lacks

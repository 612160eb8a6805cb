"""Changes the rows of a restored table: the steps of sweeps.json, which a test does to the embedded store
too (local/tests/it/restore.rs)."""

import json
import pathlib
import secrets
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from botocore.exceptions import ClientError

STEPS = json.loads((pathlib.Path(__file__).parent / "sweeps.json").read_text())

# A scan is read in so many parts at once, and each part's rows are written by its own thread.
PARTS = 8


def timestamp(now=None):
    """As Roster writes times."""
    now = now or datetime.now(timezone.utc)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"


def revision():
    """A UUIDv7, by which a write that was decided on before finds that the row is another."""
    value = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=value | 2 << 62 | secrets.randbits(62)))


def update(client, table, step, key):
    """Does a step to one row; whether it was done, which it is not where the row is gone or done already."""
    request = json.loads(
        json.dumps(STEPS[step]["update"]).replace("{now}", timestamp()).replace("{revision}", revision())
    )
    try:
        client.update_item(TableName=table, Key=key, **request)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def found(client, table, step, part=0, parts=1):
    """The keys of the rows that a step is for."""
    pages = client.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, Segment=part, TotalSegments=parts, **STEPS[step]["scan"]
    )
    for page in pages:
        for item in page["Items"]:
            yield {"PK": item["PK"], "SK": item["SK"]}


def sweep(client, table, step):
    """Does a step to every row that it is for: their keys, as text."""

    def part(number):
        keys = found(client, table, step, number, PARTS)
        return [f"{key['PK']['S']} {key['SK']['S']}" for key in keys if update(client, table, step, key)]

    with ThreadPoolExecutor(PARTS) as pool:
        return sorted(key for keys in pool.map(part, range(PARTS)) for key in keys)

"""What JSON Schema has no word for, so that a request that is meant to be valid is."""

import base64
import hashlib
import uuid

import schemathesis
from hypothesis import strategies as st

# Few are enough, and all machines know them.
TIME_ZONES = ["UTC", "Europe/Paris", "asia/tokyo", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]
FORWARDS, BACKWARDS = b">", b"<"


def password(seed: bytes) -> str:
    """One that nobody guesses soon."""
    return hashlib.sha256(seed).hexdigest()


def user_id(bits: int) -> uuid.UUID:
    """A UUIDv7."""
    return uuid.UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62)


def cursor(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


ids = st.integers(0, 2**128 - 1).map(user_id)
schemathesis.openapi.format("password", st.binary(min_size=8).map(password))
schemathesis.openapi.format("time-zone", st.sampled_from(TIME_ZONES))
schemathesis.openapi.format("uuid", ids.map(str))
schemathesis.openapi.format("cursor", ids.map(lambda id: cursor(FORWARDS + id.bytes)))


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    operation = case.operation.definition.raw["operationId"]
    if operation == "directory-find":
        for part in [case.query, case.body]:
            one_cursor(part)
    if operation == "accounts-update" and isinstance(case.body, dict) and "username" in case.body:
        # Usernames are not changed: it is the one in the path, or nothing.
        case.body["username"] = case.path_parameters["username"]


def one_cursor(part):
    """`next` or `prev`, and each goes its way."""
    if not isinstance(part, dict) or part.get("prev") is None:
        return
    if part.get("next") is not None:
        del part["prev"]
    else:
        content = base64.urlsafe_b64decode(part["prev"] + "=")
        part["prev"] = cursor(BACKWARDS + content[1:])

# Signs up, confirms the address, invites a colleague, renews the token and logs out:
#
#   python example.py http://127.0.0.1:3000

import base64
import re
import sys
import time
import uuid

import httpx
from roster_client import AuthenticatedClient, Client
from roster_client.api.accounts import accounts_create
from roster_client.api.auth import auth_get_me, auth_list_users, auth_revoke_token
from roster_client.api.directory import directory_create, directory_login
from roster_client.models import Login, LoginRequest, Problem, SignUp, UserCreate
from roster_client.types import UNSET, Unset

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:3000"
NAME = f"grace-{time.time_ns()}"
EMAIL = f"{NAME}@example.com"
PASSWORD = "nanoseconds-of-wire-1947"


class PatientTransport(httpx.HTTPTransport):
    """A 503 says that nobody knows whether the request was done: it is sent again, as it was, when it says."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(4):
            response = super().handle_request(request)
            if response.status_code != 503:
                return response
            response.close()
            time.sleep(int(response.headers.get("retry-after", 1)))
        return super().handle_request(request)


PATIENTLY = {"transport": PatientTransport()}


def code_mailed_to(address: str) -> str:
    """The code of the newest mail to an address: here from the outbox of `cargo run`, else from the person."""
    while True:
        for mail in reversed(httpx.get(f"{URL}/outbox").json()):
            if mail["to"] == address and (code := re.search(r"#code=([^&\s]+)", mail["text"])):
                return code[1]
        time.sleep(0.1)


def log_in(invite: str | Unset = UNSET) -> tuple[Login, AuthenticatedClient]:
    basic = base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()
    by_password = AuthenticatedClient(URL, basic, prefix="Basic", httpx_args=PATIENTLY)
    login = directory_login.sync(client=by_password, body=LoginRequest(invite=invite))
    assert isinstance(login, Login) and login.token, login
    return login, AuthenticatedClient(URL, login.token.token, httpx_args=PATIENTLY)


def once() -> str:
    """With a key of its own, a request that is sent again is not done twice."""
    return str(uuid.uuid4())


person = SignUp(username=NAME, email=EMAIL, password=PASSWORD)
accounts_create.sync(client=Client(URL, httpx_args=PATIENTLY), body=person, idempotency_key=once())
login, first = log_in(code_mailed_to(EMAIL))
print(f"{login.user.email} is {login.user.role} of an account")

colleague = UserCreate(email=f"colleague-of-{EMAIL}", role="user", send_invite=True)
directory_create.sync(client=first, body=colleague, idempotency_key=once())
people = auth_list_users.sync(client=first)
assert isinstance(people, list), people
for user in people:
    print(f"{user.email} is {user.state}")

again = directory_create.sync(client=first, body=colleague, idempotency_key=once())
assert isinstance(again, Problem) and again.code == "email_in_use", again
print(f"invited already: {again.detail}")

_, second = log_in()
auth_revoke_token.sync_detailed("current", client=first)
auth_revoke_token.sync_detailed("current", client=second)
print(f"logged out: {auth_get_me.sync_detailed(client=second).status_code}")

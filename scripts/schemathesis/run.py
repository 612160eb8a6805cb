"""See scripts/schemathesis-test."""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def run(credential, examples, arguments):
    """One run over a fresh sample. What is done as one credential must not be in another's way."""
    command = [ROOT / "target/debug/roster", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as roster:
        try:
            started = json.loads(roster.stdout.readline())
            people = {person["role"]: person["token"] for person in started["people"]}
            headers = ["--header", f"X-APITOKEN: {people[credential]}"] if credential in people else []
            print(f"\n== as {credential}", flush=True)
            return subprocess.call(
                [
                    "schemathesis", "--config-file", HERE / "schemathesis.toml", "run",
                    started["url"] + "/openapi.json", "--max-examples", examples, *headers, *arguments,
                ],
                env=os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)},
                # Where it keeps what it learns.
                cwd=ROOT / "target",
            )
        finally:
            roster.terminate()


examples, *arguments = sys.argv[1:] or ["30"]
failed = [who for who in ["nobody", "user", "admin", "owner"] if run(who, examples, arguments)]
sys.exit(f"schemathesis found failures as {', '.join(failed)}" if failed else 0)

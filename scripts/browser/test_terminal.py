"""What `cargo run` prints: in a terminal, and to paste."""

import json
import os
import pty
import re
import subprocess

from conftest import ROOT


def greeting(variables, descriptor):
    """Starts the program with its output at a file descriptor: the process."""
    command = [ROOT / "target/debug/roster", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    return subprocess.Popen(
        command, stdout=descriptor, stderr=descriptor, env={**environment, "TERM": "xterm", **variables})


def read_greeting(source):
    text = b""
    while b"Ctrl-C stops it." not in text:
        read = os.read(source, 65536)
        assert read, text
        text += read
    return text.decode()


def test_it_starts_in_a_terminal_with_colours_unless_they_are_unwanted():
    for variables, coloured in [({}, True), ({"NO_COLOR": "1"}, False)]:
        source, descriptor = pty.openpty()
        process = greeting(variables, descriptor)
        os.close(descriptor)
        try:
            assert ("\x1b[" in read_greeting(source)) == coloured
        finally:
            process.kill()
            process.wait()
            os.close(source)


def test_what_it_prints_can_be_pasted():
    source, descriptor = os.pipe()
    process = greeting({}, descriptor)
    os.close(descriptor)
    try:
        lines = re.findall(r"^  ((?:export|curl) .*)$", read_greeting(source), re.MULTILINE)
        assert len(lines) == 5
        answers = subprocess.run(["bash", "-euc", "\n".join(lines)], check=True, capture_output=True, text=True)
        answers = answers.stdout
        # Each answer has its own line, so that the prompt of the shell has too.
        assert answers.endswith("]\n")
        profile, invited, login, outbox = answers.split("\n", 3)
        assert json.loads(profile)[0]["email1"] == "ada@example.com"
        assert json.loads(invited)["message"] == "User invited."
        assert json.loads(login)["token"]["token"].startswith("rst_")
        assert json.loads(outbox)[0]["number"] == 1
    finally:
        process.kill()
        process.wait()
        os.close(source)

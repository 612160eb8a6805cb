"""See scripts/guide-test."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from lossy import LossyProxy
from markdown import anchors, blocks, commands, links, pattern

ROOT = pathlib.Path(__file__).resolve().parents[2]
CI = (ROOT / ".ci/run").read_text()
# Where the documents say that Roster is.
DOCUMENTED = "127.0.0.1:3000"
# How long what follows a response may take: a mail, an event.
PATIENCE = 15


class Roster:
    """`cargo run`, behind the proxy: the command of a document starts it anew, with its options."""

    def __init__(self):
        self.proxy = LossyProxy()
        self.process = None

    def start(self, options):
        self.stop()
        command = [ROOT / "target/debug/roster", *options, "--port", "0", "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        url = json.loads(self.process.stdout.readline())["url"]
        self.proxy.port_of_roster = int(url.rsplit(":", 1)[1])

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.proxy.port_of_roster}{path}") as response:
            return json.load(response)


class Shell:
    """One shell for all commands of a document, which export what the next ones use."""

    def __init__(self):
        self.bash = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "clients/python"), "NO_COLOR": "1"},
        )
        self.run("set -o pipefail")

    def run(self, command):
        """Its output and its status."""
        self.bash.stdin.write(f"{command}\nprintf '\\n\\036%s\\n' \"$?\"\n")
        self.bash.stdin.flush()
        output = ""
        for line in self.bash.stdout:
            if line.startswith("\036"):
                return output.strip(), int(line[1:])
            output += line
        raise SystemExit(f"the shell ended: {command}\n{output}")


def is_cargo_run(command):
    return shlex.split(command.text, comments=True)[:2] == ["cargo", "run"]


def check(shell, command, port):
    """Runs it, and again while what it is about may still be on its way. What is wrong, if something is."""
    text = command.text.replace(DOCUMENTED, f"127.0.0.1:{port}")
    deadline = time.monotonic() + PATIENCE
    while True:
        output, status = shell.run(text)
        shown = command.output is None or pattern(command.output).fullmatch(output)
        if status == 0 and shown:
            return None
        if not re.search("/(outbox|events)", text) or time.monotonic() > deadline:
            return f"$ {text}\n{output}\n(status {status}; shown in the document: {command.output})"
        time.sleep(0.2)


def run_document(name, roster):
    """Every command of a document. How many there were, and what was wrong."""
    shell, done, wrong = Shell(), 0, []
    for block in blocks((ROOT / name).read_text()):
        if block.language not in ("sh", "console"):
            continue
        if block.left_out:
            print(f"{name}:{block.line}: left out: {block.left_out}")
            wrong += [
                f"{name}:{block.line}: .ci/run has no {instead}"
                for instead in re.findall(r'"(.+?)"', block.left_out)
                if instead not in CI
            ]
            continue
        for command in commands(block):
            done += 1
            if is_cargo_run(command):
                roster.start(shlex.split(command.text, comments=True)[3:])
            elif problem := check(shell, command, roster.proxy.port):
                wrong.append(f"{name}:{command.line}: {problem}")
    return done, wrong


def check_examples(roster):
    """What the examples did through the proxy, which lost the first answer to all that they made."""
    sent = [mail["to"] for mail in roster.get("/outbox")]
    colleagues = [address for address in sent if address.startswith("colleague-of-")]
    wrong = []
    if len(roster.proxy.keys) != 6:
        lost = len(roster.proxy.keys)
        wrong.append(f"both examples sign up once and invite twice: {lost} answers were lost instead of 6")
    if len(set(colleagues)) != 2 or len(colleagues) != 2:
        wrong.append(f"each example invites one colleague, once: {colleagues}")
    return wrong


def type_check():
    """Both examples, strictly."""
    tsc = subprocess.run(["npm", "run", "--silent", "check"], cwd=ROOT / "clients/typescript")
    mypy = subprocess.run(["mypy", "--no-error-summary", "example.py"], cwd=ROOT / "clients/python")
    return [f"{name} finds errors in clients" for name, run in [("tsc", tsc), ("mypy", mypy)] if run.returncode]


def install_clients():
    """Into a folder elsewhere, as somebody who uses them would, and from there into a program."""
    with tempfile.TemporaryDirectory() as folder:
        packed = ["npm", "pack", "--silent", "--pack-destination", folder]
        package = subprocess.check_output(packed, cwd=ROOT / "clients/typescript", text=True).strip()
        imports = "import('roster-client').then((client) => client.createRoster({ baseUrl: '/' }).GET)"
        copy = shutil.copytree(ROOT / "clients/python", f"{folder}/source", ignore=shutil.ignore_patterns("*.py[co]"))
        steps = [
            ["npm", "install", "--silent", "--no-audit", "--no-fund", f"./{package}"],
            ["node", "--eval", imports],
            ["pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", "python", copy],
            ["python", "-c", "import roster_client.models; open('python/roster_client/py.typed')"],
        ]
        # Nothing of the checkout: it is the installed one that is imported.
        environment = os.environ | {"PYTHONPATH": f"{folder}/python"}
        runs = [(step, subprocess.run(step, cwd=folder, env=environment)) for step in steps]
    return [f"{' '.join(step)} failed" for step, run in runs if run.returncode]


def lint_templates(name):
    """The CloudFormation templates that a document shows."""
    wrong = []
    for block in blocks((ROOT / name).read_text()):
        if block.language == "yaml" and block.lines[0].startswith("AWSTemplateFormatVersion"):
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as template:
                template.write("\n".join(block.lines) + "\n")
                template.flush()
                if subprocess.run(["cfn-lint", "--regions", "eu-west-1", "--", template.name]).returncode:
                    wrong.append(f"{name}:{block.line}: cfn-lint refuses this template")
    return wrong


def check_links():
    """Every link of every document to a file or a heading of this checkout."""
    list_files = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    tracked = subprocess.check_output(list_files, cwd=ROOT)
    wrong = []
    for name in tracked.decode().split():
        document = ROOT / name
        for link in links(document.read_text()):
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            target = (document.parent / path).resolve() if path else document
            if not target.exists():
                wrong.append(f"{name}: there is no {link}")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
                wrong.append(f"{name}: no heading for {link}")
    return wrong


def main():
    wrong = check_links()
    roster = Roster()
    try:
        for name in ["README.md", "docs/GUIDE.md"]:
            done, problems = run_document(name, roster)
            print(f"{name}: {done} commands")
            wrong += problems
            wrong += lint_templates(name)
        wrong += check_examples(roster)
    finally:
        roster.stop()
    wrong += type_check()
    wrong += install_clients()
    for problem in wrong:
        print(f"\n{problem}", file=sys.stderr)
    sys.exit(f"\nscripts/guide-test: {len(wrong)} problems" if wrong else 0)


main()

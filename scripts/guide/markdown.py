"""The blocks of code of a document, its commands with the output that it shows, and its links."""

import dataclasses
import re

# <!-- guide-test: why the block below is not run; what .ci/run has instead is in "quotes" -->
LEFT_OUT = re.compile(r"<!-- guide-test: (.*) -->")


@dataclasses.dataclass
class Block:
    line: int
    language: str
    lines: list[str]
    # Why it is not run, if it is not.
    left_out: str | None


@dataclasses.dataclass
class Command:
    line: int
    text: str
    # What the document shows, or None where it shows nothing.
    output: str | None


def blocks(text):
    """The fenced blocks of code."""
    found, fence, left_out = [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        if fence is None and (opening := re.match(r"( *)```(\w+)$", line)):
            fence = opening[1] + "```"
            found.append(Block(number, opening[2], [], left_out))
        elif fence is not None and line == fence:
            fence = None
        elif fence is not None:
            found[-1].lines.append(line.removeprefix(fence[:-3]))
        if fence is None and line.strip():
            marked = LEFT_OUT.match(line.strip())
            left_out = marked[1] if marked else None
    assert fence is None, "a block of code has no end"
    return found


def commands(block):
    """The commands of a `sh` block, one a line, and of a `console` block, each behind a `$`."""
    found = []
    for number, line in enumerate(block.lines, block.line + 1):
        if found and found[-1].text.endswith("\\"):
            found[-1].text += "\n" + line
        elif block.language == "console" and not line.startswith("$ "):
            shown = found[-1].output
            found[-1].output = line if shown is None else f"{shown}\n{line}"
        elif line.strip():
            found.append(Command(number, line.removeprefix("$ "), None))
    return found


# What is other on each run, and looks the same.
CHANGING = [
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    r"rs[tdivru]_[A-Za-z0-9_-]{43,}",
    r"127\.0\.0\.1:\d+",
]


def pattern(shown):
    """What an output has to look like: as shown, but for ids, times, secrets and ports; `…` is anything."""
    parts = re.split("(" + "|".join([*CHANGING, "…"]) + ")", shown.strip())

    def of(part):
        if part == "…":
            return r"[\s\S]*?"
        kind = next((kind for kind in CHANGING if re.fullmatch(kind, part)), None)
        return kind or re.escape(part)

    return re.compile("".join(map(of, parts)))


def links(text):
    """The targets of the links: not those of pictures, which are made by scripts of their own."""
    without_code = re.sub(r"```[\s\S]*?```|`[^`\n]*`", "`code`", text)
    return re.findall(r"(?<!!)\[(?:[^\[\]]|!\[[^\]]*\])*\]\(([^)\s]+)\)", without_code)


def anchors(text):
    """The headings, as GitHub links to them."""
    titles = re.findall(r"(?m)^#+ (.+)$", re.sub(r"```[\s\S]*?```", "", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

"""Chats written as plain text or Markdown: who said what, and when.

Read are "User: …", "**Assistant:** …", "[2026-03-01 10:00] Dana: …", "## User" with the words
under it, and dates on headings of their own ("## 2026-03-01") for what follows. Lines without
a speaker go on with the message above. Whether "Note: …" is a speaker or somebody's words is
settled by the rest of the chat.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

ROLE_WORDS: Final = {
    "user": "user",
    "human": "user",
    "me": "user",
    "you": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "chatgpt": "assistant",
    "gpt": "assistant",
    "claude": "assistant",
    "gemini": "assistant",
    "copilot": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}

_DATE = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_ZONE = r"(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_STAMP = rf"(?:{_DATE}(?:[T ,]+{_CLOCK}{_ZONE})?|{_CLOCK})"
_NAME = r"[^\W\d_][\w.'’ -]{0,39}?"
_SPEAKER = re.compile(
    rf"(?:[\[(]?(?P<before>{_STAMP})[\])]?\s*[-–—,]?\s*)?"
    rf"(?P<bold>\*\*|__)?(?P<name>{_NAME})(?P<close>\*\*|__)?"
    rf"\s*(?:[\[(](?P<after>{_STAMP})[\])])?(?:\*\*|__)?\s*:(?P<late>\*\*|__)?(?P<text>(?!//).*)"
)
_ROLE_HEADING = re.compile(
    rf"#{{1,6}}\s+(?:\*\*)?(?P<name>[A-Za-z]+)(?:\*\*)?:?\s*(?:[\[(]?(?P<stamp>{_STAMP})[\])]?)?\s*"
)
_DATE_LINE = re.compile(
    rf"(?:#{{1,6}}|-{{2,}}|={{2,}}|\*\*|\[)?\s*(?P<date>{_DATE})\b[^:|]{{0,24}}"
)
_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r"\s*([-*_=])(\s*\1){2,}\s*")


@dataclass(slots=True)
class Spoken:
    """One message as found: the line it starts on, the speaker, the time as written."""

    line: int
    name: str
    at: str | None
    words: list[str] = field(default_factory=list)

    @property
    def content(self) -> str:
        """The words, without blank lines and rules around them."""
        words = list(self.words)
        while words and (not words[-1].strip() or _RULE.fullmatch(words[-1])):
            words.pop()
        while words and not words[0].strip():
            words.pop(0)
        return "\n".join(words)


@dataclass(frozen=True, slots=True)
class _Speakers:
    """Who counts as a speaker in this chat."""

    stamped: bool
    names: frozenset[str]

    def accept(self, found: re.Match[str]) -> bool:
        if found["before"] or found["after"]:
            return True
        if self.stamped:
            return False
        return _key(found["name"]) in self.names


def read_chat(text: str) -> tuple[list[Spoken], list[tuple[int, str]]]:
    """The messages of a chat, and the lines that belong to none, each with what is wrong."""
    lines = text.split("\n")
    speakers = _speakers(lines)
    messages: list[Spoken] = []
    problems: list[tuple[int, str]] = []
    date: str | None = None
    for number, line, free in _outside_front_matter(lines):
        heading = _role_of_heading(line.strip()) if free else None
        if heading is not None:
            messages.append(Spoken(number, heading["name"], _stamp(heading["stamp"], date)))
            continue
        if free and (day := _DATE_LINE.fullmatch(line.strip())) and _is_date(day["date"]):
            date = day["date"]
            continue
        found = _SPEAKER.fullmatch(line.strip()) if free else None
        if found is not None and speakers.accept(found):
            written = found["before"] or found["after"]
            stamp = _stamp(written, date)
            date = _date_of(written) or date
            messages.append(Spoken(number, found["name"].strip(), stamp, [found["text"].strip()]))
        elif messages:
            messages[-1].words.append(line.rstrip())
        elif line.strip() and not line.startswith("#") and not _RULE.fullmatch(line):
            problems.append((number, "no speaker before these words"))
    return messages, problems


def _outside_front_matter(lines: list[str]) -> list[tuple[int, str, bool]]:
    """Numbered lines, and whether each is outside a fenced block."""
    start = 0
    if lines and lines[0].strip() == "---":
        ends = [i for i, line in enumerate(lines[1:60], 1) if line.strip() == "---"]
        start = ends[0] + 1 if ends else 0
    numbered = []
    fenced = False
    for index in range(start, len(lines)):
        fence = bool(_FENCE.match(lines[index]))
        numbered.append((index + 1, lines[index], not fenced and not fence))
        fenced ^= fence
    return numbered


def _speakers(lines: list[str]) -> _Speakers:
    open_lines = [line.strip() for _, line, free in _outside_front_matter(lines) if free]
    found = [match for line in open_lines if (match := _SPEAKER.fullmatch(line))]
    if any(match["before"] or match["after"] for match in found):
        return _Speakers(True, frozenset())
    counts = Counter(_key(match["name"]) for match in found)
    roles = {name for name in counts if name in ROLE_WORDS}
    kinds = {ROLE_WORDS[name] for name in roles}
    headed = any(_role_of_heading(line) for line in open_lines)
    if headed or {"user", "assistant"} <= kinds:
        return _Speakers(False, frozenset(roles))
    named = {
        name
        for index, match in enumerate(found)
        if (name := _key(match["name"]))
        and _looks_like_a_name(match["name"])
        and (index == 0 or counts[name] > 1 or (match["bold"] and index < 2))
    }
    return _Speakers(False, frozenset(roles | named))


def _looks_like_a_name(text: str) -> bool:
    parts = text.split()
    return len(parts) <= 4 and not any(
        part[0].isascii() and part[0].islower() for part in parts[:1]
    )


def _role_of_heading(line: str) -> re.Match[str] | None:
    found = _ROLE_HEADING.fullmatch(line)
    return found if found is not None and found["name"].lower() in ROLE_WORDS else None


def _key(name: str) -> str:
    return " ".join(name.lower().split())


def _date_of(stamp: str | None) -> str | None:
    found = re.match(_DATE, stamp or "")
    return found[0] if found else None


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _stamp(written: str | None, date: str | None) -> str | None:
    """A time as written, completed with the date of the heading above it."""
    if written is None:
        return date
    if re.match(_DATE, written):
        return written
    return None if date is None else f"{date} {written}"

"""The command that reads transcripts, and what other memories hold, into a memory."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from everwhen.compat import transcripts
from everwhen.compat.transcripts import Format, Transcript
from everwhen.errors import ContentError, InputError
from everwhen.memory import Memory
from everwhen.model.period import now
from everwhen.model.records import Scope
from everwhen.surfaces import tables
from everwhen.surfaces.options import ON_SCOPE, Asked, require_scope, verb
from everwhen.surfaces.progress import progress
from everwhen.surfaces.show import Line, show, show_json, table

_CHUNK: Final = 500
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What one file brought."""

    path: str
    format: Format
    messages: int
    new: int
    skipped: tuple[str, ...]
    redacted: Mapping[str, int]


@verb(
    "import",
    section="Write",
    takes=ON_SCOPE,
    needs_scope=False,
    examples="""
    everwhen import chat.jsonl --user dana
    everwhen import mem0 ~/.mem0 /tmp/qdrant
    everwhen import notes/*.md --user dana --tz Europe/Lisbon --assistant Ada
    """,
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(transcripts.FORMATS), help="Do not guess it.")
@click.option("--at", metavar="TIME", help="When undated messages were said (default: now).")
@click.option(
    "--assistant", "assistants", multiple=True, metavar="NAME", help="This speaker is the agent."
)
@click.option("--skip-bad", is_flag=True, help="Import the rest where something is unreadable.")
@click.option("--extract/--no-extract", default=True, help="Whether to take facts from it.")
def import_(
    asked: Asked,
    paths: tuple[str, ...],
    form: Format | None,
    at: str | None,
    assistants: tuple[str, ...],
    skip_bad: bool,
    extract: bool,
) -> None:
    """Import transcripts: JSON, or chats in text or Markdown; or what Mem0 holds.

    JSON is an array, or one object a line, with role, content and optional name, at, metadata
    and id. Chats are lines such as "User: …" or "[2026-03-01 10:00] Dana: …".

    The same file twice changes nothing. Every file is read whole before anything is stored;
    if something in it is unreadable, nothing is imported. PATH - is standard input.

    After the word mem0, PATHs are Mem0's: its Qdrant folder, its history.db, its JSON exports.
    """
    if paths[0] == "mem0" and len(paths) > 1:
        if form or at or assistants or not extract:
            raise click.UsageError("of the options, mem0 takes --skip-bad and whose alone")
        _import_mem0(asked, paths[1:], skip_bad=skip_bad)
        return
    require_scope(asked)
    zone = asked.zone
    read = [
        transcripts.parse_transcript(
            _bytes(path),
            path="standard input" if path == "-" else path,
            form=form,
            tz=None if zone is None else str(zone),
            at=asked.time(at, "--at"),
            assistants=assistants,
        )
        for path in paths
    ]
    for found in read:
        transcripts.check(found, skip_bad=skip_bad)
    with asked.open() as memory:
        done = list(_import_all(memory, asked, read, extract=extract))
    if asked.json:
        show_json(done)
        return
    show([table(["file", "format", "messages", "new"], [_row(item) for item in done])])
    skipped = [f"{item.path}, {why}" for item in done for why in item.skipped]
    if skipped:
        show((Line(text=f"skipped {text}", style="bad") for text in skipped), file=sys.stderr)
    out = sum((Counter(item.redacted) for item in done), Counter[str]())
    told = f"; taken out: {tables.redacted(out)}" if out else ""
    show([Line(text=f"{sum(item.new for item in done)} new{told}")])


def _import_mem0(asked: Asked, paths: Sequence[str], *, skip_bad: bool) -> None:
    from everwhen.compat.mem0 import importing

    given = [one for one in asked.scope.values() if one]
    found = importing.read_exports(
        paths, scope=Scope(**asked.scope) if given else None, tz=asked.zone
    )
    if found.problems and not skip_bad:
        first = "; ".join(map(str, found.problems[:_SHOWN]))
        raise ContentError(
            f"{len(found.problems)} memories can not be read: {first}. Mend this, or skip it "
            "with --skip-bad"
        )
    began = now()
    with asked.open() as memory, progress("Importing", quiet=asked.json) as advance:
        advance(0, found.count)
        kept = importing.keep(memory, found, advance)
    new = sum(fact.system_from >= began for fact in kept)
    skipped = tuple(map(str, found.problems))
    if asked.json:
        show_json({"memories": found.count, "new": new, "skipped": skipped})
        return
    if skipped:
        show((Line(text=f"skipped {text}", style="bad") for text in skipped), file=sys.stderr)
    people = len(found.facts)
    show([Line(text=f"{found.count} memories of {people} scopes, {new} new")])


def _row(item: Imported) -> tuple[str, str, str, str]:
    return (item.path, item.format, str(item.messages), str(item.new))


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from error


def _import_all(
    memory: Memory, asked: Asked, read: Sequence[Transcript], *, extract: bool
) -> Iterator[Imported]:
    whole = sum(len(found.messages) for found in read)
    finished = 0
    with progress("Importing", quiet=asked.json) as advance:
        advance(0, whole)
        for found in read:
            new = 0
            redacted: Counter[str] = Counter()
            for chunk in _chunks(found.messages):
                added = memory.add(chunk, **asked.scope, extract=extract)
                new += added.new
                redacted.update(added.redacted)
                finished += len(chunk)
                advance(finished, whole)
            yield Imported(
                path=found.path,
                format=found.format,
                messages=len(found.messages),
                new=new,
                skipped=tuple(map(str, found.problems)),
                redacted=dict(redacted),
            )


def _chunks(messages: Sequence[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    """Parts of some hundred messages; those said at the same time stay together, in order."""
    start = 0
    for end in range(1, len(messages) + 1):
        last = end == len(messages)
        at = messages[end - 1].get("at")
        if last or (end - start >= _CHUNK and (at is None or at != messages[end].get("at"))):
            yield list(messages[start:end])
            start = end

"""Commands that write: add, remember, correct, end, retract, forget, import."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

import click

from everwhen.errors import NotFoundError
from everwhen.memory import Memory
from everwhen.model.records import Decision, Fact
from everwhen.surfaces import tables
from everwhen.surfaces.cli_import import import_
from everwhen.surfaces.options import (
    FAILED,
    NOTHING_FOUND,
    ON_FILE,
    ON_SCOPE,
    SCOPE,
    Asked,
    verb,
)
from everwhen.surfaces.progress import progress
from everwhen.surfaces.show import Line, Piece, show, show_json

_ROLES = ("user", "assistant", "system", "tool")


@verb(
    "add",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen add "I live in Lisbon." --user dana
    everwhen add "I moved to Porto." --user dana --at 2026-03-01
    cat note.txt | everwhen add - --user dana --metadata from=note.txt
    """,
)
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--role", type=click.Choice(_ROLES), default="user", help="Who says it.")
@click.option("--name", help="The speaker's name.")
@click.option("--at", metavar="TIME", help="When it was said (default: now).")
@click.option("--metadata", "-m", multiple=True, metavar="KEY=VALUE", help="Kept with it.")
@click.option("--id", "key", metavar="KEY", help="Said again under the same KEY, it is not kept.")
@click.option("--extract/--no-extract", default=True, help="Whether to take facts from it.")
@click.option("--wait/--no-wait", default=True, help="Whether to work out the facts now.")
@click.option("--instructions", metavar="TEXT", help="For a language model: what to take of it.")
def add(
    asked: Asked,
    texts: tuple[str, ...],
    role: str,
    name: str | None,
    at: str | None,
    metadata: tuple[str, ...],
    key: str | None,
    extract: bool,
    wait: bool,
    instructions: str | None,
) -> None:
    """Remember what was said, word for word, and the facts in it.

    Each TEXT is a message; - reads one from standard input.
    """
    if key is not None and len(texts) > 1:
        raise click.UsageError("--id names one message; give one TEXT with it")
    fields = {"role": role, "name": name, "id": key}
    given = {name: value for name, value in fields.items() if value is not None}
    messages = [{**given, "content": _text(text)} for text in texts]
    said, kept_with = asked.time(at, "--at"), _pairs(metadata)
    with asked.open() as memory, progress("Reading", quiet=asked.json) as advance:
        added = memory.add(
            messages,
            **asked.scope,
            at=said,
            metadata=kept_with,
            extract=extract,
            wait=wait,
            instructions=instructions,
            progress=advance,
        )
        facts = _facts_of(memory, asked, added.decisions)
    if asked.json:
        told = {"episodes": added.episodes, "decisions": added.decisions, "facts": facts}
        show_json({**told, "redacted": added.redacted})
        return
    count = len(added.episodes)
    kept = f"{count} message{'s' if count != 1 else ''} kept"
    waiting = extract and not all(episode.extracted for episode in added.episodes)
    tail = "; `everwhen work` takes the facts from it" if waiting else ""
    read = extract and not waiting
    changed = _changes(added.decisions, facts) if read else []
    if added.redacted:
        tail += f"; taken out: {tables.redacted(added.redacted)}"
    show([Line(text=kept + tail, style="dim"), *changed])


def _text(argument: str) -> str:
    if argument != "-":
        return _decoded(argument)
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is not UTF-8: {error}") from error


def _decoded(argument: str) -> str:
    """An argument that the locale's encoding could not read, as UTF-8."""
    if not re.search(r"[\udc80-\udcff]", argument):
        return argument
    try:
        return os.fsencode(argument).decode()
    except UnicodeError as error:
        raise click.UsageError(f"a TEXT is not UTF-8: {error}") from error


def _pairs(given: Iterable[str]) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(f"--metadata {pair!r}: write it as KEY=VALUE")
        pairs[key.strip()] = value
    return pairs


def _facts_of(memory: Memory, asked: Asked, decisions: Iterable[Decision]) -> dict[str, Fact]:
    """The facts that decisions are about, by id, as held now."""
    facts: dict[str, Fact] = {}
    for decision in decisions:
        for id in (*decision.fact_ids, *decision.closed):
            if id in facts:
                continue
            try:
                found = memory.get(id, **asked.scope)
            except NotFoundError:
                continue
            if isinstance(found, Fact):
                facts[id] = found
    return facts


def _changes(decisions: Iterable[Decision], facts: dict[str, Fact]) -> list[Piece]:
    every = list(decisions)
    rows = [one for one in every if one.fact_ids or one.closed]
    refused = [Line(text=one.reason, style="dim") for one in every if one.claim_id is None]
    if not rows:
        return [Line(text="no facts in it", style="dim"), *refused]
    return [tables.changes(rows, facts), *refused]


@verb(
    "remember",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen remember "Dana's locker is number 12." --user dana
    everwhen remember "Dana lives in Porto." --user dana --attribute home --value Porto
    """,
)
@click.argument("text")
@click.option("--subject", help="Whom or what it is about (default: the user).")
@click.option("--attribute", help="Which property, such as home or employer.")
@click.option("--value", help="The property's value.")
@click.option("--from", "valid_from", metavar="TIME", help="True since.")
@click.option("--until", "valid_to", metavar="TIME", help="True until.")
@click.option("--expires", "expires_at", metavar="TIME", help="When the memory itself lapses.")
@click.option("--metadata", "-m", multiple=True, metavar="KEY=VALUE", help="Kept with it.")
def remember(
    asked: Asked,
    text: str,
    subject: str | None,
    attribute: str | None,
    value: str | None,
    valid_from: str | None,
    valid_to: str | None,
    expires_at: str | None,
    metadata: tuple[str, ...],
) -> None:
    """Keep a fact as given, without reading it.

    With --attribute it takes the place of the value held before, where there can be only one.
    """
    words, kept_with = _text(text), _pairs(metadata)
    start, stop = asked.time(valid_from, "--from"), asked.time(valid_to, "--until")
    lapse = asked.time(expires_at, "--expires")
    with asked.open() as memory:
        fact = memory.remember(
            words,
            **asked.scope,
            subject=subject,
            attribute=attribute,
            value=value,
            metadata=kept_with,
            valid_from=start,
            valid_to=stop,
            expires_at=lapse,
        )
    _show_fact(asked, fact)


def _show_fact(asked: Asked, fact: Fact) -> None:
    if asked.json:
        show_json(fact)
    else:
        show([tables.facts([fact], asked.zone)])


@verb(
    "correct",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen correct ID --user dana --value Porto
    """,
)
@click.argument("id")
@click.option("--value", help="What is true instead.")
@click.option("--text", help="How the fact reads instead.")
@click.option("--metadata", "-m", multiple=True, metavar="KEY=VALUE", help="Kept instead.")
def correct(
    asked: Asked, id: str, value: str | None, text: str | None, metadata: tuple[str, ...]
) -> None:
    """Say that a fact was never true, and what was.

    What was believed before is still answered with --known-at.
    """
    if value is None and text is None and not metadata:
        raise click.UsageError("what is true instead? Give --value, --text or both")
    kept_with = _pairs(metadata) or None
    with asked.open() as memory:
        fact = memory.correct(id, **asked.scope, value=value, text=text, metadata=kept_with)
    _show_fact(asked, fact)


@verb(
    "end",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen end ID --user dana
    everwhen end ID --user dana --at 2026-03-01
    """,
)
@click.argument("id")
@click.option("--at", metavar="TIME", help="When it stopped (default: now).")
def end(asked: Asked, id: str, at: str | None) -> None:
    """Say that a fact stopped being true. Nothing replaces it."""
    stopped = asked.time(at, "--at")
    with asked.open() as memory:
        fact = memory.end(id, **asked.scope, at=stopped)
    _show_fact(asked, fact)


@verb(
    "retract",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen retract ID --user dana
    """,
)
@click.argument("id")
def retract(asked: Asked, id: str) -> None:
    """Take back what a fact rests on, and undo all that it caused.

    The words stay; `everwhen forget` removes them.
    """
    with asked.open() as memory:
        decisions = memory.retract(id, **asked.scope)
        facts = _facts_of(memory, asked, decisions)
    if asked.json:
        show_json({"decisions": decisions, "facts": facts})
    else:
        show([tables.changes(decisions, facts)])


@verb(
    "forget",
    section="Write",
    takes=(*ON_FILE, *SCOPE),
    examples="""
    everwhen forget ID --user dana
    everwhen forget --query "bank account" --user dana --yes
    everwhen forget --everything --user dana
    """,
)
@click.argument("id", required=False)
@click.option("--query", metavar="WORDS", help="Whatever holds all of these words.")
@click.option("--everything", is_flag=True, help="The whole scope.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def forget(asked: Asked, id: str | None, query: str | None, everything: bool, yes: bool) -> int:
    """Remove words for good, with all that only they said.

    Name a fact or message by ID, or give --query or --everything.
    """
    if sum((id is not None, query is not None, everything)) != 1:
        raise click.UsageError("say what to forget: one of ID, --query or --everything")
    if not yes and not _confirmed(asked, id, query):
        show([Line(text="nothing was removed")], file=sys.stderr)
        return FAILED
    with asked.open() as memory:
        receipt = memory.forget(**asked.scope, id=id, query=query, everything=everything)
    if asked.json:
        show_json(receipt)
    else:
        show(tables.receipt(receipt))
    return 0 if receipt.episodes or receipt.claims or receipt.facts else NOTHING_FOUND


def _confirmed(asked: Asked, id: str | None, query: str | None) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("nobody is here to confirm it; add --yes")
    whose = ", ".join(part for part in (asked.user, asked.agent, asked.run) if part)
    what = id or (f"whatever holds “{query}”" if query else "everything")
    return click.confirm(f"Forget {what} of {whose}? It can not be brought back.", err=True)


COMMANDS = (add, remember, correct, end, retract, forget, import_)

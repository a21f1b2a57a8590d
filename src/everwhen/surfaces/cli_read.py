"""Commands that read: search, context, list, get, timeline, history."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal

import click

from everwhen.model.records import Fact, JsonValue
from everwhen.surfaces import tables
from everwhen.surfaces.options import NOTHING_FOUND, ON_MOMENT, ON_SCOPE, Asked, verb
from everwhen.surfaces.show import Line, Table, show, show_json

_KIND = click.Choice(["fact", "episode"])


def _where(text: str | None) -> dict[str, JsonValue] | None:
    if text is None:
        return None
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"--where is not JSON: {error}") from error
    if not isinstance(read, dict):
        raise click.UsageError('--where is not a JSON object, such as {"topic": "travel"}')
    return read


@verb(
    "search",
    section="Read",
    takes=ON_MOMENT,
    examples="""
    everwhen search "Which seat do I prefer?" --user dana
    everwhen search "favorite color" --user dana --as-of 2026-03-01 --verbose
    everwhen search "favorite color" --user dana --explain
    """,
)
@click.argument("query")
@click.option("--top-k", "-k", type=click.IntRange(1), default=10, show_default=True)
@click.option("--kind", "kinds", type=_KIND, multiple=True, help="Only facts, or only episodes.")
@click.option("--where", metavar="JSON", help="Only with this metadata.")
@click.option("--category", metavar="NAME", help="Only facts about this, such as health.")
@click.option("--min-score", type=float, help="The cut-off; 0 turns it off.")
@click.option(
    "--without", metavar="SIGNAL", multiple=True, help="A signal that is not to count, as 'dense'."
)
@click.option(
    "--explain", is_flag=True, help="Say why each hit is there, and why the next ones are not."
)
@click.option("--verbose", "-v", is_flag=True, help="Show the signals behind each score.")
def search(
    asked: Asked,
    query: str,
    top_k: int,
    kinds: tuple[Literal["fact", "episode"], ...],
    where: str | None,
    category: str | None,
    min_score: float | None,
    without: tuple[str, ...],
    explain: bool,
    verbose: bool,
) -> int:
    """Find facts and past messages, best first.

    What does not fit the question well enough is left out.
    """
    wanted, moment = _where(where), asked.moment
    with asked.open() as memory:
        hits = memory.search(
            query,
            **asked.scope,
            **moment,
            top_k=top_k,
            kinds=kinds or ("fact", "episode"),
            where=wanted,
            category=category,
            min_score=min_score,
            without=without,
            explain=explain,
        )
    found = tables.hits(hits, asked.zone, signals=verbose)
    return _found(asked, hits, found if hits else None)


def _found(asked: Asked, value: object, table: Table | None) -> int:
    if asked.json:
        show_json(value)
    else:
        show([table or Line(text="nothing found", style="dim")])
    return NOTHING_FOUND if table is None else 0


@verb(
    "context",
    section="Read",
    takes=ON_MOMENT,
    examples="""
    everwhen context "Which seat do I prefer?" --user dana --budget 500
    everwhen context "Where do I live?" --user dana --text
    """,
)
@click.argument("query")
@click.option(
    "--budget", type=click.IntRange(0), default=1000, show_default=True, help="Tokens at most."
)
@click.option("--model", help="Whose tokens to count.")
@click.option("--text", "bare", is_flag=True, help="Print the text alone, to paste or pipe.")
def context(asked: Asked, query: str, budget: int, model: str | None, bare: bool) -> None:
    """Print what the next turn needs, within a token budget."""
    moment = asked.moment
    with asked.open() as memory:
        found = memory.context(query, **asked.scope, **moment, budget_tokens=budget, model=model)
    if asked.json:
        show_json(found)
    elif bare:
        click.echo(found.text)
    else:
        show(tables.context(found))


@verb(
    "list",
    section="Read",
    takes=ON_MOMENT,
    examples="""
    everwhen list --user dana
    everwhen list --user dana --kind episode --limit 20
    """,
)
@click.option(
    "--kind",
    type=click.Choice(["fact", "review", "episode"]),
    default="fact",
    show_default=True,
    help="What to list.",
)
@click.option("--subject", help="Only facts about this one.")
@click.option("--attribute", help="Only facts of this property.")
@click.option("--where", metavar="JSON", help="Only with this metadata.")
@click.option("--category", metavar="NAME", help="Only facts about this, such as health.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--cursor", help="Go on where the last page ended.")
def list_(
    asked: Asked,
    kind: Literal["fact", "review", "episode"],
    subject: str | None,
    attribute: str | None,
    where: str | None,
    category: str | None,
    limit: int,
    cursor: str | None,
) -> int:
    """List facts that are true, those to review, or messages."""
    if kind == "episode" and (subject, attribute, category) != (None, None, None):
        raise click.UsageError("--subject, --attribute and --category choose among facts")
    wanted, moment = _where(where), asked.moment
    with asked.open() as memory:
        if kind == "episode":
            said = memory.list(
                **asked.scope,
                **moment,
                kind=kind,
                where=wanted,
                limit=limit,
                cursor=cursor,
            )
            items: tuple[object, ...] = said.items
            table, page = tables.episodes(said.items, asked.zone), said.cursor
        else:
            held = memory.list(
                **asked.scope,
                **moment,
                kind=kind,
                subject=subject,
                attribute=attribute,
                where=wanted,
                category=category,
                limit=limit,
                cursor=cursor,
            )
            items, page = held.items, held.cursor
            table = tables.facts(held.items, asked.zone)
    code = _found(asked, {"items": items, "cursor": page}, table if items else None)
    if page is not None and not asked.json:
        show([Line(text=f"more: --cursor {page}", style="dim")])
    return code


@verb(
    "get",
    section="Read",
    takes=(*ON_SCOPE, "known_at"),
    examples="""
    everwhen get ID --user dana
    """,
)
@click.argument("id")
def get(asked: Asked, id: str) -> None:
    """Show one fact or message, with its sources."""
    known_at = asked.moment["known_at"]
    with asked.open() as memory:
        found = memory.get(id, **asked.scope, known_at=known_at)
        said = []
        if isinstance(found, Fact) and not asked.json:
            said = [
                (source, memory.get(source.episode_id, **asked.scope)) for source in found.sources
            ]
    if asked.json:
        show_json(found)
    else:
        show(tables.record(found, said, asked.zone))


@verb(
    "timeline",
    section="Read",
    takes=(*ON_SCOPE, "known_at"),
    examples="""
    everwhen timeline --user dana
    everwhen timeline --user dana --attribute home
    """,
)
@click.option("--subject", help="Only facts about this one.")
@click.option("--attribute", help="Only facts of this property.")
def timeline(asked: Asked, subject: str | None, attribute: str | None) -> int:
    """Draw every period of every fact, in order of time."""
    known_at = asked.moment["known_at"]
    with asked.open() as memory:
        facts = memory.timeline(
            **asked.scope,
            subject=subject,
            attribute=attribute,
            known_at=known_at,
        )
    if asked.json:
        show_json(facts)
    elif facts:
        show(tables.timeline(facts, asked.zone, datetime.now(UTC)))
    else:
        show([Line(text="nothing found", style="dim")])
    return 0 if facts else NOTHING_FOUND


@verb(
    "history",
    section="Read",
    takes=ON_SCOPE,
    examples="""
    everwhen history ID --user dana
    """,
)
@click.argument("id")
def history(asked: Asked, id: str) -> None:
    """Show every decision about a fact, and where it was said."""
    with asked.open() as memory:
        decisions = memory.history(id, **asked.scope)
    if asked.json:
        show_json(decisions)
    else:
        show([tables.log(decisions, asked.zone)])


COMMANDS = (search, context, list_, get, timeline, history)

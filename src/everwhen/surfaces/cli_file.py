"""Commands about the whole file: export, load, reindex, work, scopes, stats, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from everwhen.settings import load_settings
from everwhen.surfaces import doctor as checkups
from everwhen.surfaces import tables
from everwhen.surfaces.doctor import Verdict
from everwhen.surfaces.options import FAILED, NOTHING_FOUND, ON_FILE, SCOPE, Asked, verb
from everwhen.surfaces.progress import progress
from everwhen.surfaces.show import Column, Line, show, show_json, table

_PATH = click.Path(path_type=Path)


@verb(
    "export",
    section="The whole file",
    takes=ON_FILE,
    examples="""
    everwhen export backup.jsonl
    """,
)
@click.argument("path", type=_PATH)
def export(asked: Asked, path: Path) -> None:
    """Write everything said and claimed to a file.

    It holds every scope, as JSON lines; `everwhen load` reads it.
    """
    with asked.open() as memory:
        count = memory.export(path)
    if asked.json:
        show_json({"path": str(path), "lines": count})
    else:
        show([Line(text=f"{count} lines written to {path}")])


@verb(
    "load",
    section="The whole file",
    takes=ON_FILE,
    examples="""
    everwhen load backup.jsonl --db copy.db
    """,
)
@click.argument("path", type=_PATH)
def load(asked: Asked, path: Path) -> None:
    """Read an exported file; what is already here is left alone."""
    with asked.open() as memory:
        new = memory.load(path)
    if asked.json:
        show_json({"path": str(path), "new": new})
    else:
        show([Line(text=f"{new} new")])


@verb(
    "reindex",
    section="The whole file",
    takes=ON_FILE,
    examples="""
    everwhen reindex --db agent.db
    everwhen reindex --embedder openai:text-embedding-3-small
    """,
)
@click.option(
    "--embedder",
    metavar="SPEC",
    help="Bring the file to this embedder, such as static, auto or openai:MODEL.",
)
def reindex(asked: Asked, embedder: str | None) -> None:
    """Rebuild everything derived: facts, log, full text, vectors.

    The facts come out the same. A file is brought to another embedder this way; interrupted,
    the same command goes on where it was. Without --embedder it is the one in the settings.
    """
    with asked.open() as memory:
        with progress("Rebuilding", quiet=asked.json) as advance:
            memory.reindex(embedder=embedder, progress=advance)
        stats = memory.stats()
    if asked.json:
        show_json(stats)
        return
    show([Line(text=f"rebuilt: {stats.current_facts} current facts, embedder {stats.embedder}")])
    if embedder is not None and embedder != load_settings().embedder:
        show([Line(text=f"from now on it opens with EVERWHEN_EMBEDDER={embedder}", style="note")])


@verb(
    "work",
    section="The whole file",
    takes=ON_FILE,
    examples="""
    everwhen work
    everwhen work --limit 1000
    """,
)
@click.option("--limit", type=click.IntRange(1), help="At most so many messages.")
def work(asked: Asked, limit: int | None) -> None:
    """Work out the facts of messages that wait for it.

    Such are those added with --no-wait, or left by a crash.
    """
    with asked.open() as memory:
        with progress("Reading", quiet=asked.json) as advance:
            decisions = memory.work(limit=limit, progress=advance)
        left = memory.stats().pending
    if asked.json:
        show_json({"decisions": decisions, "pending": left})
    else:
        show([Line(text=f"{len(decisions)} decisions; {left} messages still wait")])


@verb(
    "stats",
    section="The whole file",
    takes=ON_FILE,
    examples="""
    everwhen stats --json
    """,
)
def stats(asked: Asked) -> None:
    """Show how much is stored, and how much work waits."""
    with asked.open() as memory:
        found = memory.stats()
    if asked.json:
        show_json(found)
    else:
        show([tables.stats(found)])


@verb(
    "doctor",
    section="The whole file",
    takes=("db", "tz"),
    examples="""
    everwhen doctor
    everwhen doctor --db agent.db --json
    """,
)
def doctor(asked: Asked) -> int:
    """Check the file, and say how to mend what is wrong."""
    found = list(checkups.examine(asked.db, asked.tz))
    bad = any(one.verdict is Verdict.BAD for one in found)
    if asked.json:
        show_json(found)
    else:
        rows = [
            (one.verdict.value, one.name, one.found + (f" -> {one.fix}" if one.fix else ""))
            for one in found
        ]
        show([table([Column(name="", style="note"), "", Column(name="", whole=False)], rows)])
    return FAILED if bad else 0


@verb(
    "scopes",
    section="The whole file",
    takes=(*ON_FILE, *SCOPE),
    needs_scope=False,
    examples="""
    everwhen scopes
    everwhen scopes --id ID
    """,
)
@click.option("--id", metavar="ID", help="Only the one that has this fact or message.")
def scopes(asked: Asked, id: str | None) -> int:
    """Show whose memories there are: users, agents, and runs of neither."""
    with asked.open() as memory:
        found = memory.scopes(**asked.scope, id=id)
    if asked.json:
        show_json(found)
    elif found:
        rows = [tuple(one or "" for one in (s.user_id, s.agent_id, s.run_id)) for s in found]
        show([table(["user", "agent", "run"], rows)])
    else:
        show([Line(text="nothing found", style="dim")])
    return 0 if found else NOTHING_FOUND


COMMANDS = (export, load, work, reindex, scopes, stats, doctor)

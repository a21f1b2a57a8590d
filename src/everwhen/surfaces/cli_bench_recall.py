"""Commands that measure how well searches find the evidence of public questions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from everwhen.surfaces.options import Asked, Body, verb
from everwhen.surfaces.progress import steps
from everwhen.surfaces.report import show_report

if TYPE_CHECKING:
    from everwhen.bench.retrieval import Suite

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _measured(function: Body) -> Body:
    """The argument and the options that all of these commands take."""
    decorators: tuple[Callable[[Body], Body], ...] = (
        click.argument("path", type=_FILE),
        click.option(
            "--against",
            metavar="NAMES",
            default="",
            help="Baselines for the same run: bm25, bm25-session, vector; with commas.",
        ),
        click.option(
            "--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N collections."
        ),
        click.option("--extract", is_flag=True, help="Work out facts too, as in real use; slower."),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def _run(asked: Asked, suite: Suite, against: str, limit: int | None, extract: bool) -> None:
    from everwhen.bench.baselines import baselines
    from everwhen.bench.suites import run
    from everwhen.bench.systems import Everwhen
    from everwhen.memory import Memory
    from everwhen.providers.choose import choose_embedder
    from everwhen.settings import load_settings

    names = [name.strip() for name in against.split(",") if name.strip()]
    others = baselines(names, lambda: choose_embedder(load_settings().embedder))
    with steps(quiet=asked.json) as advance:
        report = run(
            suite.first(limit),
            [lambda: Everwhen(Memory(":memory:"), extract=extract), *others],
            progress=advance,
        )
    show_report(asked, report)


@verb(
    "locomo",
    examples="""
    everwhen bench locomo locomo10.json
    everwhen bench locomo locomo10.json --against bm25,vector --json
    """,
)
@_measured
@click.option("--audit", type=_FILE, help="A file of corrected evidence (locomo-audit).")
def locomo(
    asked: Asked, path: Path, against: str, limit: int | None, extract: bool, audit: Path | None
) -> None:
    """Recall of the turns and sessions that answer LoCoMo's questions."""
    from everwhen.bench.locomo import read_locomo

    _run(asked, read_locomo(path, audit), against, limit, extract)


@verb(
    "longmemeval",
    examples="""
    everwhen bench longmemeval longmemeval_s.jsonl.gz --against bm25,bm25-session
    everwhen bench longmemeval evidence.jsonl --json
    """,
)
@_measured
@click.option("--audit", type=_FILE, help="A file of corrected evidence sessions.")
def longmemeval(
    asked: Asked, path: Path, against: str, limit: int | None, extract: bool, audit: Path | None
) -> None:
    """Recall of the sessions and turns that answer LongMemEval's questions."""
    from everwhen.bench.longmemeval import read_longmemeval

    _run(asked, read_longmemeval(path, audit), against, limit, extract)


@verb("beam", examples="everwhen bench beam beam_100k.jsonl.gz --against bm25")
@_measured
def beam(asked: Asked, path: Path, against: str, limit: int | None, extract: bool) -> None:
    """Recall of the messages that BEAM's questions need, by ability."""
    from everwhen.bench.beam import read_beam

    _run(asked, read_beam(path), against, limit, extract)


@verb("realmem", examples="everwhen bench realmem realmem.jsonl.gz --limit 1")
@_measured
def realmem(asked: Asked, path: Path, against: str, limit: int | None, extract: bool) -> None:
    """Recall of the earlier sessions that RealMem's queries need."""
    from everwhen.bench.realmem import read_realmem

    _run(asked, read_realmem(path), against, limit, extract)


@verb("memdaily", examples="everwhen bench memdaily memdaily.jsonl.gz --against bm25,vector")
@_measured
def memdaily(asked: Asked, path: Path, against: str, limit: int | None, extract: bool) -> None:
    """Recall of Chinese messages that answer MemDaily's questions, pooled."""
    from everwhen.bench.memdaily import read_memdaily

    _run(asked, read_memdaily(path), against, limit, extract)


COMMANDS: tuple[click.Command, ...] = (
    locomo,
    longmemeval,
    beam,
    realmem,
    memdaily,
)

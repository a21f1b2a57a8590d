"""Commands that measure how well searches find the evidence of public questions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from everwhen.surfaces.options import ON_SCOPE, Asked, Body, verb
from everwhen.surfaces.progress import steps
from everwhen.surfaces.report import report_pieces
from everwhen.surfaces.show import show, show_json

if TYPE_CHECKING:
    from everwhen.bench.report import Report
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
    _show(asked, report)


def _show(asked: Asked, report: Report) -> None:
    if asked.json:
        show_json(report.as_json())
    else:
        show(report_pieces(report))


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


@verb(
    "window",
    examples="""
    everwhen bench window locomo10.json
    everwhen bench window locomo10.json --budgets 300,1000 --extract
    """,
)
@click.argument("path", type=_FILE)
@click.option("--audit", type=_FILE, help="A file of corrected evidence (locomo-audit).")
@click.option(
    "--budgets",
    metavar="TOKENS",
    default="150,300,600,1000,2000",
    show_default=True,
    help="Budgets to measure, with commas.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N conversations."
)
@click.option("--extract", is_flag=True, help="Work out facts too, as in real use; slower.")
def window(
    asked: Asked, path: Path, audit: Path | None, budgets: str, limit: int | None, extract: bool
) -> None:
    """What contexts cost and hold on LoCoMo, against re-sending everything."""
    from everwhen.bench import window as bench_window
    from everwhen.bench.locomo import read_locomo
    from everwhen.memory import Memory

    suite = read_locomo(path, audit).first(limit)
    with steps(quiet=asked.json) as advance:
        report = bench_window.run(
            suite,
            lambda: Memory(":memory:"),
            budgets=_budgets(budgets),
            extract=extract,
            progress=advance,
        )
    _show(asked, report)


def _budgets(written: str) -> list[int]:
    try:
        return [int(one) for one in written.split(",")]
    except ValueError:
        raise click.UsageError(
            f"--budgets {written!r}; give numbers of tokens such as 300,1000"
        ) from None


@verb(
    "mine",
    takes=ON_SCOPE,
    examples="""
    everwhen bench mine questions.jsonl --user dana
    everwhen bench mine questions.jsonl --db agent.db --user dana --budget 500 --json
    """,
)
@click.argument("path", type=_FILE)
@click.option(
    "--budget", type=click.IntRange(min=1), default=1000, show_default=True, help="In tokens."
)
def mine(asked: Asked, path: Path, budget: int) -> None:
    """Your own questions over your own memory: found, where, and for how many tokens.

    A line of the file: {"question": "…", "expect": ["pattern or id", …]}.
    """
    from everwhen.bench import mine as bench_mine

    scope = asked.scope
    whose: bench_mine.Whose = {
        "user_id": scope["user_id"],
        "agent_id": scope["agent_id"],
        "run_id": scope["run_id"],
    }
    questions = bench_mine.read_own(path, whose)
    with asked.open() as memory:
        report = bench_mine.run(memory, questions, budget_tokens=budget)
    _show(asked, report)


COMMANDS: tuple[click.Command, ...] = (
    locomo,
    longmemeval,
    beam,
    realmem,
    memdaily,
    window,
    mine,
)

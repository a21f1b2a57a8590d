"""Commands that measure what comes back, what must not, and what it costs."""

from __future__ import annotations

from pathlib import Path

import click

from everwhen.surfaces.options import ON_SCOPE, Asked, verb
from everwhen.surfaces.progress import steps
from everwhen.surfaces.report import show_report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@verb(
    "precision",
    examples="everwhen bench precision retrieval.cases.json --beliefs beliefs.seed.json",
)
@click.argument("path", type=_FILE)
@click.option("--beliefs", type=_FILE, required=True, help="The file of beliefs.")
def precision(asked: Asked, path: Path, beliefs: Path) -> None:
    """What must and must not come back of given beliefs (PrecisionMemBench)."""
    from everwhen.bench import precision as bench_precision
    from everwhen.memory import Memory

    report = bench_precision.run(
        bench_precision.read_cases(path),
        bench_precision.read_beliefs(beliefs),
        lambda clock: Memory(":memory:", clock=clock),
    )
    show_report(asked, report)


@verb("amst", examples="everwhen bench amst amst.jsonl.gz --limit 5")
@click.argument("path", type=_FILE)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N cases.")
def amst(asked: Asked, path: Path, limit: int | None) -> None:
    """Required and forbidden memories, given as facts and told as messages (AMST)."""
    from everwhen.bench import amst as bench_amst
    from everwhen.memory import Memory

    cases = bench_amst.read_amst(path)[:limit]
    with steps(quiet=asked.json) as advance:
        report = bench_amst.run(
            cases, lambda clock: Memory(":memory:", clock=clock), progress=advance
        )
    show_report(asked, report)


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
    show_report(asked, report)


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
    show_report(asked, report)


COMMANDS: tuple[click.Command, ...] = (precision, amst, window, mine)

"""Commands to try and to measure: demo and bench."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from everwhen.surfaces import cli_bench_extract as extract
from everwhen.surfaces import cli_bench_judge as judge
from everwhen.surfaces import cli_bench_recall as recall
from everwhen.surfaces import demo as story
from everwhen.surfaces.demo_show import scenes
from everwhen.surfaces.options import Asked, verb
from everwhen.surfaces.progress import progress, steps
from everwhen.surfaces.report import report_pieces
from everwhen.surfaces.show import Column, Heading, Line, Piece, one_line, show, show_json, table

if TYPE_CHECKING:
    from everwhen.bench.stories import Told

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@verb(
    "demo",
    section="Try and measure",
    examples="""
    everwhen demo
    everwhen demo --keep dana.db
    """,
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the memory in this new file (default: a temporary one).",
)
def demo(asked: Asked, keep: Path | None) -> None:
    """Watch it work, on two sessions with a contradiction."""
    told = story.play(keep)
    if asked.json:
        show_json(told)
    else:
        show(scenes(told))


@click.group(invoke_without_command=True)
@click.pass_context
def bench(ctx: click.Context, /) -> None:
    """Measure recall, extraction, facts and speed. The protocol is in docs/benchmarks.md."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@verb(
    "stories",
    examples="""
    everwhen bench stories tests/behaviour/stories/own_b.jsonl
    everwhen bench stories stories.jsonl --failures
    """,
)
@click.argument("path", type=_FILE)
@click.option("--failures", is_flag=True, help="Print each failed check with what came back.")
def stories(asked: Asked, path: Path, failures: bool) -> None:
    """Share of short dated stories after which the right facts hold."""
    from everwhen.bench import stories as bench_stories

    read = bench_stories.read_stories(path)
    with progress("Telling", quiet=asked.json) as advance:
        told = bench_stories.tell(read, progress=advance)
    report = bench_stories.report(told, path)
    if asked.json:
        failed = _failed(told) if failures else None
        show_json(report.as_json() | ({} if failed is None else {"failures": failed}))
        return
    show(report_pieces(report))
    if failures:
        show(piece for one in told if not one.passed for piece in _failure(one))


def _failed(told: list[Told]) -> list[dict[str, object]]:
    return [
        {
            "id": one.story.id,
            "category": one.story.category,
            "level": one.story.level,
            "kind": checked.check.kind,
            "query": checked.check.query,
            "as_of": checked.check.as_of,
            "known_at": checked.check.known_at,
            "missing": checked.missing,
            "wrong": checked.wrong,
            "texts": checked.texts,
        }
        for one in told
        for checked in one.checks
        if not checked.passed
    ]


def _failure(one: Told) -> list[Piece]:
    story = one.story
    pieces: list[Piece] = [Heading(text=f"{story.id} ({story.category}, {story.level})")]
    pieces += [
        Line(
            text=f"{said.at:%Y-%m-%d %H:%M} {said.role}: {one_line(said.content, 400)}", style="dim"
        )
        for said in story.messages
    ]
    for checked in one.checks:
        if checked.passed:
            continue
        check = checked.check
        at = "".join(
            f", {name} {value:%Y-%m-%d %H:%M}"
            for name, value in (("as of", check.as_of), ("known at", check.known_at))
            if value is not None
        )
        pieces.append(Line(text=f"{check.kind} {check.query}{at}", style="strong"))
        pieces += [Line(text=f"  missing {p}", style="bad") for p in checked.missing]
        pieces += [Line(text=f"  wrong   {one_line(p, 100)}", style="bad") for p in checked.wrong]
        pieces += [Line(text=f"  - {one_line(text)}") for text in checked.texts]
    return pieces


@verb(
    "speed",
    examples="""
    everwhen bench speed
    everwhen bench speed --quick --json
    """,
)
@click.option("--quick", is_flag=True, help="A tenth of the size.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="On the disk to measure (default: that of temporary files).",
)
def speed(asked: Asked, quick: bool, folder: Path | None) -> None:
    """Writes, searches, contexts, opening and sizes, on made-up chats."""
    from everwhen.bench import speed as bench_speed

    size = bench_speed.QUICK if quick else bench_speed.FULL
    with steps(quiet=asked.json) as advance:
        measured = bench_speed.run(size, folder=folder, progress=advance)
    if asked.json:
        show_json(measured)
        return
    machine = ", ".join(f"{name} {value}" for name, value in measured.machine.items())
    stored = ", ".join(f"{value:,} {name}" for name, value in measured.stored.items())
    rows = [(item.name, f"{item.value:,.4g}", item.unit) for item in measured.figures]
    show(
        [
            Heading(text=f"Speed, in a scope of {stored}"),
            table(["", Column(name="", right=True), ""], rows),
            Line(text=machine, style="dim"),
        ]
    )


@verb(
    "scale",
    examples="""
    everwhen bench scale --sizes 1000,10000,100000
    everwhen bench scale --folder /var/tmp/scale --json
    """,
)
@click.option(
    "--sizes",
    metavar="NUMBERS",
    default="1000,10000,100000,1000000",
    show_default=True,
    help="Items in the scope; a million take about 20 minutes to add.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the files there, and use those that are there (default: a temporary one).",
)
def scale(asked: Asked, sizes: str, folder: Path | None) -> None:
    """Searches, contexts, memory and disk as one scope grows, and the vector scan alone."""
    from everwhen.bench import scale as bench_scale

    with steps(quiet=asked.json) as advance:
        report = bench_scale.run(_numbers(sizes), folder=folder, progress=advance)
    if asked.json:
        show_json(report.as_json())
    else:
        show(report_pieces(report))


def _numbers(written: str) -> list[int]:
    try:
        found = [int(one) for one in written.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise click.UsageError(f"--sizes {written!r}; give numbers of items such as 1000,10000")
    return found


@verb(
    "mem0",
    examples="""
    everwhen bench mem0
    everwhen bench mem0 --memories 2000 --environment mem0-env
    """,
)
@click.option("--memories", type=click.IntRange(min=200), default=10_000, show_default=True)
@click.option(
    "--singles", type=click.IntRange(min=1), default=1_000, show_default=True,
    help="So many of them are added one by one, the others in lists of 100.",
)  # fmt: skip
@click.option("--searches", type=click.IntRange(min=1), default=100, show_default=True)
@click.option(
    "--budget", type=click.IntRange(min=1), default=1_800, show_default=True,
    help="Seconds that a step may take before it is given up.",
)  # fmt: skip
@click.option(
    "--environment",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to install mem0ai, and leave it (default: a temporary folder).",
)
def mem0(
    asked: Asked, memories: int, singles: int, searches: int, budget: int, environment: Path | None
) -> None:
    """The same work by Mem0, which it installs in an environment of its own, and by everwhen."""
    from everwhen.bench import beside_mem0 as bench_mem0

    size = bench_mem0.Size(
        memories=memories,
        singles=min(singles, memories - 100),
        searches=searches,
        budget_s=float(budget),
    )
    with steps(quiet=asked.json) as advance:
        compared = bench_mem0.run(size, environment=environment, progress=advance)
    if asked.json:
        show_json(compared)
        return
    columns: list[Column | str] = [
        "",
        *(Column(name=name, right=True) for name in ("mem0", "everwhen", "times")),
    ]
    rows = [
        (
            f"{row.name}, {row.unit}",
            f"{row.mem0:,.4g}",
            f"{row.everwhen:,.4g}",
            "" if row.times is None else f"{row.times:.1f}",
        )
        for row in compared.rows
    ]
    about = ", ".join(f"{name} {value}" for name, value in compared.machine.items())
    show(
        [
            Heading(text=f"mem0ai {compared.mem0} and everwhen, {memories:,} memories"),
            table(columns, rows),
            Line(text=about, style="dim"),
        ]
    )


for command in (stories, *extract.COMMANDS, *recall.COMMANDS, *judge.COMMANDS, speed, scale, mem0):
    bench.add_command(command)
bench.section = "Try and measure"  # type: ignore[attr-defined]

COMMANDS: tuple[click.Command, ...] = (demo, bench)

"""The command that measures what is taken from messages."""

from __future__ import annotations

from pathlib import Path

import click

from everwhen.surfaces.options import Asked, verb
from everwhen.surfaces.progress import steps
from everwhen.surfaces.report import show_report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@verb(
    "extract",
    examples="""
    everwhen bench extract msc_session1.jsonl.gz msc_session2.jsonl.gz
    everwhen bench extract personaext.jsonl.gz --limit 500
    everwhen bench extract halumem.jsonl.gz --extractor rules --json
    """,
)
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option(
    "--extractor", metavar="SPEC", help="What to measure.  [env: EVERWHEN_EXTRACTOR; rules]"
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only so many dialogues, sentences, users or sessions, evenly spread over the set.",
)
@click.option("--all", "everything", is_flag=True, help="All of the set, however long it takes.")
def extract(
    asked: Asked,
    paths: tuple[Path, ...],
    extractor: str | None,
    limit: int | None,
    everything: bool,
) -> None:
    """What is taken from labelled messages (MSC, PersonaExt, HaluMem, RealMem)."""
    from everwhen.bench import extraction
    from everwhen.bench.labelled import read_labelled
    from everwhen.memory import Memory

    if everything and limit is not None:
        raise click.UsageError("--all and --limit exclude each other")
    labelled = read_labelled(paths)
    some = labelled.spread(None if everything else limit or labelled.usual)
    with steps(quiet=asked.json) as advance:
        report = extraction.run(
            some,
            lambda clock: Memory(":memory:", extractor=extractor, clock=clock),
            progress=advance,
        )
    show_report(asked, report)


COMMANDS: tuple[click.Command, ...] = (extract,)

"""Commands about what becomes facts: policy, set-policy."""

from __future__ import annotations

import sys

import click

from everwhen.model.policy import Policy
from everwhen.model.results import Stats
from everwhen.surfaces.options import ON_FILE, SCOPE, Asked, verb
from everwhen.surfaces.show import Line, show, show_json


@verb(
    "policy",
    section="Read",
    takes=(*ON_FILE, *SCOPE),
    examples="""
    everwhen policy --user dana
    """,
)
def policy(asked: Asked) -> None:
    """Show what of what is said becomes facts in a scope."""
    with asked.open() as memory:
        found, stats = memory.policy(**asked.scope), memory.stats()
    _show(asked, found, stats)


@verb(
    "set-policy",
    section="Write",
    takes=(*ON_FILE, *SCOPE),
    examples="""
    everwhen set-policy --user dana --never health --never salary
    everwhen set-policy --agent tutor --keep education --keep preferences
    everwhen set-policy --user dana --clear
    """,
)
@click.option("--keep", multiple=True, metavar="NAME", help="Take facts of this alone.")
@click.option("--never", multiple=True, metavar="NAME", help="Take no facts of this.")
@click.option("--instructions", default="", metavar="TEXT", help="Told to a language model.")
@click.option("--clear", is_flag=True, help="Nothing of it any more.")
def set_policy(
    asked: Asked, keep: tuple[str, ...], never: tuple[str, ...], instructions: str, clear: bool
) -> None:
    """Say what of what is said is to become facts, from now on.

    NAME is a category, such as health, or an attribute, such as salary. It takes the place of
    what was set for the same scope before.
    """
    if clear == bool(keep or never or instructions):
        raise click.UsageError("give --keep, --never or --instructions; or --clear alone")
    with asked.open() as memory:
        found = memory.set_policy(**asked.scope, keep=keep, never=never, instructions=instructions)
        stats = memory.stats()
    _show(asked, found, stats)


def _show(asked: Asked, found: Policy, stats: Stats) -> None:
    if asked.json:
        show_json(found)
        return
    lines = [
        Line(text=f"{name}: {', '.join(names)}")
        for name, names in (("keep", found.keep), ("never", found.never))
        if names
    ]
    if found.instructions:
        lines.append(Line(text=f"instructions: {found.instructions}"))
    show(lines or [Line(text="whatever is stated becomes facts", style="dim")])
    if found.instructions and stats.model is None:
        why = f"the extractor {stats.extractor} can not follow instructions; a language model would"
        show([Line(text=why, style="bad")], file=sys.stderr)


COMMANDS = (policy, set_policy)

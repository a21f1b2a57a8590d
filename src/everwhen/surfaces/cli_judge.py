"""`everwhen judge`: asks whether slots or names are the same, shows what was decided, undoes it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

import click

from everwhen.model.judgements import Judged, Judgement, Question, Side
from everwhen.surfaces.options import NOTHING_FOUND, ON_SCOPE, Asked, verb
from everwhen.surfaces.show import (
    Column,
    Heading,
    Line,
    Piece,
    one_line,
    show,
    show_json,
    table,
    when,
)

_ID: Final = Column(name="id", style="dim")
_DECIDED: Final = ("", "verdict", "this", "that", Column(name="reason", whole=False), "at", _ID)
_OPEN: Final = ("this", "that", Column(name="words", whole=False), _ID)


@verb(
    "judge",
    section="Write",
    takes=ON_SCOPE,
    examples="""
    everwhen judge --user dana --list
    EVERWHEN_JUDGE=anthropic:MODEL everwhen judge --user dana
    everwhen judge --user dana --undo ID
    """,
)
@click.option("--list", "ask", is_flag=True, flag_value=False, default=True, help="Ask nothing.")
@click.option("--limit", type=click.IntRange(1), default=12, help="At most so many questions.")
@click.option("--undo", metavar="ID", help="Take a judgement back.")
def judge(asked: Asked, ask: bool, limit: int, undo: str | None) -> int | None:
    """Have a model say whether slots, or names, that look alike are the same.

    What is the same is read as one from then on. Shows what was decided, and what is still open.
    """
    with asked.open() as memory:
        judged = memory.judge(**asked.scope, ask=ask, limit=limit, undo=undo)
    if asked.json:
        show_json(judged)
    else:
        show(_pieces(judged, asked.zone))
    return None if judged.judgements or judged.open else NOTHING_FOUND


def _pieces(judged: Judged, tz: tzinfo | None) -> list[Piece]:
    pieces: list[Piece] = []
    new = {one.id for one in judged.decided}
    if judged.judgements:
        decided = [_row(one, one.id in new, tz) for one in judged.judgements]
        pieces += [Heading(text="Decided"), table(_DECIDED, decided)]
    if judged.refused:
        pieces.append(Heading(text="Answers not taken"))
        pieces += [
            Line(text=f"{one.question_id or 'no question'}: {one.reason}") for one in judged.refused
        ]
    if judged.open:
        asking = [_asking(one) for one in judged.open]
        pieces += [Heading(text="Open"), table(_OPEN, asking)]
    return pieces or [Line(text="nothing to judge")]


def _row(one: Judgement, new: bool, tz: tzinfo | None) -> tuple[str, ...]:
    undone = "" if one.undone_at is None else f" (undone {when(one.undone_at, tz)})"
    return (
        "*" if new else "",
        one.verdict.value + undone,
        _name(one.subject, one.attribute),
        _name(one.into_subject, one.into_attribute),
        one_line(one.reason),
        when(one.at, tz),
        one.id,
    )


def _asking(question: Question) -> tuple[str, ...]:
    left, right = question.left, question.right
    return (
        _name(left.subject, left.attribute),
        _name(right.subject, right.attribute),
        f"{_words(left)} / {_words(right)}",
        question.id,
    )


def _words(side: Side) -> str:
    return one_line(side.exhibits[-1].quote)


def _name(subject: str, attribute: str) -> str:
    return one_line(f"{subject}: {attribute}" if attribute else subject)


COMMANDS = (judge,)

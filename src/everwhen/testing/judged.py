"""Checks that a store keeps judgements: whose they are, in order, undone once, erased for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from everwhen.model.judgements import Judgement, Matter, Verdict
from everwhen.model.records import Scope, Source
from everwhen.ports import Store
from everwhen.testing.expect import DANA, ERIK, after, same


def _judgement(id: str, scope: Scope, minutes: float = 1) -> Judgement:
    return Judgement(
        id=id,
        scope=scope,
        question_id=f"question of {id}",
        matter=Matter.SLOT,
        subject="user",
        attribute="home base",
        into_subject="user",
        into_attribute="home",
        verdict=Verdict.SAME,
        confidence=0.9,
        reason="the same, \ud800 they say",
        judge="somebody",
        at=after(minutes),
        evidence=(Source(episode_id="e", start=1, end=2),),
        claim_ids=("c", "d"),
    )


def judgements_are_kept(store: Store) -> None:
    """They come back as given, each to its owner, in order of time; one is recorded once."""
    late, soon, other = (
        _judgement("late", DANA, 2),
        _judgement("soon", DANA),
        _judgement("other", ERIK),
    )
    with store.write() as writer:
        dana, erik = writer.own(DANA), writer.own(ERIK)
        writer.add_judgements(dana, [late, soon])
        writer.add_judgements(dana, [replace(soon, reason="again")])
        writer.add_judgements(dana, [])
        writer.add_judgements(erik, [other])
        writer.clear_derived()
    with store.read() as reader:
        same(reader.judgements(dana), [soon, late], "judgements in order, and not derived")
        same(reader.judgements(erik), [other], "each is its owner's")
        same(reader.counts()["judgements"], 3, "they are counted")
        same([row["id"] for row in reader.dump("judgements")], ["late", "soon", "other"], "dumped")


def a_judgement_is_undone_once(store: Store) -> None:
    """The first time counts, and only its owner's call."""
    with store.write() as writer:
        dana, erik = writer.own(DANA), writer.own(ERIK)
        writer.add_judgements(dana, [_judgement("one", DANA)])
        writer.undo_judgement(erik, "one", after(2))
        same(writer.judgements(dana)[0].undone_at, None, "not by another owner")
        writer.undo_judgement(dana, "one", after(3))
        writer.undo_judgement(dana, "one", after(4))
    with store.read() as reader:
        same(reader.judgements(dana)[0].undone_at, after(3), "undone")


def judgements_are_erased(store: Store) -> None:
    """Those that are named, of the owner alone; and all of them with their owner."""
    with store.write() as writer:
        dana, erik = writer.own(DANA), writer.own(ERIK)
        writer.add_judgements(dana, [_judgement("one", DANA), _judgement("two", DANA)])
        writer.erase_judgements(erik, ["one"])
        writer.erase_judgements(dana, ["two"])
        same([one.id for one in writer.judgements(dana)], ["one"], "the other one stays")
        writer.erase_owner(dana)
        same(writer.counts()["judgements"], 0, "none without an owner")


JUDGED_CHECKS: tuple[Callable[[Store], None], ...] = (
    judgements_are_kept,
    a_judgement_is_undone_once,
    judgements_are_erased,
)

"""Asks a judge what is open, records what it decides, and takes it back: facts follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from everwhen.errors import InputError, NotFoundError, SettingsError
from everwhen.model.judgements import Judged, Judgement, Question, Refused, Verdict
from everwhen.model.period import EPOCH, iso
from everwhen.model.records import Action, Decision, Scope, Slot
from everwhen.ports import Parts, Reader
from everwhen.write.indexing import Vectors
from everwhen.write.judging.acceptance import Accepted, accepted
from everwhen.write.judging.candidates import open_questions
from everwhen.write.judging.identities import slots_judged
from everwhen.write.rebuild import rebuild_slots
from everwhen.write.segment import short_hash

MOST_QUESTIONS = 12
"""In one call of a judge, unless told otherwise."""

_MEANWHILE = "what it was shown changed meanwhile"
_ONE_AT_A_TIME = "one of the two was just found to be the same as another; it is asked again"


def look(parts: Parts, scope: Scope) -> Judged:
    """What is open and what was decided; nothing is asked."""
    return _told(parts, scope)


def judge(parts: Parts, scope: Scope, *, limit: int = MOST_QUESTIONS) -> Judged:
    """Ask about what is open, once for each owner that the scope resolves to.

    What is not answered in a way that can be taken stays open. ProviderError if a judge gives
    no usable answer: nothing has changed for that owner then.
    """
    if parts.judge is None:
        raise SettingsError(
            "there is no judge; open the memory with judge='anthropic:MODEL' or "
            "'openai:MODEL[@BASE_URL]', or set EVERWHEN_JUDGE"
        )
    decided: list[Judgement] = []
    refused: list[Refused] = []
    with parts.store.read() as reader:
        rounds = [
            (owner, open_questions(parts, reader, owner)[:limit])
            for owner in _owners(reader, scope)
        ]
    for owner, questions in rounds:
        if questions:
            taken, left = accepted(questions, parts.judge.judge(questions))
            taken = [replace(one, reason=parts.redaction.text(one.reason).text) for one in taken]
            made, dropped = _record(parts, parts.judge.name, owner, taken, left)
            decided += made
            refused += [*left, *dropped]
    return _told(parts, scope, decided, refused)


def undo(parts: Parts, scope: Scope, id: str) -> Judged:
    """Take a judgement back: from now on facts are as if it had never been made.

    Of a "same" the question stays answered; one that was found different, or not known, is open
    again. Reads with an earlier `known_at` still see what held by it then.
    """
    with parts.store.write() as writer:
        of, judgement = _find(writer, scope, id)
        owner = writer.own(of)
        slots = slots_judged(writer, owner, judgement)
        at = max(_now(parts, writer, owner, slots), judgement.at)
        writer.undo_judgement(owner, id, at)
        if judgement.verdict is Verdict.SAME:
            rebuild_slots(parts, writer, slots, Vectors(parts.embedder))
    return _told(parts, scope, [replace(judgement, undone_at=at)])


def _find(reader: Reader, scope: Scope, id: str) -> tuple[Scope, Judgement]:
    for one in _owners(reader, scope):
        for judgement in _judgements(reader, one):
            if judgement.id == id:
                if judgement.undone_at is not None:
                    raise InputError(
                        f"the judgement {id!r} was undone at {iso(judgement.undone_at)} already"
                    )
                return one, judgement
    raise NotFoundError(f"no judgement {id!r} in this scope; `judge(ask=False)` lists them")


def _owners(reader: Reader, scope: Scope) -> list[Scope]:
    """The scopes of the owners that a scope resolves to: each is judged by itself."""
    owners = set(reader.view(scope).owners)
    return [one for one in reader.scopes() if reader.owner(one) in owners]


def _judgements(reader: Reader, scope: Scope) -> list[Judgement]:
    owner = reader.owner(scope)
    return [] if owner is None else reader.judgements(owner)


def _told(
    parts: Parts,
    scope: Scope,
    decided: Iterable[Judgement] = (),
    refused: Iterable[Refused] = (),
) -> Judged:
    with parts.store.read() as reader:
        owners = _owners(reader, scope)
        return Judged(
            decided=tuple(decided),
            refused=tuple(refused),
            judgements=tuple(one for owner in owners for one in _judgements(reader, owner)),
            open=tuple(
                question for owner in owners for question in open_questions(parts, reader, owner)
            ),
        )


def _record(
    parts: Parts, judge: str, scope: Scope, taken: Sequence[Accepted], left: Sequence[Refused]
) -> tuple[list[Judgement], list[Refused]]:
    """Write judgements, what follows from them, and what was refused, in one transaction."""
    made: list[Judgement] = []
    dropped: list[Refused] = []
    joined: set[tuple[str, str]] = set()
    with parts.store.write() as writer:
        owner = writer.own(scope)
        still = {one.id: one for one in open_questions(parts, writer, scope)}
        for one in taken:
            question = one.question
            sides = {(side.subject, side.attribute) for side in (question.left, question.right)}
            if still.get(question.id) != question:
                dropped.append(Refused(question_id=question.id, reason=_MEANWHILE))
            elif one.verdict is Verdict.SAME and not joined.isdisjoint(sides):
                dropped.append(Refused(question_id=question.id, reason=_ONE_AT_A_TIME))
            else:
                made.append(_judgement(one, judge))
                joined |= sides if one.verdict is Verdict.SAME else set()
        slots = {slot for one in made if one.holds for slot in slots_judged(writer, owner, one)}
        at = _now(parts, writer, owner, slots)
        made = [replace(one, at=at, id="j_" + short_hash(one.question_id, at)) for one in made]
        writer.add_judgements(owner, made)
        if slots:
            rebuild_slots(parts, writer, slots, Vectors(parts.embedder))
        writer.add_decisions(owner, list(_logged([*left, *dropped], still, at)))
    return made, dropped


def _judgement(one: Accepted, judge: str) -> Judgement:
    """A judgement to be, without its time and id."""
    left, right = one.question.left, one.question.right
    return Judgement(
        id="",
        scope=one.question.scope,
        question_id=one.question.id,
        matter=one.question.matter,
        subject=left.subject,
        attribute=left.attribute,
        into_subject=right.subject,
        into_attribute=right.attribute,
        verdict=one.verdict,
        confidence=one.confidence,
        reason=one.reason,
        judge=judge,
        at=EPOCH,
        evidence=one.evidence,
        claim_ids=tuple(dict.fromkeys(e.claim_id for e in (*left.exhibits, *right.exhibits))),
    )


def _now(parts: Parts, reader: Reader, owner: int, slots: Iterable[Slot]) -> datetime:
    """The clock's time, or the latest instant of what is concerned where that is later."""
    instants = [parts.clock()]
    for one in reader.judgements(owner):
        instants += [one.at, one.undone_at or one.at]
    for slot in slots:
        for claim in reader.claims(slot):
            instants += [claim.recorded_at, claim.withdrawn_at or claim.recorded_at]
    return max(instants)


def _logged(
    refused: Iterable[Refused], asked: Mapping[str, Question], at: datetime
) -> Iterator[Decision]:
    """One line in the log for each question of which an answer was refused, without words: it is
    in the history of the first message that was shown."""
    lines = {one.question_id: one for one in refused}
    for id, one in lines.items():
        question = asked.get(id or "")
        if question is None:
            continue
        yield Decision(
            id="d_" + short_hash(question.id, "refused", at),
            action=Action.REJECT,
            at=at,
            claim_id=None,
            source=question.left.exhibits[0].source,
            subject="",
            attribute="",
            fact_ids=(),
            reason=f"an answer of the judge was not taken: {one.reason}",
        )

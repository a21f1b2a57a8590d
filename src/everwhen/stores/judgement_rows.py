"""Judgements as rows."""

from __future__ import annotations

from everwhen.model.judgements import Judgement, Matter, Verdict
from everwhen.model.period import from_micros, micros
from everwhen.stores.connection import Row, Value
from everwhen.stores.rows import from_json, from_sources, text, to_json, to_scope, to_sources


def to_judgement(row: Row) -> Judgement:
    """A judgement from its columns."""
    (user, agent, run, id, question, matter, subject, attribute) = row[:8]
    (into_subject, into_attribute, verdict, confidence, reason, judge) = row[8:14]
    (at, evidence, claims, undone_at) = row[14:]
    return Judgement(
        id=text(id),
        scope=to_scope(user, agent, run),
        question_id=text(question),
        matter=Matter(matter),
        subject=text(subject),
        attribute=text(attribute),
        into_subject=text(into_subject),
        into_attribute=text(into_attribute),
        verdict=Verdict(verdict),
        confidence=confidence,
        reason=text(reason),
        judge=text(judge),
        at=from_micros(at),
        evidence=to_sources(evidence),
        claim_ids=tuple(from_json(claims)),
        undone_at=None if undone_at is None else from_micros(undone_at),
    )


def from_judgement(row: int, owner: int, judgement: Judgement) -> tuple[Value, ...]:
    """The columns of a judgement, for `judgements_add`."""
    return (
        row,
        judgement.id,
        owner,
        judgement.question_id,
        judgement.matter.value,
        judgement.subject,
        judgement.attribute,
        judgement.into_subject,
        judgement.into_attribute,
        judgement.verdict.value,
        judgement.confidence,
        judgement.reason,
        judgement.judge,
        micros(judgement.at),
        from_sources(judgement.evidence),
        to_json(judgement.claim_ids),
        None if judgement.undone_at is None else micros(judgement.undone_at),
    )

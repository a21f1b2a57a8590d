"""Extraction: which messages state a fact, which values are found, and what must not be stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from time import process_time
from typing import TypeAlias, assert_never

from everwhen.bench.judged import Standing
from everwhen.bench.labelled import (
    INTERFERENCE,
    History,
    Labelled,
    LabelledSet,
    Point,
    Sentence,
    Session,
    Talk,
    Turn,
)
from everwhen.bench.metrics import Mean, mean
from everwhen.bench.relations import RELATIONS, belongs
from everwhen.bench.report import Report, Row
from everwhen.language.tokens import terms, words
from everwhen.memory import Memory
from everwhen.model.records import Action, Fact
from everwhen.ports import Clock

MemoryFactory: TypeAlias = Callable[[Clock], Memory]
Progress: TypeAlias = Callable[[str, int, int], None]

_USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A labelled turn, and whether the extractor took a fact from it."""

    turn: Turn
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A labelled sentence: whether facts hold its value, in the value alone, under an attribute
    of the relation and about whom they should be, and whether it gave any fact."""

    sentence: Sentence
    held: bool
    value: bool
    slot: bool
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A point of a session: whether a message says it, and whether its facts do."""

    point: Point
    said: bool
    stored: bool


@dataclass(slots=True)
class _Outcomes:
    told: list[Told]
    searched: list[Searched]
    pointed: list[Pointed]
    messages: int = 0
    facts: int = 0


def run(
    labelled: LabelledSet, factory: MemoryFactory, *, progress: Progress | None = None
) -> Report:
    """Add every item to a scope of its own and hold what was extracted against the labels."""
    clock = Standing()
    outcomes = _Outcomes(told=[], searched=[], pointed=[])
    start = process_time()
    with factory(clock) as memory:
        for number, item in enumerate(labelled.items):
            if progress is not None:
                progress(labelled.title, number, len(labelled.items))
            _measure(memory, item, f"{_USER} {number}", clock, outcomes)
        stats = memory.stats()
    spent = process_time() - start
    return Report(
        title=f"Extraction, {labelled.title}: {outcomes.messages:,} messages",
        rows=_rows(outcomes),
        totals={
            "facts": float(outcomes.facts),
            "not worked out": float(stats.pending),
            "ms of processor a message": 1000 * spent / max(outcomes.messages, 1),
        },
        setting={"extractor": stats.extractor, "items": len(labelled.items)},
        notes=_notes(outcomes),
    )


def _measure(
    memory: Memory, item: Labelled, user: str, clock: Standing, outcomes: _Outcomes
) -> None:
    match item:
        case Talk():
            outcomes.told += _tell(memory, item, user, clock)
            outcomes.messages += len(item.turns)
            outcomes.facts += len(memory.timeline(user_id=user))
        case Sentence():
            facts = _facts_of(memory, item, user)
            outcomes.searched.append(_search(item, facts))
            outcomes.messages += 1
            outcomes.facts += len(facts)
        case History():
            for session in item.sessions:
                outcomes.pointed += _point(memory, session, item.name, user, clock)
                outcomes.messages += len(session.messages)
            outcomes.facts += len(memory.timeline(user_id=user))
        case _:
            assert_never(item)


# -- turns that state a fact ------------------------------------------------------------------


def _tell(memory: Memory, talk: Talk, user: str, clock: Standing) -> list[Told]:
    clock.at = talk.turns[-1].words["at"]
    added = memory.add([dict(one.words) for one in talk.turns], user_id=user)
    taken = {
        one.source.episode_id
        for one in added.decisions
        if one.source is not None and one.action is not Action.REJECT
    }
    pairs = zip(talk.turns, added.episodes, strict=True)
    return [Told(turn=turn, taken=episode.id in taken) for turn, episode in pairs]


def _turn_row(name: str, told: Sequence[Told]) -> Row:
    """Precision, recall and F1 of "states a fact", over the turns that somebody looked at."""
    right = sum(one.taken and one.turn.stated is True for one in told)
    wrong = sum(one.taken and one.turn.stated is False for one in told)
    stated = sum(one.turn.stated is True for one in told)
    precision, recall = _ratio(right, right + wrong), _ratio(right, stated)
    return Row(
        name=name,
        count=len(told),
        figures={
            "state a fact": stated,
            "precision": precision,
            "recall": recall,
            "F1": _ratio(2 * precision * recall, precision + recall),
        },
    )


def _turn_rows(told: Iterable[Told]) -> list[Row]:
    looked = [one for one in told if one.turn.stated is not None]
    groups = list(dict.fromkeys(one.turn.group for one in looked))
    rows = [_turn_row(name, [o for o in looked if o.turn.group == name]) for name in groups]
    return [_turn_row("all turns", looked), *rows]


# -- values of a sentence ---------------------------------------------------------------------


def _facts_of(memory: Memory, sentence: Sentence, user: str) -> list[Fact]:
    memory.add(sentence.text, user_id=user)
    return [fact for fact in memory.timeline(user_id=user) if fact.review is None]


def _search(sentence: Sentence, facts: Sequence[Fact]) -> Searched:
    wanted = set(terms(sentence.value) or words(sentence.value))
    value = [fact for fact in facts if wanted <= _stems(fact.value)]
    covered = sentence.relation in RELATIONS
    return Searched(
        sentence=sentence,
        held=any(wanted <= _stems(_all_words(fact)) for fact in facts),
        value=bool(value),
        slot=covered and any(belongs(fact.attribute, sentence.relation) for fact in value),
        taken=bool(facts),
    )


def _stems(text: str) -> set[str]:
    return {*terms(text), *words(text)}


def _all_words(fact: Fact) -> str:
    return f"{fact.subject} {fact.attribute} {fact.value} {fact.text}"


def _value_row(name: str, searched: Sequence[Searched]) -> Row:
    figures: dict[str, int | float | Mean] = {
        "value": mean([float(one.value) for one in searched]),
        "in the fact": mean([float(one.held) for one in searched]),
    }
    found = [one for one in searched if one.value and one.sentence.relation in RELATIONS]
    if found:
        figures["attribute"] = _ratio(sum(one.slot for one in found), len(found))
    figures["any fact"] = _ratio(sum(one.taken for one in searched), len(searched))
    return Row(name=name, count=len(searched), figures=figures)


def _value_rows(searched: Sequence[Searched]) -> list[Row]:
    """The covered relations together, the others together, then each, the most frequent first."""
    by_relation: dict[str, list[Searched]] = defaultdict(list)
    for one in searched:
        by_relation[one.sentence.relation].append(one)
    covered = [one for one in searched if one.sentence.relation in RELATIONS]
    others = [one for one in searched if one.sentence.relation not in RELATIONS]
    heads = [("covered relations", covered), ("other relations", others)]
    each = sorted(by_relation.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    named = [(name if name in RELATIONS else f"{name} (other)", some) for name, some in each]
    return [_value_row(name, some) for name, some in (*heads, *named) if some]


# -- what is to be remembered of a session, and what not ---------------------------------------


def _point(
    memory: Memory, session: Session, name: str, user: str, clock: Standing
) -> list[Pointed]:
    clock.at = session.end
    added = memory.add([dict(one) for one in session.messages], user_id=user)
    said = [set(terms(episode.content)) for episode in added.episodes]
    stored: dict[str, set[str]] = {episode.id: set() for episode in added.episodes}
    for fact in memory.timeline(user_id=user):
        for source in fact.sources:
            if fact.review is None and source.episode_id in stored:
                stored[source.episode_id].update(terms(_all_words(fact)))
    return [
        Pointed(
            point=point,
            said=_covered(_telling(point, name), said),
            stored=_covered(_telling(point, name), stored.values()),
        )
        for point in session.points
    ]


def _telling(point: Point, name: str) -> set[str]:
    """The terms that tell the point: without the user's name and what the true statement has."""
    return set(terms(point.text)) - set(terms(name)) - set(terms(point.against))


def _covered(wanted: set[str], texts: Iterable[set[str]]) -> bool:
    """Whether one of the texts has at least half of what is wanted."""
    return bool(wanted) and any(len(wanted & one) >= ceil(len(wanted) / 2) for one in texts)


def _point_row(name: str, pointed: Sequence[Pointed]) -> Row:
    return Row(
        name=name,
        count=len(pointed),
        figures={
            "stored": mean([float(one.stored) for one in pointed]),
            "said": _ratio(sum(one.said for one in pointed), len(pointed)),
        },
    )


def _point_rows(pointed: Sequence[Pointed]) -> list[Row]:
    interference = [one for one in pointed if one.point.group == INTERFERENCE]
    memories = [one for one in pointed if one.point.group != INTERFERENCE]
    groups = list(dict.fromkeys(one.point.group for one in memories))
    parts = [(name, [o for o in memories if o.point.group == name]) for name in groups]
    heads = [(INTERFERENCE, interference), ("memories", memories)]
    return [_point_row(name, some) for name, some in (*heads, *parts) if some]


# -- all --------------------------------------------------------------------------------------


def _rows(outcomes: _Outcomes) -> list[Row]:
    if outcomes.told:
        return _turn_rows(outcomes.told)
    if outcomes.searched:
        return _value_rows(outcomes.searched)
    return _point_rows(outcomes.pointed)


def _notes(outcomes: _Outcomes) -> tuple[str, ...]:
    unlabelled = sum(one.turn.stated is None for one in outcomes.told)
    if unlabelled:
        return (f"{unlabelled:,} turns that no annotator looked at are not counted.",)
    return ()


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0

"""Where code is unsure whether two slots, or two names, are the same: the questions for a judge."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import TypeAlias

from everwhen.language.keys import value_key
from everwhen.language.tokens import terms
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.judgements import Exhibit, Judgement, Matter, Question, Side, Verdict
from everwhen.model.period import start_micros
from everwhen.model.policy import Policy
from everwhen.model.records import SELF, Claim, Fact, Scope
from everwhen.ports import Parts, Reader, View
from everwhen.write.policies import barred, policy_of
from everwhen.write.revise import NOTE, read_alone
from everwhen.write.segment import short_hash

MOST_EXHIBITS = 4
"""Facts of one side that a judge is shown: those that began last."""

_ALL_TIME = datetime.max.replace(tzinfo=UTC)
_QUOTE_CHARACTERS = 300
_PAGE = 500
_ALIKE = 0.84
_PREFIX = 3

_Key: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class _Found:
    """A slot, or an entity, as its facts show it."""

    facts: list[Fact] = field(default_factory=list)
    values: set[str] = field(default_factory=set)

    @property
    def since(self) -> datetime:
        return min(fact.system_from for fact in self.facts)

    @property
    def in_numbers(self) -> bool:
        return all(any(sign.isdigit() for sign in value) for value in self.values)


def open_questions(parts: Parts, reader: Reader, scope: Scope) -> list[Question]:
    """What is to be asked about an owner's memory and was not answered yet, in a stable order.

    Facts that the scope's policy never keeps are not asked about, nor shown, though they were
    kept before; nor is anything with a secret in it.
    """
    owner = reader.owner(scope)
    if owner is None:
        return []
    view = View(owners=(owner,))
    answered = {one.question_id for one in reader.judgements(owner) if _answers(one)}
    slots: dict[_Key, _Found] = {}
    names: dict[str, _Found] = {}
    policy = policy_of(parts, reader, scope)
    for fact in _facts(reader, view):
        if barred(policy, fact.attribute) is not None:
            continue
        found = slots.setdefault((fact.subject, fact.attribute), _Found())
        found.facts.append(fact)
        found.values.add(value_key(fact.value))
        if fact.subject != SELF:
            names.setdefault(fact.subject, _Found()).facts.append(fact)
    told = _Shown(parts, reader, view, policy)
    questions: list[Question] = []
    for left, right in _slot_pairs(slots, parts.vocabulary):
        id = _question_id(scope, Matter.SLOT, left, right)
        if id not in answered:
            sides = told.side(left, slots[left]), told.side(right, slots[right])
            questions.append(_question(id, Matter.SLOT, scope, *sides))
    for one, other in _name_pairs(names):
        id = _question_id(scope, Matter.ENTITY, (one, ""), (other, ""))
        if id not in answered:
            sides = told.side((one, ""), names[one]), told.side((other, ""), names[other])
            questions.append(_question(id, Matter.ENTITY, scope, *sides))
    return [one for one in questions if one.left.exhibits and one.right.exhibits]


def _answers(judgement: Judgement) -> bool:
    """Whether a question is not to be asked again: not even where it was undone that two are the
    same, for then somebody knew better."""
    return judgement.undone_at is None or judgement.verdict is Verdict.SAME


def _question(id: str, matter: Matter, scope: Scope, left: Side, right: Side) -> Question:
    return Question(id=id, matter=matter, scope=scope, left=left, right=right)


def _question_id(scope: Scope, matter: Matter, left: _Key, right: _Key) -> str:
    return "q_" + short_hash(scope.owner, matter.value, *sorted((left, right)))


def _facts(reader: Reader, view: View) -> Iterator[Fact]:
    """The facts held now, of every period, none that waits for review."""
    after: tuple[int, int] | None = None
    while True:
        page = reader.page_facts(view, known_at=_ALL_TIME, as_of=None, limit=_PAGE, after=after)
        yield from page
        if len(page) < _PAGE:
            return
        after = (start_micros(page[-1].valid_from), page[-1].row)


# slots


def _slot_pairs(
    slots: Mapping[_Key, _Found], vocabulary: Vocabulary
) -> Iterator[tuple[_Key, _Key]]:
    """Slots of one subject that may be the same, the one that is to be read as the other first."""
    by_subject: dict[str, list[str]] = {}
    for subject, attribute in sorted(slots):
        if attribute != NOTE:
            by_subject.setdefault(subject, []).append(attribute)
    for subject, attributes in by_subject.items():
        for one, other in itertools.combinations(attributes, 2):
            known = vocabulary.is_named(one), vocabulary.is_named(other)
            a, b = slots[subject, one], slots[subject, other]
            if all(known) or not _near(one, a, other, b):
                continue
            into_one = known[0] or (not known[1] and (a.since, one) <= (b.since, other))
            pair = (other, one) if into_one else (one, other)
            yield (subject, pair[0]), (subject, pair[1])


def _near(one: str, a: _Found, other: str, b: _Found) -> bool:
    """Whether two attributes may be one: their names are near, one is named by the other's value,
    or they have a value in common; and both, or none, have values in numbers."""
    if a.in_numbers != b.in_numbers:
        return False
    words, others = set(terms(one)), set(terms(other))
    if _overlap(words, others) or _alike(one, other) or a.values & b.values:
        return True
    return _names_value(others, a.values) or _names_value(words, b.values)


def _overlap(words: set[str], others: set[str]) -> bool:
    if not words or not others:
        return False
    within = words <= others or others <= words
    return within or 2 * len(words & others) > max(len(words), len(others))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _names_value(words: Collection[str], values: Iterable[str]) -> bool:
    return any(found and found <= set(words) for found in (set(terms(v)) for v in values))


# entities


def _name_pairs(names: Mapping[str, _Found]) -> Iterator[tuple[str, str]]:
    """Names that may be of one entity, the one that is to be read as the other first."""
    together: dict[str, list[str]] = {}
    for name in sorted(names):
        for word in {word[:_PREFIX] for word in value_key(name).split()}:
            together.setdefault(word, []).append(name)
    pairs = {
        pair
        for sharing in together.values()
        for pair in itertools.combinations(sharing, 2)
        if _may_be_one(*pair)
    }
    for one, other in sorted(pairs):
        into_one = (names[one].since, one) <= (names[other].since, other)
        yield (other, one) if into_one else (one, other)


def _may_be_one(one: str, other: str) -> bool:
    """Whether two names are near: the words of one are among the other's, one begins as the
    other, or they differ by a letter or two."""
    a, b = value_key(one), value_key(other)
    if _overlap(set(terms(a)), set(terms(b))):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= _PREFIX and long.startswith(short):
        return True
    return _alike(a, b)


# what is shown


class _Shown:
    """Makes exhibits of facts that may be shown."""

    def __init__(self, parts: Parts, reader: Reader, view: View, policy: Policy) -> None:
        self._parts = parts
        self._reader = reader
        self._view = view
        self._policy = policy

    def side(self, key: _Key, found: _Found) -> Side:
        """One side of a question."""
        latest = sorted(found.facts, key=lambda fact: (start_micros(fact.valid_from), fact.row))
        latest = latest[-MOST_EXHIBITS:]
        exhibits = self._exhibits(latest)
        return Side(subject=key[0], attribute=key[1], exhibits=tuple(exhibits))

    def _exhibits(self, facts: Sequence[Fact]) -> Iterator[Exhibit]:
        firsts = [fact.claim_ids[0] for fact in facts]
        claims = {c.id: c for _, c in self._reader.claims_by_id(self._view, firsts)}
        ids = list(dict.fromkeys(claim.episode_id for claim in claims.values()))
        said = {e.id: e.content for e in self._reader.episodes(self._view, ids)}
        for fact, id in zip(facts, firsts, strict=True):
            claim = claims.get(id)
            if claim is not None and claim.episode_id in said:
                exhibit = _exhibit(fact, claim, said[claim.episode_id])
                if self._may_be_shown(fact, exhibit):
                    yield exhibit

    def _may_be_shown(self, fact: Fact, exhibit: Exhibit) -> bool:
        """Whether there is no secret in it, kept while others were taken out, and its words tell
        nothing beside the fact that is never kept."""
        redaction = self._parts.redaction
        if redaction.on:
            words = " | ".join((fact.subject, fact.attribute, exhibit.value, exhibit.quote))
            value = redaction.value(fact.attribute, exhibit.value)
            if redaction.text(words).edits or value != exhibit.value:
                return False
        if not self._policy.never:
            return True
        read = read_alone(self._parts, fact.scope, exhibit.quote, exhibit.said_at)
        names = (self._parts.vocabulary.canonical(one.attribute) for one in read)
        return all(barred(self._policy, name) is None for name in names)


def _exhibit(fact: Fact, claim: Claim, content: str) -> Exhibit:
    source = next(s for s in fact.sources if s.episode_id == claim.episode_id)
    end = min(source.end, source.start + _QUOTE_CHARACTERS)
    return Exhibit(
        claim_id=claim.id,
        source=source,
        quote=content[source.start : end],
        said_at=claim.said_at,
        attribute=fact.attribute,
        value=fact.value,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )

"""Messages that say what is not so any more: they are no answer to what is so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from everwhen.language.questions import FRAMING
from everwhen.language.tokens import terms
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.records import MANUAL, Cardinality, ClaimPlace, Episode, Fact, Source
from everwhen.ports import Moment, Reader
from everwhen.read.candidates import Asked, Found

COVERED = 0.6
"""The share of a message from which on it says nothing else to speak of."""

_NOTICED = 0.2
"""The share of a message below which it is found for other things."""


def outdated(
    reader: Reader,
    asked: Asked,
    vocabulary: Vocabulary,
    facts: Sequence[Found],
    episodes: Sequence[Found],
) -> set[str]:
    """Ids of those messages that mostly say what is outdated, or that say nothing else with a
    word of the question but that and what the facts found say too.

    Outdated is what a fact found has replaced, what was taken back or has expired, and what was
    said by hand and holds no more.
    """
    current = _claims_by_slot(facts)
    contents = {one.item.id: one.item.content for one in episodes if isinstance(one.item, Episode)}
    places = reader.claim_places(asked.view, list(contents))
    holding = _holding(reader, asked, places)
    told: dict[str, list[Source]] = {}
    old = set()
    for place in places:
        known = current.get((place.slot.subject, place.slot.attribute), set())
        single = vocabulary.cardinality(place.slot.attribute) is Cardinality.SINGLE
        replaced = bool(known) and single and place.claim_id not in known
        gone = place.claim_id not in holding and _may_be_gone(place, asked.moment)
        if place.claim_id in known or replaced or gone:
            told.setdefault(place.source.episode_id, []).append(place.source)
        if replaced or gone:
            old.add(place.source.episode_id)
    return {id for id in old if _says_only(contents[id], told[id], asked.question.terms)}


def _claims_by_slot(facts: Sequence[Found]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in facts:
        if isinstance(one.item, Fact):
            held = found.setdefault((one.item.subject, one.item.attribute), set())
            held.update(one.item.claim_ids)
    return found


def _holding(reader: Reader, asked: Asked, places: Sequence[ClaimPlace]) -> frozenset[str]:
    """Ids of the claims that facts which hold rest on, of the messages where one may be gone."""
    doubtful = [one.source.episode_id for one in places if _may_be_gone(one, asked.moment)]
    if not doubtful:
        return frozenset()
    facts = reader.facts_of_episodes(asked.view, list(dict.fromkeys(doubtful)), asked.moment)
    return frozenset(id for fact in facts for id in fact.claim_ids)


def _may_be_gone(place: ClaimPlace, moment: Moment) -> bool:
    """Whether a claim says nothing any more unless a fact that holds rests on it."""
    if place.extractor == MANUAL:
        return True
    withdrawn = place.withdrawn_at is not None and place.withdrawn_at <= moment.known_at
    expired = place.expires_at is not None and place.expires_at <= moment.as_of
    return withdrawn or expired


def _says_only(content: str, places: Sequence[Source], asked: Mapping[str, float]) -> bool:
    """Whether what a message says at these places is most of it, or all that is asked for."""
    rest, at = [], 0
    for place in sorted(places, key=lambda place: place.start):
        rest.append(content[at : place.start])
        at = max(at, place.end)
    rest.append(content[at:])
    share = 1.0 - sum(map(len, rest)) / max(1, len(content))
    if share >= COVERED:
        return True
    own = (term for part in rest for term in terms(part))
    return share >= _NOTICED and all(asked.get(term, 0.0) <= FRAMING for term in own)

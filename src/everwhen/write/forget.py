"""Removes words for good, and checks that they are gone.

What was said is stored word for word, so forgetting a fact erases the messages that it came
from, whole, and with them every claim that they made: other facts from the same messages stand
only on other sources. Messages that only repeat the fact's value about the same thing (an
older or a corrected mention) are its sources too, and so are ends by hand of that value. What
other messages claim only with the help of the forgotten words (a name told before, the question
to a "yes") is erased as well; these messages stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from everwhen.errors import InputError, NotFoundError, StoreError
from everwhen.language.tokens import MAX_CHARACTERS, MAX_WORD, words
from everwhen.model.records import SELF, SELF_MARK, Episode, Fact, Scope, Slot
from everwhen.model.results import Receipt
from everwhen.ports import Parts, Reader, View, Writer
from everwhen.write.borrowed import borrowed
from everwhen.write.indexing import Vectors
from everwhen.write.judging.identities import claims_read, identities_of, slots_judged
from everwhen.write.rebuild import pages, rebuild_slots, recall_slots
from everwhen.write.retell import retell

_PART = MAX_CHARACTERS - MAX_WORD
_TABLES = ("episodes", "claims", "facts", "decisions", "index_rows")


@dataclass(slots=True)
class _Doomed:
    """What is to go: episodes by owner, and the facts that were named."""

    episodes: dict[int, dict[str, Episode]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def add(self, owner: int, episodes: Iterable[Episode]) -> None:
        self.episodes.setdefault(owner, {}).update({e.id: e for e in episodes})

    @property
    def texts(self) -> list[str]:
        contents = [e.content for found in self.episodes.values() for e in found.values()]
        return [*contents, *self.facts.values()]


def everything(parts: Parts, scope: Scope) -> Receipt:
    """Remove all that a scope has: with a run only what was said in that run."""
    return forget(parts, scope, everything=True)


def by_id(parts: Parts, scope: Scope, id: str) -> Receipt:
    """Remove a fact with its sources, or an episode."""
    with parts.store.read() as reader:
        view = reader.view(scope)
        is_fact = reader.fact(view, id) is not None
        if not is_fact and not reader.episodes(view, [id]):
            raise NotFoundError(f"no fact or episode {id!r} in this scope; nothing was removed")
    if is_fact:
        return forget(parts, scope, fact_ids=[id])
    return forget(parts, scope, episode_ids=[id])


def by_words(parts: Parts, scope: Scope, query: str) -> Receipt:
    """Remove each episode that has all words of the query, or claims something that has.

    A fact may be named as it reads, with the user's name; the name alone is no word of a fact.
    """
    wanted = set(words(query))
    if not wanted:
        raise InputError(f"query={query!r:.80} has no words; nothing was removed")
    with parts.store.read() as reader:
        view = reader.view(scope)
        ids = [e.id for page in pages(reader, view) for e in page if wanted <= _words(e.content)]
        for slot in reader.slots(view):
            about = "" if slot.subject == SELF else slot.subject
            names = _names(reader, slot.owner)
            for claim in reader.claims(slot):
                asked = wanted - names if SELF_MARK in claim.text else wanted
                if asked and asked <= _words(f"{about} {claim.text} {claim.value}"):
                    ids.append(claim.episode_id)
        ids = [e.id for e in reader.episodes(view, list(dict.fromkeys(ids)))]
    return forget(parts, scope, episode_ids=ids)


def _words(text: str) -> set[str]:
    """All words of a text, also of one longer than is read for other purposes."""
    found: set[str] = set()
    for start in range(0, len(text), _PART):
        found.update(words(text[start : start + _PART + MAX_WORD]))
    return found


def _names(reader: Reader, owner: int) -> set[str]:
    """The words that stand for an owner's user in facts as they are read."""
    held = reader.slot_facts(Slot(owner=owner, subject=SELF, attribute="name"))
    return {"user", *(word for fact in held for word in words(fact.value))}


def forget(
    parts: Parts,
    scope: Scope,
    *,
    fact_ids: Sequence[str] = (),
    episode_ids: Sequence[str] = (),
    everything: bool = False,
) -> Receipt:
    """Remove facts with their sources, episodes, or everything in a scope.

    Facts that the removed messages had a part in are worked out again from what is left, as if
    the removed had never been said. Ids that are not in the scope raise NotFoundError before
    anything is removed. The files are scrubbed, then looked through: words that are still
    found raise StoreError.
    """
    at = parts.clock()
    with parts.store.write() as writer:
        view = writer.view(scope)
        doomed = _Doomed()
        for id in fact_ids:
            _doom_fact(writer, view, id, doomed)
        _doom_episodes(writer, view, episode_ids, doomed)
        if everything:
            for page in pages(writer, view):
                _doom_episodes(writer, view, [episode.id for episode in page], doomed)
        removed = _erase(parts, writer, view, doomed, whole=everything and view.run_id is None)
    parts.store.scrub()
    with parts.store.read() as reader:
        remaining = _remaining(reader, doomed)
    if remaining:
        raise StoreError(
            f"{remaining} rows of what was to be forgotten are still there; forget it again, "
            "and report this"
        )
    return _receipt(at, doomed, removed)


def _doom_fact(writer: Writer, view: View, id: str, doomed: _Doomed) -> None:
    fact = writer.fact(view, id)
    if fact is None:
        raise NotFoundError(f"no fact {id!r} in this scope; nothing was removed")
    owner = writer.owner(fact.scope)
    if owner is None:
        return
    whole = View(owners=(owner,))
    slot = Slot(owner=owner, subject=fact.subject, attribute=fact.attribute)
    keys = {claim.value_key for _, claim in writer.claims_by_id(whole, fact.claim_ids)}
    told, _ = claims_read(writer, identities_of(writer, owner), slot, sorted(keys))
    episodes = [claim.episode_id for claim in told]
    doomed.add(owner, writer.episodes(whole, list(dict.fromkeys(episodes))))
    doomed.facts[fact.id] = fact.text


def _doom_episodes(writer: Writer, view: View, ids: Sequence[str], doomed: _Doomed) -> None:
    found = {episode.id: episode for episode in writer.episodes(view, ids)}
    for id in ids:
        if id not in found:
            raise NotFoundError(f"no episode {id!r} in this scope; nothing was removed")
    for episode in found.values():
        owner = writer.owner(episode.scope)
        if owner is not None:
            doomed.add(owner, [episode])


def _erase(
    parts: Parts, writer: Writer, view: View, doomed: _Doomed, *, whole: bool
) -> dict[str, int]:
    removed = dict.fromkeys(_TABLES, 0)
    touched: set[Slot] = set()
    if whole:
        for owner in view.owners:
            _count(removed, writer.erase_owner(owner))
        return removed
    # Forgetting does not depend on an embedder that is out of reach.
    vectors = Vectors(parts.embedder, lenient=True)
    for owner, episodes in doomed.episodes.items():
        claims = writer.claims_of_episodes(View(owners=(owner,)), list(episodes))
        claims += borrowed(writer, owner, episodes, [claim for _, claim in claims])
        slots = identities_of(writer, owner).connected({slot for slot, _ in claims})
        slots |= _unjudge(writer, owner, {claim.id for _, claim in claims})
        recall_slots(writer, slots, vectors)
        counts = writer.erase(
            owner,
            episodes=list(episodes),
            claims=[claim.id for _, claim in claims],
            slots=sorted(slots, key=lambda slot: (slot.subject, slot.attribute)),
        )
        _count(removed, counts)
        left = {claim.id for slot in slots for claim in writer.claims(slot)}
        for slot in slots:
            empty = retell(writer, slot, left, vectors)
            doomed.add(owner, empty)
            ids = [episode.id for episode in empty]
            _count(removed, writer.erase(owner, episodes=ids, claims=[], slots=[]))
        touched |= slots
    facts, decisions = rebuild_slots(parts, writer, touched, vectors)
    removed["facts"] -= facts
    removed["decisions"] -= decisions
    return removed


def _unjudge(writer: Writer, owner: int, claims: Set[str]) -> set[Slot]:
    """Remove what was judged from claims that go, as if it never had been; the slots that it bore
    on."""
    resting = [one for one in writer.judgements(owner) if not claims.isdisjoint(one.claim_ids)]
    slots = {slot for one in resting for slot in slots_judged(writer, owner, one)}
    writer.erase_judgements(owner, [one.id for one in resting])
    return slots


def _count(removed: dict[str, int], more: Mapping[str, int]) -> None:
    for table in _TABLES:
        removed[table] += more.get(table, 0)


def _remaining(reader: Reader, doomed: _Doomed) -> int:
    """Rows that still tell of what was removed."""
    left = 0
    for owner, episodes in doomed.episodes.items():
        view = View(owners=(owner,))
        ids = list(episodes)
        left += len(reader.episodes(view, ids)) + len(reader.claims_of_episodes(view, ids))
        left += sum(_tells(reader, view, id) for id in doomed.facts)
    return left


def _tells(reader: Reader, view: View, fact_id: str) -> int:
    fact: Fact | None = reader.fact(view, fact_id)
    return (fact is not None) + len(reader.decisions(view, fact_id))


def _receipt(at: datetime, doomed: _Doomed, removed: dict[str, int]) -> Receipt:
    salt = os.urandom(16).hex()
    digests = {
        sha256(f"{salt}{text}".encode("utf-8", "surrogatepass")).hexdigest()
        for text in doomed.texts
    }
    return Receipt(
        at=at,
        episodes=removed["episodes"],
        claims=removed["claims"],
        facts=removed["facts"],
        decisions=removed["decisions"],
        index_rows=removed["index_rows"],
        remaining=0,
        salt=salt,
        digests=tuple(sorted(digests)),
    )

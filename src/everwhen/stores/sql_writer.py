"""Writes, over any driver: one transaction that keeps rows, index and revisions in step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from everwhen.errors import NotFoundError
from everwhen.model.judgements import Judgement
from everwhen.model.period import micros
from everwhen.model.records import (
    Claim,
    Decision,
    Episode,
    Fact,
    Message,
    Scope,
    Slot,
    changed,
)
from everwhen.ports import Clock, Indexed
from everwhen.stores import rows as records
from everwhen.stores.cache import IndexCache
from everwhen.stores.connection import Connection, Parameter, Row, Value
from everwhen.stores.index import KINDS, pack_vector
from everwhen.stores.judgement_rows import from_judgement
from everwhen.stores.sql import SqlReader, chunks
from everwhen.vectors import Embedded

_FACT, _EPISODE = KINDS["fact"], KINDS["episode"]


class SqlWriter(SqlReader):
    """Writes in one transaction; see `everwhen.ports.Writer`.

    `revisions` are the owners changed so far with their new revision, `erased` those from
    whom something was removed, `cleared` tells that this holds for every owner.
    """

    def __init__(self, connection: Connection, *, clock: Clock, cache: IndexCache) -> None:
        super().__init__(connection, clock=clock, cache=cache)
        self.revisions: dict[int, int] = {}
        self.erased: set[int] = set()
        self.cleared = False

    def _private(self, owner: int) -> bool:
        return self.cleared or owner in self.revisions

    def _run(self, name: str, **parameters: Parameter) -> int:
        return self._connection.run(self._sql[name], **parameters)

    def _many(self, name: str, rows: Iterable[tuple[Value, ...]]) -> None:
        self._connection.many(self._sql[name], rows)

    def _revise(self, owner: int) -> int:
        """The owner's new revision, raised once a transaction."""
        if owner not in self.revisions:
            if not self._run("owner_revise", owner=owner):
                raise NotFoundError(f"there is no owner {owner}; it was erased or never written")
            ((revision, _),) = self._rows("owner_state", owner=owner)
            self.revisions[owner] = revision
        return self.revisions[owner]

    def _new_epoch(self, owner: int) -> None:
        self._revise(owner)
        if owner not in self.erased:
            self.erased.add(owner)
            self._run("owner_new_epoch", owner=owner)

    def own(self, scope: Scope) -> int:
        """The owner that this scope writes to, made if it is new."""
        known = self.owner(scope)
        if known is not None:
            return known
        user, agent, run = scope.owner
        owner = self._connection.allocate("owners", 1)
        self._run("owner_add", owner=owner, user=user or "", agent=agent or "", run=run or "")
        return owner

    # episodes

    def add_episodes(
        self,
        scope: Scope,
        messages: Sequence[tuple[str, Message, int]],
        recorded_at: datetime,
        *,
        extracted: bool,
    ) -> list[Episode]:
        """Store messages; one whose key is already there comes back as it was stored."""
        owner = self.own(scope)
        known = self._by_key(owner, scope, messages)
        stored: list[Episode] = []
        fresh: list[Episode] = []
        first = self._connection.allocate("episodes", len(messages))
        for id, message, ordinal in messages:
            if message.id is not None and message.id in known:
                stored.append(known[message.id])
                continue
            episode = Episode(
                id=id,
                row=first + len(fresh),
                scope=scope,
                role=message.role,
                content=message.content,
                at=message.at,
                recorded_at=recorded_at,
                ordinal=ordinal,
                name=message.name,
                key=message.id,
                metadata=message.metadata,
                extracted=extracted,
            )
            fresh.append(episode)
            stored.append(episode)
            if message.id is not None:
                known[message.id] = episode
        if fresh:
            self._revise(owner)
            self._many("episodes_add", (records.from_episode(owner, each) for each in fresh))
        return stored

    def _by_key(
        self, owner: int, scope: Scope, messages: Sequence[tuple[str, Message, int]]
    ) -> dict[str, Episode]:
        keys = [message.id for _, message, _ in messages if message.id is not None]
        found = [
            records.to_episode(row)
            for chunk in chunks(keys)
            for row in self._rows(
                "episodes_by_key", owner=owner, run=scope.run_id or "", keys=chunk
            )
        ]
        return {episode.key: episode for episode in found if episode.key is not None}

    def mark_extracted(self, rows: Sequence[int], at: datetime) -> set[int]:
        """The work on these episodes is done; those on which it was not done before."""
        marked: set[int] = set()
        for chunk in chunks(rows):
            marked.update(row for (row,) in self._rows("episodes_pending_rows", rows=chunk))
            self._run("episodes_done", rows=chunk, at=micros(at))
        return marked

    # claims

    def add_claims(self, owner: int, claims: Sequence[Claim]) -> None:
        """Append claims; an id that is already there is left as it is."""
        if not claims:
            return
        first = self._connection.allocate("claims", len(claims))
        self._many(
            "claims_add",
            (records.from_claim(first + n, owner, claim) for n, claim in enumerate(claims)),
        )

    def withdraw_claims(self, ids: Sequence[str], at: datetime) -> None:
        """Mark claims as taken back at the instant; one taken back earlier stays so."""
        for chunk in chunks(ids):
            self._run("claims_withdraw", ids=chunk, at=micros(at))

    # facts

    def add_facts(self, owner: int, facts: Sequence[Fact]) -> list[Fact]:
        """Open versions (row is ignored and assigned)."""
        if not facts:
            return []
        revision = self._revise(owner)
        keys = self._value_keys(owner, facts)
        first = self._connection.allocate("facts", len(facts))
        opened = [changed(fact, row=first + n) for n, fact in enumerate(facts)]
        self._many(
            "facts_add",
            (
                records.from_fact(
                    fact.row,
                    owner,
                    fact,
                    value_key=next(
                        (keys[id] for id in fact.claim_ids if id in keys), fact.value.casefold()
                    ),
                    revision=revision,
                )
                for fact in opened
            ),
        )
        self._link(owner, opened)
        return opened

    def _value_keys(self, owner: int, facts: Sequence[Fact]) -> dict[str, str]:
        """A fact's value is compared by the key of the claims that it rests on."""
        ids = [id for fact in facts for id in fact.claim_ids[:1]]
        return {
            records.text(id): records.text(key)
            for chunk in chunks(ids)
            for id, key in self._rows("claims_value_keys", owner=owner, ids=chunk)
        }

    def _link(self, owner: int, facts: Sequence[Fact]) -> None:
        self._many(
            "fact_sources_add",
            ((owner, source.episode_id, fact.row) for fact in facts for source in fact.sources),
        )

    def _stored(self, rows: Sequence[int]) -> list[Row]:
        return [row for chunk in chunks(rows) for row in self._rows("facts_owners", rows=chunk)]

    def amend_facts(self, facts: Sequence[Fact]) -> None:
        """Rewrite, by row, what may change without a new version."""
        by_row = {fact.row: fact for fact in facts}
        for row, owner, _, _, sources in self._stored(list(by_row)):
            fact = by_row[row]
            old = {source.episode_id for source in records.to_sources(sources)}
            new = {source.episode_id for source in fact.sources}
            self._many("fact_sources_delete", ((owner, gone, row) for gone in old - new))
            self._many("facts_amend", [records.amended(fact, self._revise(owner))])
            if new - old:
                self._link(owner, [fact])

    def close_facts(self, rows: Sequence[int], at: datetime) -> None:
        """End the belief in versions; one that began at the same instant vanishes."""
        instant = micros(at)
        closing: dict[int, list[int]] = defaultdict(list)
        vanishing: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for row, owner, began, revision, sources in self._stored(rows):
            if began < instant:
                closing[owner].append(row)
                continue
            vanishing[owner].append((row, sources))
            if revision != self._revise(owner):
                self._new_epoch(owner)
        for owner, found in closing.items():
            for chunk in chunks(found):
                self._run("facts_close", rows=chunk, at=instant, revision=self._revise(owner))
        for owner, gone in vanishing.items():
            self._delete_facts(owner, gone)

    def _delete_facts(self, owner: int, gone: Sequence[tuple[int, str]]) -> tuple[int, int]:
        """Remove versions, given with their stored sources; the rows and index rows removed."""
        removed = 0
        index_rows = self._unindex(owner, _FACT, [row for row, _ in gone])
        self._many(
            "fact_sources_delete",
            (
                (owner, episode, row)
                for row, sources in gone
                for episode in {source.episode_id for source in records.to_sources(sources)}
            ),
        )
        for chunk in chunks(row for row, _ in gone):
            removed += self._run("facts_delete", owner=owner, rows=chunk)
        return removed, index_rows

    # decisions

    def add_decisions(self, owner: int, decisions: Sequence[Decision]) -> None:
        """Append to the log."""
        if not decisions:
            return
        first = self._connection.allocate("decisions", len(decisions))
        numbered = [(first + n, decision) for n, decision in enumerate(decisions)]
        self._many(
            "decisions_add", (records.from_decision(row, owner, each) for row, each in numbered)
        )
        self._many(
            "decision_facts_add",
            (
                (owner, fact_id, row)
                for row, decision in numbered
                for fact_id in dict.fromkeys(_about(decision))
            ),
        )

    # judgements

    def add_judgements(self, owner: int, judgements: Sequence[Judgement]) -> None:
        """Record judgements; one whose id is already there is left as it is."""
        first = self._connection.allocate("judgements", len(judgements))
        self._many(
            "judgements_add",
            (from_judgement(first + n, owner, each) for n, each in enumerate(judgements)),
        )

    def undo_judgement(self, owner: int, id: str, at: datetime) -> None:
        """From the instant on a judgement has no effect; one undone earlier stays so."""
        self._run("judgements_undo", owner=owner, id=id, at=micros(at))

    def erase_judgements(self, owner: int, ids: Sequence[str]) -> None:
        """Remove judgements for good."""
        for chunk in chunks(ids):
            self._run("judgements_delete", owner=owner, ids=chunk)

    # index

    def index(self, owner: int, items: Sequence[Indexed]) -> None:
        """Put items into the full text and vector index, in place of what was there of them."""
        if not items:
            return
        latest = {(KINDS[item.kind], item.row): item for item in items}
        revision = self._revise(owner)
        for kind in (_FACT, _EPISODE):
            self._unindex(owner, kind, [row for each, row in latest if each == kind])
        self._many(
            "items_add",
            (
                (owner, kind, row, revision, item.length, records.to_json(dict(item.terms)))
                for (kind, row), item in latest.items()
            ),
        )
        self._many(
            "vectors_add",
            (
                (owner, kind, row, pack_vector(item.vector), item.digest)
                for (kind, row), item in latest.items()
                if item.vector is not None
            ),
        )
        postings = [
            (owner, kind, term, row, count)
            for (kind, row), item in latest.items()
            for term, count in item.terms.items()
        ]
        postings.sort()
        self._many("postings_add", postings)

    def _unindex(self, owner: int, kind: int, rows: Sequence[int]) -> int:
        """Take items out of the index; the index rows removed."""
        removed = 0
        for chunk in chunks(rows):
            found = self._rows("items_terms", owner=owner, kind=kind, rows=chunk)
            postings = [
                (owner, kind, term, row)
                for row, terms in found
                for term in records.from_json(terms)
            ]
            gone = [(owner, kind, row) for row, _ in found]
            if not gone:
                continue
            self._many("postings_delete", postings)
            self._many("vectors_delete", gone)
            self._many("staged_delete", gone)
            self._many("items_delete", gone)
            removed += len(gone) + len(postings)
        return removed

    # kept vectors

    def stage(self, owner: int, items: Sequence[Embedded]) -> None:
        """Put vectors aside; those of items that are no longer in the index are left out."""
        self._many(
            "staged_add",
            (
                (item.digest, pack_vector(item.vector), owner, KINDS[item.kind], item.row)
                for item in items
            ),
        )

    def stage_indexed(self) -> None:
        """Put aside all vectors of the index that have a digest."""
        self._run("staged_add_indexed")

    def clear_staged(self) -> None:
        """Drop everything that was put aside."""
        self._run("staged_clear")

    # erasing

    def erase(
        self, owner: int, *, episodes: Sequence[str], claims: Sequence[str], slots: Sequence[Slot]
    ) -> Mapping[str, int]:
        """Remove for good: episodes with all their claims, claims, and of the slots given and
        of those claims all fact versions, decisions and index rows."""
        self._new_epoch(owner)
        removed: Counter[str] = Counter(
            dict.fromkeys(("episodes", "claims", "facts", "decisions", "index_rows"), 0)
        )
        touched = {(slot.subject, slot.attribute) for slot in slots}
        touched |= self._slots_of(owner, episodes, claims)
        for subject, attribute in sorted(touched):
            removed.update(self._erase_slot(owner, subject, attribute))
        for chunk in chunks(claims):
            removed["claims"] += self._run("claims_delete", owner=owner, ids=chunk)
        for chunk in chunks(episodes):
            removed["claims"] += self._run("claims_delete_of_episodes", owner=owner, ids=chunk)
            removed["decisions"] += self._run(
                "decisions_delete_of_episodes", owner=owner, ids=chunk
            )
            self._run("decision_facts_delete_of_episodes", owner=owner, ids=chunk)
            found = self._rows("episodes_rows", owner=owner, ids=chunk)
            removed["index_rows"] += self._unindex(owner, _EPISODE, [row for row, _ in found])
            removed["episodes"] += self._run("episodes_delete", owner=owner, ids=chunk)
        return dict(removed)

    def _slots_of(
        self, owner: int, episodes: Sequence[str], claims: Sequence[str]
    ) -> set[tuple[str, str]]:
        found: list[Row] = []
        for chunk in chunks(claims):
            found += self._rows("claims_slots_of_claims", owner=owner, ids=chunk)
        for chunk in chunks(episodes):
            found += self._rows("claims_slots_of_episodes", owner=owner, ids=chunk)
        return {(records.text(subject), records.text(attribute)) for subject, attribute in found}

    def _erase_slot(self, owner: int, subject: str, attribute: str) -> dict[str, int]:
        where: dict[str, Parameter] = {
            "owner": owner,
            "subject": subject,
            "attribute": attribute,
        }
        facts = [(row, sources) for row, sources in self._rows("facts_rows_of_slot", **where)]
        fact_count, index_rows = self._delete_facts(owner, facts)
        decisions = self._rows("decisions_of_slot", **where)
        self._many(
            "decision_facts_delete",
            (
                (owner, fact_id, row)
                for row, opened, closed in decisions
                for fact_id in {*records.from_json(opened), *records.from_json(closed)}
            ),
        )
        decision_count = 0
        for chunk in chunks(row for row, _, _ in decisions):
            decision_count += self._run("decisions_delete", owner=owner, rows=chunk)
        return {"facts": fact_count, "index_rows": index_rows, "decisions": decision_count}

    def erase_owner(self, owner: int) -> Mapping[str, int]:
        """Remove all that an owner has, and the owner."""
        self._new_epoch(owner)
        index_rows = self._run("postings_delete_all", owner=owner)
        index_rows += self._run("items_delete_all", owner=owner)
        self._run("vectors_delete_all", owner=owner)
        self._run("staged_delete_all", owner=owner)
        self._run("fact_sources_delete_all", owner=owner)
        self._run("decision_facts_delete_all", owner=owner)
        self._run("judgements_delete_all", owner=owner)
        removed = {
            table: self._run(f"{table}_delete_all", owner=owner)
            for table in ("episodes", "claims", "facts", "decisions")
        }
        self._run("owner_delete", owner=owner)
        del self.revisions[owner]
        return {**removed, "index_rows": index_rows}

    def clear_derived(self) -> None:
        """Drop facts, decisions that rest on a claim, and the whole index of every owner, for a
        rebuild."""
        for table in (
            "postings",
            "items",
            "vectors",
            "fact_sources",
            "decision_facts",
            "facts",
            "decisions",
        ):
            self._run(f"{table}_clear")
        self._run("owner_new_epochs")
        self.revisions.clear()
        self.cleared = True

    def set_policy(self, owner: int, policy: str) -> None:
        """Record a policy for an owner, in place of the one before."""
        self._run("owner_set_policy", owner=owner, policy=policy)

    def set_setting(self, key: str, value: str) -> None:
        """Record a setting."""
        self._run("setting_put", key=key, value=value)


def _about(decision: Decision) -> tuple[str, ...]:
    """The ids whose history has a decision: its facts, and its message if it rests on no claim."""
    about = (*decision.fact_ids, *decision.closed)
    if decision.claim_id is None and decision.source is not None:
        return (*about, decision.source.episode_id)
    return about

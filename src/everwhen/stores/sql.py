"""Reads, over any driver: scoped queries that give records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from everwhen.errors import InputError
from everwhen.model.judgements import Judgement
from everwhen.model.period import EARLIEST, FOREVER, end_micros, micros
from everwhen.model.records import (
    Claim,
    ClaimPlace,
    Decision,
    Episode,
    Fact,
    Held,
    Scope,
    Slot,
    Turns,
)
from everwhen.ports import Clock, Kind, Moment, Ranking, View
from everwhen.stores import rows as records
from everwhen.stores.cache import IndexCache, IndexReader
from everwhen.stores.connection import Connection, Parameter, Row, column_names, queries
from everwhen.stores.index import KIND_NAMES, KINDS, unpack_vector
from everwhen.stores.judgement_rows import to_judgement
from everwhen.vectors import Place

T = TypeVar("T")
_CHUNK = 400
_PAGE = 500
_COUNTS = (
    "owners",
    "episodes",
    "pending",
    "claims",
    "facts",
    "current_facts",
    "to_review",
    "decisions",
    "judgements",
)
TABLES = ("settings", "owners", "episodes", "claims", "facts", "decisions", "judgements")
"""The tables that `dump` gives."""


def chunks(values: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    """Distinct values in pieces that fit one statement."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


class SqlReader:
    """Reads from one transaction; see `everwhen.ports.Reader`."""

    def __init__(
        self, connection: Connection, *, clock: Clock, cache: IndexCache, private: bool = False
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._index = IndexReader(cache, connection, self._private)
        self._all_private = private
        self._sql = queries()

    def _private(self, owner: int) -> bool:
        """Whether this transaction sees something of the owner that is not committed."""
        return self._all_private

    def _rows(self, name: str, **parameters: Parameter) -> list[Row]:
        return self._connection.rows(self._sql[name], **parameters)

    def _chosen(
        self, name: str, view: View, ids: Sequence[str] | Sequence[int], **more: Parameter
    ) -> list[Row]:
        """Rows of a query over :owners, :run and :ids, however many ids there are."""
        if not view.owners:
            return []
        found: list[Row] = []
        for chunk in chunks(ids):
            some = cast("Sequence[int] | Sequence[str]", chunk)
            found += self._rows(name, owners=view.owners, run=view.run_id or "", ids=some, **more)
        return found

    # scopes

    def view(self, scope: Scope) -> View:
        """Resolve a scope."""
        found = self._rows(
            "owners_of_user",
            user=scope.user_id or "",
            agent=scope.agent_id or "",
            run=scope.run_id or "",
        )
        return View(owners=tuple(row[0] for row in found), run_id=scope.run_id)

    def owner(self, scope: Scope) -> int | None:
        """The owner that exactly this scope writes to, None if it has never written."""
        user, agent, run = scope.owner
        found = self._rows("owner_exact", user=user or "", agent=agent or "", run=run or "")
        return int(found[0][0]) if found else None

    def scopes(self, *, run_id: str | None = None, holding: str | None = None) -> list[Scope]:
        """Every owner's scope, in a stable order; of those with a run or an id in them."""
        found = self._rows("owner_scopes", run=run_id or "", id=holding or "")
        return [records.to_scope(*row) for row in found]

    # episodes

    def episodes(self, view: View, ids: Sequence[str]) -> list[Episode]:
        """Those of the ids that the view holds, in the order asked."""
        found = map(records.to_episode, self._chosen("episodes_by_id", view, ids))
        by_id = {episode.id: episode for episode in found}
        return [by_id[id] for id in ids if id in by_id]

    def episode_rows(self, view: View, rows: Sequence[int]) -> list[Episode]:
        """The same by row."""
        found = map(records.to_episode, self._chosen("episodes_by_row", view, rows))
        by_row = {episode.row: episode for episode in found}
        return [by_row[row] for row in rows if row in by_row]

    def page_episodes(
        self,
        view: View,
        *,
        limit: int,
        after: tuple[int, int] | None = None,
        known_at: datetime | None = None,
    ) -> list[Episode]:
        """In order of (at, row), after that pair."""
        at, row = after or (EARLIEST, 0)
        parameters: dict[str, Parameter] = {
            "owners": view.owners,
            "at": at,
            "row": row,
            "known_at": end_micros(known_at),
            "limit": limit,
        }
        if view.run_id is None:
            found = self._rows("episodes_page", **parameters)
        else:
            found = self._rows("episodes_page_of_run", run=view.run_id, **parameters)
        return [records.to_episode(row) for row in found]

    def before(self, episode: Episode, limit: int) -> list[Episode]:
        """The messages of the same owner and run just before it by (at, row), oldest first."""
        user, agent, run = episode.scope.owner
        found = self._rows(
            "episodes_before",
            user=user or "",
            agent=agent or "",
            owner_run=run or "",
            run=episode.scope.run_id or "",
            at=micros(episode.at),
            row=episode.row,
            limit=limit,
        )
        return [records.to_episode(row) for row in reversed(found)]

    def pending(self, limit: int, ids: Sequence[str] | None = None) -> list[Episode]:
        """Episodes still to be extracted, oldest recorded first, over all scopes."""
        if ids is None:
            return [records.to_episode(row) for row in self._rows("episodes_pending", limit=limit)]
        found = [
            records.to_episode(row)
            for chunk in chunks(ids)
            for row in self._rows("episodes_pending_of", ids=chunk)
        ]
        found.sort(key=lambda episode: (episode.recorded_at, episode.row))
        return found[:limit]

    def turns(
        self,
        view: View,
        rows: Sequence[int],
        *,
        terms: Mapping[str, float],
        moment: Moment,
        reach: int,
        widened: int,
    ) -> Turns:
        """Episodes by row, what stands near the first of them, and what is said around them."""
        return self._index.turns(
            view, rows, terms=terms, moment=moment, reach=reach, widened=widened
        )

    def history_characters(self, view: View) -> int:
        """Characters of everything said in the view."""
        return self._index.characters(view)

    # claims

    def claims(self, slot: Slot, value_keys: Sequence[str] | None = None) -> list[Claim]:
        """Claims of a slot in order of storing, withdrawn ones too; with keys only those of, or
        replacing, them."""
        where: dict[str, Parameter] = {
            "owner": slot.owner,
            "subject": slot.subject,
            "attribute": slot.attribute,
        }
        if value_keys is None:
            found = self._rows("claims_of_slot", **where)
        else:
            found = self._rows("claims_of_values", keys=list(dict.fromkeys(value_keys)), **where)
        return [records.to_claim(row)[1] for row in found]

    def claims_by_id(self, view: View, ids: Sequence[str]) -> list[tuple[Slot, Claim]]:
        """Claims by id, in the order asked."""
        found = map(records.to_claim, self._chosen("claims_by_id", view, ids))
        by_id = {claim.id: (slot, claim) for slot, claim in found}
        return [by_id[id] for id in ids if id in by_id]

    def claims_of_episodes(self, view: View, ids: Sequence[str]) -> list[tuple[Slot, Claim]]:
        """Every claim that these episodes make."""
        return [records.to_claim(row) for row in self._chosen("claims_of_episodes", view, ids)]

    def claim_places(self, view: View, ids: Sequence[str]) -> list[ClaimPlace]:
        """Every claim that these episodes make, light."""
        return [records.to_place(row) for row in self._chosen("claims_places", view, ids)]

    def slots(self, view: View) -> Iterator[Slot]:
        """Every slot of the view that has claims, in a stable order."""
        if view.run_id is None:
            found = self._rows("claims_slots", owners=view.owners)
        else:
            found = self._rows("claims_slots_of_run", owners=view.owners, run=view.run_id)
        for owner, subject, attribute in found:
            yield Slot(
                owner=owner, subject=records.text(subject), attribute=records.text(attribute)
            )

    # facts

    def slot_facts(self, slot: Slot, value_keys: Sequence[str] | None = None) -> list[Fact]:
        """The versions held now (system_to empty) of a slot, in order of (valid_from, row)."""
        where: dict[str, Parameter] = {
            "owner": slot.owner,
            "subject": slot.subject,
            "attribute": slot.attribute,
            "forever": FOREVER,
        }
        if value_keys is None:
            found = self._rows("facts_of_slot", **where)
        else:
            found = self._rows("facts_of_values", keys=list(dict.fromkeys(value_keys)), **where)
        return [records.to_fact(row) for row in found]

    def held(
        self,
        owner: int,
        at: datetime,
        limit: int,
        *,
        subject: str | None = None,
        attributes: Sequence[str] = (),
    ) -> list[Held]:
        """The facts held now, valid at the instant and not under review, changed last first."""
        return self._index.held((owner, subject, tuple(attributes)), micros(at), limit)

    def fact_rows(self, view: View, rows: Sequence[int]) -> list[Fact]:
        """Fact versions by row, in the order asked."""
        by_row = {
            fact.row: fact
            for fact in map(records.to_fact, self._chosen("facts_by_row", view, rows))
        }
        return [by_row[row] for row in rows if row in by_row]

    def fact_slots(self, view: View, rows: Sequence[int]) -> list[Slot | None]:
        """The slots of fact versions by row, in the order asked."""
        found = {
            row: Slot(owner=owner, subject=records.text(subject), attribute=records.text(attribute))
            for row, owner, subject, attribute in self._chosen("facts_slots", view, rows)
        }
        return [found.get(row) for row in rows]

    def fact(self, view: View, id: str, known_at: datetime | None = None) -> Fact | None:
        """The version held at `known_at`; without it, the last one held."""
        where: dict[str, Parameter] = {
            "owners": view.owners,
            "run": view.run_id or "",
            "id": id,
        }
        if known_at is None:
            found = self._rows("fact_last", **where)
        else:
            found = self._rows("fact_held", known_at=micros(known_at), **where)
        return records.to_fact(found[0]) if found else None

    def page_facts(
        self,
        view: View,
        *,
        known_at: datetime,
        as_of: datetime | None,
        subject: str | None = None,
        attribute: str | None = None,
        review: bool = False,
        limit: int,
        after: tuple[int, int] | None = None,
    ) -> list[Fact]:
        """In order of (valid_from, row); with `review` only those that wait for it."""
        start, row = after or (EARLIEST - 1, 0)
        where: dict[str, Parameter] = {
            "owners": view.owners,
            "run": view.run_id or "",
            "start": start,
            "row": row,
            "known_at": micros(known_at),
            "always": int(as_of is None),
            "as_of": 0 if as_of is None else micros(as_of),
            "review": int(review),
            "limit": limit,
        }
        name = "facts_page"
        if subject is not None:
            where["subject"] = subject
            name = "facts_page_of_subject"
        if attribute is not None:
            where["attribute"] = attribute
            name = "facts_page_of_attribute" if subject is None else "facts_page_of_slot"
        return [records.to_fact(row) for row in self._rows(name, **where)]

    def facts_of_episodes(self, view: View, ids: Sequence[str], moment: Moment) -> list[Fact]:
        """The facts valid and held at the moment, not under review, that rest on these."""
        found = self._chosen(
            "facts_of_episodes",
            view,
            ids,
            as_of=micros(moment.as_of),
            known_at=micros(moment.known_at),
        )
        by_row = {row[0]: row for row in found}
        return [records.to_fact(by_row[row]) for row in sorted(by_row)]

    # decisions

    def decisions(self, view: View, fact_id: str) -> list[Decision]:
        """Everything that was decided about a fact, oldest first."""
        found = self._rows("decisions_of_fact", owners=view.owners, fact_id=fact_id)
        return [records.to_decision(row) for row in found]

    # judgements

    def judgements(self, owner: int) -> list[Judgement]:
        """All judgements about an owner's memory, also undone ones, in order of (at, id)."""
        return [to_judgement(row) for row in self._rows("judgements_of_owner", owner=owner)]

    # index

    def rank(
        self,
        view: View,
        kind: Kind,
        *,
        terms: Mapping[str, float],
        vector: bytes | None,
        moment: Moment,
    ) -> Ranking:
        """BM25 and cosine over all items of the kind that the view and the moment allow."""
        return self._index.rank(view, kind, terms=terms, vector=vector, moment=moment)

    # kept vectors

    def vectors_of(
        self, owner: int, digests: Sequence[int], *, staged: bool = False
    ) -> Mapping[int, bytes]:
        """Vectors of an owner's items by the digest of their text."""
        name = "staged_by_digest" if staged else "vectors_by_digest"
        return {
            digest: unpack_vector(vector)
            for chunk in chunks(digests)
            for digest, vector in self._rows(name, owner=owner, digests=chunk)
        }

    def unstaged(self, limit: int, after: Place | None = None) -> list[Place]:
        """Items of the index without a staged vector, in order, those behind `after`."""
        owner, kind, row = (
            (-1, -1, -1) if after is None else (after.owner, KINDS[after.kind], after.row)
        )
        found = self._rows("staged_missing", owner=owner, kind=kind, row=row, limit=limit)
        return [Place(owner=owner, kind=KIND_NAMES[kind], row=row) for owner, kind, row in found]

    def count_unstaged(self) -> int:
        """How many those are."""
        ((count,),) = self._rows("staged_missing_count")
        return int(count)

    # the whole

    def counts(self) -> Mapping[str, int]:
        """Row counts and sizes for Stats; current facts are those valid and held now."""
        now = micros(self._clock())
        (row,) = self._rows("counts", known_at=now, as_of=now)
        (schema,) = self._rows("schema_number")
        return {
            **dict(zip(_COUNTS, row, strict=True)),
            "size_bytes": self._connection.size_bytes(),
            "schema": schema[0],
        }

    def setting(self, key: str) -> str | None:
        """A recorded setting."""
        found = self._rows("setting", key=key)
        return records.text(found[0][0]) if found else None

    def policy(self, owner: int) -> str:
        """What was set for an owner."""
        found = self._rows("owner_policy", owner=owner)
        return records.text(found[0][0]) if found else ""

    def dump(self, table: str) -> Iterator[Mapping[str, object]]:
        """Every row of a canonical table by column name, in the order of storing.

        Instants are microseconds since 1970, open ends and absent ids None, metadata and lists
        plain JSON values.
        """
        if table not in TABLES:
            raise InputError(f"there is no table {table!r} to export; ask for one of {TABLES}")
        sql = self._sql[f"dump_{table}"]
        names = column_names(sql)
        after = -1
        while found := self._connection.rows(sql, after=after, limit=_PAGE):
            for row in found:
                yield records.to_export(names, row)
            after = found[-1][0]

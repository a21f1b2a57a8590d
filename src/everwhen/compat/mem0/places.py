"""Where memories are: the scopes that ids name, and the fact behind a memory's id."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypedDict

from everwhen.compat.mem0.items import memory_id, own_fields
from everwhen.errors import NotFoundError
from everwhen.memory import Memory
from everwhen.model.records import Decision, Fact, Scope

_FIRST: Final = 30
_PAGE: Final = 1_000
_KNOWN: Final = 100_000


class Whose(TypedDict):
    """A scope as arguments for Memory."""

    user_id: str | None
    agent_id: str | None
    run_id: str | None


class Places:
    """Finds scopes and facts; remembers where it found them, and looks again when it is gone."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._scopes: dict[str, Scope] = {}
        self._given: dict[str, str] = {}
        self._scanned: tuple[int, int] | None = None

    def scopes(self, ids: Mapping[str, str]) -> list[Scope]:
        """The scopes whose memories have these ids, whatever their other ids are."""
        if "user_id" in ids:
            return [Scope(**ids)]
        run_id = ids.get("run_id")
        found = self._memory.scopes(agent_id=ids.get("agent_id"), run_id=run_id)
        return [
            Scope(user_id=one.user_id, agent_id=one.agent_id, run_id=run_id or one.run_id)
            for one in found
        ]

    def note(self, facts: Iterable[Fact]) -> None:
        """Remember where facts are, as their ids come back soon."""
        with self._lock:
            for fact in facts:
                if len(self._scopes) >= _KNOWN:
                    self._scopes.clear()
                self._scopes[fact.id] = fact.scope

    def scope_of(self, fact_id: str) -> Scope | None:
        """Whose a fact is."""
        known = self._scopes.get(fact_id)
        if known is not None:
            return known
        found = self._memory.scopes(id=fact_id)
        if not found:
            return None
        with self._lock:
            self._scopes[fact_id] = found[0]
        return found[0]

    def fact(self, id: str) -> Fact | None:
        """The fact that a memory's id stands for now; None if it is gone, or was never there."""
        start = self.first(id)
        if start is None:
            return None
        for fact in self.line(start):
            if fact.system_to is None:
                return fact
        return None

    def first(self, id: str) -> Fact | None:
        """The fact that a memory began as, held or not."""
        found = self._fact(self._given.get(id, id))
        if found is None and not id.startswith("f_") and self._scan():
            found = self._fact(self._given.get(id, id))
        return found

    def origin(self, fact: Fact) -> Fact:
        """The fact that a memory began as."""
        known = memory_id(fact)
        seen = {fact.id}
        while (before := self._before(fact, known, seen)) is not None:
            seen.add(before.id)
            fact = before
        return fact

    def line(self, start: Fact) -> Iterator[Fact]:
        """The facts that a memory has been, each the correction of the one before."""
        fact: Fact | None = start
        known = memory_id(start)
        seen = set()
        while fact is not None and fact.id not in seen:
            seen.add(fact.id)
            yield fact
            fact = self._next(fact, known, seen)

    def decisions(self, fact: Fact) -> list[Decision]:
        """All that was decided about a fact."""
        try:
            return self._memory.history(fact.id, **ids_of(fact.scope))
        except NotFoundError:
            return []

    def facts(self, scope: Scope) -> Iterator[Fact]:
        """Every fact of a scope that holds now."""
        cursor, limit = None, _FIRST
        while True:
            page = self._memory.list(**ids_of(scope), limit=limit, cursor=cursor)
            yield from page.items
            cursor, limit = page.cursor, _PAGE
            if cursor is None:
                return

    def forget_all(self) -> None:
        """Drop what is remembered here, after memories were erased."""
        with self._lock:
            self._scopes.clear()
            self._given.clear()
            self._scanned = None

    def _next(self, fact: Fact, known: str, seen: set[str]) -> Fact | None:
        for decision in reversed(self.decisions(fact)):
            if fact.id not in decision.closed:
                continue
            for id in decision.fact_ids:
                after = None if id in seen else self._fact(id)
                if after is not None and own_fields(after.metadata).get("id") == known:
                    return after
        return None

    def _before(self, fact: Fact, known: str, seen: set[str]) -> Fact | None:
        # Only the decision that made it: a later one may bring it back.
        made = next((d for d in self.decisions(fact) if fact.id in d.fact_ids), None)
        for id in () if made is None else made.closed:
            before = None if id in seen else self._fact(id)
            if before is not None and memory_id(before) == known:
                return before
        return None

    def _fact(self, id: str) -> Fact | None:
        scope = self.scope_of(id)
        if scope is None:
            return None
        try:
            found = self._memory.get(id, **ids_of(scope))
        except NotFoundError:
            with self._lock:
                self._scopes.pop(id, None)
            return None
        return found if isinstance(found, Fact) else None

    def _scan(self) -> bool:
        """Look through all memories for ids that were given to them elsewhere."""
        stats = self._memory.stats()
        state = (stats.facts, stats.decisions)
        if state == self._scanned:
            return False
        found: dict[str, str] = {}
        for scope in self._memory.scopes():
            for fact in self.facts(scope):
                given = own_fields(fact.metadata).get("id")
                if isinstance(given, str) and not given.startswith("f_"):
                    found[given] = fact.id
        with self._lock:
            self._given |= found
            self._scanned = state
        return True


def ids_of(scope: Scope) -> Whose:
    """A scope as arguments."""
    return {"user_id": scope.user_id, "agent_id": scope.agent_id, "run_id": scope.run_id}

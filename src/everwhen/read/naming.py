"""Facts as they are read: the user's name, as known then, in texts that were stored without it, and
what they are about."""

from __future__ import annotations

from collections.abc import Sequence

from everwhen.language.categories import category_of
from everwhen.model.records import SELF, SELF_MARK, Fact, Scope, Slot, changed
from everwhen.ports import Reader

UNNAMED = "User"


def worded(text: str, name: str | None) -> str:
    """The text with the user's name, or "User", in the place that was kept for it."""
    if SELF_MARK not in text:
        return text
    said = text.replace(SELF_MARK, name or UNNAMED)
    return said[:1].upper() + said[1:]


def word_fact(fact: Fact, names: Names) -> Fact:
    """The fact, worded with the current name of the user whose it is, with its category."""
    category = category_of(fact.attribute)
    if SELF_MARK not in fact.text and fact.speaker != SELF_MARK:
        return changed(fact, category=category)
    name = names.of(fact.scope)
    speaker = name if fact.speaker == SELF_MARK else fact.speaker
    return changed(fact, text=worded(fact.text, name), speaker=speaker, category=category)


def word_facts(reader: Reader, facts: Sequence[Fact]) -> list[Fact]:
    """The same for many."""
    names = Names(reader)
    return [word_fact(fact, names) for fact in facts]


class Names:
    """Looks up what users are called, once for each scope."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._owners: dict[tuple[str | None, str | None, str | None], int | None] = {}
        self._known: dict[int, str | None] = {}

    def of(self, scope: Scope) -> str | None:
        """The name of the scope's own user, None while it is not known."""
        if scope.owner not in self._owners:
            self._owners[scope.owner] = self._reader.owner(scope)
        return self.of_owner(self._owners[scope.owner])

    def of_owner(self, owner: int | None) -> str | None:
        """The same by the number of the owner."""
        if owner is None:
            return None
        if owner not in self._known:
            self._known[owner] = _current(self._reader, owner)
        return self._known[owner]


def _current(reader: Reader, owner: int) -> str | None:
    held = [
        fact
        for fact in reader.slot_facts(Slot(owner=owner, subject=SELF, attribute="name"))
        if fact.review is None and fact.valid_to is None and fact.system_to is None
    ]
    if not held:
        return None
    return max(held, key=lambda fact: (fact.system_from, fact.row)).value

"""Who is known by name, with a note of what was asked, so that a reading can be used again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

Asked = tuple[str, tuple[str, ...], object]
"""A question's name, what it was about, and its answer."""


class _Tables:
    """What the questions are answered from, made when the first one is asked."""

    def __init__(self, known: Mapping[str, str], held: Sequence[tuple[str, str, str]]) -> None:
        self.known = known
        self.held = held

    @cached_property
    def subjects(self) -> Mapping[str, None]:
        """Of what is held, in order."""
        return dict.fromkeys([holding[0] for holding in self.held])

    @cached_property
    def proper(self) -> Mapping[str, str]:
        """Names of one word, by how they look in lower case."""
        words = (*self.known, *self.known.values(), *self.subjects)
        return {word.lower(): word for word in words if word[:1].isupper() and " " not in word}

    @cached_property
    def called(self) -> frozenset[str]:
        """How people are called, in lower case."""
        return frozenset(name.lower() for name in self.known.values())


class Names:
    """People's names and the subjects of what is held.

    `asked` notes the questions and their answers: as long as they are answered in the same way,
    what was read with these names would be read again.
    """

    __slots__ = ("_tables", "asked")

    def __init__(
        self,
        known: Mapping[str, str] | None = None,
        held: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        self._tables = _Tables(known or {}, held)
        self.asked: list[Asked] = []

    def again(self) -> Names:
        """The same names, with nothing asked."""
        names = Names.__new__(Names)
        names._tables = self._tables
        names.asked = []
        return names

    def are_of(self, known: Mapping[str, str], held: Sequence[tuple[str, str, str]]) -> bool:
        """Whether they were made from these."""
        return self._tables.known is known and self._tables.held is held

    def answer_alike(self, asked: Sequence[Asked]) -> bool:
        """Whether the questions are answered as they were."""
        return all(_QUESTIONS[name](self._tables, *of) == found for name, of, found in asked)

    def named(self, relation: str) -> str:
        """The name of a relation, or the relation of a name; empty if unknown."""
        found = _named(self._tables, relation)
        self.asked.append(("named", (relation,), found))
        return found

    def holds(self, subject: str) -> bool:
        """Whether anything is held of this subject."""
        found = _holds(self._tables, subject)
        self.asked.append(("holds", (subject,), found))
        return found

    def proper(self, word: str) -> str:
        """The known name that a word in lower case may be; empty if there is none."""
        found = _proper(self._tables, word)
        self.asked.append(("proper", (word,), found))
        return found

    def called(self, word: str) -> bool:
        """Whether somebody known has this name, in lower case."""
        found = _called(self._tables, word)
        self.asked.append(("called", (word,), found))
        return found

    def alike(self, key: str, me: str) -> str:
        """The subject that means the same, "hurling team" for "my son's hurling team"; else the
        words themselves."""
        found = _alike(self._tables, key, me)
        self.asked.append(("alike", (key, me), found))
        return found


def _named(tables: _Tables, relation: str) -> str:
    return tables.known.get(relation, "")


def _holds(tables: _Tables, subject: str) -> bool:
    return subject in tables.subjects


def _proper(tables: _Tables, word: str) -> str:
    return tables.proper.get(word, "")


def _called(tables: _Tables, word: str) -> bool:
    return word in tables.called


def _alike(tables: _Tables, key: str, me: str) -> str:
    after, before = f" {key}", key
    for held in tables.subjects:
        if (held.endswith(after) or before.endswith(f" {held}")) and held not in ("user", me):
            return held
    return key


_QUESTIONS: Mapping[str, Callable[..., object]] = {
    "named": _named,
    "holds": _holds,
    "proper": _proper,
    "called": _called,
    "alike": _alike,
}

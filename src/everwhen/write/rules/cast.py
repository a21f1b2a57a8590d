"""Who is who in a message: the speaker, people, pets and things that were mentioned."""

from __future__ import annotations

from dataclasses import dataclass

from everwhen.model.records import SELF, SELF_MARK
from everwhen.write.rules.names import Names
from everwhen.write.rules.recall import Recall, nothing_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody or something that facts can be about.

    `kind` is self, person, pet or thing; `relation` the noun as said ("boss"), `owner` whose.
    """

    key: str
    kind: str
    relation: str = ""
    name: str = ""
    owner: str = ""

    @property
    def label(self) -> str:
        """As the subject of a sentence that reads alone."""
        if self.kind == "self":
            return self.owner
        if self.relation and self.name:
            return f"{self.name}, {self.owner}'s {self.relation},"
        if self.relation:
            return f"{self.owner}'s {self.relation}"
        return self.name

    @property
    def possessive(self) -> str:
        """As the owner of something."""
        if self.kind == "self":
            return f"{self.owner}'s"
        if self.relation and self.name:
            return f"{self.owner}'s {self.relation} {self.name}'s"
        return f"{self.label}'s"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a clause and what is left of it.

    With `noun` it is something of `who` ("my favourite color"), which is no person or pet.
    `dropped` tells that no subject was said; `plural` that several are meant.
    """

    who: Who
    rest: str
    noun: str = ""
    dropped: bool = False
    introduced: bool = False
    we: bool = False
    pronoun: bool = False


def self_of(speaker: str | None) -> Who:
    """The one who speaks: the scope's user, or the person named."""
    if speaker is None:
        return Who(key=SELF, kind="self", owner=SELF_MARK)
    return Who(key=speaker, kind="self", owner=speaker, name=speaker)


_UNREAD = Who(key="", kind="unread")
_UNREAD_THING = (_UNREAD, "")


class Cast:
    """Who has been mentioned so far, to know whom "she" and "it" mean.

    The messages before are read, for `recall`, only when it matters what they said.
    """

    __slots__ = ("_person", "_pet", "_thing", "me", "names", "owner", "place", "recall")

    def __init__(
        self,
        *,
        me: Who,
        names: Names | None = None,
        recall: Recall | None = None,
    ) -> None:
        self.me = me
        self.names = names or Names()
        self.place: Who | None = None
        self.owner: Who | None = None
        self.recall = recall if recall is not None else nothing_before()
        self._person: Who | None = _UNREAD
        self._pet: Who | None = _UNREAD
        self._thing: tuple[Who, str] | None = _UNREAD_THING

    @property
    def person(self) -> Who | None:
        """Whom "she" or "he" means."""
        if self._person is _UNREAD:
            self._person = self.recall.person
        return self._person

    @person.setter
    def person(self, who: Who | None) -> None:
        self._person = who

    @property
    def pet(self) -> Who | None:
        """The animal that was mentioned last."""
        if self._pet is _UNREAD:
            self._pet = self.recall.pet
        return self._pet

    @pet.setter
    def pet(self, who: Who | None) -> None:
        self._pet = who

    @property
    def thing(self) -> tuple[Who, str] | None:
        """Whose thing "it" means, and its slot."""
        if self._thing is _UNREAD_THING:
            self._thing = self.recall.thing
        return self._thing

    @thing.setter
    def thing(self, thing: tuple[Who, str] | None) -> None:
        self._thing = thing

    def note(self, who: Who) -> None:
        """Remember that somebody was mentioned."""
        if who.kind == "person":
            self.person = who
        elif who.kind == "pet":
            self.pet = who

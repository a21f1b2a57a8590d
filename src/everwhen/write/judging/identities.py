"""Which slot claims are read as, and from when until when: judgements as a function of time.

A judgement changes no claim. A slot is folded from its own claims and from those that are read
as its own meanwhile, each with the time during which it is: so facts stay a pure function of what
is stored, and a judgement that is undone leaves no trace in the facts held from then on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from everwhen.judging import KeptJudgements
from everwhen.model.judgements import Judgement, Matter, Verdict
from everwhen.model.records import Claim, Slot, changed
from everwhen.ports import Reader, View

_Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """Of a claim that is read in a slot: the judgements that brought it there and took it away,
    None where it was said there, or is still there or taken back."""

    came: str | None = None
    went: str | None = None


class _Stretch(NamedTuple):
    """A time during which one slot is read as another, and what began and ended it."""

    start: datetime | None
    end: datetime | None
    began: str | None
    ended: str | None


class _Epoch:
    """The identities that hold at one time. One that would close a circle is left out."""

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        self._slots: dict[_Key, _Key] = {}
        self._names: dict[str, str] = {}
        for one in judgements:
            if one.matter is Matter.ENTITY:
                if self._name(one.into_subject) != one.subject:
                    self._names.setdefault(one.subject, one.into_subject)
                continue
            own, into = (one.subject, one.attribute), (one.into_subject, one.into_attribute)
            if self._slot(into) != own and one.subject == one.into_subject:
                self._slots.setdefault(own, into)

    def _name(self, name: str) -> str:
        while name in self._names:
            name = self._names[name]
        return name

    def _slot(self, key: _Key) -> _Key:
        while key in self._slots:
            key = self._slots[key]
        return key

    def root(self, key: _Key) -> _Key:
        """The slot that a slot is read as."""
        while True:
            key = self._slot(key)
            if key[0] not in self._names:
                return key
            key = (self._names[key[0]], key[1])


class Identities:
    """The judgements about one owner's memory; false where none has an effect."""

    def __init__(self, judgements: Sequence[Judgement]) -> None:
        self._same = [
            one
            for one in judgements
            if one.verdict is Verdict.SAME and (one.undone_at is None or one.at < one.undone_at)
        ]
        self._same.sort(key=lambda one: (one.at, one.id))
        marks: dict[datetime, str] = {}
        for one in self._same:
            for at in (one.at, one.undone_at):
                if at is not None:
                    marks.setdefault(at, one.id)
        self._times = sorted(marks)
        self._ids = [marks[at] for at in self._times]
        self._epochs = [_Epoch(())] + [_Epoch(self._at(at)) for at in self._times]

    def __bool__(self) -> bool:
        return bool(self._same)

    def _at(self, at: datetime) -> list[Judgement]:
        return [
            one
            for one in self._same
            if one.at <= at and (one.undone_at is None or at < one.undone_at)
        ]

    @property
    def latest(self) -> datetime | None:
        """When an identity last came or went."""
        return self._times[-1] if self._times else None

    def root(self, slot: Slot) -> Slot:
        """The slot that a slot is read as now."""
        return _slot(slot.owner, self._epochs[-1].root((slot.subject, slot.attribute)))

    def root_at(self, slot: Slot, at: datetime) -> Slot:
        """The slot that a slot was read as at an instant."""
        epoch = self._epochs[bisect_right(self._times, at)]
        return _slot(slot.owner, epoch.root((slot.subject, slot.attribute)))

    def connected(self, slots: Iterable[Slot]) -> set[Slot]:
        """The slots, and all that were ever read as one of them or they as those."""
        found = set(slots)
        waiting = list(found) if self._same else []
        while waiting:
            for other in self._beside(waiting.pop()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found

    def _beside(self, slot: Slot) -> Iterator[Slot]:
        key = (slot.subject, slot.attribute)
        for one in self._same:
            own, into = (one.subject, one.attribute), (one.into_subject, one.into_attribute)
            for this, other in ((own, into), (into, own)):
                if one.matter is Matter.SLOT and key == this:
                    yield _slot(slot.owner, other)
                elif one.matter is Matter.ENTITY and slot.subject == this[0]:
                    yield _slot(slot.owner, (other[0], slot.attribute))

    def read_as(self, slot: Slot, target: Slot) -> list[_Stretch]:
        """When a slot is read as the target."""
        own, wanted = (slot.subject, slot.attribute), (target.subject, target.attribute)
        found: list[_Stretch] = []
        times: list[datetime | None] = [None, *self._times]
        ids: list[str | None] = [None, *self._ids]
        for i, epoch in enumerate(self._epochs):
            if epoch.root(own) != wanted:
                continue
            end = self._times[i] if i < len(self._times) else None
            ended = self._ids[i] if i < len(self._ids) else None
            if found and found[-1].end == times[i]:
                last = found.pop()
                found.append(_Stretch(last.start, end, last.began, ended))
            else:
                found.append(_Stretch(times[i], end, ids[i], ended))
        return found


def identities_of(reader: KeptJudgements, owner: int) -> Identities:
    """What was judged about an owner's memory."""
    return Identities(reader.judgements(owner))


def as_in(slot: Slot, claim: Claim) -> Claim:
    """A claim as one of a slot that it is read as."""
    if (claim.subject, claim.attribute) == (slot.subject, slot.attribute):
        return claim
    return changed(claim, subject=slot.subject, attribute=slot.attribute)


def claims_read(
    reader: Reader, identities: Identities, slot: Slot, value_keys: Sequence[str] | None = None
) -> tuple[list[Claim], dict[int, Moved]]:
    """All claims that are or were read in a slot, each with the time during which it is, in the
    order of recording; and by place those that a judgement brought or took away.

    A claim that came and went more than once is among them more than once.
    """
    if not identities:
        return reader.claims(slot, value_keys), {}
    found: list[tuple[Claim, Moved]] = []
    connected = identities.connected([slot])
    for raw in sorted(connected, key=lambda one: (one.subject, one.attribute)):
        stretches = identities.read_as(raw, slot)
        if stretches:
            for claim in reader.claims(raw, value_keys):
                found += _during(as_in(slot, claim), stretches)
    if len(connected) > 1:
        found.sort(key=lambda pair: (pair[0].recorded_at, pair[0].said_at, pair[0].order))
    moved = {i: move for i, (_, move) in enumerate(found) if move != Moved()}
    return [claim for claim, _ in found], moved


def slots_judged(reader: Reader, owner: int, judgement: Judgement) -> set[Slot]:
    """The slots that a judgement bears on, with all that were ever read as one of them."""
    kept = [one for one in reader.judgements(owner) if one.id != judgement.id]
    identities = Identities([*kept, replace(judgement, verdict=Verdict.SAME, undone_at=None)])
    found: set[Slot] = set()
    for slot in reader.slots(View(owners=(owner,))):
        if slot not in found:
            connected = identities.connected([slot])
            if any(_is_about(judgement, each) for each in connected):
                found |= connected
    return found


def _is_about(judgement: Judgement, slot: Slot) -> bool:
    if judgement.matter is Matter.ENTITY:
        return slot.subject in (judgement.subject, judgement.into_subject)
    return (slot.subject, slot.attribute) in (
        (judgement.subject, judgement.attribute),
        (judgement.into_subject, judgement.into_attribute),
    )


def _during(claim: Claim, stretches: Iterable[_Stretch]) -> Iterator[tuple[Claim, Moved]]:
    begin, end = claim.recorded_at, claim.withdrawn_at
    for stretch in stretches:
        if stretch.end is not None and stretch.end <= begin:
            continue
        came = stretch.start is not None and begin < stretch.start
        if came and end is not None and stretch.start is not None and end <= stretch.start:
            continue
        went = stretch.end is not None and (end is None or stretch.end < end)
        yield (
            changed(
                claim,
                recorded_at=stretch.start if came else begin,
                withdrawn_at=stretch.end if went else end,
            ),
            Moved(came=stretch.began if came else None, went=stretch.ended if went else None),
        )


def _slot(owner: int, key: _Key) -> Slot:
    return Slot(owner=owner, subject=key[0], attribute=key[1])

"""Judging what came back: what had to, what must not, and what should not have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from everwhen.bench.metrics import Mean, mean
from everwhen.bench.report import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One question: the ids wanted, those that are neither wanted nor wrong, those that must
    not come back, and those that did. `exact`: anything else that comes back is a failure;
    `silent`: best answered with nothing."""

    group: str
    wanted: frozenset[str]
    returned: tuple[str, ...]
    forbidden: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    exact: bool = False
    silent: bool = False

    @property
    def judged(self) -> tuple[str, ...]:
        """What came back, without what does not matter."""
        return tuple(one for one in self.returned if one not in self.beside)

    @property
    def right(self) -> frozenset[str]:
        """What came back and was wanted."""
        return self.wanted & set(self.returned)

    @property
    def wrong(self) -> frozenset[str]:
        """What came back and must not."""
        return self.forbidden & set(self.returned)

    @property
    def passed(self) -> bool:
        """All that was wanted, nothing forbidden and, if so asked, nothing else."""
        extra = self.exact and set(self.judged) - self.wanted
        return self.right == self.wanted and not self.wrong and not extra


@dataclass(slots=True)
class Standing:
    """A clock that stands where it is put."""

    at: datetime = field(default_factory=lambda: datetime.fromisoformat("2020-01-01T00:00:00Z"))

    def __call__(self) -> datetime:
        return self.at


def row(name: str, judged: Sequence[Judged], *, system: str = "") -> Row:
    """The figures of some questions; those that do not apply to any are left out."""
    figures: dict[str, int | float | Mean] = {"passed": mean([float(o.passed) for o in judged])}
    asking = [one for one in judged if one.wanted]
    if asking:
        figures["wanted"] = mean([len(one.right) / len(one.wanted) for one in asking])
    returned = sum(len(one.judged) for one in judged)
    if returned and asking:
        figures["precision"] = sum(len(one.right) for one in judged) / returned
    guarded = [one for one in judged if one.forbidden]
    if guarded:
        figures["forbidden"] = mean([float(bool(one.wrong)) for one in guarded])
    silent = [one for one in judged if one.silent]
    if silent:
        figures["empty"] = mean([float(not one.judged) for one in silent])
    return Row(name=name, count=len(judged), figures=figures, system=system)


def rows(judged: Sequence[Judged], *, system: str = "") -> list[Row]:
    """All questions together, then by group."""
    groups = sorted({one.group for one in judged})
    parts = [row(name, [o for o in judged if o.group == name], system=system) for name in groups]
    return [row("all", judged, system=system), *parts]

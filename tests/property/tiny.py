"""A tiny language of claims, its extractor, and an embedder to go with it.

"+home=lisbon@2021^2023" is lisbon from 2021 to 2023, "~" after it means that it is over, "?"
that it is only reported; "-pet=rex" is an end and "!home=faro<lisbon" a correction. The first
word of a message is its mark, by which it is known wherever it turns up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import pack

from everwhen.model.records import Episode, Polarity, Proposal, Trust
from everwhen.ports import Surroundings


@dataclass(frozen=True)
class Statement:
    """One claim as the machine says it."""

    attribute: str
    value: str
    sign: str = "+"
    replaced: str = ""
    since: datetime | None = None
    until: datetime | None = None
    past: bool = False
    doubtful: bool = False

    def __str__(self) -> str:
        parts = [f"{self.sign}{self.attribute}={self.value}"]
        parts += [f"<{self.replaced}"] if self.replaced else []
        parts += [f"@{self.since.year}"] if self.since else []
        parts += [f"^{self.until.year}"] if self.until else []
        parts += ["~"] if self.past else []
        parts += ["?"] if self.doubtful else []
        return "".join(parts)


SIGNS = {"+": Polarity.AFFIRM, "-": Polarity.END, "!": Polarity.CORRECT}
SENTENCE = re.compile(r"([-+!])(\w+)=(\w*)(?:<(\w+))?(?:@(\d+))?(?:\^(\d+))?(~?)(\??)")


def year(digits: str | None) -> datetime | None:
    return datetime(int(digits), 1, 1, tzinfo=UTC) if digits else None


class Reading:
    """The extractor of the tiny language."""

    name = "tiny"

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        mark = episode.content.partition(" ")[0]
        return [self._proposal(found, mark) for found in SENTENCE.finditer(episode.content)]

    def _proposal(self, found: re.Match[str], mark: str) -> Proposal:
        sign, attribute, value, replaced, since, until, past, doubtful = found.groups()
        return Proposal(
            subject="user",
            attribute=attribute,
            value=value,
            text=f"{attribute} {value} {mark}",
            start=found.start(),
            end=found.end(),
            polarity=SIGNS[sign],
            replaces=replaced or None,
            valid_from=year(since),
            valid_to=year(until),
            past=bool(past),
            trust=Trust.REPORTED if doubtful else Trust.STATED,
        )


class Letters:
    """An embedder that counts letters."""

    name = "letters"
    dimensions = 8

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> bytes:
        counts = [1.0] * self.dimensions
        for letter in text:
            counts[ord(letter) % self.dimensions] += 1.0
        length = sum(count * count for count in counts) ** 0.5
        return pack(f"<{self.dimensions}f", *(count / length for count in counts))

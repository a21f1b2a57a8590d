"""Parts for the tests of the write side: a small extractor, embedder and clock, real ones."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from everwhen.errors import ProviderError
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.records import (
    SELF,
    SELF_MARK,
    Episode,
    Fact,
    Message,
    Polarity,
    Proposal,
    Role,
    Scope,
    Trust,
)
from everwhen.ports import Parts, Store, Surroundings, View
from everwhen.stores.open import open_store

DANA = Scope(user_id="dana")
EVE = Scope(user_id="eve")
START = datetime(2026, 1, 1, tzinfo=UTC)

_LINE = re.compile(
    r"(?P<verb>end|fix)?\s*(?:(?P<subject>\w+)'s )?(?P<attribute>[\w ]+?): ?(?P<value>[^\[\n]*)"
    r"(?P<options>(?:\[[^\]\n]*\]\s*)*)"
)


class LineExtractor:
    """Takes a claim from each line "attribute: value [since 2020-01-01] [trust 2]".

    "end attribute: value" ends one, "fix attribute: value [not other]" corrects one,
    "Ana's home: Rome" is about somebody else, and "fail" fails. Notes what it was told.
    """

    name = "lines"

    def __init__(self) -> None:
        self.told: dict[str, Surroundings] = {}

    def extract(self, episode: Episode, surroundings: Surroundings) -> list[Proposal]:
        self.told[episode.content] = surroundings
        if episode.content.startswith("fail"):
            raise ProviderError("the extractor is down")
        return [_proposal(found) for found in _LINE.finditer(episode.content)]


def _proposal(found: re.Match[str]) -> Proposal:
    options = dict(
        (part.partition(" ")[::2]) for part in re.findall(r"\[([^\]]*)\]", found["options"])
    )
    verbs = {None: Polarity.AFFIRM, "end": Polarity.END, "fix": Polarity.CORRECT}
    value = found["value"].strip()
    subject = found["subject"] or SELF
    return Proposal(
        subject=subject,
        attribute=found["attribute"],
        value=value,
        text=f"{SELF_MARK if subject == SELF else subject} has {found['attribute']} {value}",
        start=found.start(),
        end=found.end(),
        polarity=verbs[found["verb"]],
        replaces=options.get("not"),
        valid_from=_day(options.get("since")),
        valid_to=_day(options.get("until")),
        trust=Trust(int(options.get("trust", Trust.STATED))),
    )


def _day(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class HashEmbedder:
    """A few numbers from each word's hash, added up: equal words, near vectors."""

    def __init__(self, name: str = "hash-8") -> None:
        self.name = name
        self.dimensions = 8
        self.down = False

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        if self.down:
            raise ProviderError("the embedder is down")
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> bytes:
        sums = [0.0] * 8
        for word in text.lower().split():
            digest = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()
            sums = [a + b - 127.5 for a, b in zip(sums, digest, strict=False)]
        length = math.sqrt(sum(x * x for x in sums)) or 1.0
        return struct.pack("<8f", *(x / length for x in sums))


class Quarters:
    """Counts four characters a token."""

    name = "characters/4"

    def count(self, text: str) -> int:
        return len(text) // 4


class SteppingClock:
    """A second later at every look; can be set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def make_parts(
    url: str = ":memory:",
    *,
    store: Store | None = None,
    clock: SteppingClock | None = None,
    embedder: HashEmbedder | None = None,
    extractor: LineExtractor | None = None,
) -> Parts:
    ids = itertools.count()
    prefix = "" if store is None else "again-"
    return Parts(
        store=store or open_store(url),
        embedder=embedder or HashEmbedder(),
        extractor=extractor or LineExtractor(),
        counter=Quarters(),
        clock=clock or SteppingClock(),
        new_id=lambda: f"e_{prefix}{next(ids)}",
        vocabulary=load_vocabulary(),
    )


def message(
    content: str, day: float = 0, *, id: str | None = None, name: str | None = None
) -> Message:
    return Message(
        role=Role.USER, content=content, at=START + timedelta(days=day), id=id, name=name
    )


def held(parts: Parts, scope: Scope = DANA, *, review: bool = False) -> list[Fact]:
    """Every fact held now, whenever valid, in order of time."""
    with parts.store.read() as reader:
        return reader.page_facts(
            reader.view(scope),
            known_at=datetime.max.replace(tzinfo=UTC),
            as_of=None,
            review=review,
            limit=1000,
        )


def days(fact: Fact) -> tuple[str, float | None, float | None]:
    """Value, and validity in days since the start."""
    ends = [
        None if end is None else (end - START) / timedelta(days=1)
        for end in (fact.valid_from, fact.valid_to)
    ]
    return (fact.value, ends[0], ends[1])


def derived(parts: Parts) -> dict[str, list[str]]:
    """Everything derived, free of row numbers, to be compared."""
    with parts.store.read() as reader:
        found: dict[str, list[str]] = {"facts": [], "decisions": []}
        for row in reader.dump("facts"):
            found["facts"].append(repr({k: v for k, v in row.items() if k != "row"}))
        for scope in reader.scopes():
            view = View(owners=(reader.owner(scope) or 0,))
            seen = {str(row["id"]) for row in reader.dump("facts")}
            for id in sorted(seen):
                found["decisions"] += [repr(d) for d in reader.decisions(view, id)]
        found["facts"].sort()
    return found


def without_system_time(facts: Sequence[Fact]) -> list[Fact]:
    return [replace(fact, row=0, system_from=START) for fact in facts]

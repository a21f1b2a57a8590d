"""What a memory should hold: a list of episodes and claims, and what the oracle says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from oracle import Row, oracle
from tiny import SENTENCE, SIGNS, Statement

from everwhen.model.records import Cardinality, Claim, Episode, Fact, Polarity, Trust

CARDINALITIES = {"home": Cardinality.SINGLE, "pet": Cardinality.MULTIPLE}


class Ids(TypedDict, total=False):
    """The scope arguments of a call."""

    user_id: str
    agent_id: str


SCOPES: Mapping[str, Ids] = {
    "ana": {"user_id": "ana"},
    "anahelper": {"user_id": "ana", "agent_id": "helper"},
    "bo": {"user_id": "bo"},
}
SEES = {"ana": ("ana", "anahelper"), "anahelper": ("anahelper",), "bo": ("bo",)}
"""What a read with a scope sees: no agent named means any agent of that user."""


@dataclass
class Told:
    """An episode as the machine knows it; its claims once they have been worked out."""

    owner: str
    content: str
    episode: Episode
    statements: tuple[Statement, ...] = ()


class Belief:
    """All episodes and claims, as they should be stored."""

    def __init__(self) -> None:
        self.told: dict[str, Told] = {}
        self.waiting: list[str] = []
        self.claims: dict[str, tuple[str, Claim]] = {}

    def extract(self, ids: Iterable[str], now: datetime) -> None:
        for id in ids:
            told = self.told[id]
            for place, (statement, found) in enumerate(
                zip(told.statements, SENTENCE.finditer(told.content), strict=True)
            ):
                self.put(told, claim_of(told.episode, statement, place, found.span(), now))
        self.waiting = [id for id in self.waiting if id not in set(ids)]

    def put(self, told: Told, claim: Claim) -> None:
        self.claims[claim.id] = (told.owner, claim)

    def forget(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        self.told = {id: told for id, told in self.told.items() if id not in gone}
        self.waiting = [id for id in self.waiting if id not in gone]
        self.claims = {i: oc for i, oc in self.claims.items() if oc[1].episode_id not in gone}

    def emptied(self, gone: Iterable[str]) -> set[str]:
        """Ends by hand of values that nothing else tells of once these episodes are gone."""
        ids = set(gone)
        left = [(o, c) for o, c in self.claims.values() if c.episode_id not in ids]
        told = {(o, c.attribute, c.value) for o, c in left if c.polarity is not Polarity.END}
        return {
            c.episode_id
            for o, c in left
            if c.polarity is Polarity.END
            and not self.told[c.episode_id].statements
            and (o, c.attribute, c.value) not in told
        }

    def slot(self, owner: str, attribute: str) -> list[Claim]:
        return [
            c for whose, c in self.claims.values() if (whose, c.attribute) == (owner, attribute)
        ]

    def rows(self, scope: str, known_at: datetime | None = None) -> list[tuple[str, Row]]:
        """(attribute, row) of all that a scope sees, of every period."""
        return [
            (attribute, row)
            for owner in SEES[scope]
            for attribute, cardinality in CARDINALITIES.items()
            for row in oracle(self.slot(owner, attribute), cardinality, known_at)
        ]

    def visible(self, scope: str) -> dict[str, Told]:
        return {id: told for id, told in self.told.items() if told.owner in SEES[scope]}


def claim_id(episode_id: str, start: int, end: int) -> str:
    return f"{episode_id}:{start}-{end}"


def claim_of(
    episode: Episode, said: Statement, place: int, span: tuple[int, int], now: datetime
) -> Claim:
    return Claim(
        id=claim_id(episode.id, *span),
        episode_id=episode.id,
        run_id=None,
        subject="user",
        attribute=said.attribute,
        value=said.value,
        value_key=said.value,
        text="",
        said_at=episode.at,
        recorded_at=now,
        start=span[0],
        end=span[1],
        order=(episode.ordinal, place),
        polarity=SIGNS[said.sign],
        replaces_key=said.replaced or None,
        valid_from=said.since,
        valid_to=said.until,
        past=said.past,
        trust=Trust.REPORTED if said.doubtful else Trust.STATED,
    )


def words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[a-z]{3,}", text)}


def grounds(fact: Fact) -> frozenset[str]:
    return frozenset(claim_id(s.episode_id, s.start, s.end) for s in fact.sources)

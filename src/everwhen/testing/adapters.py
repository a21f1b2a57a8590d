"""Checks of embedders and extractors."""

from __future__ import annotations

import array
import math
import sys
from datetime import UTC, datetime

from everwhen.model.records import Episode, Polarity, Role, Scope
from everwhen.ports import Embedder, Extractor, Surroundings
from everwhen.testing.expect import expect, same

ODD_TEXTS = (
    "",
    " \n\t ",
    "\0",
    "a\0b\x1b[31m",
    "lone \ud800 surrogate",
    "👩‍👩‍👧 🇵🇹",
    "ИЗВЕСТНО 東京に住んでいます",
    "e\u0301 \u202etxet desrever",
    "?!.,;:-()[]{}'\"" * 20,
    "word " * 5_000,
    "x" * 50_000,
)
"""Texts that an adapter must take without an error."""


def _floats(vector: bytes) -> array.array[float]:
    values = array.array("f")
    values.frombytes(vector)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def check_embedder(embedder: Embedder) -> None:
    """Check the shape, length and repeatability of an embedder's vectors."""
    expect(bool(embedder.name.strip()), "the name identifies the embedder")
    expect(embedder.dimensions > 0, "there is at least one dimension")
    same(embedder.embed([]), [], "no texts give no vectors")
    texts = ["I live in Lisbon.", "My sister has a dog.", *ODD_TEXTS]
    vectors = embedder.embed(texts)
    same(len(vectors), len(texts), "one vector a text")
    for text, vector in zip(texts, vectors, strict=True):
        values = _floats(vector)
        same(len(values), embedder.dimensions, f"the dimensions of {text[:20]!r}")
        length = math.sqrt(sum(value * value for value in values))
        expect(
            length == 0.0 or abs(length - 1.0) < 1e-3,
            f"the vector of {text[:20]!r} has length one or is all zero, not {length}",
        )
    same(embedder.embed(texts), vectors, "the same texts give the same vectors")
    for text, vector in zip(texts[:2], vectors[:2], strict=True):
        alone = _floats(embedder.embed([text])[0])
        near = sum(a * b for a, b in zip(alone, _floats(vector), strict=True))
        expect(near > 0.999, f"{text!r} has the same vector alone and in company")


def check_extractor(extractor: Extractor) -> None:
    """Check that proposals are well-formed, repeatable, and that odd texts are survived."""
    expect(bool(extractor.name.strip()), "the name identifies the extractor")
    talk = (
        "Hi! My name is Dana and I live in Lisbon.",
        "I no longer work at Helios, since March.",
        "Actually my favorite color is green.",
    )
    for role in Role:
        for text in (*talk, *ODD_TEXTS):
            _check_proposals(extractor, _episode(text, role))


def _episode(text: str, role: Role) -> Episode:
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    return Episode(
        id="episode-1",
        row=1,
        scope=Scope(user_id="dana", run_id="monday"),
        role=role,
        content=text,
        at=at,
        recorded_at=at,
    )


def _check_proposals(extractor: Extractor, episode: Episode) -> None:
    proposals = extractor.extract(episode, Surroundings())
    same(
        extractor.extract(episode, Surroundings()),
        proposals,
        "the same episode gives the same proposals",
    )
    for proposal in proposals:
        said = f"of {episode.content[:40]!r}: {proposal!r}"
        expect(
            0 <= proposal.start < proposal.end <= len(episode.content),
            f"the evidence lies within the text {said}",
        )
        expect(bool(proposal.subject.strip()), f"there is a subject {said}")
        expect(bool(proposal.attribute.strip()), f"there is an attribute {said}")
        expect(
            bool(proposal.value.strip()) or proposal.polarity is not Polarity.AFFIRM,
            f"what is affirmed has a value {said}",
        )
        expect(0.0 <= proposal.confidence <= 1.0, f"confidence is from 0 to 1 {said}")
        for instant in (proposal.valid_from, proposal.valid_to):
            expect(instant is None or instant.tzinfo is not None, f"times are aware {said}")

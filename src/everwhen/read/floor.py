"""How alike an embedder finds texts that have nothing to do with each other."""

from __future__ import annotations

from array import array
from sys import byteorder

from everwhen.ports import Embedder, Ranking

_UNRELATED = (
    "Where do I work?",
    "My cat sleeps on the radiator all day.",
    "What is the deadline for the tax form?",
    "She plays the cello in an orchestra.",
    "Which flight did we book?",
    "The database migration failed last night.",
    "How old is my grandmother?",
    "He is allergic to peanuts and shellfish.",
    "What colour should the kitchen be?",
    "The match ended two to one.",
)
_KNOWN: dict[str, float] = {}
_PRIOR_SIZE = 20


def unrelated_cosine(embedder: Embedder) -> float:
    """The mean cosine of unrelated short texts, worked out once for each embedder."""
    known = _KNOWN.get(embedder.name)
    if known is None:
        vectors = [_floats(vector) for vector in embedder.embed(_UNRELATED)]
        cosines = [
            sum(map(float.__mul__, one, other))
            for place, one in enumerate(vectors)
            for other in vectors[:place]
        ]
        known = _KNOWN[embedder.name] = sum(cosines) / len(cosines)
    return known


def floor(ranking: Ranking, unrelated: float) -> float:
    """The cosine that means nothing for one question.

    In a large memory that is the mean over everything, in a small one more the embedder's own.
    """
    return (ranking.size * ranking.usual_cosine + _PRIOR_SIZE * unrelated) / (
        ranking.size + _PRIOR_SIZE
    )


def _floats(vector: bytes) -> list[float]:
    found = array("f")
    found.frombytes(vector)
    if byteorder == "big":
        found.byteswap()
    return found.tolist()

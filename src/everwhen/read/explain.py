"""Why a hit is there, in words, and why those just behind it are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from everwhen.language.questions import Question
from everwhen.language.tokens import terms, words
from everwhen.model.results import Hit

RUNNERS_UP = 3
_WORDS_SHOWN = 6
_TEXT = 20_000

_REASONS = {
    "dense": ("its meaning is close", "its meaning is far off"),
    "stretch": ("what is said just around it fits", ""),
    "session": ("its session is about this", ""),
    "speaker": ("", "somebody else said it than the one asked about"),
    "role": ("", "the user did not say it"),
    "date": ("said in the time asked about", ""),
    "time_told": ("it tells a time, which is asked for", ""),
    "recent": ("", "said in an earlier session"),
    "superseded": ("", "a fact has replaced what it says"),
    "attribute": ("the question asks for its attribute", ""),
    "subject": ("", "it is about somebody else"),
    "rerank": ("the reranker's own score", "the reranker's own score"),
}


def explained(
    hits: Sequence[Hit],
    others: Sequence[Hit],
    question: Question,
    *,
    top_k: int,
    lowest: float,
) -> list[Hit]:
    """The hits with the reasons for their scores, then the best of the others, with why they
    were left out."""
    known = {hit.id for hit in hits}
    folded = {source.episode_id: hit.id for hit in hits for source in hit.sources}
    behind = [hit for hit in others if hit.id not in known][:RUNNERS_UP]
    return [replace(hit, why=why(hit, question)) for hit in hits] + [
        replace(
            hit,
            why=why(hit, question),
            left_out=_left_out(hit, folded.get(hit.id), top_k=top_k, lowest=lowest),
        )
        for hit in behind
    ]


def _left_out(hit: Hit, fact: str | None, *, top_k: int, lowest: float) -> str:
    if hit.score < lowest:
        return f"its score {hit.score:.2f} is below the cut-off {lowest:.2f}"
    if fact is not None:
        return f"the fact {fact} stands for it"
    return f"it comes after the first {top_k}"


def why(hit: Hit, question: Question) -> str:
    """What each signal added to the score, the strongest first."""
    return "; ".join(_reasons(hit, question)) or "nothing speaks for it"


def _reasons(hit: Hit, question: Question) -> Iterator[str]:
    for name, added in sorted(hit.signals.items(), key=lambda one: -abs(one[1])):
        if name == "lexical":
            shared = _shared(hit.text, question)
            reason = f"words in common: {', '.join(shared)}" if shared else "words asked with"
        else:
            reason = _REASONS.get(name, (name, name))[added < 0] or name
        yield f"{added:+.1f} {reason}"


def _shared(text: str, question: Question) -> list[str]:
    """The words of a text that are terms of the question, each once."""
    shared = {
        word: None
        for word in words(text[:_TEXT])
        if any(term in question.terms for term in terms(word))
    }
    return list(shared)[:_WORDS_SHOWN]

"""Games of make-believe: what is said between "let's play" and "out of the game" is not so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from everwhen.language.sentences import Sentence
from everwhen.model.records import Episode, Role
from everwhen.write.rules.words import has_any

_CUES = ("play", "practi", "pretend", "rehears", "simulat", "mock ", "character")
_ASKS = (
    r"\b(?:let's|lets|let us|we could|can we|could we|shall we|i (?:want|need|'d like|would like) "
    r"to) (?:\w+ )?"
)
_SCENE = (
    r"(?:a |an |the |my |our )?(?:\w+ ){0,2}(?:interview|conversation|dialogue|sales call|"
    r"negotiation|scene|date|phone call|pitch|meeting)\b"
)
_BEGINS = re.compile(
    rf"{_ASKS}(?:play(?: a game| a role| out| pretend|:|,|$|\.| (?:a |an )?(?:detective|doctor|spy|"
    rf"murder|dungeons|scene))|role-?\s?play|(?:practi[cs]e|rehearse|simulate) {_SCENE}|pretend|"
    r"do (?:a|an|some) (?:role-?\s?play|mock))|"
    r"\brole-?\s?play\b[^.?!]{0,40}(?::|\byou\b)|"
    r"\bfor (?:this|the) (?:role-?\s?play|game|exercise)\b|"
    r"\b(?:you|u)(?: are|'re|r) (?:the|my|a|an) [\w -]{2,30} and i(?: am|'m|m) (?:the|a|an)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:out of (?:the )?(?:game|character|role|play)|game over|"
    r"(?:end|stop|finish|enough)(?:ed|ing)?(?: of| with)? (?:the |this )?(?:practi[cs]e|game|"
    r"role-?\s?play|exercise|scene|rehearsal|simulation|playing|mock interview)|"
    r"in (?:reality|real life)|for real now|seriously now|"
    r"back to (?:reality|real life|normal|being me)|real me)\b",
    re.IGNORECASE,
)
_LASTS = timedelta(hours=3)


def _begins(text: str) -> bool:
    return has_any(text.lower(), _CUES) and _BEGINS.search(text) is not None


def is_on(before: Sequence[Episode], now: Episode) -> bool:
    """Whether a game that one of the messages before began is still being played."""
    on = False
    for episode in before[-12:]:
        if episode.role is not Role.USER or now.at - episode.at > _LASTS:
            continue
        if on and _ENDS.search(episode.content) is not None:
            on = False
        elif _begins(episode.content) and _ENDS.search(episode.content) is None:
            on = True
    return on


def outside(found: Iterable[Sentence], text: str, *, on: bool) -> Iterator[Sentence]:
    """The sentences that are not part of a game; `on` says that one is being played."""
    if not on and not _begins(text):
        yield from found
        return
    for sentence in found:
        if not on and _begins(sentence.text):
            on = True
        elif on and _ENDS.search(sentence.text) is not None:
            on = False
        if not on:
            yield sentence

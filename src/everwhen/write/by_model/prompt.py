"""What a model is asked: instructions that stay the same, and the messages with what is near."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from everwhen.asking import NO_LABELS, Labels, Reading, Schema
from everwhen.language.tokens import terms
from everwhen.language.vocabulary import Vocabulary, load_vocabulary
from everwhen.model.policy import Policy
from everwhen.model.records import SELF, Episode, Role
from everwhen.write.policies import barred

MOST_CHARACTERS = 100_000
"""Of one message that a model reads; what follows is stored and searchable."""

_HELD_CHARACTERS = 700
_MOST_OWN = 40
_EARLIER_CHARACTERS = 240
_REPLY_CHARACTERS = 600


def reply_schema(labels: Labels = NO_LABELS) -> Schema:
    """The form of an answer; with labels, each claim names one of them, or none ("")."""
    return _schema(tuple(labels))


@lru_cache(maxsize=8)
def _schema(labels: tuple[str, ...]) -> Schema:
    found: dict[str, Any] = json.loads(prompt("reply.json"))
    if labels:
        claim = found["properties"]["claims"]["items"]
        claim["properties"]["label"] = {"type": "string", "enum": [*labels, ""]}
        claim["required"].append("label")
    return found


def instructions(vocabulary: Vocabulary) -> str:
    """What is the same in every question to a model, so that an endpoint can cache it."""
    built_in = set(load_vocabulary().names())
    own = [name for name in vocabulary.names() if name not in built_in][:_MOST_OWN]
    return prompt("extract.txt").replace("{attributes}", "".join(f", {name}" for name in own))


def prompt(name: str) -> str:
    """The text of one of the files that models are told from."""
    return files("everwhen.write").joinpath("prompts", name).read_text(encoding="utf-8").strip()


def question(readings: Sequence[Reading], asked: Sequence[int], labels: Labels = NO_LABELS) -> str:
    """The messages of a batch: those numbered by their place are to be read, the assistant's are
    given between them."""
    first = readings[0].surroundings
    lines: list[dict[str, object]] = []
    wishes = _wishes(readings[0].policy, labels)
    if wishes:
        lines.append({"wishes": wishes})
    held = _near(readings, asked)
    if held:
        lines.append({"held": held})
    lines += [
        {"earlier": _cut(before.content, _EARLIER_CHARACTERS), "from": _who(before)}
        for before in first.before
    ]
    wanted = set(asked)
    for place, reading in enumerate(readings):
        episode = reading.episode
        if place in wanted:
            lines.append(_message(place, reading))
        elif episode.role is Role.ASSISTANT:
            lines.append({"reply": _cut(episode.content, _REPLY_CHARACTERS)})
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


def _wishes(policy: Policy, labels: Labels) -> str:
    """What the policy asks of a model; names are checked afterwards too."""
    named = "; ".join(f"{name} ({means})" if means else name for name, means in labels.items())
    parts = [
        f"Take facts of these kinds alone: {', '.join(policy.keep)}." if policy.keep else "",
        f"Never take facts of these kinds: {', '.join(policy.never)}." if policy.never else "",
        policy.instructions,
        f'Each claim also has a "label", that of these which fits, else "": {named}.'
        if named
        else "",
    ]
    return " ".join(part for part in parts if part)


def _message(place: int, reading: Reading) -> dict[str, object]:
    episode = reading.episode
    told: dict[str, object] = {
        "n": place + 1,
        "at": f"{episode.at:%A %Y-%m-%d %H:%M} UTC",
        "from": _who(episode),
    }
    if episode.name is None and reading.surroundings.speaker:
        told["name"] = reading.surroundings.speaker
    return {**told, "text": episode.content[:MOST_CHARACTERS]}


def _who(episode: Episode) -> str:
    return episode.name or (SELF if episode.role is Role.USER else episode.role.value)


def _cut(text: str, most: int) -> str:
    """The end of a text, which is what an answer answers."""
    return text if len(text) <= most else f"…{text[1 - most :]}"


def _near(readings: Sequence[Reading], asked: Iterable[int]) -> str:
    """What is held and shares words with the messages, rare ones first, then what changed last,
    as it fits; nothing that the policy never keeps."""
    words: set[str] = set()
    for place in asked:
        words.update(terms(readings[place].episode.content[:4_000]))
    policy = readings[-1].policy
    slots = [one for one in readings[-1].surroundings.slots if barred(policy, one[1]) is None]
    shared = [words.intersection(terms(" ".join(slot))) for slot in slots]
    often = Counter(word for own in shared for word in own)
    worth = [sum(1 / often[word] for word in own) for own in shared]
    best = sorted(range(len(slots)), key=lambda place: (worth[place], place), reverse=True)
    lines: list[str] = []
    room = _HELD_CHARACTERS
    for place in best:
        line = " | ".join(" ".join(part.split())[:80] for part in slots[place])
        room -= len(line) + 2
        if room < 0:
            break
        lines.append(line)
    return "; ".join(sorted(lines))

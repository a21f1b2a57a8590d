"""Claims that other messages could make only with the words of what is being forgotten.

"My sister lives in Rome" is understood with the name that an earlier message told, and "Yes" with
the question before it. Such a claim has words that its own message does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from everwhen.language.tokens import MAX_CHARACTERS, MAX_WORD, terms
from everwhen.model.records import MANUAL, SELF, SELF_MARK, Claim, Episode, Slot
from everwhen.ports import Reader, View

_PART = MAX_CHARACTERS - MAX_WORD
_NAME = re.compile(rf"(?<!^)(?<!{SELF_MARK})\b[^\W\d_a-z][^\W_]+")


def borrowed(
    reader: Reader, owner: int, episodes: Mapping[str, Episode], claims: Iterable[Claim]
) -> list[tuple[Slot, Claim]]:
    """The owner's claims by other messages that name what these episodes, or their claims, say
    and their own message does not."""
    gone = {term for episode in episodes.values() for term in _said(episode)}
    gone.update(term for claim in claims for term in _named(claim))
    whole = View(owners=(owner,))
    suspects = [
        (slot, claim, shared)
        for slot in reader.slots(whole)
        for claim in reader.claims(slot)
        if claim.extractor != MANUAL
        and claim.episode_id not in episodes
        and (shared := _named(claim) & gone)
    ]
    ids = list(dict.fromkeys(claim.episode_id for _, claim, _ in suspects))
    own = dict.fromkeys(ids, frozenset[str]())
    own |= {episode.id: _said(episode) for episode in reader.episodes(whole, ids)}
    return [(slot, claim) for slot, claim, shared in suspects if shared - own[claim.episode_id]]


def _named(claim: Claim) -> set[str]:
    """The terms of what a claim is about: its value, whom it is about, names in its wording."""
    named = [claim.value, claim.replaces_key or "", *_NAME.findall(claim.text)]
    if claim.subject != SELF:
        named.append(claim.subject)
    return set(terms(" ".join(named)))


def _said(episode: Episode) -> frozenset[str]:
    parts: Sequence[str] = [episode.name or ""] + [
        episode.content[start : start + _PART + MAX_WORD]
        for start in range(0, len(episode.content), _PART)
    ]
    return frozenset(term for part in parts for term in terms(part))

"""Ends and corrections by hand whose words came from what is being forgotten are told anew.

The end of a fact repeats the fact's words, and so does a correction that gives a value alone.
When what first said them goes, a correction is worded by its attribute and value, and an end
by the sources that are left of its value. An end of which none is left is to go, too.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import replace

from everwhen.model.records import (
    EMPTY,
    MANUAL,
    SELF,
    SELF_MARK,
    Claim,
    Episode,
    Message,
    Polarity,
    Slot,
)
from everwhen.ports import View, Writer
from everwhen.write.fold import said_order
from everwhen.write.indexing import Vectors
from everwhen.write.rebuild import index_episodes
from everwhen.write.revise import repeated, repeats


def retell(
    writer: Writer, slot: Slot, standing: Collection[str], vectors: Vectors
) -> list[Episode]:
    """Word what was said by hand about a slot, some of whose claims are erased, by what is left.

    `standing` are all claims that are left, also of slots that were read as the same. Gives the
    episodes that would keep words of nothing else, and are to be erased as well.
    """
    claims = sorted(writer.claims(slot), key=said_order)
    by_hand = [claim for claim in claims if claim.extractor == MANUAL and claim.targets]
    if not by_hand:
        return []
    ids = list({claim.episode_id for claim in by_hand})
    episodes = {e.id: e for e in writer.episodes(View(owners=(slot.owner,)), ids)}
    left = set(standing)
    # those that still have the words, and the metadata, that were taken over from them
    same, bearing = set(left), set(left)
    empty: list[Episode] = []
    for claim in by_hand:
        episode = episodes[claim.episode_id]
        if claim.polarity is Polarity.END:
            told = [c for c in claims if _says(c, claim.value_key)]
            if not told:
                empty.append(episode)
            elif not _all_in(claim.targets, same):
                new = replace(claim, text=told[0].text, value=told[0].value)
                _tell(writer, slot, episode, new, vectors)
            continue
        new = claim
        if not _all_in(claim.targets, bearing):
            new = replace(new, metadata=EMPTY)
            bearing.discard(claim.id)
        if left.isdisjoint(claim.targets):
            # It names what it is about by the ids of claims too, so it corrects nothing else.
            new = replace(new, replaces_key=None)
        if repeats(episode) and not _all_in(claim.targets, same):
            new = replace(new, text=_plainly(claim))
            same.discard(claim.id)
        if new != claim:
            claims[claims.index(claim)] = new
            _tell(writer, slot, episode, new, vectors)
    return empty


def _says(claim: Claim, value_key: str) -> bool:
    return claim.polarity is not Polarity.END and claim.value_key == value_key


def _all_in(ids: Sequence[str], held: Container[str]) -> bool:
    return all(id in held for id in ids)


def _plainly(claim: Claim) -> str:
    who = SELF_MARK if claim.subject == SELF else claim.subject
    return f"{who}: {claim.attribute} is {claim.value}"


def _tell(writer: Writer, slot: Slot, episode: Episode, claim: Claim, vectors: Vectors) -> None:
    """Put a claim, and its episode with the claim's words, in the place of what was stored."""
    content = repeated(claim.text, claim.polarity) if repeats(episode) else episode.content
    writer.erase(slot.owner, episodes=[episode.id], claims=[claim.id], slots=())
    message = Message(
        role=episode.role,
        content=content,
        at=episode.at,
        name=episode.name,
        metadata=episode.metadata,
        id=episode.key,
    )
    told = writer.add_episodes(
        episode.scope,
        [(episode.id, message, episode.ordinal)],
        episode.recorded_at,
        extracted=True,
    )
    index_episodes(writer, slot.owner, told, vectors)
    writer.add_claims(slot.owner, [replace(claim, end=len(content))])

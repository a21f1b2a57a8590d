"""Checks of vectors that a store keeps by their text, and of those put aside for a reindex."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace

from everwhen.ports import Store, Writer
from everwhen.testing.expect import DANA, ERIK, entry, same, say, vector
from everwhen.vectors import Embedded, Place

_ONE, _TWO = 2**63 - 1, -(2**63)


def _fill(writer: Writer) -> list[Place]:
    """Three messages, two of them Dana's: one with a digest, one without, one of Erik's."""
    places: list[Place] = []
    for n, (scope, digest) in enumerate(((DANA, _ONE), (DANA, None), (ERIK, _ONE))):
        (episode,) = say(writer, scope, f"message {n}", minutes=n)
        owner = writer.own(scope)
        item = entry(episode.row, "episode", f"message {n}", [1.0, n])
        writer.index(owner, [replace(item, digest=digest)])
        places.append(Place(owner=owner, kind="episode", row=episode.row))
    return places


def _numbers(found: bytes | None) -> list[float]:
    values = array("f")
    values.frombytes(found or b"")
    return [round(value, 3) for value in values]


def _staged(place: Place, digest: int) -> Embedded:
    return Embedded(kind=place.kind, row=place.row, digest=digest, vector=vector(0.0, 1.0))


def vectors_are_found_by_their_digest(store: Store) -> None:
    """Within the owner, and only as long as the item is there."""
    with store.write() as writer:
        first, _, other = _fill(writer)
    with store.read() as reader:
        found = reader.vectors_of(first.owner, [_ONE, _TWO])
        same({key: _numbers(value) for key, value in found.items()}, {_ONE: [1.0, 0.0]}, "found")
        same(dict(reader.vectors_of(first.owner, [])), {}, "no digests, no vectors")
        same(dict(reader.vectors_of(first.owner, [_ONE], staged=True)), {}, "none is staged")
    with store.write() as writer:
        writer.index(first.owner, [entry(first.row, "episode", "again", [0.0, 1.0])])
    with store.read() as reader:
        same(dict(reader.vectors_of(first.owner, [_ONE])), {}, "replaced by one without")
        same(len(reader.vectors_of(other.owner, [_ONE])), 1, "the other owner has its own")


def what_is_put_aside_is_told_from_what_waits(store: Store) -> None:
    """Items without a staged vector come in order, in pages."""
    with store.write() as writer:
        first, second, other = _fill(writer)
        same(writer.unstaged(9), [first, second, other], "all wait")
        same(writer.unstaged(1, first), [second], "those behind one of them")
        writer.stage_indexed()
        same(writer.unstaged(9), [second], "those without a digest")
        same(writer.count_unstaged(), 1, "their number")
        writer.stage(second.owner, [_staged(second, _TWO)])
        same(writer.unstaged(9), [], "all are aside")
        found = writer.vectors_of(first.owner, [_ONE, _TWO], staged=True)
        same(_numbers(found[_TWO]), [0.0, 1.0], "by their digest")
        same(dict(writer.vectors_of(other.owner, [_TWO], staged=True)), {}, "of their owner")
        writer.stage(second.owner, [_staged(second, _ONE)])
        writer.clear_derived()
        same(len(writer.vectors_of(first.owner, [_ONE], staged=True)), 1, "over a clearing")
        writer.clear_staged()
        same(dict(writer.vectors_of(first.owner, [_ONE], staged=True)), {}, "until dropped")


def what_is_put_aside_goes_with_its_item(store: Store) -> None:
    """Erased episodes and owners leave nothing aside, and nothing is put aside for them."""
    with store.write() as writer:
        first, second, other = _fill(writer)
        for place in (first, second, other):
            writer.stage(place.owner, [_staged(place, _TWO)])
        (id,) = (e.id for e in writer.episode_rows(writer.view(DANA), [first.row]))
        writer.erase(first.owner, episodes=[id], claims=[], slots=[])
        writer.erase_owner(other.owner)
        writer.stage(first.owner, [_staged(first, _TWO)])
        writer.stage(other.owner, [_staged(other, _TWO)])
        same(writer.unstaged(9), [], "what is left is aside")
        same(writer.count_unstaged(), 0, "and nothing else")
        same(dict(writer.vectors_of(other.owner, [_TWO], staged=True)), {}, "of the owner")


KEPT_VECTOR_CHECKS: tuple[Callable[[Store], None], ...] = (
    vectors_are_found_by_their_digest,
    what_is_put_aside_is_told_from_what_waits,
    what_is_put_aside_goes_with_its_item,
)

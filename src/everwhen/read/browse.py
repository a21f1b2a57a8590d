"""Reading without a question: by id, page by page, over time, and the log."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from everwhen.asking import BatchExtractor
from everwhen.errors import InputError
from everwhen.model.period import micros, start_micros
from everwhen.model.records import Decision, Episode, Fact, Scope
from everwhen.model.results import Page, Stats
from everwhen.ports import Moment, Parts, Reader, View
from everwhen.read.known import as_known
from everwhen.read.naming import word_facts
from everwhen.read.where import Where, compile_where

T = TypeVar("T", Fact, Episode)
_BATCH = 500
_BEYOND = 1 << 63
"""Databases keep numbers below this."""


def get(parts: Parts, scope: Scope, id: str, *, known_at: datetime | None) -> Fact | Episode | None:
    """The fact (as held at `known_at`, else last) or episode of that id, if the scope has it."""
    with parts.store.read() as reader:
        view = reader.view(scope)
        fact = reader.fact(view, id, known_at)
        if fact is not None:
            known = [fact] if known_at is None else as_known(reader, view, [fact], known_at)
            return word_facts(reader, known)[0]
        episodes = reader.episodes(view, [id])
        return episodes[0] if episodes else None


def as_read(parts: Parts, facts: Sequence[Fact]) -> list[Fact]:
    """Facts just written, worded as reads word them."""
    with parts.store.read() as reader:
        return word_facts(reader, facts)


def scopes(
    parts: Parts, *, user_id: str | None, agent_id: str | None, run_id: str | None, id: str | None
) -> list[Scope]:
    """The scopes that have something: with these ids, heard in this run, holding this id."""
    with parts.store.read() as reader:
        found = reader.scopes(run_id=run_id, holding=id)
    return [
        scope
        for scope in found
        if user_id in (None, scope.user_id) and agent_id in (None, scope.agent_id)
    ]


def episodes(
    parts: Parts,
    scope: Scope,
    *,
    moment: Moment,
    where: Where | None,
    limit: int,
    cursor: str | None,
) -> Page[Episode]:
    """Episodes in order of when they were said."""
    wanted = compile_where(where)
    with parts.store.read() as reader:
        view = reader.view(scope)

        def fetch(after: tuple[int, int] | None, size: int) -> list[Episode]:
            return reader.page_episodes(view, limit=size, after=after, known_at=moment.known_at)

        def keep(episode: Episode) -> bool:
            in_time = moment.said_by is None or episode.at <= moment.said_by
            return in_time and wanted(episode)

        return _page(fetch, _episode_place, keep, limit, cursor)


def facts(
    parts: Parts,
    scope: Scope,
    *,
    moment: Moment,
    subject: str | None,
    attribute: str | None,
    review: bool,
    where: Where | None,
    limit: int,
    cursor: str | None,
) -> Page[Fact]:
    """Facts that hold at the moment, or those that wait for review, by when they became true."""
    wanted = compile_where(where)
    name = None if attribute is None else parts.vocabulary.canonical(attribute)
    with parts.store.read() as reader:
        view = reader.view(scope)
        fetch = _facts(reader, view, moment, subject, name, review=review)
        page = _page(fetch, _fact_place, wanted, limit, cursor)
        known = as_known(reader, view, page.items, moment.known_at)
        return Page(items=tuple(word_facts(reader, known)), cursor=page.cursor)


def timeline(
    parts: Parts,
    scope: Scope,
    *,
    moment: Moment,
    subject: str | None,
    attribute: str | None,
) -> list[Fact]:
    """Every period of every fact as held at the moment, in order."""
    name = None if attribute is None else parts.vocabulary.canonical(attribute)
    with parts.store.read() as reader:
        view = reader.view(scope)
        fetch = _facts(reader, view, moment, subject, name, every_period=True)
        every = list(_all(fetch, _fact_place))
        return word_facts(reader, as_known(reader, view, every, moment.known_at))


def history(parts: Parts, scope: Scope, id: str) -> list[Decision]:
    """The decisions about a fact, or of a message about claims that were not taken, oldest
    first; empty if the scope has no such id."""
    with parts.store.read() as reader:
        return reader.decisions(reader.view(scope), id)


def stats(parts: Parts) -> Stats:
    """Counts and sizes of the whole database."""
    with parts.store.read() as reader:
        counts = reader.counts()
    return Stats(
        url=parts.store.url,
        schema=counts["schema"],
        size_bytes=counts["size_bytes"],
        owners=counts["owners"],
        episodes=counts["episodes"],
        pending=counts["pending"],
        claims=counts["claims"],
        facts=counts["facts"],
        current_facts=counts["current_facts"],
        to_review=counts["to_review"],
        decisions=counts["decisions"],
        redact=parts.redaction.spec,
        judgements=counts["judgements"],
        embedder=parts.embedder.name,
        extractor=parts.extractor.name,
        counter=parts.counter.name,
        model=parts.extractor.use if isinstance(parts.extractor, BatchExtractor) else None,
        judge=None if parts.judge is None else parts.judge.use,
    )


def _facts(
    reader: Reader,
    view: View,
    moment: Moment,
    subject: str | None,
    attribute: str | None,
    *,
    review: bool = False,
    every_period: bool = False,
) -> Callable[[tuple[int, int] | None, int], list[Fact]]:
    def fetch(after: tuple[int, int] | None, size: int) -> list[Fact]:
        return reader.page_facts(
            view,
            known_at=moment.known_at,
            as_of=None if every_period or review else moment.as_of,
            subject=subject,
            attribute=attribute,
            review=review,
            limit=size,
            after=after,
        )

    return fetch


def _episode_place(episode: Episode) -> tuple[int, int]:
    return (micros(episode.at), episode.row)


def _fact_place(fact: Fact) -> tuple[int, int]:
    return (start_micros(fact.valid_from), fact.row)


def _all(
    fetch: Callable[[tuple[int, int] | None, int], list[T]],
    place: Callable[[T], tuple[int, int]],
    after: tuple[int, int] | None = None,
    first: int = _BATCH,
) -> Iterator[T]:
    size = min(first, _BATCH)
    while True:
        batch = fetch(after, size)
        yield from batch
        if len(batch) < size:
            return
        after, size = place(batch[-1]), _BATCH


def _page(
    fetch: Callable[[tuple[int, int] | None, int], list[T]],
    place: Callable[[T], tuple[int, int]],
    keep: Callable[[T], bool],
    limit: int,
    cursor: str | None,
) -> Page[T]:
    after = None if cursor is None else _read_cursor(cursor)
    items: list[T] = []
    for item in _all(fetch, place, after, first=limit + 1):
        if not keep(item):
            continue
        if len(items) == limit:
            return Page(items=tuple(items), cursor=_write_cursor(place(items[-1])))
        items.append(item)
    return Page(items=tuple(items), cursor=None)


def _write_cursor(place: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}:{place[1]}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        start, row = base64.urlsafe_b64decode(padded.encode()).decode().split(":")
        place = (int(start), int(row))
        if not all(-_BEYOND <= number < _BEYOND for number in place):
            raise ValueError("no place is that far")
    except (ValueError, binascii.Error) as error:
        raise InputError(
            f"cursor={cursor!r:.80} is not one that a page gave; start again without one"
        ) from error
    return place

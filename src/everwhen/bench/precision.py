"""PrecisionMemBench: beliefs given as facts, and cases that say what only may come back.

A belief is remembered by its user, with its domain as the agent, its canonical name as the
subject and its aliases in the text; one that was superseded or resolved is ended at the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from everwhen.bench.judged import Judged, Standing, rows
from everwhen.bench.reading import Row, mapping, objects, read_rows, text, texts
from everwhen.bench.report import Report
from everwhen.memory import Memory
from everwhen.model.period import instant
from everwhen.ports import Clock

TOP_K: Final = 10
_USER: Final = "test-user"
_DRIFT: Final = "Sessions of many turns"
_ELSEWHERE: Final = ("pinnedFacts", "openQuestions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Something held of a user in some domains, until it was superseded or resolved."""

    id: str
    user: str
    domain: str
    subject: str
    attribute: str
    text: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A query in some domains, with the beliefs that have to and that must not come back; with
    `only`, no others may."""

    group: str
    user: str
    domains: tuple[str, ...]
    query: str
    top_k: int
    wanted: frozenset[str]
    only: bool
    beside: frozenset[str]
    forbidden: frozenset[str]


def run(
    cases: Sequence[Case], beliefs: Sequence[Belief], memory_factory: Callable[[Clock], Memory]
) -> Report:
    """Enter the beliefs, ask each case once among facts, and judge what comes back."""
    clock = Standing()
    with memory_factory(clock) as memory:
        ids = _enter(memory, beliefs, clock)
        judged = [_judge(memory, case, ids, beliefs) for case in cases]
    return Report(
        title=f"PrecisionMemBench, {len(cases)} queries over {len(beliefs)} beliefs",
        rows=rows(judged),
        setting={"searched": f"facts, at most {TOP_K}"},
        notes=(
            "Passed: all that is wanted and nothing else. Precision: of all that came back.",
            "Forbidden: cases in which something excluded, ended or of other scopes came back.",
        ),
    )


def _enter(memory: Memory, beliefs: Sequence[Belief], clock: Standing) -> dict[str, str]:
    """Remember every belief when it began and end it when it ended; gives their ids by fact."""
    ids: dict[str, str] = {}
    for one in sorted(beliefs, key=lambda one: one.since):
        clock.at = max(clock.at, one.since)
        fact = memory.remember(
            one.text,
            user_id=one.user,
            agent_id=one.domain,
            subject=one.subject,
            attribute=one.attribute,
            value=one.text,
            valid_from=one.since,
        )
        ids[fact.id] = one.id
    by_id = {one.id: one for one in beliefs}
    for id, belief in ids.items():
        one = by_id[belief]
        if one.until is not None:
            clock.at = max(clock.at, one.until)
            memory.end(id, user_id=one.user, agent_id=one.domain, at=one.until)
    clock.at += timedelta(days=1)
    return ids


def _judge(memory: Memory, case: Case, ids: Mapping[str, str], beliefs: Sequence[Belief]) -> Judged:
    hits = [
        hit
        for domain in case.domains
        if case.query.strip() and case.top_k
        for hit in memory.search(
            case.query,
            user_id=case.user,
            agent_id=domain,
            kinds=("fact",),
            top_k=case.top_k,
        )
    ]
    best = sorted(hits, key=lambda hit: -hit.score)[: case.top_k]
    never = {
        one.id
        for one in beliefs
        if one.user != case.user or one.until is not None or one.domain not in case.domains
    }
    return Judged(
        group=case.group,
        wanted=case.wanted,
        returned=tuple(ids[hit.id] for hit in best),
        forbidden=case.forbidden | (never - case.wanted - case.beside),
        beside=case.beside,
        exact=case.only,
        silent=case.only and not case.wanted,
    )


# -- reading the files -----------------------------------------------------------------------


def read_beliefs(path: Path) -> list[Belief]:
    """Read the beliefs; InputError if the file is something else."""
    given = read_rows(path, "PrecisionMemBench beliefs", lambda row, _: row)
    starts = {str(row.get("_id")): str(row.get("created_at")) for row in given}
    return read_rows(path, "PrecisionMemBench beliefs", lambda row, _: _belief(row, starts))


def _belief(row: Row, starts: Mapping[str, str]) -> Belief:
    name = text(row["canonical_name"]).replace("_", " ")
    aliases = ", ".join(texts(row["aliases"]))
    (domain,) = texts(row["scope"])
    return Belief(
        id=text(row["_id"]),
        user=text(row["user_id"]),
        domain=domain,
        subject=name,
        attribute=text(row["type"]),
        text=f"{name}{f' ({aliases})' if aliases else ''}: {text(row['content'])}",
        since=instant(text(row["created_at"])),
        until=_until(row, starts),
    )


def _until(row: Row, starts: Mapping[str, str]) -> datetime | None:
    """When it was resolved, or when what superseded it began, but after its own beginning."""
    if row.get("resolved_at"):
        return instant(text(row["resolved_at"]))
    if not row.get("superseded_by"):
        return None
    next_one = instant(starts[text(row["superseded_by"])])
    return max(next_one, instant(text(row["created_at"])) + timedelta(days=1))


def read_cases(path: Path) -> list[Case]:
    """Read queries, alone or in sessions of turns; InputError if the file is something else."""
    read = read_rows(path, "PrecisionMemBench cases", lambda row, _: _cases(row))
    return [case for cases in read for case in cases]


def _cases(row: Row) -> list[Case]:
    if "turns" not in row:
        return [_case(row, text(row["category"]), text(row["query"]))]
    turns = [one for one in objects(row["turns"]) if "expect" in one]
    return [_case(one, _DRIFT, text(one["userMessage"])) for one in turns]


def _case(row: Row, group: str, query: str) -> Case:
    expect = mapping(row["expect"])
    budget = mapping(row.get("budget") or {}).get("maxBeliefs")
    return Case(
        group=group,
        user=str(row.get("userId") or _USER),
        domains=tuple(texts(row["scope"])),
        query=query,
        top_k=min(TOP_K, budget) if isinstance(budget, int) else TOP_K,
        wanted=_named(expect, ("relevantBeliefs",), "shouldOnlyInclude"),
        only="shouldOnlyInclude" in mapping(expect.get("relevantBeliefs") or {}),
        beside=_named(expect, _ELSEWHERE, "mustInclude"),
        forbidden=_named(expect, ("relevantBeliefs",), "mustExclude")
        | _named(expect, ("noiseCheck",), "mustNotSurface"),
    )


def _named(expect: Row, sections: Sequence[str], list_name: str) -> frozenset[str]:
    return frozenset(
        id
        for section in sections
        for id in texts(mapping(expect.get(section) or {}).get(list_name) or [])
    )

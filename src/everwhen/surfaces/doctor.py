"""Checks of a memory's file and surroundings, each with what to do where it fails."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from everwhen.errors import EmbedderMismatchError, EverwhenError
from everwhen.language.redaction import OFF
from everwhen.memory import Memory
from everwhen.settings import load_settings
from everwhen.version import __version__


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One check: what was found, and what to do about it."""

    name: str
    verdict: Verdict
    found: str
    fix: str = ""


def examine(url: str | None, tz: str | None) -> Iterator[Checkup]:
    """Check settings, file, schema, embedder and waiting work; never changes anything known.

    A file that does not exist is not made.
    """
    versions = (
        f"everwhen {__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}"
    )
    yield Checkup(name="versions", verdict=Verdict.OK, found=versions)
    try:
        settings = load_settings(url=url, tz=tz)
    except EverwhenError as error:
        yield _bad("settings", str(error), "mend or remove that file, or set EVERWHEN_CONFIG")
        return
    zone = settings.tz or "none: times need one of their own"
    told = f"extractor {settings.extractor}, embedder {settings.embedder}, time zone {zone}"
    yield Checkup(name="settings", verdict=Verdict.OK, found=told)
    path = _path(settings.url)
    if path is not None:
        yield _file(path)
        yield _write_access(path)
        if not path.exists():
            return
    yield from _opened(settings.url, tz)


def _path(url: str) -> Path | None:
    if url == ":memory:" or "://" in url:
        return None
    return Path(url).absolute()


def _file(path: Path) -> Checkup:
    if not path.exists():
        return Checkup(
            name="file",
            verdict=Verdict.NOTE,
            found=f"{path} is not there yet",
            fix="nothing to do: the first write makes it",
        )
    return Checkup(name="file", verdict=Verdict.OK, found=f"{path}, {path.stat().st_size:,} bytes")


def _write_access(path: Path) -> Checkup:
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    closed = [str(one) for one in (path, folder) if one.exists() and not os.access(one, os.W_OK)]
    if closed:
        return _bad(
            "write access",
            f"{' and '.join(closed)} can not be written by this user",
            "change the permissions, or name another file with --db (reads work as they are)",
        )
    return Checkup(name="write access", verdict=Verdict.OK, found="the file and its folder")


def _opened(url: str, tz: str | None) -> Iterator[Checkup]:
    try:
        memory = Memory(url, tz=tz)
    except EverwhenError as error:
        yield _bad("opens", str(error), "see the message; `--db FILE` names another file")
        return
    with memory:
        stats = memory.stats()
        current = f"{stats.current_facts:,} current facts"
        counts = f"schema {stats.schema}; {stats.episodes:,} episodes, {current}"
        yield Checkup(name="opens", verdict=Verdict.OK, found=counts)
        yield from _contents(memory)
        yield _embedder(memory, stats.embedder)
        if stats.model is None:
            unread = sum(bool(memory.policy(**ids).instructions) for ids in _scopes(memory))
            if unread:
                yield Checkup(
                    name="policies",
                    verdict=Verdict.NOTE,
                    found=f"the extractor {stats.extractor} can not follow the instructions of "
                    f"{unread:,} scopes",
                    fix="name a language model with EVERWHEN_EXTRACTOR",
                )
        off = stats.redact == OFF
        yield Checkup(
            name="redaction",
            verdict=Verdict.NOTE if off else Verdict.OK,
            found="off: secrets are stored as they are said" if off else stats.redact,
            fix="set EVERWHEN_REDACT=secrets, or take redact out of the settings" if off else "",
        )
        yield Checkup(
            name="waiting work",
            verdict=Verdict.NOTE if stats.pending else Verdict.OK,
            found=f"{stats.pending:,} messages wait for their facts" if stats.pending else "none",
            fix="everwhen work" if stats.pending else "",
        )
        yield Checkup(
            name="to review",
            verdict=Verdict.NOTE if stats.to_review else Verdict.OK,
            found=f"{stats.to_review:,} facts contradict others" if stats.to_review else "none",
            fix="everwhen list --kind review --user ID" if stats.to_review else "",
        )


def _scopes(memory: Memory) -> Iterator[dict[str, str | None]]:
    for scope in memory.scopes():
        yield {"user_id": scope.user_id, "agent_id": scope.agent_id, "run_id": scope.run_id}


def _contents(memory: Memory) -> Iterator[Checkup]:
    problems = memory.check()
    for problem in problems:
        yield _bad("contents", problem.what, problem.fix)
    if not problems:
        found = "the file, its rows, index and vectors fit together"
        yield Checkup(name="contents", verdict=Verdict.OK, found=found)


def _embedder(memory: Memory, name: str) -> Checkup:
    try:
        memory.search("anything", user_id="doctor", top_k=1)
    except EmbedderMismatchError as error:
        return _bad("embedder", str(error), "everwhen reindex")
    except EverwhenError as error:
        return _bad("embedder", str(error), "see the message")
    return Checkup(name="embedder", verdict=Verdict.OK, found=name)


def _bad(name: str, found: str, fix: str) -> Checkup:
    return Checkup(name=name, verdict=Verdict.BAD, found=found, fix=fix)

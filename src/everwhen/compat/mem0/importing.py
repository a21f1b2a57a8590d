"""Reading what Mem0 holds, from its store or its exports, into facts for `Memory.remember`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Final

from everwhen.compat.mem0.adding import NOTE
from everwhen.compat.mem0.arguments import OWN
from everwhen.compat.mem0.places import ids_of
from everwhen.compat.mem0.qdrant import History, is_store, read_history, read_points
from everwhen.errors import ContentError, InputError, ScopeError
from everwhen.memory import Memory
from everwhen.model.records import Fact, JsonValue, Scope

_CHUNK: Final = 500
_TEXT: Final = ("memory", "data", "text", "content")
_LISTS: Final = ("results", "memories", "data")
_KEPT: Final = ("actor_id", "attributed_to")
_NO_METADATA: Final = (
    *("id", "hash", "score", "text_lemmatized", "metadata", "user_id", "agent_id", "run_id"),
    *("role", "created_at", "updated_at", "expiration_date", "structured_attributes"),
    *("replaced_by", "event", "rerank_score", "score_details"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What could not be read, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(slots=True)
class Found:
    """What some files of Mem0's hold: facts by the scope that they belong to, and problems."""

    facts: dict[Scope, list[dict[str, object]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many memories."""
        return sum(map(len, self.facts.values()))


def read_exports(
    paths: Sequence[str | Path], *, scope: Scope | None = None, tz: tzinfo | None = None
) -> Found:
    """Read Qdrant folders, history.db files and JSON exports.

    `scope` is whose a memory is that names no user, agent or run; times without a zone are in
    `tz`, else UTC.
    """
    stores, histories, exports = _sort(map(Path, paths))
    history: dict[str, list[JsonValue]] = {}
    for path in histories:
        history |= read_history(path)
    found = Found()
    rows: list[tuple[str, Mapping[str, object]]] = []
    for place, row in _all_rows(stores, exports):
        if isinstance(row, str):
            found.problems.append(Problem(place=place, reason=row))
        else:
            rows.append((place, row))
    replaced = {str(row["id"]): row for _, row in rows if row.get("id") is not None}
    for place, row in rows:
        try:
            whose, fact = _fact(row, scope, tz or UTC, history, replaced)
        except InputError as error:
            found.problems.append(Problem(place=place, reason=str(error)))
            continue
        found.facts.setdefault(whose, []).append(fact)
    return found


def keep(
    memory: Memory, found: Found, progress: Callable[[int, int], None] | None = None
) -> list[Fact]:
    """Remember what was read, some hundred at a time; what is there already stays as it is."""
    kept: list[Fact] = []
    done = 0
    for scope, facts in found.facts.items():
        for start in range(0, len(facts), _CHUNK):
            chunk = facts[start : start + _CHUNK]
            kept += memory.remember(chunk, **ids_of(scope))
            done += len(chunk)
            if progress is not None:
                progress(done, found.count)
    return kept


# -- files ---------------------------------------------------------------------------------------


def _sort(paths: Iterator[Path]) -> tuple[list[Path], list[Path], list[Path]]:
    """Qdrant folders, histories and JSON files."""
    stores: list[Path] = []
    histories: list[Path] = []
    exports: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [one for one in (path, path / "qdrant") if is_store(one)]
            near = (path, path.parent) if inside else (path,)
            beside = [one / "history.db" for one in near if (one / "history.db").is_file()]
            files = [] if inside or beside else sorted(path.glob("*.json"))
            if not (inside or beside or files):
                raise InputError(
                    f"{path} is no folder of Mem0's: it has no collection/*/storage.sqlite, no "
                    "history.db and no JSON exports"
                )
            stores += inside
            exports += files
            histories += beside[:1]
        elif path.suffix in (".db", ".sqlite", ".sqlite3"):
            histories.append(path)
        else:
            exports.append(path)
    return stores, histories, exports


def _all_rows(
    stores: Sequence[Path], exports: Sequence[Path]
) -> Iterator[tuple[str, Mapping[str, object] | str]]:
    for folder in stores:
        for place, row in read_points(folder):
            yield f"{folder}, {place}", row
    for path in exports:
        for number, item in enumerate(_items(path), 1):
            place = f"{path}, memory {number}"
            yield place, item if isinstance(item, Mapping) else f"{item!r:.40} is no object"


def _items(path: Path) -> Sequence[object]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can not be read: {error}") from error
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as whole:
        try:
            read = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise ContentError(f"{path} is not JSON: {whole}") from whole
    pages = read if isinstance(read, list) else [read]
    items: list[object] = []
    for page in pages:
        held = next(
            (page[key] for key in _LISTS if isinstance(page.get(key), list)), None
        ) if isinstance(page, Mapping) else None  # fmt: skip
        items += [page] if held is None else held
    return items


# -- memories ------------------------------------------------------------------------------------


def _fact(
    row: Mapping[str, object],
    scope: Scope | None,
    tz: tzinfo,
    history: History,
    others: Mapping[str, Mapping[str, object]],
) -> tuple[Scope, dict[str, object]]:
    key, text = _text(row)
    whose = _scope(row, scope)
    created = _instant(row.get("created_at"), "created_at", tz)
    updated = _instant(row.get("updated_at"), "updated_at", tz)
    given = row.get("id")
    id = str(given) if isinstance(given, str | int) else None
    own: dict[str, object] = {"id": id, **{name: row.get(name) for name in _KEPT}}
    own |= {name: getattr(whose, name) for name in ("user_id", "agent_id", "run_id")}
    own["expiration_date"] = _string(row.get("expiration_date"))
    own["role"] = _string(row.get("role"))
    if updated is not None and updated != created:
        own["updated_at"] = updated.isoformat()
    if id is not None and id in history:
        own["history"] = history[id]
    fact: dict[str, object] = {
        "text": text,
        "attribute": NOTE,
        "value": id or _digest(text, created),
        "id": f"mem0:{id or _digest(text, created)}",
        "name": _string(row.get("actor_id")),
        "at": created,
        "metadata": {
            **_metadata(row, key),
            OWN: {name: value for name, value in own.items() if value is not None},
        },
    }
    over = _replaced_at(row, others, tz, updated)
    if over is not None and created is not None and over > created:
        fact |= {"valid_from": created, "valid_to": over}
    return whose, fact


def _text(row: Mapping[str, object]) -> tuple[str, str]:
    for key in _TEXT:
        text = row.get(key)
        if isinstance(text, str) and text.strip():
            return key, text
    raise ContentError(f"it has no text ({', '.join(map(str, list(row)[:6])) or 'no keys'})")


def _scope(row: Mapping[str, object], scope: Scope | None) -> Scope:
    ids = {name: _string(row.get(name)) for name in ("user_id", "agent_id", "run_id")}
    if any(ids.values()):
        return Scope(**ids)
    if scope is None:
        raise ScopeError("it says nothing of whose it is; name that with --user, --agent or --run")
    return scope


def _string(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value).strip() else None


def _metadata(row: Mapping[str, object], text_key: str) -> dict[str, object]:
    """Its metadata, and what else it has beside the fields of an item."""
    skipped = {text_key, *_NO_METADATA, *_KEPT}
    beside = {
        str(key): value
        for key, value in row.items()
        if key not in skipped and value is not None and value != []
    }
    inner = row.get("metadata")
    kept = {**beside, **inner} if isinstance(inner, Mapping) else beside
    kept.pop(OWN, None)
    return {key: _json(value) for key, value in kept.items()}


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _instant(value: object, name: str, tz: tzinfo) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            read = value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            read = datetime.fromtimestamp(value, UTC)
        else:
            read = datetime.fromisoformat(str(value))
        return (read if read.tzinfo is not None else read.replace(tzinfo=tz)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ContentError(f"its {name} {value!r:.40} is no time") from error


def _replaced_at(
    row: Mapping[str, object],
    others: Mapping[str, Mapping[str, object]],
    tz: tzinfo,
    updated: datetime | None,
) -> datetime | None:
    """When a newer memory took its place, where the platform says that one did."""
    by = row.get("replaced_by")
    if by is None:
        return None
    newer = others.get(str(by))
    told = None if newer is None else _instant(newer.get("created_at"), "created_at", tz)
    return told if told is not None else updated


def _digest(text: str, created: datetime | None) -> str:
    given = repr((text, None if created is None else created.isoformat()))
    return blake2b(given.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

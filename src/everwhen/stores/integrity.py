"""What is damaged or missing in a database: rows against rows, vectors, and the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from everwhen.errors import StoreError
from everwhen.model.results import Problem
from everwhen.stores.connection import Connection, queries
from everwhen.stores.rows import from_json

_REINDEX: Final = "`everwhen reindex`, or Memory.reindex(), builds everything derived anew"
_BACKUP: Final = (
    "put a backup in its place; or `everwhen export` what can still be read, and `everwhen load` "
    "it into a new file"
)
_COUNTS: Final = (
    ("check_episodes_not_indexed", "{} messages are not in the index", _REINDEX),
    ("check_facts_not_indexed", "{} facts are not in the index", _REINDEX),
    ("check_entries_of_nothing", "{} index entries are of nothing that is stored", _REINDEX),
    ("check_without_vector", "{} index entries have no vector: words alone find them", _REINDEX),
    ("check_postings_of_nothing", "{} words in the index belong to no entry", _REINDEX),
    ("check_facts_without_source", "{} facts rest on no message that is stored", _REINDEX),
    ("check_claims_of_nothing", "{} claims are of no message that is stored", _BACKUP),
)
_PAGE: Final = 2_000
_LINES: Final = 5
_NEAR_ONE: Final = (0.5, 2.0)


def file_problems(connection: Connection) -> Iterator[Problem]:
    """What SQLite finds wrong with its file; nothing else can be trusted then."""
    try:
        lines = [str(line) for (line,) in connection.rows(f"PRAGMA integrity_check({_LINES})")]
    except StoreError as error:
        lines = [str(error)]
    if lines != ["ok"]:
        yield Problem(what=f"the file is damaged: {'; '.join(lines)}", fix=_BACKUP)
        return
    lost = len(connection.rows("PRAGMA foreign_key_check"))
    if lost:
        yield Problem(what=f"{lost} rows belong to no owner", fix=_BACKUP)


def row_problems(connection: Connection) -> Iterator[Problem]:
    """What is missing, left over or unusable among the rows."""
    sql = queries()
    for name, what, fix in _COUNTS:
        ((count,),) = connection.rows(sql[name])
        if count:
            yield Problem(what=what.format(count), fix=fix)
    yield from _postings(connection)
    yield from _vectors(connection)


def _postings(connection: Connection) -> Iterator[Problem]:
    """Whether each entry has a posting for each of its terms."""
    wanted, after = 0, (-1, -1, -1)
    while found := connection.rows(
        queries()["check_terms"], owner=after[0], kind=after[1], row=after[2], limit=_PAGE
    ):
        wanted += sum(len(from_json(terms)) for *_, terms in found)
        after = found[-1][:3]
    ((there,),) = connection.rows(queries()["check_postings"])
    if there < wanted:
        yield Problem(what=f"{wanted - there} words are missing in the index", fix=_REINDEX)


def _vectors(connection: Connection) -> Iterator[Problem]:
    sizes: dict[int, int] = {}
    damaged, after = 0, (-1, -1, -1)
    while found := connection.rows(
        queries()["check_vectors"], owner=after[0], kind=after[1], row=after[2], limit=_PAGE
    ):
        for *_, packed in found:
            sizes[len(packed)] = sizes.get(len(packed), 0) + 1
            damaged += len(packed) % 2 == 0 and not _usable(packed)
        after = found[-1][:3]
    odd = sum(sizes.values()) - max(sizes.values(), default=0)
    if odd:
        yield Problem(what=f"{odd} vectors are of another size than the rest", fix=_REINDEX)
    if damaged:
        yield Problem(what=f"{damaged} vectors are damaged: they find nothing", fix=_REINDEX)


def _usable(packed: bytes) -> bool:
    """Whether it is a vector of unit length, or the zero vector of a text without known words."""
    values = np.frombuffer(packed, dtype="<f2").astype(np.float32)
    with np.errstate(all="ignore"):
        length = float(np.sqrt(values @ values))
    return length == 0.0 or _NEAR_ONE[0] < length < _NEAR_ONE[1]

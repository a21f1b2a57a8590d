"""Reading the files of data sets: JSON, JSON lines and gzip, with errors that say what is wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from everwhen.errors import InputError

Row = Mapping[str, object]
T = TypeVar("T")


def read_rows(path: Path, what: str, read: Callable[[Row, int], T]) -> list[T]:
    """Each line of JSON, or each item of a JSON array, as `read` makes of it and its number.

    InputError names the line that `read` can make nothing of.
    """
    made = []
    for number, value in _values(path, what):
        try:
            made.append(read(mapping(value), number))
        except KeyError as error:
            raise InputError(
                f"{path}, row {number} is not of {what}: {error} is missing"
            ) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{path}, row {number} is not of {what}: {error}") from error
    if not made:
        raise InputError(f"{path} has no rows; it should be of {what}")
    return made


def _values(path: Path, what: str) -> Iterator[tuple[int, object]]:
    try:
        text = _text(path)
        if text.lstrip().startswith("["):
            whole = json.loads(text)
            yield from enumerate(whole)
            return
        for number, line in enumerate(text.split("\n")):
            if line.strip():
                yield number, json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path} can not be read as {what}: {error}") from error


def _text(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.decode("utf-8")


def mapping(value: object) -> Row:
    """The value, which has to be a JSON object."""
    if not isinstance(value, dict):
        raise TypeError(f"a {type(value).__name__} where an object should be")
    return value


def items(value: object) -> list[object]:
    """The value, which has to be a JSON array."""
    if not isinstance(value, list):
        raise TypeError(f"a {type(value).__name__} where an array should be")
    return value


def objects(value: object) -> list[Row]:
    """The value, which has to be an array of objects."""
    return [mapping(item) for item in items(value)]


def text(value: object) -> str:
    """The value, which has to be a text."""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where a text should be")
    return value


def texts(value: object) -> list[str]:
    """The value, which has to be an array of texts."""
    return [text(item) for item in items(value)]


def whole(value: object) -> int:
    """The value, which has to be a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a {type(value).__name__} where a whole number should be")
    return value


def time(value: object, form: str) -> datetime:
    """An instant in UTC, written in the form of strptime."""
    return datetime.strptime(text(value), form).replace(tzinfo=UTC)

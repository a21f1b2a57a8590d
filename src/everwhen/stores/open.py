"""Opens the store that a URL names."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote, urlsplit

from everwhen.errors import SettingsError
from everwhen.ports import Clock, Store

_SCHEMES = ("file", "sqlite", "postgres", "postgresql")


def open_store(url: str, *, clock: Clock | None = None) -> Store:
    """Open a path, ":memory:", or "sqlite:///path" (an absolute one has four slashes).

    A path's leading "~/" is the user's home. Raises SettingsError for a scheme that there is
    no store for.
    """
    if not url.strip():
        raise SettingsError("the url of the store is empty; give a path or ':memory:'")
    if "\0" in url:
        raise SettingsError(f"the url of the store holds a NUL character: {url!r}")
    if not url.isascii() and re.search(r"[\ud800-\udc7f\udd00-\udfff]", url):
        raise SettingsError(f"the url of the store holds lone surrogates: {url!r}")
    scheme, colon, rest = url.partition("://")
    if not colon:
        if url.partition(":")[0] in _SCHEMES:
            raise SettingsError(
                f"{url!r} is a URI that is not known here; give the path of the file alone, or "
                "sqlite:///path"
            )
        return _sqlite(os.path.expanduser(url) if url.startswith("~/") else url, clock)
    if scheme in ("postgresql", "postgres"):
        raise SettingsError(
            f"{scheme}:// stores come in a later version; give a path of an SQLite file"
        )
    if scheme != "sqlite":
        raise SettingsError(
            f"there is no store for {scheme}://; give a path, ':memory:' or sqlite:///path"
        )
    parts = urlsplit(url)
    if parts.netloc or not rest.startswith("/"):
        raise SettingsError(
            f"{url!r} names a host; write sqlite:///relative/path or sqlite:////absolute/path"
        )
    if parts.query or parts.fragment:
        raise SettingsError(
            f"{url!r} has something after the path, which would be ignored; write %3F for a "
            "question mark and %23 for a hash in a file's name"
        )
    path = unquote(parts.path)[1:]
    return _sqlite(path or ":memory:", clock)


def _sqlite(path: str, clock: Clock | None) -> Store:
    # Only here: numpy, which ranks, would double the time that `import everwhen` takes.
    from everwhen.stores.sqlite import open_sqlite

    return open_sqlite(path, clock=clock)

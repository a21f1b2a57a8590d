"""Opens the store that a URL names."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from everwhen.errors import SettingsError
from everwhen.ports import Clock, Store


def open_store(url: str, *, clock: Clock | None = None) -> Store:
    """Open a path, ":memory:", or "sqlite:///path" (an absolute one has four slashes).

    Raises SettingsError for a scheme that there is no store for.
    """
    if not url.strip():
        raise SettingsError("the url of the store is empty; give a path or ':memory:'")
    if "\0" in url:
        raise SettingsError(f"the url of the store holds a NUL character: {url!r}")
    scheme, colon, rest = url.partition("://")
    if not colon:
        return _sqlite(url, clock)
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
    path = unquote(parts.path)[1:]
    return _sqlite(path or ":memory:", clock)


def _sqlite(path: str, clock: Clock | None) -> Store:
    # Only here: numpy, which ranks, would double the time that `import everwhen` takes.
    from everwhen.stores.sqlite import open_sqlite

    return open_sqlite(path, clock=clock)

"""Settings: an argument wins over the environment, which wins over the TOML file.

| setting | environment | in the file | default |
|---|---|---|---|
| url | EVERWHEN_URL | url | memory.db in the user's data directory |
| extractor | EVERWHEN_EXTRACTOR | extractor | rules |
| embedder | EVERWHEN_EMBEDDER | embedder | static |
| reranker | EVERWHEN_RERANKER | reranker | none |
| judge | EVERWHEN_JUDGE | judge | none |
| counter | EVERWHEN_COUNTER | counter | estimate |
| tz | EVERWHEN_TZ | tz | none: naive times are refused |
| vocabulary | EVERWHEN_VOCABULARY | vocabulary | none: the built-in one alone |
| redact | EVERWHEN_REDACT | redact | secrets |

The file is named by EVERWHEN_CONFIG, else it is config.toml in the user's configuration
directory for everwhen, if there is one.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

from everwhen.errors import SettingsError

_APP = "everwhen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a memory is opened with, where the call does not say."""

    url: str
    extractor: str = "rules"
    embedder: str = "static"
    reranker: str = "none"
    judge: str = "none"
    counter: str = "estimate"
    tz: str | None = None
    vocabulary: str | None = None
    redact: str = "secrets"


def default_url() -> str:
    """The database file in the user's data directory."""
    return str(Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "memory.db")


def load_settings(
    environment: Mapping[str, str] | None = None, **arguments: str | None
) -> Settings:
    """Put the settings together; `environment` stands in for os.environ."""
    env = os.environ if environment is None else environment
    names = [field.name for field in fields(Settings)]
    values: dict[str, str] = {"url": default_url()}
    values |= _from_file(env, names)
    values |= {
        name: env[f"EVERWHEN_{name.upper()}"]
        for name in names
        if env.get(f"EVERWHEN_{name.upper()}", "").strip()
    }
    values |= {name: value for name, value in arguments.items() if value is not None}
    return Settings(**values)


def _from_file(env: Mapping[str, str], names: list[str]) -> dict[str, str]:
    named = env.get("EVERWHEN_CONFIG", "").strip()
    path = (
        Path(named)
        if named
        else Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "config.toml"
    )
    if not named and not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"the settings file {path} can not be read: {error}") from error
    unknown = sorted(set(table) - set(names))
    if unknown:
        raise SettingsError(
            f"{path} has unknown settings {', '.join(unknown)}; known are {', '.join(names)}"
        )
    wrong = sorted(name for name, value in table.items() if not isinstance(value, str))
    if wrong:
        raise SettingsError(f"{path}: {', '.join(wrong)} must be text in quotes")
    return dict(table)

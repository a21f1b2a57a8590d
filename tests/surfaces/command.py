"""What running a command gives, for tests of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, which must be one JSON value."""
        return json.loads(self.out)


Everwhen: TypeAlias = Callable[..., Ran]


def home_of(everwhen: Everwhen) -> dict[str, Any]:
    """The fact about where Dana lives now."""
    (fact,) = everwhen("list", "--attribute", "home", "--json").json["items"]
    assert isinstance(fact, dict)
    return fact

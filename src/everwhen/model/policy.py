"""What of what is said becomes facts: a policy, and how several of them add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What to take facts of. `keep` and `never` are categories or attributes.

    With `keep`, nothing else becomes a fact; what is under `never` does not in any case.
    `instructions` are told to a language model that takes facts, word for word; rules can not
    follow them.
    """

    keep: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    instructions: str = ""

    def __bool__(self) -> bool:
        return bool(self.keep or self.never or self.instructions)


NO_POLICY = Policy()


def together(policies: Iterable[Policy]) -> Policy:
    """What several say, the most general first: all that any of them never keeps, what the last
    one that says so keeps, and the instructions of all."""
    given = [policy for policy in policies if policy]
    if len(given) < 2:
        return given[0] if given else NO_POLICY
    return Policy(
        keep=next((policy.keep for policy in reversed(given) if policy.keep), ()),
        never=tuple(dict.fromkeys(name for policy in given for name in policy.never)),
        instructions="\n".join(p.instructions for p in given if p.instructions),
    )

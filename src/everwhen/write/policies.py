"""Policies of scopes: read, recorded, and held against what extractors propose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from everwhen.asking import Rejected
from everwhen.errors import ContentError, InputError, PolicyError
from everwhen.language.categories import categories, categories_of, category_of
from everwhen.language.vocabulary import Vocabulary
from everwhen.model.policy import NO_POLICY, Policy, together
from everwhen.model.records import Metadata, Proposal, Scope
from everwhen.ports import Parts, Reader

MOST_INSTRUCTIONS: Final = 8_000
"""Characters of instructions."""

TOLD: Final = "_instructions"
"""The key of a message's metadata under which the instructions of its `add` are kept, so that a
model that is asked about it later is told them too."""


def read_policy(
    vocabulary: Vocabulary, keep: object, never: object, instructions: object
) -> Policy:
    """A policy as a call gives it; InputError for a name that is no category and no attribute."""
    return Policy(
        keep=_names(vocabulary, keep, "keep"),
        never=_names(vocabulary, never, "never"),
        instructions=read_instructions(instructions),
    )


def read_instructions(instructions: object) -> str:
    """Instructions as a call gives them."""
    if not isinstance(instructions, str):
        raise InputError(f"instructions is a {type(instructions).__name__}; give text")
    told = instructions.strip()
    if len(told) > MOST_INSTRUCTIONS:
        raise InputError(
            f"instructions have {len(told)} characters; at most {MOST_INSTRUCTIONS} are told to a "
            "model with each question, so say it shorter"
        )
    return told


def with_told(policy: Policy, metadata: Metadata) -> Policy:
    """A scope's policy, with what was told for this one message."""
    told = metadata.get(TOLD)
    return together([policy, Policy(instructions=told)]) if isinstance(told, str) else policy


def _names(vocabulary: Vocabulary, given: object, what: str) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, Iterable):
        raise InputError(f"{what} is a {type(given).__name__}; give categories or attributes")
    found = []
    for name in listed:
        plain = " ".join(name.lower().split()) if isinstance(name, str) else ""
        if plain not in categories():
            plain = vocabulary.canonical(plain)
            if not vocabulary.is_named(plain):
                raise InputError(
                    f"{what} has {name!r:.60}, which is no category and no attribute; categories "
                    f"are {', '.join(categories())}"
                )
        found.append(plain)
    return tuple(dict.fromkeys(found))


def policy_of(parts: Parts, reader: Reader, scope: Scope) -> Policy:
    """The policy in force: this memory's own, the agent's, the user's, that of both together."""
    user, agent, run = scope.owner
    scopes = [Scope(run_id=run)] if user is None and agent is None else []
    if agent is not None:
        scopes.append(Scope(agent_id=agent))
    if user is not None:
        scopes.append(Scope(user_id=user))
    if user is not None and agent is not None:
        scopes.append(Scope(user_id=user, agent_id=agent))
    return together([parts.policy, *(recorded(reader, one) for one in scopes)])


def recorded(reader: Reader, scope: Scope) -> Policy:
    """What was set for exactly this scope."""
    owner = reader.owner(scope)
    text = "" if owner is None else reader.policy(owner)
    return from_text(text) if text else NO_POLICY


def warn(extractor: str) -> None:
    """Tell in the log that nobody reads the instructions."""
    import logging  # when there is something to tell

    logging.getLogger("everwhen").warning(
        "the instructions are kept, and the extractor %s can not follow them: a "
        "language model would (extractor='anthropic:MODEL', 'openai:MODEL' or 'rules+…')",
        extractor,
    )


def record(parts: Parts, scope: Scope, policy: Policy) -> Policy:
    """Set it for this scope, in place of what was set before; what is in force then."""
    with parts.store.write() as writer:
        if policy or writer.owner(scope) is not None:
            writer.set_policy(writer.own(scope), to_text(policy) if policy else "")
        return policy_of(parts, writer, scope)


def to_text(policy: Policy) -> str:
    """As it is stored."""
    names = {"keep": list(policy.keep), "never": list(policy.never)}
    return json.dumps({**names, "instructions": policy.instructions})


def from_text(text: str) -> Policy:
    """Back from there; ContentError if it is damaged."""
    try:
        read = json.loads(text)
        return Policy(
            keep=tuple(map(str, read["keep"])),
            never=tuple(map(str, read["never"])),
            instructions=str(read["instructions"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ContentError(f"a damaged policy: {error!r:.80}; set it again") from error


def barred(policy: Policy, attribute: str) -> str | None:
    """What a policy never keeps, if an attribute, by its canonical name, is of it."""
    found = {attribute, *categories_of(attribute)}.intersection(policy.never)
    return min(found, default=None)


def refuse_barred(parts: Parts, scope: Scope, attributes: Iterable[str]) -> None:
    """PolicyError if a fact by hand is one that the scope's policy never keeps. Its `keep` has no
    say here: it chooses among what is said, and this was given on purpose. The attributes are
    worked out only where something is never kept."""
    with parts.store.read() as reader:
        policy = policy_of(parts, reader, scope)
    for attribute in attributes if policy.never else ():
        never = barred(policy, attribute)
        if never is not None:
            raise PolicyError(
                f"a fact with the attribute {attribute!r} was to be kept, and the policy of this "
                f"scope never keeps {never}; nothing was stored. Leave it out, or change the "
                "policy with set_policy"
            )


def permitted(
    proposed: Sequence[tuple[str, Proposal]], policy: Policy, vocabulary: Vocabulary
) -> tuple[list[tuple[str, Proposal]], list[Rejected]]:
    """The proposals that a policy lets through, and why not the others."""
    if not (policy.keep or policy.never):
        return list(proposed), []
    kept: list[tuple[str, Proposal]] = []
    rejected: list[Rejected] = []
    for extractor, one in proposed:
        attribute = vocabulary.canonical(one.attribute)
        names = {attribute, category_of(attribute)}
        never = barred(policy, attribute)
        if never is not None:
            reason = f"the policy never keeps {never}"
        elif policy.keep and not names.intersection(policy.keep):
            reason = f"the policy keeps {', '.join(policy.keep)} alone"
        else:
            kept.append((extractor, one))
            continue
        rejected.append(Rejected(reason=reason, start=one.start, end=one.end))
    return kept, rejected

"""Adding memories: as given, as worked out from what is said, or a whole conversation as one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from everwhen.compat.mem0.arguments import OWN, log
from everwhen.compat.mem0.items import Item, memory_id
from everwhen.compat.mem0.places import Places, ids_of
from everwhen.errors import NotFoundError
from everwhen.memory import Memory
from everwhen.model.records import Action, Decision, Fact, Scope

NOTE: Final = "note"
PROCEDURAL: Final = "procedural_memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """What an `add` is for: whose, said when, and what is kept with it."""

    scope: Scope
    at: datetime | None
    metadata: Mapping[str, object]
    own: Mapping[str, object]

    def kept(self, **more: object) -> dict[str, object]:
        """The metadata of one memory."""
        own = {**self.own, **{key: value for key, value in more.items() if value is not None}}
        return {**self.metadata, OWN: own}


def add_given(
    memory: Memory, places: Places, adding: Adding, messages: Sequence[Mapping[str, object]]
) -> list[Item]:
    """Each message as a memory, word for word; system messages are passed over."""
    said = [message for message in messages if message["role"] != "system"]
    given = [
        {
            "text": message["content"],
            "attribute": NOTE,
            # of its own, so that the same words said twice are two memories
            "value": uuid.uuid4().hex,
            "role": message["role"],
            "name": message.get("name"),
            "at": adding.at,
            "metadata": adding.kept(role=message["role"], actor_id=message.get("name")),
        }
        for message in said
    ]
    facts = memory.remember(given, **ids_of(adding.scope))
    places.note(facts)
    return [
        {
            "id": fact.id,
            "memory": fact.text,
            "event": "ADD",
            "actor_id": message.get("name"),
            "role": message["role"],
        }
        for fact, message in zip(facts, said, strict=True)
    ]


def add_procedure(
    memory: Memory, places: Places, adding: Adding, messages: Sequence[Mapping[str, object]]
) -> list[Item]:
    """A conversation as one memory, word for word: no model is at hand to sum it up."""
    text = "\n".join(f"{message['role']}: {message['content']}" for message in messages)
    facts = memory.remember(
        [
            {
                "text": text,
                "attribute": NOTE,
                "value": uuid.uuid4().hex,
                "at": adding.at,
                "metadata": {**adding.kept(), "memory_type": PROCEDURAL},
            }
        ],
        **ids_of(adding.scope),
    )
    places.note(facts)
    return [{"id": fact.id, "memory": fact.text, "event": "ADD"} for fact in facts]


def add_inferred(
    memory: Memory,
    places: Places,
    adding: Adding,
    messages: Sequence[Mapping[str, object]],
    instructions: str | None = None,
) -> list[Item]:
    """What the messages say, as facts: new ones, changed ones, and those that are over. A
    language model is told the instructions."""
    added = memory.add(
        [dict(message) for message in messages],
        **ids_of(adding.scope),
        at=adding.at,
        metadata=adding.kept(),
        instructions=instructions,
    )
    waiting = sum(not episode.extracted for episode in added.episodes)
    if waiting:
        log.warning(
            "%d messages are kept, and wait for their facts to be worked out: everwhen.work()",
            waiting,
        )
    results: dict[tuple[object, object], Item] = {}
    for decision in added.decisions:
        for item in _results(memory, places, adding.scope, decision):
            results.setdefault((item["id"], item["event"]), item)
    return list(results.values())


def _results(memory: Memory, places: Places, scope: Scope, decision: Decision) -> list[Item]:
    facts = _facts(memory, places, scope, decision.fact_ids)
    gone = _facts(memory, places, scope, decision.closed)
    match decision.action:
        case Action.ADD:
            return [_item(fact, "ADD") for fact in facts]
        case Action.NOOP:
            return [_item(fact, "NONE") for fact in facts[:1]]
        case Action.UPDATE:
            before: Item = {"previous_memory": gone[0].text} if gone else {}
            return [{**_item(fact, "UPDATE"), **before} for fact in facts[:1]]
        case Action.INVALIDATE:
            return [_item(fact, "DELETE") for fact in gone]
        case Action.REJECT:
            return []


def _item(fact: Fact, event: str) -> Item:
    return {"id": memory_id(fact), "memory": fact.text, "event": event}


def _facts(memory: Memory, places: Places, scope: Scope, ids: Sequence[str]) -> list[Fact]:
    # Within the run only what was said in it is seen; what it ends may be from another.
    whole = Scope(user_id=scope.user_id, agent_id=scope.agent_id, run_id=scope.owner[2])
    found = []
    for id in ids:
        try:
            fact = memory.get(id, **ids_of(whole))
        except NotFoundError:
            continue
        if isinstance(fact, Fact):
            found.append(fact)
    places.note(found)
    return found

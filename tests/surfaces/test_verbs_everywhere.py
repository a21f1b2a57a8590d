"""The table of verbs: every verb of Memory is on every surface, with its arguments."""

from __future__ import annotations

import inspect

import click
import pytest

from everwhen import AsyncMemory, Memory
from everwhen.surfaces.cli import cli

CALLED_OTHERWISE = {"close", "check"}
"""Each command closes what it opens; the doctor checks."""

VERBS = sorted(
    name
    for name in dir(Memory)
    if callable(getattr(Memory, name)) and not name.startswith("_") and name not in CALLED_OTHERWISE
)
NOT_OF_MEMORY = {"import", "proof", "demo", "bench", "doctor"}

# Arguments of Memory under other names on the command line.
SPELLED = {
    "add": {"messages": "texts"},
    "context": {"budget_tokens": "budget"},
    "ask": {"budget_tokens": "budget"},
}
SCOPE = {"user_id": "user", "agent_id": "agent", "run_id": "run"}
NOT_ON_A_COMMAND_LINE = {"progress"}


def command_of(verb: str) -> str:
    return verb.replace("_", "-")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_python_for_asyncio_and_on_the_command_line(verb: str) -> None:
    assert inspect.iscoroutinefunction(getattr(AsyncMemory, verb))
    assert command_of(verb) in cli.commands


@pytest.mark.parametrize("verb", VERBS)
def test_the_asynchronous_verb_takes_the_same_arguments(verb: str) -> None:
    own = inspect.signature(getattr(Memory, verb))
    other = inspect.signature(getattr(AsyncMemory, verb))
    assert list(own.parameters) == list(other.parameters)


@pytest.mark.parametrize("verb", VERBS)
def test_the_command_takes_every_argument(verb: str) -> None:
    spelled = SCOPE | SPELLED.get(verb, {})
    wanted = {
        spelled.get(name, name)
        for name in inspect.signature(getattr(Memory, verb)).parameters
        if name not in {"self", *NOT_ON_A_COMMAND_LINE}
    }
    command = cli.commands[command_of(verb)]
    assert isinstance(command, click.Command)
    assert wanted <= {parameter.name for parameter in command.params}


def test_the_command_line_has_no_other_commands() -> None:
    assert set(cli.commands) == set(map(command_of, VERBS)) | NOT_OF_MEMORY

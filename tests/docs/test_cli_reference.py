"""docs/cli.md documents every command with every option, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from everwhen.surfaces.cli import cli

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = {
    match[1]: match[2]
    for match in re.finditer(
        r"^### `everwhen ((?:bench )?[\w-]+)[^`]*`\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
}
SHARED = {"--db", "--user", "--agent", "--run", "--as-of", "--known-at", "--tz", "--json"}


def commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": inner for sub, inner in command.commands.items()}
        else:
            found[name] = command
    return found


def options(command: click.Command) -> set[str]:
    """The long names of its own options."""
    names = {
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    }
    return names - SHARED


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(SECTIONS) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_section_names_every_option_and_no_other(name: str) -> None:
    mentioned = set(re.findall(r"--[a-z][a-z-]*", SECTIONS[name])) - SHARED
    own = options(commands()[name])
    assert own <= mentioned
    assert mentioned <= own | {"--no-wait", "--no-extract"}


def test_shared_options_are_documented_at_the_top() -> None:
    top = TEXT.split("## Exit codes")[0]
    assert set(re.findall(r"`(--[a-z-]+)[ `]", top)) == SHARED
    root = {max(p.opts, key=len) for p in cli.params if isinstance(p, click.Option)}
    assert root - {"--version", "--help"} == SHARED

"""The options that commands share, and how a command is registered with them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from functools import wraps
from typing import Final, Literal, TypeAlias, TypedDict

import click
from click.core import ParameterSource

from everwhen.errors import TimeError
from everwhen.memory import Memory
from everwhen.model.period import instant, zone
from everwhen.settings import load_settings

FAILED: Final = 1
USAGE: Final = 2
NOTHING_FOUND: Final = 3
INTERRUPTED: Final = 130

Section: TypeAlias = Literal["Write", "Read", "The whole file", "Try and measure"]
SECTIONS: Final[tuple[Section, ...]] = ("Write", "Read", "The whole file", "Try and measure")
Body: TypeAlias = Callable[..., "int | None"]

_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")


class Whose(TypedDict):
    """A scope as arguments for Memory."""

    user_id: str | None
    agent_id: str | None
    run_id: str | None


class Moment(TypedDict):
    """A moment as arguments for Memory."""

    as_of: datetime | None
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What commands are told alike: which file, whose memory, which moment, which output."""

    db: str | None = None
    tz: str | None = None
    json: bool = False
    user: str | None = None
    agent: str | None = None
    run: str | None = None
    as_of: str | None = None
    known_at: str | None = None

    def open(self) -> Memory:
        """The memory that `--db`, the environment or the settings name."""
        return Memory(self.db, tz=self.tz)

    @property
    def scope(self) -> Whose:
        """Whose memory."""
        return {"user_id": self.user, "agent_id": self.agent, "run_id": self.run}

    @property
    def zone(self) -> tzinfo | None:
        """The time zone from `--tz` or the settings."""
        name = load_settings(tz=self.tz).tz
        return None if name is None else zone(name)

    def time(self, text: str | None, option: str) -> datetime | None:
        """Read a time; a date alone is its midnight, in UTC where no zone is set."""
        if text is None:
            return None
        here = self.zone
        plain = text.strip()
        if here is None and _DATE.fullmatch(plain):
            here = UTC
        try:
            return instant(plain, name=option, tz=here)
        except TimeError as error:
            raise TimeError(str(error).replace("or set tz=", "or give --tz")) from None

    @property
    def moment(self) -> Moment:
        """`--as-of` and `--known-at`."""
        return {
            "as_of": self.time(self.as_of, "--as-of"),
            "known_at": self.time(self.known_at, "--known-at"),
        }


class Sections(click.Group):
    """A group whose help lists the commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        for section in SECTIONS:
            rows = [
                (name, command.get_short_help_str(64))
                for name, command in self.commands.items()
                if getattr(command, "section", None) == section
            ]
            with formatter.section(section):
                formatter.write_dl(rows)


def _shared() -> dict[str, Callable[[Body], Body]]:
    """One decorator for each field of Asked."""
    return {
        "db": click.option(
            "--db", metavar="FILE", help="Database file.  [env: EVERWHEN_URL]", default=None
        ),
        "tz": click.option(
            "--tz", metavar="ZONE", help="Zone of times without one.  [env: EVERWHEN_TZ]"
        ),
        "json": click.option("--json", is_flag=True, help="Print one JSON value."),
        "user": click.option("--user", metavar="ID", help="Whose memory.  [env: EVERWHEN_USER]"),
        "agent": click.option(
            "--agent", metavar="ID", help="Which agent's.  [env: EVERWHEN_AGENT]"
        ),
        "run": click.option(
            "--run", metavar="ID", help="Which run, such as a session.  [env: EVERWHEN_RUN]"
        ),
        "as_of": click.option(
            "--as-of", metavar="TIME", help="What was true then, such as 2026-03-01."
        ),
        "known_at": click.option(
            "--known-at", metavar="TIME", help="Only what had been learnt by then."
        ),
    }


_ENVIRONMENT = {"user": "EVERWHEN_USER", "agent": "EVERWHEN_AGENT", "run": "EVERWHEN_RUN"}
SCOPE: Final = ("user", "agent", "run")
MOMENT: Final = ("as_of", "known_at")
ON_FILE: Final = ("db",)
ON_SCOPE: Final = ("db", "tz", *SCOPE)
ON_MOMENT: Final = (*ON_SCOPE, *MOMENT)


def group(function: Body) -> Sections:
    """The root group, which takes every shared option before the verb too."""
    for decorate in reversed(_shared().values()):
        function = decorate(function)
    return click.group(
        cls=Sections,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )(function)


def verb(
    name: str,
    *,
    section: Section | None = None,
    takes: tuple[str, ...] = (),
    needs_scope: bool = True,
    examples: str,
) -> Callable[[Body], click.Command]:
    """Make a command of a function.

    It gets an `Asked` first, filled from its own options, those before the verb and the
    environment. `takes` says which of the shared options apply besides `--json`; with a scope
    among them one scope id must be given, if the command `needs_scope`. What it returns is the exit
    code (None is 0).
    """
    names = ("json", *takes)

    def make(function: Body) -> click.Command:
        @wraps(function)
        def body(**given: object) -> int | None:
            own = {name: given.pop(name) for name in names}
            asked = _asked(click.get_current_context(), own, names)
            if "user" in names and needs_scope:
                require_scope(asked)
            return function(asked, **given)

        decorated: Body = body
        shared = _shared()
        for option in reversed([option for option in shared if option in names]):
            decorated = shared[option](decorated)
        lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
        command = click.command(name, epilog=f"\b\nExamples:\n{lines}")(decorated)
        command.params.sort(key=lambda parameter: parameter.name in names)
        command.section = section  # type: ignore[attr-defined]
        return command

    return make


def _asked(ctx: click.Context, own: Mapping[str, object], names: tuple[str, ...]) -> Asked:
    root = ctx.find_root()
    before = root.params
    for name in (field.name for field in fields(Asked)):
        explicit = root.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if explicit and name not in names:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} means nothing to {ctx.info_name}; leave it out", ctx)
    values: dict[str, object] = {}
    for name in names:
        value = own[name]
        if value is None or value is False:
            value = before.get(name)
        if value is None and name in _ENVIRONMENT:
            value = _environment(_ENVIRONMENT[name])
        values[name] = value
    values["json"] = bool(values["json"])
    return Asked(**values)  # type: ignore[arg-type]


def require_scope(asked: Asked) -> None:
    """Raise UsageError where no scope id is given."""
    if not (asked.user or asked.agent or asked.run):
        raise click.UsageError(
            "whose memory? Give --user ID (or --agent or --run), or set EVERWHEN_USER",
            click.get_current_context(),
        )


def _environment(name: str) -> str | None:
    return os.environ.get(name, "").strip() or None

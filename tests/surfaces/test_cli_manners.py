"""Options, errors, exit codes and output of the command line."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command import Everwhen, home_of

from everwhen.model.wire import dumps
from everwhen.surfaces.cli import cli
from everwhen.surfaces.show import Column, safe, show, table

PROGRAM = [sys.executable, "-m", "everwhen.surfaces.cli"]


def commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", inner) for sub, inner in command.commands.items()]
        else:
            found.append((name, command))
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_has_help_with_examples_and_json(
    everwhen: Everwhen, name: str, command: click.Command
) -> None:
    shown = everwhen(*name.split(), "--help")
    assert shown.code == 0
    assert "--json" in shown.out
    example = shown.out.split("Examples:")[1]
    assert f"everwhen {name}" in example
    assert command.help


def test_without_a_command_the_help_is_shown(everwhen: Everwhen) -> None:
    shown = everwhen()
    assert shown.code == 0
    assert "Write:" in shown.out
    assert everwhen("--help").out == shown.out


def test_shared_options_may_stand_before_or_after_the_verb(dana: Everwhen) -> None:
    after = dana("search", "home", "--as-of", "2025-01-01", "--user", "dana", "--json")
    before = dana("--json", "--user", "dana", "--as-of", "2025-01-01", "search", "home")
    assert before == after
    assert before.json[0]["value"] == "Lisbon"


def test_an_option_after_the_verb_wins_and_then_one_before_it_and_then_the_environment(
    dana: Everwhen,
) -> None:
    assert dana("list").code == 0
    assert dana("--user", "tom", "list").code == 3
    assert dana("--user", "tom", "list", "--user", "dana").code == 0


def test_an_option_that_means_nothing_to_the_verb_is_an_error(dana: Everwhen) -> None:
    refused = dana("--as-of", "2025-01-01", "stats")
    assert refused.code == 2
    assert "--as-of means nothing to stats" in refused.err


def test_the_settings_file_names_the_database_and_the_zone(
    everwhen: Everwhen, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("config.toml").write_text('url = "named.db"\ntz = "Asia/Tokyo"\n')
    monkeypatch.setenv("EVERWHEN_CONFIG", "config.toml")
    done = everwhen("add", "Hi.", "--user", "dana", "--at", "2026-03-02", "--json")
    assert done.json["episodes"][0]["at"] == "2026-03-01T15:00:00Z"
    assert Path("named.db").exists()
    assert "2026-03-02" in everwhen("list", "--kind", "episode", "--user", "dana").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list"], 2, "--user"),
        (["nonsense"], 2, "nonsense"),
        (["search", "--user", "dana"], 2, "QUERY"),
        (["search", "x", "--user", "dana", "--where", "{"], 2, "--where is not JSON"),
        (["add", "x", "--user", "dana", "-m", "novalue"], 2, "KEY=VALUE"),
        (["add", "x", "y", "--user", "dana", "--id", "k"], 2, "--id names one message"),
        (["correct", "x", "--user", "dana"], 2, "--value"),
        (["forget", "--user", "dana"], 2, "ID, --query or --everything"),
        (["search", "x", "--user", "dana", "--as-of", "soon"], 1, "--as-of"),
        (["add", "x", "--user", "dana", "--at", "2026-03-01T10:00"], 1, "--tz"),
        (["add", "x", "--user", " "], 1, "user_id is empty"),
        (["search", " ", "--user", "dana"], 1, "query is empty"),
        (["list", "--user", "dana", "--cursor", "x"], 1, "cursor"),
        (["get", "x", "--user", "dana"], 3, "'x'"),
        (["history", "x", "--user", "dana"], 3, "'x'"),
        (["end", "x", "--user", "dana"], 3, "'x'"),
        (["stats", "--db", "postgresql://x/y"], 1, "postgresql"),
        (["load", "none.jsonl"], 1, "none.jsonl"),
        (["import", "none.md", "--user", "dana"], 1, "none.md"),
        (["bench", "stories", "none.jsonl"], 2, "none.jsonl"),
    ],
)
def test_an_error_is_one_line_with_its_exit_code(
    everwhen: Everwhen, arguments: list[str], code: int, message: str
) -> None:
    failed = everwhen(*arguments)
    assert (failed.code, failed.out) == (code, "")
    assert failed.err.startswith("everwhen: ")
    assert failed.err.count("\n") == 1
    assert message in failed.err
    as_json = everwhen(*arguments, "--json")
    assert as_json.code == code
    assert message in json.loads(as_json.err)["error"]["message"]


def test_stored_words_can_not_steer_the_terminal(dana: Everwhen) -> None:
    dana("add", "before \x1b[31mred\x07 \u202eafter", "--no-extract", "--role", "assistant")
    shown = dana("list", "--kind", "episode").out
    assert "before \\x1b[31mred\\x07 \\x202eafter" in shown
    assert safe("a\tb\nc") == "a\tb\nc"


def test_output_fits_any_encoding(home: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "EVERWHEN_USER": "dana"}
    subprocess.run([*PROGRAM, "add", "Olá 🎉 日本", "--db", "a.db"], env=env, check=True)
    listed = subprocess.run(
        [*PROGRAM, "list", "--kind", "episode", "--db", "a.db", "--json"],
        env=env,
        check=True,
        capture_output=True,
    )
    assert json.loads(listed.stdout)["items"][0]["content"] == "Olá 🎉 日本"


def test_a_reader_that_goes_away_is_no_error(dana: Everwhen, home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        left = subprocess.run([*PROGRAM, "list"], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert left.stderr == b""


def test_an_interrupt_ends_quietly_with_130(home: Path) -> None:
    waiting = subprocess.Popen(
        [*PROGRAM, "add", "-", "--user", "dana"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONVERBOSE": ""},
    )
    assert waiting.stdin is not None
    assert waiting.stderr is not None
    # It reads standard input only once everything is loaded; a full pipe shows that it does.
    waiting.stdin.write(b"x" * 1_000_000)
    waiting.stdin.flush()
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert b"Traceback" not in err
    assert b"interrupted" in err


def test_on_a_terminal_forget_asks_first(dana: Everwhen, home: Path) -> None:
    fact = home_of(dana)
    for answer, code in ((b"n\n", 1), (b"y\n", 0)):
        ours, theirs = pty.openpty()
        asking = subprocess.Popen(
            [*PROGRAM, "forget", fact["id"], "--json"],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        os.write(ours, answer)
        out, _ = asking.communicate(timeout=60)
        assert asking.returncode == code, os.read(ours, 10_000)
        assert bool(out) is (code == 0)
        os.close(theirs)
        os.close(ours)
    assert dana("get", fact["id"]).code == 3


def test_help_loads_neither_numpy_nor_rich(home: Path) -> None:
    code = (
        "import sys; from everwhen.surfaces.cli import run; run(['--help']); "
        "sys.stderr.write(str([m for m in ('numpy', 'rich') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_was_closed_is_no_crash(dana: Everwhen, home: Path, closed: int) -> None:
    code = (
        f"import os, sys; os.close({closed}); "
        f"os.execv(sys.executable, [sys.executable, *{PROGRAM[1:]!r}, 'get', 'nothing'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


def test_add_from_a_closed_standard_input_has_nothing_to_keep(home: Path) -> None:
    code = (
        "import os, sys; os.close(0); "
        f"os.execv(sys.executable, [sys.executable, *{PROGRAM[1:]!r}, "
        "'add', '-', '--user', 'dana'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"empty content" in done.stderr


def test_an_argument_in_another_encoding_than_the_locales_is_read_as_utf8(
    everwhen: Everwhen,
) -> None:
    as_seen = "São".encode().decode("ascii", "surrogateescape")
    kept = everwhen("add", as_seen, "--user", "dana", "--json").json["episodes"][0]["content"]
    assert kept == "São"
    refused = everwhen("add", "\udcff", "--user", "dana")
    assert (refused.code, refused.out) == (2, "")
    assert "not UTF-8" in refused.err


def test_a_narrow_terminal_shows_every_cell_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = table(
        [Column(name="text", whole=False), "from", "id"],
        [("Dana lives in [red]Lisbon[/red]", "2024-01-01", "f_98f8b06725f151d4ce36")],
    )
    for columns in (24, 40, 60, 100):
        ours, theirs = pty.openpty()
        with os.fdopen(theirs, "w") as terminal:
            monkeypatch.setenv("COLUMNS", str(columns))
            show([piece], file=terminal)
            terminal.flush()
            shown = "".join(os.read(ours, 10_000).decode().split())
        os.close(ours)
        for cell in ("[red]Lisbon[/red]", "2024-01-01", "f_98f8b06725f151d4ce36"):
            assert cell in re.sub(r"\x1b\[[0-9;]*m", "", shown), (columns, shown)


def test_json_is_the_wires_shape(dana: Everwhen) -> None:
    fact = home_of(dana)
    assert dana("get", fact["id"], "--json").out == dumps(fact, indent=2) + "\n"

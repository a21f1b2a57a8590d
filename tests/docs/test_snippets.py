"""Code in README.md and docs/ runs, and prints what it says that it prints.

A ```python block may be followed by a ```text block: its output. In a ```console block, lines
after "$ " are commands, the others their output. "..." in an output stands for anything.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from everwhen.surfaces.cli import run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


# What differs from run to run: random ids, and bars and axes that reach to the present day.
VARYING = [
    (re.compile(r"\b(f_)?[0-9a-f]{20,32}\b"), "ID"),
    (re.compile(r"[━·]{2,}"), "━"),
    (re.compile(r"to \d{4}-\d\d-\d\d; ◂"), "to TODAY; ◂"),
]


def settled(text: str) -> str:
    for pattern, stands in VARYING:
        text = pattern.sub(stands, text)
    return text


def matches(wanted: str, got: str) -> None:
    checker = doctest.OutputChecker()
    if not checker.check_output(settled(wanted), settled(got), FLAGS):
        pytest.fail(f"documented:\n{wanted}\nprinted:\n{got}")


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("EVERWHEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_snippets_run_and_print_what_they_say(
    page: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: dict[str, object] = {"__name__": "snippet"}
    found = blocks(page)
    for place_in_page, (language, text) in enumerate(found):
        if language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(text, f"{page.name} block {place_in_page}", "exec"), names)
            following = found[place_in_page + 1 : place_in_page + 2]
            if following and following[0][0] == "text":
                matches(following[0][1], printed.getvalue())
        elif language == "console":
            run_console(text, monkeypatch)


def run_console(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    for step in steps:
        command, _, wanted = step.partition("\n")
        words = shlex.split(command)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            monkeypatch.setenv(name, value)
            continue
        assert words[0] == "everwhen", command
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run(words[1:])
        assert code in (0, 3), printed.getvalue()
        matches(wanted, printed.getvalue())


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*PAGES, ROOT / "CONTRIBUTING.md"]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken

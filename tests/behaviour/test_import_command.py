"""Importing transcripts into a memory from the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from everwhen.surfaces.cli import run

CHAT = """## 2024-03-01
**User:** I live in Porto.
**Assistant:** Nice!
## 2024-06-01
**User:** I moved to Lisbon.
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("EVERWHEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("EVERWHEN_URL", "chat.db")
    monkeypatch.setenv("EVERWHEN_USER", "dana")
    monkeypatch.chdir(tmp_path)


def everwhen(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([*arguments, "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out or printed.err)


def test_a_chat_becomes_messages_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    Path("chat.md").write_text(CHAT)
    code, (done,) = everwhen(capsys, "import", "chat.md")
    assert (code, done["format"], done["messages"], done["new"]) == (0, "text", 3, 3)
    _, facts = everwhen(capsys, "timeline", "--attribute", "home")
    assert [(f["value"], f["valid_from"]) for f in facts] == [
        ("Porto", "2024-03-01T00:00:00Z"),
        ("Lisbon", "2024-06-01T00:00:00Z"),
    ]


def test_the_same_file_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("chat.md").write_text(CHAT)
    everwhen(capsys, "import", "chat.md")
    _, before = everwhen(capsys, "stats")
    assert run(["import", "chat.md"]) == 0
    assert capsys.readouterr().out.endswith("0 new\n")
    assert everwhen(capsys, "stats")[1] == before


def test_a_longer_version_of_a_file_adds_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    Path("chat.md").write_text(CHAT)
    everwhen(capsys, "import", "chat.md")
    Path("longer.md").write_text(CHAT + "**Assistant:** Welcome back.\n")
    _, (done,) = everwhen(capsys, "import", "longer.md")
    assert (done["messages"], done["new"]) == (4, 1)


def test_a_bad_line_in_any_file_imports_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("chat.md").write_text(CHAT)
    Path("bad.jsonl").write_text('{"role": "user", "content": "Hi."}\n{"role"\n')
    code, failed = everwhen(capsys, "import", "chat.md", "bad.jsonl")
    assert code == 1
    assert "bad.jsonl, line 2: not JSON" in failed["error"]["message"]
    assert not Path("chat.db").exists()
    code, (chat, bad) = everwhen(capsys, "import", "chat.md", "bad.jsonl", "--skip-bad")
    assert (code, chat["new"], bad["new"], len(bad["skipped"])) == (0, 3, 1, 1)


def test_many_messages_of_one_instant_keep_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    words = [f"Line {number}." for number in range(1, 1001)]
    words[2], words[900] = "My budget is 10 dollars.", "My budget is 20 dollars."
    lines = "\n".join(f"**User:** {text}" for text in words)
    Path("long.md").write_text(f"## 2024-03-01\n{lines}\n")
    _, (done,) = everwhen(capsys, "import", "long.md")
    assert done["new"] == 1000
    _, said = everwhen(capsys, "list", "--kind", "episode", "--limit", "2000")
    assert [item["content"] for item in said["items"]] == words
    _, facts = everwhen(capsys, "list", "--attribute", "budget")
    assert [fact["value"] for fact in facts["items"]] == ["20 dollars"]

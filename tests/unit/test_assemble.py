"""Lines of a context."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.language.questions import read_question
from everwhen.model.period import Precision
from everwhen.model.records import SELF_MARK, Episode, Fact, Role, Scope
from everwhen.read import lines
from everwhen.read.naming import worded

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 1, tzinfo=UTC)
SCOPE = Scope(user_id="u")


def fact(start: datetime | None, end: datetime | None, precision: Precision | None) -> Fact:
    return Fact(
        id="f",
        row=1,
        scope=SCOPE,
        subject="user",
        attribute="home",
        value="Porto",
        text="Dana lives in Porto",
        valid_from=start,
        valid_to=end,
        precision=precision,
        system_from=AT,
        system_to=None,
        sources=(),
    )


def episode(content: str, role: Role = Role.USER, name: str | None = None) -> Episode:
    return Episode(
        id="e", row=1, scope=SCOPE, role=role, content=content, name=name, at=AT, recorded_at=AT
    )


@pytest.mark.parametrize(
    ("start", "end", "precision", "expected"),
    [
        (AT, None, Precision.DAY, " (since 10 March 2026)"),
        (AT, None, Precision.MONTH, " (since March 2026)"),
        (AT, None, Precision.YEAR, " (since 2026)"),
        (AT, None, Precision.QUARTER, " (since the first quarter of 2026)"),
        (AT, None, None, " (as of 10 March 2026)"),
        (AT, LATER, Precision.DAY, " (from 10 March 2026 to 1 May 2026)"),
        (None, LATER, None, " (until 1 May 2026)"),
        (None, None, None, ""),
    ],
)
def test_facts_say_when_they_hold(
    start: datetime | None, end: datetime | None, precision: Precision | None, expected: str
) -> None:
    assert lines.fact_line(fact(start, end, precision)) == f"- Dana lives in Porto{expected}"


@pytest.mark.parametrize(
    ("role", "name", "user", "who"),
    [
        (Role.USER, "Ana", "Dana", "Ana"),
        (Role.USER, None, "Dana", "Dana"),
        (Role.USER, None, None, "User"),
        (Role.ASSISTANT, None, "Dana", "Assistant"),
        (Role.TOOL, None, "Dana", "Tool"),
    ],
)
def test_quotes_say_who_and_when(role: Role, name: str | None, user: str | None, who: str) -> None:
    line = lines.quote(episode("hello", role, name), read_question("hello?"), user)
    assert line == f"- 10 March 2026, {who}: “hello”"


@given(st.text(max_size=2_000), st.text(max_size=50))
def test_stored_words_stay_inside_their_line_and_their_quotes(content: str, name: str) -> None:
    line = lines.quote(episode(content, name=name), read_question("what?"), None)
    assert len(line.splitlines()) == 1
    assert line.count("“") == line.count("”") == 1
    assert line.endswith("”")
    assert len(line) <= lines.MAX_QUOTE + 130


def test_a_long_message_is_shortened_around_the_match() -> None:
    filler = "It rained and nothing else happened at all that day. " * 30
    text = f"{filler}Then the parcel came with the red bicycle. {filler}"
    cut = lines.shortened(text, read_question("Where is the bicycle?"), 200)
    assert "red bicycle" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut) <= 200 + 4
    assert lines.shortened("short", read_question("x"), 200) == "short"
    assert len(lines.shortened("x" * 1_000_000, read_question("x"), 200)) <= 204


def test_quoting_a_huge_message_takes_no_longer_than_a_long_one() -> None:
    huge = episode(" " * 1_000_000 + "It rained all day. " * 2_000_000)
    began = time.process_time()
    line = lines.quote(huge, read_question("Did it rain?"), None)
    assert time.process_time() - began < 1
    assert "“It rained all day." in line and line.endswith(" …”")


def test_the_users_name_is_put_where_it_was_kept_free() -> None:
    text = f"{SELF_MARK} lives in Lisbon with {SELF_MARK}'s sister"
    assert worded(text, "dana") == "Dana lives in Lisbon with dana's sister"
    assert worded(text, None) == "User lives in Lisbon with User's sister"
    assert worded("ana is away", "Dana") == "ana is away"

"""Memory as a caller sees it: scopes, times, wording, and what each call refuses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from everwhen import AsyncMemory, Fact, InputError, Memory, NotFoundError
from everwhen.errors import ContentError, ScopeError, SettingsError, TimeError

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Iterator[Memory]:
    with Memory(":memory:", clock=clock) as opened:
        yield opened


def _texts(memory: Memory, **scope: str) -> list[str]:
    return [fact.text for fact in memory.list(**scope).items]  # type: ignore[call-overload]


def test_the_story_of_the_readme(memory: Memory) -> None:
    memory.add("Hi! My name is Dana and I live in Lisbon.", user_id="dana")
    memory.add("I prefer window seats and I am vegetarian.", user_id="dana")
    hits = memory.search("Which seat do I prefer?", user_id="dana")
    assert [hit.text for hit in hits] == ["Dana prefers window seats"]


def test_what_a_frozen_clock_is_told_in_two_calls_keeps_its_order(memory: Memory) -> None:
    memory.add("I live in Lisbon.", user_id="a")
    memory.add("I live in Porto.", user_id="a")
    assert _texts(memory, user_id="a") == ["User lives in Porto"]


def test_a_batch_is_as_if_said_one_after_the_other(memory: Memory) -> None:
    memory.add(["I live in Lisbon.", "I live in Porto."], user_id="a", at=START)
    assert _texts(memory, user_id="a") == ["User lives in Porto"]


def test_a_fact_just_written_is_worded_with_the_name(memory: Memory) -> None:
    memory.add("My name is Dana.", user_id="a")
    fact = memory.list(user_id="a").items[0]
    assert memory.correct(fact.id, user_id="a", value="Dora").text == "Dora's name is Dora"
    held = memory.remember("plays the cello", user_id="a", attribute="hobby", value="cello")
    assert "\ue000" not in held.text
    assert "\ue000" not in memory.end(held.id, user_id="a").text


def test_an_end_that_another_source_forbids_is_refused(memory: Memory) -> None:
    for year in (2023, 2020):
        fact = memory.remember(
            "lives in Lisbon", user_id="a", attribute="home", value="Lisbon",
            valid_from=f"{year}-01-01T00:00:00Z",
        )  # fmt: skip
    with pytest.raises(InputError, match="can not end"):
        memory.end(fact.id, user_id="a", at="2022-01-01T00:00:00Z")
    assert memory.list(user_id="a").items[0].valid_from == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_value_that_changed_is_found_at_its_own_time(memory: Memory, clock: Clock) -> None:
    memory.remember("lives in Lisbon", user_id="a", attribute="home", value="Lisbon")
    clock.now += timedelta(days=30)
    memory.remember("lives in Porto", user_id="a", attribute="home", value="Porto")
    then = memory.list(user_id="a", as_of=START + timedelta(days=1)).items
    assert [fact.value for fact in then] == ["Lisbon"]
    assert [fact.value for fact in memory.list(user_id="a").items] == ["Porto"]
    periods = memory.timeline(user_id="a", attribute="home")
    assert [(f.value, f.valid_to is None) for f in periods] == [("Lisbon", False), ("Porto", True)]


def test_what_was_believed_stays_answerable_after_a_correction(
    memory: Memory, clock: Clock
) -> None:
    fact = memory.remember("budget 2000", user_id="a", attribute="budget", value="2000")
    clock.now += timedelta(days=1)
    memory.correct(fact.id, user_id="a", value="2500")
    assert [f.value for f in memory.list(user_id="a", as_of=START).items] == ["2500"]
    believed = memory.list(user_id="a", as_of=START, known_at=START + timedelta(hours=1)).items
    assert [f.value for f in believed] == ["2000"]


def test_nothing_of_another_scope_is_ever_seen(memory: Memory) -> None:
    mine = memory.remember("likes tea", user_id="a", attribute="likes", value="tea")
    said = memory.add("The code word is heron.", user_id="a", agent_id="x").episodes[0]
    for scope in ({"user_id": "b"}, {"agent_id": "x"}, {"run_id": "a"}):
        assert memory.search("tea heron code word", **scope) == []  # type: ignore[arg-type]
        assert not memory.list(**scope).items  # type: ignore[call-overload]
        assert not memory.list(kind="episode", **scope).items  # type: ignore[call-overload]
        for id in (mine.id, said.id):
            with pytest.raises(NotFoundError) as other:
                memory.get(id, **scope)  # type: ignore[arg-type]
            with pytest.raises(NotFoundError) as missing:
                memory.get("f_0", **scope)  # type: ignore[arg-type]
            assert str(other.value).replace(id, "…") == str(missing.value).replace("f_0", "…")
        for verb in (memory.end, memory.retract, memory.history):
            with pytest.raises(NotFoundError):
                verb(mine.id, **scope)  # type: ignore[arg-type]
        with pytest.raises(NotFoundError):
            memory.forget(id=mine.id, **scope)  # type: ignore[arg-type]
    assert memory.context("tea", user_id="b").full_history_tokens == 0


def test_a_user_sees_what_was_told_to_any_agent_and_an_agent_only_its_own(memory: Memory) -> None:
    memory.remember("likes tea", user_id="a", agent_id="x", attribute="likes", value="tea")
    assert len(memory.list(user_id="a").items) == 1
    assert len(memory.list(user_id="a", agent_id="x").items) == 1
    assert not memory.list(user_id="a", agent_id="y").items
    assert not memory.list(agent_id="x").items


def test_a_run_narrows_reads(memory: Memory) -> None:
    memory.add("I like tea.", user_id="a", run_id="monday")
    memory.add("I like coffee.", user_id="a", run_id="tuesday")
    assert len(memory.list(user_id="a").items) == 2
    assert len(memory.list(user_id="a", run_id="monday").items) == 1
    assert len(memory.list(user_id="a", run_id="tuesday", kind="episode").items) == 1


def test_runs_without_a_user_do_not_mix(memory: Memory) -> None:
    memory.add("My name is Dana.", run_id="one")
    memory.add("My name is Bob.", run_id="two")
    assert _texts(memory, run_id="one") == ["Dana's name is Dana"]


def test_the_same_message_id_is_stored_once(memory: Memory) -> None:
    message = {"role": "user", "content": "I like tea.", "id": "m1"}
    first = memory.add(message, user_id="a")
    again = memory.add(message, user_id="a")
    assert again.episodes[0].id == first.episodes[0].id
    assert not again.decisions
    assert len(memory.list(user_id="a", kind="episode").items) == 1


def test_wait_false_leaves_the_work_for_later(memory: Memory) -> None:
    added = memory.add("I like tea.", user_id="a", wait=False)
    assert not added.decisions and not added.episodes[0].extracted
    assert memory.stats().pending == 1
    assert memory.work()
    assert memory.stats().pending == 0
    assert len(memory.list(user_id="a").items) == 1


def test_pages_hold_everything_once(memory: Memory) -> None:
    for number in range(7):
        memory.remember(f"likes {number}", user_id="a", attribute="likes", value=str(number))
    seen: list[str] = []
    cursor = None
    while True:
        page = memory.list(user_id="a", limit=3, cursor=cursor)
        seen += [fact.value for fact in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == [str(number) for number in range(7)]


def test_an_archive_carries_everything_to_another_memory(
    memory: Memory, tmp_path: Path, clock: Clock
) -> None:
    memory.add("My name is Dana and I live in Lisbon. \udc80\x00", user_id="a", run_id="r")
    clock.now += timedelta(days=2)
    fact = memory.list(user_id="a", attribute="home").items[0]
    memory.correct(fact.id, user_id="a", value="Porto")
    path = tmp_path / "all.jsonl"
    memory.export(path)
    with Memory(":memory:", clock=clock) as other:
        assert other.load(path) > 0
        assert other.load(path) == 0
        for known in (START + timedelta(hours=1), None):
            mine = memory.list(user_id="a", known_at=known).items
            theirs = other.list(user_id="a", known_at=known).items
            assert _plain(mine) == _plain(theirs)
        assert [e.content for e in other.list(user_id="a", kind="episode").items] == [
            e.content for e in memory.list(user_id="a", kind="episode").items
        ]
        assert other.search("Where do I live?", user_id="a")


def _plain(facts: tuple[Fact, ...]) -> list[tuple[object, ...]]:
    return sorted(
        ((f.id, f.text, f.valid_from, f.valid_to, f.system_from, f.sources) for f in facts),
        key=lambda row: str(row[0]),
    )


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ("", ContentError),
        ([], ContentError),
        (7, ContentError),
        (b"bytes", ContentError),
        ([7], ContentError),
        ({"role": "user"}, ContentError),
        ({"role": "wizard", "content": "x"}, ContentError),
        ({"role": "user", "content": ["x"]}, ContentError),
        ({"role": "user", "content": "x", "colour": "red"}, ContentError),
        ({"role": "user", "content": "x", "metadata": {"f": math.nan}}, ContentError),
        ({"role": "user", "content": "x", "metadata": {1: 2}}, ContentError),
        ({"role": "user", "content": "x", "metadata": "y"}, ContentError),
        ({"role": "user", "content": "x", "at": "2026-03-01T10:00:00"}, TimeError),
        ({"role": "user", "content": "x", "at": "yesterday"}, TimeError),
        ({"role": "user", "content": "x", "at": 5}, TimeError),
        ({"role": "user", "content": "x", "name": ""}, ContentError),
    ],
)
def test_a_bad_message_is_refused_and_nothing_is_stored(
    memory: Memory, messages: object, error: type[Exception]
) -> None:
    good: list[object] = ["good one"]
    given = [*good, *messages] if isinstance(messages, list) and messages else messages
    with pytest.raises(error):
        memory.add(given, user_id="a")  # type: ignore[arg-type]
    assert memory.stats().episodes == 0


@pytest.mark.parametrize(
    "scope",
    [{}, {"user_id": ""}, {"user_id": "  "}, {"user_id": 7}, {"user_id": "a\x00b"}, {"run_id": []}],
)
def test_a_scope_is_always_needed(memory: Memory, scope: dict[str, object]) -> None:
    with pytest.raises(ScopeError):
        memory.add("hello", **scope)  # type: ignore[arg-type]
    with pytest.raises(ScopeError):
        memory.search("hello", **scope)  # type: ignore[arg-type]
    with pytest.raises(ScopeError):
        memory.forget(everything=True, **scope)  # type: ignore[arg-type]


def test_other_bad_arguments_say_what_to_do(memory: Memory) -> None:
    with pytest.raises(TimeError, match="no time zone"):
        memory.search("x", user_id="a", as_of=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InputError, match="top_k"):
        memory.search("x", user_id="a", top_k=0)
    with pytest.raises(InputError, match="kinds"):
        memory.search("x", user_id="a", kinds=("block",))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="query"):
        memory.search(" ", user_id="a")
    with pytest.raises(InputError, match="budget_tokens"):
        memory.context("x", user_id="a", budget_tokens=-1)
    with pytest.raises(InputError, match="cursor"):
        memory.list(user_id="a", cursor="not a cursor")
    with pytest.raises(InputError, match="exactly one"):
        memory.forget(user_id="a")
    with pytest.raises(SettingsError, match="embedder"):
        Memory(":memory:", embedder="word2vec")
    with pytest.raises(SettingsError, match="extractor"):
        Memory(":memory:", extractor="magic")


def test_naive_times_are_read_in_the_zone_that_is_named() -> None:
    with Memory(":memory:", tz="Europe/Lisbon") as memory:
        said = memory.add("hello there", user_id="a", at="2026-07-01T10:00:00").episodes[0]
    assert said.at == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02",
        "\udcff lone",
        "👩‍👩‍👧 family",
        " ",
        "‮right to left",
        "a" * 300_000,
        "\r\n\u2028x",
    ],
)
def test_any_text_is_kept_word_for_word(memory: Memory, text: str) -> None:
    id = memory.add(text, user_id="a").episodes[0].id
    kept = memory.get(id, user_id="a")
    assert kept.text == text
    memory.search("anything at all", user_id="a", min_score=0)
    memory.context("anything at all", user_id="a")


async def _async_story(memory: AsyncMemory) -> list[str]:
    async with memory:
        await memory.add("I live in Lisbon.", user_id="a")
        return [hit.text for hit in await memory.search("Where do I live?", user_id="a")]


def test_the_same_verbs_for_asyncio() -> None:
    import asyncio

    assert asyncio.run(_async_story(AsyncMemory(":memory:"))) == ["User lives in Lisbon"]


@pytest.mark.parametrize(
    "said",
    [["I live in Lisbon.", "I live in Porto."], ["I live in Lisbon. Actually, I live in Porto."]],
    ids=["one batch", "one message"],
)
def test_what_is_told_at_one_instant_follows_the_order_of_its_batch(
    memory: Memory, said: list[str]
) -> None:
    memory.add(said, user_id="a", at="2024-01-01T00:00:00Z")
    assert [fact.value for fact in memory.timeline(user_id="a")] == ["Porto"]
    assert not memory.list(user_id="a", kind="review").items


def test_a_past_read_names_the_sources_known_then(memory: Memory, clock: Clock) -> None:
    (first,) = memory.add("I live in Lisbon.", user_id="a").episodes
    then = clock.now
    clock.now += timedelta(days=1)
    (second,) = memory.add("My home is Lisbon.", user_id="a").episodes
    for known_at, expected in ((then, [first.id]), (None, [first.id, second.id])):
        (home,) = memory.list(user_id="a", known_at=known_at).items
        (period,) = memory.timeline(user_id="a", known_at=known_at)
        (hit,) = memory.search("Where do I live?", user_id="a", kinds=["fact"], known_at=known_at)
        found = [home, period, hit, memory.get(home.id, user_id="a", known_at=known_at)]
        assert isinstance(found[3], Fact)
        for one in found:
            assert [source.episode_id for source in one.sources] == expected


def test_each_message_is_new_to_one_call_only(tmp_path: Path, clock: Clock) -> None:
    given = [{"content": f"Hello {n}.", "id": f"m{n}"} for n in range(300)]
    with Memory(tmp_path / "memory.db", clock=clock) as memory, ThreadPoolExecutor(4) as threads:
        calls = threads.map(
            lambda start: memory.add([*given[start:], *given[:2]], user_id="a", extract=False),
            (0, 100, 200, 0),
        )
        assert sum(added.new for added in calls) == len(given)

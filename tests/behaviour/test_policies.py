"""Policies: what of what is said becomes facts, scope by scope; and the categories of facts."""

from __future__ import annotations

import json
import logging
import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from everwhen import InputError, Memory, Policy
from everwhen.asking import Reply, Schema
from everwhen.compat.mem0 import Memory as Mem0
from everwhen.errors import PolicyError, SettingsError
from everwhen.language.categories import categories_of, category_of
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.wire import to_wire
from everwhen.write.by_model.extractor import ModelExtractor

SAID = "I live in Lisbon. I am allergic to peanuts. I work at Helios. I like jazz."


class Eager:
    """A model that takes two facts of the first message whatever it is told."""

    name = "test:eager"

    def __init__(self) -> None:
        self.told: list[str] = []

    def ask(self, instructions: str, question: str, schema: Schema) -> Reply:
        self.told.append(question)
        claims = [
            {"n": 1, "quote": quote, "subject": "user", "attribute": attribute, "value": value}
            for quote, attribute, value in (
                ("I live in Lisbon", "home", "Lisbon"),
                ("allergic to peanuts", "allergies", "peanuts"),
                ("allergic to peanuts", "allergy", "peanuts"),
            )
        ]
        rest = {"kind": "holds", "replaces": "", "when": "", "from": "", "to": ""}
        return Reply(text=json.dumps({"claims": [{**claim, **rest} for claim in claims]}))

    def close(self) -> None:
        pass


def attributes(memory: Memory, **scope: str) -> set[str]:
    return {fact.attribute for fact in memory.list(**scope).items}


def test_the_table_of_categories_names_attributes() -> None:
    vocabulary = load_vocabulary()
    lines = files("everwhen.language").joinpath("data", "categories.toml").read_text("utf-8")
    names = [
        name
        for line in tomllib.loads(lines).values()
        for name in re.findall(r"'([^']+)'|(\S+)", line)
    ]
    plain = [quoted or bare for quoted, bare in names]
    assert not [name for name in plain if vocabulary.canonical(name) != name]
    assert len(plain) == len(set(plain))
    expected = {
        "allergy": "health",
        "favorite color": "preferences",
        "laptop budget": "finance",
        "budget for the trip": "finance",
        "flux": "other",
        "email": "contact",
    }
    assert {name: category_of(name) for name in expected} == expected
    assert categories_of("health insurance") == {"finance", "health"}


def test_what_is_never_kept_is_rejected_and_the_message_stays() -> None:
    with Memory(":memory:") as memory:
        policy = memory.set_policy(user_id="dana", never=["health", "company"])
        assert policy == Policy(never=("health", "employer"))
        added = memory.add(SAID, user_id="dana")
        assert attributes(memory, user_id="dana") == {"home", "likes"}
        reasons = sorted(d.reason for d in added.decisions if d.action == "reject")
        assert reasons == ["the policy never keeps employer", "the policy never keeps health"]
        assert added.episodes[0].content == SAID
        history = memory.history(added.episodes[0].id, user_id="dana")
        assert sorted(d.reason for d in history) == reasons
        memory.add(SAID, user_id="erik")
        assert "allergy" in attributes(memory, user_id="erik")
        memory.reindex()
        assert attributes(memory, user_id="dana") == {"home", "likes"}


def test_what_is_never_kept_is_refused_by_hand_too(tmp_path: Path) -> None:
    dana = {"user_id": "dana"}
    with Memory(tmp_path / "memory.db") as memory:
        held = memory.remember("Allergic to nuts", attribute="allergy", value="nuts", **dana)
        memory.set_policy(never="health", keep="home", **dana)
        before = memory.stats()
        with pytest.raises(PolicyError, match=r"'allergy' .* never keeps health; nothing"):
            memory.remember("Allergic to wasps", attribute="allergies", value="wasps", **dana)
        with pytest.raises(PolicyError, match="never keeps health"):
            memory.remember("I am allergic to wasps.", **dana)
        with pytest.raises(PolicyError, match="never keeps health"):
            memory.remember([{"text": "Tea"}, {"text": "I am allergic to wasps."}], **dana)
        with pytest.raises(PolicyError, match="never keeps health"):
            memory.correct(held.id, value="wasps", **dana)
        assert replace(memory.stats(), size_bytes=before.size_bytes) == before
        memory.remember("I like tea.", attribute="likes", value="tea", **dana)
        memory.end(held.id, **dana)
        assert attributes(memory, **dana) == {"likes"}
        memory.remember("I am allergic to wasps.", user_id="erik")
    mem0 = Mem0(path=str(tmp_path / "memory.db"))
    with mem0, pytest.raises(ValueError, match="never keeps health"):
        mem0.add("I am allergic to wasps.", user_id="dana", infer=False)


def test_policies_of_agent_user_both_and_memory_add_up(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with Memory(path) as memory:
        memory.set_policy(agent_id="tutor", never="health", instructions="Be brief.")
        memory.set_policy(user_id="dana", never="work", keep=["health", "work", "home"])
        both = memory.set_policy(user_id="dana", agent_id="tutor", keep=["home", "likes"])
        assert both == Policy(
            keep=("home", "likes"), never=("health", "work"), instructions="Be brief."
        )
    with Memory(path, policy=Policy(never=("likes",))) as memory:
        memory.add(SAID, user_id="dana", agent_id="tutor", run_id="r")
        assert attributes(memory, user_id="dana", agent_id="tutor") == {"home"}
        memory.set_policy(user_id="dana", agent_id="tutor")
        cleared = memory.policy(user_id="dana", agent_id="tutor")
        assert cleared.keep == ("health", "work", "home")
        memory.set_policy(user_id="dana")
        memory.forget(agent_id="tutor", everything=True)
        assert memory.policy(user_id="dana", agent_id="tutor") == Policy(never=("likes",))
    assert b"Be brief" not in path.read_bytes()


def test_a_model_is_told_and_its_claims_are_held_against_it() -> None:
    model = Eager()
    with Memory(":memory:", extractor=ModelExtractor(model, load_vocabulary())) as memory:
        memory.set_policy(user_id="dana", never="health", instructions="Only what lasts.")
        memory.add(SAID, user_id="dana")
        assert attributes(memory, user_id="dana") == {"home"}
        wishes = json.loads(model.told[0].splitlines()[0])
        assert wishes == {"wishes": "Never take facts of these kinds: health. Only what lasts."}
        memory.add(SAID, user_id="erik")
        assert "wishes" not in model.told[1]
        assert "allergy" in attributes(memory, user_id="erik")


def test_rules_say_that_they_can_not_follow_instructions(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Memory(":memory:") as memory:
        memory.set_policy(user_id="dana", instructions="Nothing about exes.")
        memory.set_policy(user_id="dana", never="ex")
    (told,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "can not follow" in told.getMessage()


def test_a_policy_comes_along_in_an_archive(tmp_path: Path) -> None:
    with Memory(":memory:") as before, Memory(":memory:") as after:
        before.set_policy(user_id="dana", never="health")
        before.export(tmp_path / "a.jsonl")
        assert (after.load(tmp_path / "a.jsonl"), after.load(tmp_path / "a.jsonl")) == (1, 0)
        assert after.policy(user_id="dana") == Policy(never=("health",))


@pytest.mark.parametrize(
    "wrong", [{"keep": ["helth"]}, {"never": 3}, {"instructions": "x" * 9_000}, {"keep": [None]}]
)
def test_what_is_no_policy_is_said(wrong: dict[str, object]) -> None:
    with Memory(":memory:") as memory:
        with pytest.raises(InputError):
            memory.set_policy(user_id="dana", **wrong)  # type: ignore[arg-type]
        assert memory.policy(user_id="dana") == Policy()
    with pytest.raises(SettingsError):
        Memory(":memory:", policy="health")  # type: ignore[arg-type]


def test_facts_are_found_by_category() -> None:
    with Memory(":memory:") as memory:
        memory.add(SAID, user_id="dana", metadata={"n": 1})
        found = memory.list(user_id="dana", category="health", where={"n": 1}).items
        assert [fact.attribute for fact in found] == ["allergy"]
        assert to_wire(found[0])["category"] == "health"  # type: ignore[index, call-overload]
        assert not memory.list(user_id="dana", category="health", where={"n": 2}).items
        hits = memory.search("Tell me about myself", user_id="dana", category="work", min_score=0)
        assert [(hit.attribute, hit.category) for hit in hits] == [("employer", "work")]
        with pytest.raises(InputError, match="use one of"):
            memory.list(user_id="dana", category="helth")


def test_mem0s_instructions_go_to_a_model() -> None:
    model = Eager()
    config = {"custom_instructions": "Only what lasts."}
    with Mem0(config, path=":memory:", extractor=ModelExtractor(model, load_vocabulary())) as mem0:
        assert "custom_instructions" not in dict(mem0.ignored)
        mem0.add(SAID, user_id="dana")
        assert "Only what lasts." in model.told[0].splitlines()[0]
    with Mem0(config, path=":memory:") as mem0:
        assert "custom_instructions" in dict(mem0.ignored)

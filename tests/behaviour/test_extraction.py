"""Extraction without a model over several messages: change, correction, confirmation, others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everwhen.model.records import SELF_MARK, Episode, Polarity, Proposal, Role, Scope
from everwhen.ports import Surroundings
from everwhen.write.rules.extractor import RuleExtractor

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
EXTRACTOR = RuleExtractor()
USER, ASSISTANT = Role.USER, Role.ASSISTANT
WORDS = [
    *("I", "my", "live", "in", "work", "at", "Rome", "is", "not", "and", "but", "sister", "'s"),
    *("dog", "named", "favorite", "color", "no", ",", ".", "?", "was", "2019", "moved", "to"),
    *("from", "budget", "200 euros", "since", "Ana", "she", "it", "yes", "\ue001", "\ue0010"),
    *("🎉", "\ud800", '"', "'", "(", ":", ">", "always", "always been", "mistyped"),
]


def episode(
    text: str, *, at: datetime = START, role: Role = USER, name: str | None = None
) -> Episode:
    return Episode(
        id=f"e{at.timestamp()}", row=1, scope=Scope(user_id="u"), role=role, content=text, at=at,
        recorded_at=at, name=name,
    )  # fmt: skip


def talk(*turns: tuple[Role, str]) -> list[Proposal]:
    """What the last of several turns, a minute apart, makes the user claim."""
    said = [
        episode(text, at=START + timedelta(minutes=number), role=role)
        for number, (role, text) in enumerate(turns)
    ]
    slots: list[tuple[str, str, str]] = []
    proposals: list[Proposal] = []
    for number, turn in enumerate(said):
        around = Surroundings(before=tuple(said[max(0, number - 3) : number]), slots=tuple(slots))
        proposals = EXTRACTOR.extract(turn, around)
        slots += [
            (p.subject, p.attribute, p.value)
            for p in proposals
            if p.polarity is not Polarity.END and not p.past
        ]
    return proposals


def texts(proposals: Sequence[Proposal]) -> list[str]:
    return [proposal.text.replace(SELF_MARK, "Dana") for proposal in proposals]


def test_the_seed_story_gives_seven_facts_worded_to_read_alone() -> None:
    lines = [
        "Hi! My name is Dana and I live in Lisbon.",
        "I prefer window seats and I am vegetarian.",
        "By the way my favorite color is blue.",
        "I work at Helios and my budget is 2000 dollars.",
    ]
    assert [text for line in lines for text in texts(talk((USER, line)))] == [
        "Dana's name is Dana",
        "Dana lives in Lisbon",
        "Dana prefers window seats",
        "Dana is vegetarian",
        "Dana's favorite color is blue",
        "Dana works at Helios",
        "Dana's budget is 2000 dollars",
    ]


def test_a_bare_actually_is_a_change_and_no_correction() -> None:
    [change] = talk(
        (USER, "My favorite color is blue."), (USER, "Actually my favorite color is green.")
    )
    assert (change.polarity, change.attribute, change.value) == (
        Polarity.AFFIRM,
        "favorite color",
        "green",
    )


@pytest.mark.parametrize(
    ("before", "after", "value"),
    [
        ("My birthday is on 3 May.", "I mistyped my birthday: it is on 13 May.", "13 May"),
        (
            "My desk budget is 200 euros.",
            "Sorry, my desk budget was always 250 euros.",
            "250 euros",
        ),
        ("We got a puppy. Her name is Milo.", "I typed that wrong: her name is Mila.", "Mila"),
        ("I live in Cork.", "I meant Cobh, not Cork.", "Cobh"),
    ],
)
def test_a_mistake_is_put_right(before: str, after: str, value: str) -> None:
    corrections = [p for p in talk((USER, before), (USER, after)) if p.value == value]
    assert [p.polarity for p in corrections] == [Polarity.CORRECT]


@pytest.mark.parametrize(
    ("before", "after", "ended"),
    [
        ("I have a Vespa.", "I sold the Vespa today.", ("motorcycle", "Vespa")),
        ("We have Netflix.", "cancelled netflix this morning", ("subscription", "Netflix")),
        ("My boyfriend is Kai.", "so kai and i broke up last night", ("partner", "Kai")),
        ("I'm on keto.", "welp, stopped keto today", ("diet", "keto")),
        ("I drive a Corolla.", "traded the corolla in yesterday", ("car", "Corolla")),
    ],
)
def test_what_is_given_up_ends_under_the_name_it_was_told(
    before: str, after: str, ended: tuple[str, str]
) -> None:
    ends = [p for p in talk((USER, before), (USER, after)) if p.polarity is Polarity.END]
    assert ended in [(p.attribute, p.value) for p in ends]


def test_one_thing_swapped_for_another_takes_its_slot() -> None:
    [swap] = [
        p
        for p in talk(
            (USER, "does my health insurance cover glasses? im with Medika"),
            (USER, "swapped Medika for Nordkasse on jan 1"),
        )
        if p.polarity is Polarity.AFFIRM
    ]
    assert (swap.attribute, swap.value) == ("health insurance", "Nordkasse")


@pytest.mark.parametrize(
    ("question", "answer", "value"),
    [
        ("Shall I note that your preferred printer is Lumo?", "yep thats right", "Lumo"),
        ("So you live in Ghent?", "yes", "Ghent"),
        ("Where do you live?", "Ghent", "Ghent"),
        ("What is your favorite color?", "teal", "teal"),
        ("Your invoices are in francs, correct?", "correct", "my invoices are in francs"),
    ],
)
def test_the_assistants_words_count_once_the_user_confirms(
    question: str, answer: str, value: str
) -> None:
    proposals = talk((ASSISTANT, question), (USER, answer))
    assert value.replace("my ", "their ") in [p.value for p in proposals]
    assert all((p.start, p.end) == (0, len(answer)) for p in proposals)


def test_the_assistants_own_words_claim_nothing() -> None:
    assert talk((ASSISTANT, "I live in Chicago. You are vegan.")) == []
    assert talk((ASSISTANT, "So you live in Ghent?"), (USER, "no")) == []


def test_pronouns_mean_whom_was_mentioned() -> None:
    proposals = talk((USER, "My sister's name is Ana and she lives in Madrid. I live in Tallinn."))
    assert texts(proposals) == [
        "Dana's sister is Ana",
        "Ana, Dana's sister, lives in Madrid",
        "Dana lives in Tallinn",
    ]


def test_a_named_speaker_is_the_subject() -> None:
    [home] = EXTRACTOR.extract(episode("I live in Lisbon.", name="Caroline"), Surroundings())
    assert (home.subject, home.speaker, home.text) == (
        "Caroline",
        "Caroline",
        "Caroline lives in Lisbon",
    )


def test_evidence_is_the_clause_as_typed() -> None:
    text = "ok so… i live in Porto now 🎉 and my cat Miso is 4"
    spans = {p.attribute: text[p.start : p.end] for p in talk((USER, text))}
    assert spans["home"] == "i live in Porto now"
    assert spans["pet"] == "and my cat Miso is 4"


def test_quoted_and_invented_people_stay_out() -> None:
    assert talk((USER, 'My grandfather always said: "I am married and I live in Marseille."')) == []
    assert talk((USER, "can u write a poem from the pov of a widower who lives in montana")) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 100_000,
        "I live in " + "a " * 50_000,
        "my " * 30_000,
        "and I " * 20_000,
        '"' * 50_000,
        "(" * 50_000 + ")" * 50_000,
        "I live in Rome, " * 8_000,
        "\ue001" * 1_000 + "I live in \ue0019",
    ],
    ids=["letters", "words", "my", "and I", "quotes", "parentheses", "repeated", "marks"],
)
def test_hostile_texts_are_read_to_the_end(hostile: str) -> None:
    assert isinstance(talk((USER, hostile)), list)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(WORDS),
            max_size=25,
        ).map(" ".join),
    )
)
def test_no_text_is_too_strange(text: str) -> None:
    for proposal in talk((USER, text)):
        assert 0 <= proposal.start <= proposal.end <= len(text)
        assert proposal.text.strip() and proposal.attribute.strip() and proposal.subject.strip()

"""Facts in German, Spanish, French and Portuguese, from how people chat."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everwhen.language.detect import detect
from everwhen.language.sentences import plain
from everwhen.language.vocabulary import load_vocabulary
from everwhen.model.records import Episode, Polarity, Proposal, Role, Scope
from everwhen.ports import Surroundings
from everwhen.write.rules.extractor import RuleExtractor
from everwhen.write.rules.phrase_grammar import load_phrases
from everwhen.write.rules.phrases import LANGUAGES, read_phrases

SAID_AT = datetime(2025, 9, 15, 12, tzinfo=UTC)

# One file a language. A message, or two with || between of which the second is read; then, set
# in, what it claims: [subject:] attribute = value, and how. A "-" for what asserts nothing.
CASES = Path(__file__).with_name("phrases")


def cases() -> list[tuple[str, str, list[str]]]:
    found: list[tuple[str, str, list[str]]] = []
    for language in LANGUAGES:
        table = CASES.joinpath(f"{language}.txt").read_text(encoding="utf-8")
        for line in table.splitlines():
            if not line.startswith("    "):
                found.append((language, line, []))
            elif line.strip() != "-":
                found[-1][2].append(line.strip())
    return found


def episode(text: str, *, role: Role = Role.USER, name: str | None = None) -> Episode:
    return Episode(
        id="e1",
        row=1,
        scope=Scope(user_id="ana"),
        role=role,
        content=text,
        at=SAID_AT,
        recorded_at=SAID_AT,
        name=name,
    )


def claims(text: str) -> list[Proposal]:
    *before, said = text.split(" || ")
    around = Surroundings(before=tuple(map(episode, before)))
    return RuleExtractor().extract(episode(said), around)


def shown(claim: Proposal) -> str:
    subject = "" if claim.subject == "user" else f"{claim.subject}: "
    parts = [f"{subject}{claim.attribute} = {claim.value}".rstrip()]
    if claim.polarity is Polarity.END:
        parts.append("ended")
    if claim.polarity is Polarity.CORRECT:
        parts.append(f"not {claim.replaces or ''}")
    if claim.past:
        parts.append("past")
    if claim.valid_from is not None:
        parts.append(f"from {claim.valid_from:%Y-%m-%d}")
    if claim.valid_to is not None:
        parts.append(f"to {claim.valid_to:%Y-%m-%d}")
    return ", ".join(parts)


@pytest.mark.parametrize(("language", "text", "expected"), cases())
def test_what_a_message_claims(language: str, text: str, expected: list[str]) -> None:
    assert [shown(claim) for claim in claims(text)] == expected
    if expected:
        assert detect(text.split(" || ")[-1]) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_cases(language: str) -> None:
    mine = [expected for name, _, expected in cases() if name == language]
    assert sum(map(bool, mine)) >= 30
    assert sum(not expected for expected in mine) >= 8


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("moin, wohne in kassel", "\ue000 wohnt in Kassel"),
        ("mi amiga Lucía vive en Vigo", "Lucía (amiga de \ue000) vive en Vigo"),
        ("ma sœur habite en Bretagne", "la sœur de \ue000 habite en Bretagne"),
        ("moro no Porto", "\ue000 mora no Porto"),
        ("a mí el pollo me encanta", "a \ue000 le gusta pollo"),
        ("mein Hund heißt Bello", "der Hund von \ue000 heißt Bello"),
        ("ma couleur préférée est le bleu", "couleur préférée de \ue000 : bleu"),
    ],
)
def test_texts_read_alone_in_the_language_of_the_message(text: str, fact: str) -> None:
    assert fact in [claim.text for claim in claims(text)]


def test_the_evidence_is_the_clause_that_says_it() -> None:
    text = "ok! «bon» hier, j'ai déménagé à Nîmes, il fait chaud"
    (claim,) = claims(text)
    assert text[claim.start : claim.end] == "j'ai déménagé à Nîmes"


def test_a_named_speaker_is_the_subject() -> None:
    (claim,) = RuleExtractor().extract(episode("vivo en Jaca", name="Rosa"), Surroundings())
    assert (claim.subject, claim.text) == ("Rosa", "Rosa vive en Jaca")


def test_a_relative_whose_name_is_known_goes_by_it() -> None:
    around = Surroundings(known={"sister": "Lena", "Lena": "sister"})
    (claim,) = RuleExtractor().extract(episode("meine Schwester wohnt jetzt in Linz"), around)
    assert (claim.subject, claim.value) == ("Lena", "Linz")


def test_the_assistant_claims_nothing() -> None:
    said = episode("Ich wohne in Wien.", role=Role.ASSISTANT)
    assert RuleExtractor().extract(said, Surroundings()) == []


@pytest.mark.parametrize(
    "text",
    [
        "me too lol",
        "no way",
        "a well-earned sauna",
        "moved to São Paulo last week",
        "I met Müller and José at the café",
        "die hard was on again",
        "Come on, that was a plus!",
        "we had crème brûlée",
        "El Paso in the sun",
        "ok",
        "",
    ],
)
def test_english_is_not_taken_for_another_language(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("moin, wohne in Kassel", "de"),
        ("habe am 3. mai geburtstag", "de"),
        ("buenas! vivo en Sevilla", "es"),
        ("¿Y tú?", "es"),
        ("oi, moro em Coimbra", "pt"),
        ("mudei-me para Faro", "pt"),
        ("coucou, je suis inscrite chez Basic-Fit", "fr"),
        ("j'habite Lyon", "fr"),
    ],
)
def test_short_messages_tell_their_language(text: str, language: str) -> None:
    assert detect(text) == language


MORE = ["Ana", "Lyon,", "2019", "3.", "mai", "und", "y", "et", "e", "'", "\ue001", "."]
WORDS = {language: [*sorted(load_phrases(language).by_word), *MORE] for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40)
@given(data=st.data())
def test_any_order_of_known_words_is_read(language: str, data: st.DataObject) -> None:
    said = data.draw(st.lists(st.sampled_from(WORDS[language]), max_size=14).map(" ".join))
    for claim in read_phrases(
        plain(said), language, episode(said), Surroundings(), load_vocabulary()
    ):
        assert 0 <= claim.start <= claim.end <= len(said)
        assert claim.value or claim.polarity is Polarity.END
        assert "{" not in claim.text


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40)
@given(text=st.text(max_size=120))
def test_any_text_is_read(language: str, text: str) -> None:
    read_phrases(plain(text), language, episode(text), Surroundings(), load_vocabulary())

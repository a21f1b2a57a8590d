"""What single sentences make a user claim, by a table of cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from everwhen.model.records import Episode, Polarity, Proposal, Role, Scope
from everwhen.ports import Surroundings
from everwhen.write.rules.extractor import RuleExtractor

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
TABLE = Path(__file__).with_name("rules_cases.txt")
EXTRACTOR = RuleExtractor()


def cases() -> Iterator[tuple[str, list[str]]]:
    for block in TABLE.read_text(encoding="utf-8").split("\n\n")[1:]:
        sentence, *claims = block.strip().splitlines()
        yield sentence, [claim.strip() for claim in claims]


CASES = list(cases())


def claims(text: str) -> list[str]:
    episode = Episode(
        id="e1", row=1, scope=Scope(user_id="u"), role=Role.USER, content=text, at=AT,
        recorded_at=AT,
    )  # fmt: skip
    return [shown(proposal) for proposal in EXTRACTOR.extract(episode, Surroundings())]


def shown(proposal: Proposal) -> str:
    start, end = (
        moment.date().isoformat() if moment is not None else ""
        for moment in (proposal.valid_from, proposal.valid_to)
    )
    period = f" [{start}..{end}]" if start or end else " [past]" if proposal.past else ""
    affirmed = proposal.polarity is Polarity.AFFIRM
    kind = "" if affirmed else f" {proposal.polarity.value.upper()}"
    return f"{proposal.subject}.{proposal.attribute} = {proposal.value}{period}{kind}"


@pytest.mark.parametrize(("sentence", "expected"), CASES, ids=[case[0][:60] for case in CASES])
def test_a_sentence_claims(sentence: str, expected: list[str]) -> None:
    assert claims(sentence) == expected


def test_the_table_is_large_enough_and_has_its_silent_part() -> None:
    assert len(CASES) >= 300
    assert sum(not expected for _, expected in CASES) >= 100

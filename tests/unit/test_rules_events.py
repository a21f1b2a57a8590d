"""Changes of whatever is held: ends, successors, new dates and sums, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from everwhen import Memory

START = datetime(2025, 3, 3, 12, tzinfo=UTC)


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def held_after(*said: str) -> list[str]:
    """The facts that hold after messages two months apart."""
    clock = Clock()
    with Memory(":memory:", clock=clock) as memory:
        for text in said:
            memory.add({"role": "user", "content": text, "at": clock.at}, user_id="u")
            clock.at += timedelta(days=60)
        clock.at -= timedelta(days=59)
        return [fact.text for fact in memory.list(user_id="u", as_of=clock.at).items]


# what was said, what then holds, what then does not hold any more
CHANGES = [
    (["Our kiosk app is written in Dart.", "We replaced Dart with Zig in the kiosk app."],
     "Zig", "Dart"),
    (["Our kiosk app is written in Dart.", "The kiosk app was switched from Dart to Zig."],
     "Zig", "Dart"),
    (["I do my banking with Alder Bank.", "I switched from Alder Bank to Fjordway."],
     "Fjordway", "Alder"),
    (["I do my banking with Alder Bank.", "I closed my account with Alder Bank."], "", "Alder"),
    (["I brew kombucha in Ball jars.", "I no longer brew kombucha in Ball jars."], "", "kombucha"),
    (["We rehearse at Cairn Hall.", "We don't rehearse at Cairn Hall anymore."], "", "Cairn"),
    (["I referee for Lynx Korfball.", "I resigned from Lynx Korfball."], "", "Lynx"),
    (["The annual audit is scheduled for 24 October.",
      "The annual audit has been brought forward to 10 October."], "10 October", "24 October"),
    (["Our jubilee is on 25 April 2026.", "The jubilee has been postponed to 22 August 2026."],
     "22 August 2026", "25 April"),
    (["The ceiling of the roof fund is 12,000 francs.",
      "The council has cut the roof fund ceiling to 9,500 francs."], "9,500", "12,000"),
    (["My emergency fund is 5,000 euros.", "My emergency fund is now 7,500 euros."],
     "7,500", "5,000"),
    (["The project codename is Marmot.", "The project codename is Kingfisher now."],
     "Kingfisher", "Marmot"),
    (["My allotment is plot 17b.", "My allotment is plot 22 now."], "22", "17b"),
    (["doc has me on sertraline, 50mg", "been switched from sertraline to escitalopram"],
     "escitalopram", "sertraline"),
    (["My rowing test is on 5 November.",
      "I mistyped the date. My rowing test is not on 5 but on 15 November."],
     "15 November", "on 5 November"),
    (["The wifi at the cottage is otter-5521.", "The wifi at the cottage is heron-7783 now."],
     "heron-7783", "otter"),
    (["our retro's fridays 3pm", "our retro's wednesdays 10am now"], "wednesdays", "fridays"),
    (["We host the site on Nimbus.", "Done with Nimbus, the site is on Hetzner now."],
     "", "on Nimbus"),
    (["Our invoicing service is deployed on Heroku.",
      "The invoicing service is deployed on Fly as of last night."], "Fly", "Heroku"),
    (["My podiatrist is Dr Amato.", "Dr Amato has retired. My new podiatrist is Dr Lamprecht."],
     "Lamprecht", "is Dr Amato"),
    (["Our quartet practises in the old bakery.",
      "From today our quartet practises in the town hall."], "town hall", "old bakery"),
    (["I store my recipes on a memory stick.", "I keep all my recipes on Joplin now."],
     "Joplin", "memory stick"),
    (["The kiosk app supports at most iOS 15.",
      "With today's update the kiosk app supports at most iOS 18."], "iOS 18", "iOS 15"),
    (["My desk is in room 12B.", "I sit in room 40 now."], "40", "12B"),
    (["My boat is insured with Larkin.",
      "I took out a policy with Seaward. My boat is insured there now."], "Seaward", "Larkin"),
    (["The head of our lab is Dr Ines.", "Dr Kofi took over from Dr Ines."], "Kofi", "Ines"),
    (["The chair of our club is Ms Holt.", "Ms Holt handed over to Mr Chen."], "Chen", "Holt"),
    (["I have a savings account at Albion Bank.",
      "I closed my account at Albion and opened one at Thistle."], "Thistle", "Albion"),
    (["Our chess team plays fridays at the Swan.", "chess is on mondays now"],
     "mondays", "fridays"),
    (["I have my theory test on 12 May.",
      "The centre has postponed my theory test. It is on 3 June now."],
     "3 June", "12 May"),
    (["I live alone.", "My cousin Dana lives with me now."], "Dana", "alone"),
    (["My cousin Dana lives with me.", "Dana moved out. Just me and the cat again."],
     "alone", "Dana"),
    (["My physio is Ruben Ask.", "Ruben Ask moved to Norway."], "", "physio is Ruben"),
    (["My violin teacher is Mrs Hale.",
      "Mrs Hale has retired. I have my violin lessons with Mr Oduya now."],
     "Oduya", "is Mrs Hale"),
    (["I'm taking doxycycline.", "I took the last doxycycline capsule today."], "", "doxycycline"),
]  # fmt: skip

UNCHANGED = [
    (["I do my banking with Alder Bank.", "Should I switch from Alder Bank to Fjordway?"], "Alder"),
    (["I do my banking with Alder Bank.", "If I closed my Alder Bank account, what then?"],
     "Alder"),
    (["I do my banking with Alder Bank.", "I might leave Alder Bank."], "Alder"),
    (["I do my banking with Alder Bank.", "I haven't left Alder Bank."], "Alder"),
    (["We rehearse at Cairn Hall.", "I lost my umbrella at Cairn Hall."], "Cairn"),
    (["We rehearse at Cairn Hall.", "I wish we no longer rehearsed at Cairn Hall."], "Cairn"),
    (["We rehearse at Cairn Hall.", "The pub next door closed."], "Cairn"),
    (["The annual audit is scheduled for 24 October.",
      "The picnic has been postponed to 30 October."], "24 October"),
    (["My emergency fund is 5,000 euros.", "My holiday fund is 900 euros."], "5,000"),
    (["The book club meets at Ada's.", "I put 20 euros a month into the book club."], "Ada's"),
    (["My dad is Tom Baker.", "Tom Baker retired."], "dad is Tom"),
    (["My office is in room 214.", "The meeting is in room 307."], "214"),
    (["My locker is number 83.", "My bike rack is number 12."], "83"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "now", "gone"), CHANGES, ids=[c[0][1][:50] for c in CHANGES])
def test_a_change_ends_what_was_held(said: list[str], now: str, gone: str) -> None:
    before = held_after(*said[:-1])
    assert any(gone in text for text in before), before
    after = held_after(*said)
    assert any(now in text for text in after) or not now, after
    assert not any(gone in text for text in after if not now or now not in text), after


@pytest.mark.parametrize(("said", "still"), UNCHANGED, ids=[c[0][1][:50] for c in UNCHANGED])
def test_what_is_only_thought_of_or_about_something_else_ends_nothing(
    said: list[str], still: str
) -> None:
    after = held_after(*said)
    assert any(still in text for text in after), after


@pytest.fixture
def memory() -> Iterator[tuple[Memory, Clock]]:
    clock = Clock()
    with Memory(":memory:", clock=clock) as opened:
        yield opened, clock


def test_what_was_before_a_change_is_still_found_for_its_time(
    memory: tuple[Memory, Clock],
) -> None:
    opened, clock = memory
    opened.add("Our kiosk app is written in Dart.", user_id="u")
    clock.at += timedelta(days=90)
    opened.add("We replaced Dart with Zig in the kiosk app.", user_id="u")
    then = opened.list(user_id="u", as_of=START + timedelta(days=30)).items
    assert any("Dart" in fact.text for fact in then)
    assert not any("Zig" in fact.text for fact in then)


@pytest.mark.parametrize(
    ("said", "holds", "holds_no_more"),
    [
        (
            ("i go to the gym at Ironworks", "quit ironworks", "back at ironworks since monday"),
            "ironworks", "nothing",
        ),
        (
            ("I host our shop on AWS.", "We moved the shop from AWS to Hetzner."),
            "Hetzner", "AWS",
        ),
        (
            ("My call with Jan is on Mondays.", "My call with Jan is now on Fridays at 9am."),
            "Fridays", "Mondays",
        ),
        (
            ("Please reply in German.", "Please answer in English instead of German."),
            "English", "German",
        ),
    ],
)  # fmt: skip
def test_what_takes_its_place_again_or_anothers(
    said: tuple[str, ...], holds: str, holds_no_more: str
) -> None:
    text = " ".join(held_after(*said)).lower()
    assert holds.lower() in text
    assert holds_no_more.lower() not in text

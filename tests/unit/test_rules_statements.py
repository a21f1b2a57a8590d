"""Plain statements that no frame covers, and talk from which nothing may be kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from everwhen.model.records import SELF_MARK, Episode, Polarity, Proposal, Role, Scope
from everwhen.ports import Surroundings
from everwhen.write.rules.extractor import RuleExtractor
from everwhen.write.rules.statements import MOST

AT = datetime(2025, 5, 30, 12, tzinfo=UTC)


def proposals(text: str) -> list[Proposal]:
    episode = Episode(
        id="e", row=1, scope=Scope(user_id="u"), role=Role.USER, content=text, at=AT,
        recorded_at=AT,
    )  # fmt: skip
    return RuleExtractor().extract(episode, Surroundings())


def texts(text: str) -> list[str]:
    return [p.text.replace(SELF_MARK, "Dana") for p in proposals(text)]


KEPT = [
    ("We do our bookkeeping with Larch & Finch.", "Dana does their bookkeeping with Larch & Finch"),
    ("I brew kombucha in two big jars.", "Dana brews kombucha in two big jars"),
    ("I keep the spare key at number 14.", "Dana keeps the spare key at number 14"),
    ("I knit baby blankets for the hospital.", "Dana knits baby blankets for the hospital"),
    ("Our intranet is hosted on Nimbus.", "Dana's intranet is hosted on Nimbus"),
    ("The heating system of our school is a Vexel 300.",
     "The heating system of Dana's school is a Vexel 300"),
    ("The annual audit is scheduled for 24 October.", "audit"),
    ("My locker is number 83.", "Dana's locker is number 83"),
    ("My aunt's boat is called Petrel.", "Petrel"),
    ("Imre cannot wear wool.", "Imre can not wear wool"),
    ("Dr Amato is my podiatrist.", "Dr Amato"),
    ("My neighbour, Wanda, is a retired baker.", "retired baker"),
    ("mondays 7am rowing, thursdays pottery at 18:30",
     "rowing"),
    ("vet has me giving him 5 mg of prednisone", "5 mg"),
    ("chief beekeeper of the borough here", "Dana is chief beekeeper of the borough"),
    ("We rehearse in the crypt of St Bride's.", "Dana rehearses in the crypt of St Bride's"),
    ("I chair the parish fundraising committee.", "Dana chairs the parish fundraising committee"),
    ("Our goalkeeper wears number 23.", "Dana's goalkeeper wears number 23"),
    ("mum takes warfarin in the mornings", "warfarin"),
    ("I switched to the Tonal ring last week.", "Tonal"),
    ("We store the harvest in a cellar under the barn.",
     "Dana stores the harvest in a cellar under the barn"),
    ("I commute by kayak.", "kayak"),
    ("Our next board meeting is on 3 July.", "3 July"),
    ("The code of the bike shed is 7741.", "7741"),
    ("I grew up with two peacocks.", "Dana grew up with two peacocks"),
    ("I am with Orbita Mobile.", "Orbita Mobile"),
    ("I'm on the parents' council of the Linden School.", "Linden School"),
    ("I moderate a forum about mosses.", "Dana moderates a forum about mosses"),
    ("The wifi at the cottage is otter-5521.", "otter-5521"),
    ("We share the electricity bill with the flat below.", "electricity"),
    ("I tutor two kids from the block in algebra.", "algebra"),
    ("Our van runs on biogas.", "biogas"),
    ("We publish the newsletter every second Friday.", "newsletter"),
    ("My compost heap is three metres long.", "three metres long"),
    ("I volunteer at the Heron Street shelter.", "Heron Street"),
    ("I will hand the keys over on 12 July 2025.", "12 July 2025"),
    ("I used to sail a Finn dinghy.", "Finn dinghy"),
    ("My bank card ends in 4471.", "4471"),
    ("our office days are tue and thu", "tue and thu"),
    ("My allotment is plot 17b.", "17b"),
    ("We host a film night on the roof every June.", "film night"),
    ("I referee under-12 matches in the county league.", "under-12"),
    ("Our choir sings at St Olave.", "St Olave"),
    ("The rent of our studio is 640 euros.", "640"),
]  # fmt: skip

NOTHING = [
    "I'm tired.", "I'm so hungry right now.", "What a day!", "I had a long day.", "lol same",
    "That sounds great.", "I think so too.", "I guess you are right.", "I hope it works out.",
    "I'll try that tomorrow.", "I will check and tell you.", "I'm in a hurry.", "I'm on my way.",
    "Could you tell me how to brew kombucha?", "Do my neighbours have rights?",
    "What is the code of the bike shed?", "Should I move my account to Alder Bank?",
    "If I joined the Heron Club I would swim daily.", "Imagine I kept bees in Oslo.",
    "Pretend I am the mayor of Lyon.", "Let's say our server runs on Mars.",
    'He said "I keep the spare key at number 14".', "Write a poem about my balcony.",
    "Oh sure, I commute by rocket.",
    "I wish I had a Steinway.", "I might rent a studio in Turin.",
    "I'm thinking about buying a Vexel 300.", "Maybe we should host a film night.",
    "Someone said the Heron Club closes.", "They say Turin is lovely.",
    "You keep bees.", "Your bank is Alder Bank.", "Is my locker number 83?",
    "It is raining.", "The weather is nice today.", "The movie was great.",
    "My head hurts.", "My coffee is cold.", "My day was awful.", "Everyone is happy.",
    "I have a question.", "I have no idea.", "I have to go.", "I need a plumber.",
    "I want a bigger kitchen.", "I feel much better.", "I can't wait!", "I can't believe it.",
    "I know that feeling.", "I understand.", "I made sure of it.", "I have never heard of it.",
    "Much has changed.", "Good morning!", "See you later.", "Thanks, that helps a lot.",
    "jk, I don't own a castle in Wales", "I bet you do.", "Not really.", "I ate too much.",
    "I'm eating pasta right now.", "I slept badly.", "I met some people.",
    "You should visit the crypt of St Bride's.", "There is a bakery on Main Street.",
]  # fmt: skip


@pytest.mark.parametrize(("said", "kept"), KEPT, ids=[case[0][:50] for case in KEPT])
def test_a_plain_statement_is_kept_so_that_it_reads_alone(said: str, kept: str) -> None:
    found = texts(said)
    assert any(kept in text for text in found), found


@pytest.mark.parametrize("said", NOTHING, ids=[case[:50] for case in NOTHING])
def test_talk_that_tells_nothing_lasting_is_not_kept(said: str) -> None:
    assert texts(said) == []


def test_evidence_stands_in_the_message() -> None:
    said = "Hello! I brew kombucha in two big jars, and the cat watches."
    [claim] = [p for p in proposals(said) if "kombucha" in p.text]
    assert said[claim.start : claim.end].startswith("I brew kombucha")
    assert claim.polarity is Polarity.AFFIRM
    assert claim.confidence < 0.6


def test_secrets_are_flagged() -> None:
    [claim] = proposals("The code of the bike shed is 7741.")
    assert claim.sensitive


def test_relative_dates_are_written_out() -> None:
    found = texts("Our board meeting is on Friday.")
    assert any("6 June 2025" in text for text in found), found


def test_one_message_makes_only_a_few_such_claims() -> None:
    said = " ".join(f"I store crate {n} in the Birch {n} barn." for n in range(30))
    assert len(proposals(said)) <= MOST


def test_pasted_documents_are_left_alone() -> None:
    said = "We store the harvest in a cellar under the barn. " + "Lorem ipsum dolor sit. " * 80
    assert not any("harvest" in text for text in texts(said))

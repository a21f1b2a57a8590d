"""Changes that are told first and named later: "I switched banks. It's Fjordbank now."."""

from __future__ import annotations

import re

from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.changes import reworded
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.nouns import trimmer_for
from everwhen.write.rules.talk import Talk

_CHANGING = frozenset({"changed", "switched", "swapped"})
_TOPICS = {
    "major": "studies", "subject": "studies", "course": "studies", "degree": "studies",
    "bank": "bank", "gym": "gym", "job": "employer", "employer": "employer", "firm": "employer",
    "company": "employer", "team": "team", "club": "team", "side": "team", "phone": "phone",
    "laptop": "laptop", "school": "school", "university": "school", "college": "school",
    "doctor": "doctor", "gp": "doctor", "dentist": "dentist", "vet": "vet", "therapist":
    "therapist", "insurer": "insurance", "insurance": "insurance", "department": "department",
    "diet": "diet", "shift": "shift", "camera": "camera", "editor": "editor", "career": "role",
    "church": "church", "choir": "team", "coach": "coach", "trainer": "trainer", "tariff": "plan",
    "hairdresser": "hairdresser", "browser": "browser", "car": "car", "bike": "bicycle",
    "number": "phone number", "email": "email", "name": "name", "city": "home", "town": "home",
}  # fmt: skip
_CHANGED = re.compile(
    r"^(?:I |we )?(?:(?:have|had|just|finally|recently|also|officially|sort of) )*"
    r"(?:changed|switched|swapped) (?:(?:my|our|the) )?"
    r"(?P<n>(?:(?:internet|energy|electricity|gas|broadband|phone|mobile|health|car|home|travel|"
    r"email|water|coffee|cloud|hosting) )?(?:providers?|suppliers?|compan(?:y|ies)|insurers?|"
    r"insurance|carriers?|networks?)|[a-z]+)(?: \ue001\d| again| over| lol| haha| btw|"
    r" too| recently| finally| actually)*$",
    re.IGNORECASE,
)
_NEWLY = re.compile(
    r"^(?:(?:it is|I am|we are|now|so|am|this is|is|went|go|going|now it is|the new one is|"
    r"my new one is|instead|new one is|new one:) )*(?:(?:at|with|on|in|to|doing|studying|using|for|"
    r"playing for|driving|eating|working at|working for|over to) )?(?:a |an |the )?"
    r"(?P<v>(?!(?:not|so|very|much|really|too|no|because|since|my|better|happy|glad|good|great|"
    r"that|this|it|we|i|you|he|she|they|and|but|never|still|best|why|how|what|lol|fine|all|sad|"
    r"tired|done)\b)[\w&'.+-]+(?: [\w&'.+-]+){0,3}?)"
    r"(?P<t>(?: (?:now|these days|instead|it is|from now on|again))*)(?=$|[,.!;(]| - )",
    re.IGNORECASE,
)


def announced(clause: Clause, talk: Talk) -> bool:
    """ "I switched banks a week ago. It's Fjordbank now.": what changed is told before to what."""
    if talk.topic:
        return _newly(clause, talk)
    if _CHANGING.isdisjoint(talk.words):
        return False
    match = _CHANGED.match(clause.text.split(",")[0])
    if match is None:
        return False
    noun = match["n"].lower()
    topic = _TOPICS.get(noun) or _TOPICS.get(noun.removesuffix("s"))
    if topic is None:
        head = noun.rpartition(" ")[2]
        if head not in ("provider", "providers", "supplier", "suppliers", "company", "companies",
                        "insurer", "insurance", "carrier", "network"):  # fmt: skip
            return False
        held = [a for _, a, _ in talk.held if a.startswith(noun.partition(" ")[0])]
        topic = held[0] if held else noun.removesuffix("s")
    talk.topic = topic
    talk.since = periods.beginning(clause.times, talk.at).valid_from
    return True


_NAMED = re.compile(
    r"^(?P<v>(?-i:(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)*))"
    r"(?: (?:in|at|from|on) [^,]+?)? (?:is|treats|looks after|takes care of|does|handles|runs|"
    r"teaches|trains|coaches|sees|supplies|provides|cuts|serves)\b.*?(?P<t>\bnow|\bfrom now on)\b",
    re.IGNORECASE,
)


def _newly(clause: Clause, talk: Talk) -> bool:
    match = _NEWLY.match(clause.text)
    if match is None or not match["t"]:
        match = _NAMED.match(clause.text) or match
    told = match is not None and (match["t"] or re.match(r"(?:now|so now)\b", clause.text, re.I))
    if match is None or not (told or re.match(r"(?:it is|I am|we are|the new)\b", clause.text)):
        return False
    value = read.TRIMMERS[trimmer_for(talk.topic)](match["v"])
    if value is None or value.lower() in talk.grammar.lists["function"]:
        return False
    stated = periods.Stated(valid_from=talk.since)
    text = reworded(talk.topic, "", value, talk)
    talk.claim(clause, talk.me, talk.topic, value, text, stated=stated)
    talk.topic = ""
    return True

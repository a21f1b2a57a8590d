"""A pastime of the day: "just got done baking a cake", "I was watching the news", "off to yoga"."""

from __future__ import annotations

import re
from datetime import timedelta

from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.habits import is_told
from everwhen.write.rules.pastimes import Pastime, load_pastimes, pastime_in
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk

CONFIDENCE = 0.4
_BEGIN = r"(?:^|[,;:.!] *|\b(?:and|but|because|so|then|well|hello|hi|hey) )"
_BE = r"(?:(?:I|we) (?:am|was|were|are)|I'm|im|we're)"
_DONE = re.compile(
    rf"{_BEGIN}(?:(?:I|we) (?:have |had |am |was )?|I've |I'm |im )?(?:(?:just|finally|recently|"
    r"literally|also|only|about) )*(?P<how>(?:got|get|getting|am|was|all) done|done|(?:finished|"
    r"finishing)(?: up)?|got through|(?:(?:got|get|came|come|getting|coming|am|was) )?(?:back|home|"
    r"in|back home)(?: home)? from|returned from|returning from|left) "
    r"(?:(?:with|doing|participating in|out|a|my|some|the|an) )*(?P<x>.+)$",
    re.IGNORECASE,
)
_DOING = re.compile(
    rf"{_BEGIN}(?P<be>{_BE} )?(?P<how>(?:(?:just|currently|still|also|actually|now|right now|here|"
    r"at home|home|busy|outside|hanging out|hanging in there|hanging|sitting here|sitting at home|"
    r"sitting around|sitting on the couch|sitting|chilling|relaxing|kicking back|in the middle of|"
    r"(?:well|fine|good|great)(?= ?,)|today|up|on the couch|in bed)(?: and| ?,)? )*)"
    r"(?P<x>[a-z]+ing\b.*)$",
    re.IGNORECASE,
)
_GOING = re.compile(
    rf"{_BEGIN}(?:{_BE} )?(?:(?:just|now|also|actually|currently) )*(?:about to|getting ready "
    r"(?:for|to)|(?:heading|headed) (?:out )?(?:for|to)|off (?:to|for)|on my way to|going) "
    r"(?P<go>go )?(?:(?:for|on|do|a|my|some|the|to) )*(?P<x>.+)$",
    re.IGNORECASE,
)
_WENT = re.compile(
    rf"{_BEGIN}(?:my (?:[\w'-]+ ){{1,3}}?and (?:I|me)|we|I) (?:(?:just|recently|also|all) )*"
    r"went (?P<x>[a-z]+.*)$",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"^[\w' -]{0,40}?\b(?:is|are|was|were|makes?|takes?|helps?|sounds?|seems?|keeps?|would|will|"
    r"can|has|rocks?|rules?|gets?)\b",
    re.IGNORECASE,
)
_VETO = re.compile(
    r"\b(?:if|wish|hope|would|could|should|might|never|not|n't|dont|you|your|u|he|she|they|his|her|"
    r"their|maybe|used to|think|thinking|wonder|imagine|pretend|dream|dreamed|almost|when)\b",
    re.IGNORECASE,
)
_NOUNS = {
    "run": "running", "jog": "jogging", "swim": "swimming", "hike": "hiking", "walk": "walking",
    "ballet": "ballet", "workout": "working out", "yoga": "yoga", "bike ride": "riding a bike",
}  # fmt: skip
_NOUN = re.compile(
    r"^(?:(?:nightly|daily|morning|evening|quick|long|short|nice|weekly|little|good) )*"
    r"(?P<n>run|jog|swim|hike|walk|ballet|workout|bike ride|yoga)(?: class)?(?=$|[,.;!]| (?:and|in|"
    r"at|on|around|with|so|today|now|of|too|but)\b)",
    re.IGNORECASE,
)


def note_outings(clause: Clause, talk: Talk, before: int) -> None:
    """Claim what somebody has just done, is doing or is about to do, where it is a pastime."""
    text = clause.text
    for pattern, reader in ((_DONE, _done), (_WENT, _went), (_GOING, _going), (_DOING, _doing)):
        match = pattern.search(text)
        if match is None or _VETO.search(text[: match.end()].split(".")[0]) is not None:
            continue
        if reader(match, clause, talk, before):
            return


def _pastime(text: str, talk: Talk) -> Pastime | None:
    noun = _NOUN.match(text)
    if noun is not None:
        name = _NOUNS[noun["n"].lower()]
        return Pastime(name=name, phrase=f"go {name}" if name.endswith("ing") else f"do {name}")
    found = pastime_in(text, load_pastimes(talk.grammar.language))
    if found is not None and " and " in found.name and len(found.name.split()) > 5:
        return Pastime(name=found.name.split(" and ")[0], phrase=found.phrase.split(" and ")[0])
    return found


def _done(match: re.Match[str], clause: Clause, talk: Talk, before: int) -> bool:
    how = match["how"].lower()
    told = re.search(r"\b(?:I|we|just|finally)\b|I've|I'm|im\b", match[0], re.IGNORECASE)
    if told is None or (how in ("done", "left") and "just" not in match[0].lower()):
        return False
    found = _pastime(match["x"], talk)
    return _tell(found, "did", _over(clause, talk), clause, talk, before)


def _over(clause: Clause, talk: Talk) -> Stated:
    stated = periods.state(clause.times, talk.at, "past")
    return stated if stated.valid_from is not None else Stated(past=True)


def _went(match: re.Match[str], clause: Clause, talk: Talk, before: int) -> bool:
    found = _pastime(match["x"], talk)
    return _tell(found, "went", _over(clause, talk), clause, talk, before)


def _going(match: re.Match[str], clause: Clause, talk: Talk, before: int) -> bool:
    found = _pastime(match["x"], talk)
    if found is None and match["go"]:
        found = pastime_in(match["x"], load_pastimes(talk.grammar.language))
    return _tell(found, "plan", _today(clause, talk), clause, talk, before)


def _today(clause: Clause, talk: Talk) -> Stated:
    start = talk.at.replace(hour=0, minute=0, second=0, microsecond=0)
    stated = periods.state(clause.times, talk.at, "present")
    if stated.valid_from is not None:
        return stated
    return Stated(valid_from=start, valid_to=start + timedelta(days=1))


def _doing(match: re.Match[str], clause: Clause, talk: Talk, before: int) -> bool:
    if not match["be"]:
        lone = match.start("x") == 0 or match["how"].strip() != ""
        bare = not match["how"].strip() and re.match(r"[a-z]+\s*(?:$|,|and\b)", match["x"], re.I)
        if not lone or bare or _ITSELF.match(match["x"]) is not None:
            return False
    found = _pastime(match["x"], talk)
    past = match["be"] is not None and re.search(r"\bwe?[ae]s|were\b", match["be"]) is not None
    stated = _over(clause, talk) if past else _today(clause, talk)
    return _tell(found, "was", stated, clause, talk, before)


_WORDING = {"did": "was", "was": "was", "went": "went", "plan": "was about to"}


def _tell(
    found: Pastime | None, how: str, stated: Stated, clause: Clause, talk: Talk, before: int
) -> bool:
    """Claim it, unless the sentence has told it."""
    if found is None:
        return False
    if is_told(found, talk, before):
        return True
    shown = third_pronouns(found.name)
    verb = _WORDING[how]
    if how == "plan":
        verb, shown = "was about to", third_pronouns(found.phrase)
    elif how != "went" and not found.name.split()[0].endswith("ing"):
        verb = "was busy with"
    text = f"{talk.me.label} {verb} {shown}"
    talk.claim(clause, talk.me, "activity", found.name, text, stated=stated, confidence=CONFIDENCE)
    return True

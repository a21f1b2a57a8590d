"""What takes its place again, or another's: "back at Ironworks", "moved the app from X to Y"."""

from __future__ import annotations

import re

from everwhen.language.keys import value_key
from everwhen.model.records import SELF, Polarity, Proposal
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.values import TIME_MARK

BACK = re.compile(
    r"\bback (?:at|with|on|in|to|together with)\b|\bwent back\b|\bback together\b", re.I
)
_BACK = re.compile(
    r"^(?:(?:the|our|my) (?P<s>[\w-]+) (?=(?:is|are)\b))?(?:(?:so|and|but|now|finally|officially|"
    r"I|we|am|are|is|have|has|knees ok again)[\s,]+)*"
    r"(?:(?:went|gone|going|go|moved|switched|came|come|got|changed|started) )?"
    r"back (?:(?:working|living|playing|training|studying|again) )?(?:at|with|on|in|to|together "
    r"with) "
    rf"(?:the |my |using |being )?(?P<x>[\w&.' -]{{2,40}}?)(?: (?:again|now|for good|full time))*"
    rf"(?:,? {TIME_MARK}\d| (?:as of|since|from|starting) .*)?(?:$|,)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"^(?:(?:so|and|but)[\s,.]+)*(?P<x>[A-Za-z][\w'-]+) and (?:I|me) (?:are|got|have got|am) "
    r"back together",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"^(?:(?:we|I|ok|so|have|just|finally|also|decided to|officially|the team) )*(?:migrated?|"
    r"moved?|"
    r"switched|switch|ported?|converted?|rewrote|changed?|transferred) (?P<n>[\w' -]{2,30}?) "
    r"(?:over )?"
    r"from (?P<x>[\w.+#-]+(?: [\w.+#-]+)?) (?:over )?to (?P<y>[\w.+#-]+)(?:\b.*)?$",
    re.IGNORECASE,
)
_NOT = frozenset({"plans", "wants", "likes", "dislikes", "start", "trip", "note", "decision"})


def returned(clause: Clause, talk: Talk) -> bool:
    """Claim again what was told earlier of the thing gone back to; whether anything was."""
    if "back" not in talk.words:
        return False
    match = _BACK.match(clause.text) or _TOGETHER.match(clause.text)
    told = _told(match["x"], talk) if match is not None else None
    if match is None or told is None:
        return False
    named = match.groupdict().get("s")
    if named and named.lower() not in told.text.lower():
        return False
    stated = periods.beginning(clause.times, talk.at)
    who = talk.me
    talk.claim(clause, who, told.attribute, told.value, told.text, stated=stated)
    return True


def _told(words: str, talk: Talk) -> Proposal | None:
    """What was claimed of the user with this value, last first."""
    wanted = set(value_key(words).split())
    for old in reversed(talk.earlier):
        have = set(value_key(old.value).split())
        if (
            wanted and (wanted <= have or have <= wanted) and have
            and old.polarity is not Polarity.END and not old.past
            and old.subject in (SELF, talk.me.key) and old.attribute.split()[0] not in _NOT
        ):  # fmt: skip
            return old
    return None


def moved_over(clause: Clause, talk: Talk) -> bool:
    """ "Moved the app from X to Y", where X is held of the app: Y takes its place there."""
    if "from" not in talk.words:
        return False
    match = _FROM_TO.match(clause.text)
    if match is None:
        return False
    name = re.sub(r"^(?:the|our|my) |(?:'s)? hosting$", "", match["n"].lower()).strip()
    name = name.removeprefix("the ").removeprefix("our ").removeprefix("my ")
    for fact in talk.held:
        subject, attribute, value = fact
        said = talk.texts.get(fact, "")
        about = name in re.sub(r"'s\b", "", f"{subject} {attribute} {said}".lower()).split()
        if not about or value.lower() != match["x"].lower() or value not in said:
            continue
        stated = periods.beginning(clause.times, talk.at)
        if not talk.is_single(attribute):
            text = f"{talk.me.label}: {attribute} {value} has ended"
            until = periods.Stated(valid_to=stated.valid_from)
            talk.end(clause, talk.me, attribute, value, text, until, subject=subject)
        text = said.removesuffix(" now").replace(value, match["y"])
        talk.claim(clause, talk.me, attribute, match["y"], text, stated=stated, subject=subject)
        return True
    return False

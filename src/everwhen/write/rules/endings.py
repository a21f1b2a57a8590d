"""What is over: "cancelled X", "sold the X", "X died", "we broke up"."""

from __future__ import annotations

import re

from everwhen.language.keys import value_key
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.cast import Who
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import load_cues
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import words as words_of

_ENDING = words_of(
    "abandoned bought broke broken bye cancel canceled cancelled closed completed crashed "
    "dead deleted dethroned didn't died ditched doesn't doesnt don't donated done dont "
    "dropped dumped dust ended expire expired finished gave getting ghost given gone goodbye "
    "handed history kaput kaputt left let longer lost missing more nicked not passed pinched "
    "put quit rainbow ran renew retired returned rid rip scrapped signed sleep smashed sold "
    "stole stolen stopped swiped terminated took totaled totalled traded trading uninstalled "
    "unsubscribed wrecked"
)


_APART = words_of(
    "broke broken break split separated divorced divorce parted called ended dumped left finished "
    "together over"
)


_BROKE = re.compile(
    (
        r"^(?:(?:so|well|and|ok|yeah) )*(?P<x>[\w' -]{2,30}?) and I (?:(?:have|just|"
        r"finally|recently|sadly|decided to|officially|both|are|have) )*(?:broke up|"
        r"broken up|split up|split|separated|divorced|parted ways|called it quits|"
        r"are (?:no longer together|over|done|divorced|getting divorced)|ended (?:things|"
        r"it)|got divorced|aren't together|are not together|not together)\b"
    ),
    re.IGNORECASE,
)


_BROKE_WITH = re.compile(
    (
        r"^(?:I |we )?(?:(?:have|just|finally|recently|had to) )*(?:broke up|break "
        r"up|broken up|split up|split|ended (?:things|it)|separated|got divorced|divorced|"
        r"finished|called it quits|parted ways|dumped|left)(?: (?:with|from))? (?P<x>[\w' "
        r"-]{2,30}?)(?=$|[,.!\ue001])"
    ),
    re.IGNORECASE,
)


_WE_BROKE = re.compile(
    (
        r"^(?:we|I|she|he)(?: \w+)? (?:(?:have|just|finally|recently|both) )*(?:broke "
        r"up|broken up|split up|separated|got divorced|are divorced|are getting divorced|"
        r"dumped me|left me|are no longer together|divorced)\b"
    ),
    re.IGNORECASE,
)


_GONE = re.compile(
    r"^(?:I |we |and |so |finally |just |have |has |had |am |to |already |recently "
    r"|had to |decided to )*(?P<verb>cancelled|canceled|sold|ditched|dropped|stopped(?: "
    r"(?:using|doing|going to|paying for|watching|playing|practi[sc]ing|eating|"
    r"drinking|being|following|driving|taking|seeing|working (?:at|for)|subscribing "
    r"to))?|"
    r"quit(?: (?:using|doing|going to|playing|eating|drinking))?|gave up(?: on)?|"
    r"given up|got rid of|gotten rid of|getting rid of|unsubscribed from|traded "
    r"in|trading in|traded|returned|donated|gave away|scrapped|deleted|left|ended|"
    r"terminated|lost|broke|crashed|totalled|wrecked|finished|completed|abandoned|"
    r"closed|uninstalled|signed off|dumped|retired|no more|done with|bye|goodbye|"
    r"rip|am done with|handed back (?:the keys to )?|let .{1,20} expire|did not "
    r"renew|am no longer (?:using|doing|on|at|with|in|playing|going to|seeing)|"
    r"no longer (?:using|use|have|own|drive|do|play|go to|subscribe to|subscribed "
    r"to|on|in|at|with)|(?:do|does) not (?:have|use|own|drive|do|play|go to|eat|"
    r"see|work (?:at|for)) )\s*"
    r"(?:(?:my|our|the|a|an|his|her|their|that|old|on|with|from|for|membership|"
    r"subscription|account|to|at) )*(?P<x>.+)$",
    re.IGNORECASE,
)


_DIED = re.compile(
    (
        r"^(?:(?:my|our|the|poor|old|dear|sweet|little) )*(?P<x>[\w' -]{2,40}?) (?:(?:has|"
        r"have|had|just|finally|sadly|recently|suddenly|officially|was|is|got|are) "
        r")*(?P<how>died|passed away|passed|gave up the ghost|broke down|is dead|dead|"
        r"went missing|ran away|crossed the rainbow bridge|was put down|put down|put "
        r"to sleep|was stolen|stolen|got stolen|totall?ed|was scrapped|has been sold|"
        r"sold|is gone|gone|expired|kaputt?|bit the dust|is no more|got cancelled|"
        r"cancelled|has been dethroned|is history)\b"
    ),
    re.IGNORECASE,
)


_LASTING = words_of(
    "subscription membership diet employer hobby tools car phone laptop bicycle "
    "motorcycle computer tablet boat console "
    "camera pet partner instrument gym team insurance bank provider member editor "
    "technology database commute prefers likes allergy home medication learning "
    "business role shift rents keeps studies vet schedule time plan choir"
)


def broke_up(clause: Clause, talk: Talk) -> bool:
    """The end of a relationship."""
    if _APART.isdisjoint(talk.words):
        return False
    match = _BROKE.match(clause.text) or _BROKE_WITH.match(clause.text)
    partner = "partner"
    stated = periods.ending(clause.times, talk.at)
    if match is not None:
        words = re.sub(r"^(?:my|our|me and)\s+", "", match["x"], flags=re.I).strip()
        relation = talk.grammar.relations.get(words.lower())
        held = talk.find_held(words, attribute=partner)
        leaving = re.search(r"\b(?:left|dumped|finished|split|separated)\b", clause.text, re.I)
        if (
            relation == partner
            or held is not None
            or ((match.re is _BROKE or not leaving) and read.name(words))
        ):
            value = held[2] if held is not None else "" if relation == partner else _cased(words)
            talk.end(
                clause,
                talk.me,
                partner,
                value,
                f"{talk.me.label} is no longer together with {value or 'the ' + words}",
                stated,
            )
            if "divorce" in clause.text:
                talk.claim(
                    clause,
                    talk.me,
                    "relationship status",
                    "divorced",
                    f"{talk.me.label} is divorced",
                )
            return True
    if _WE_BROKE.match(clause.text) is not None:
        known = talk.held_of(partner)
        person = talk.cast.person
        about = person is not None and talk.grammar.relations.get(person.relation) == partner
        if known or about:
            talk.end(
                clause,
                talk.me,
                partner,
                "",
                f"{talk.me.label} is no longer in the relationship",
                stated,
            )
            if "divorce" in clause.text:
                talk.claim(
                    clause,
                    talk.me,
                    "relationship status",
                    "divorced",
                    f"{talk.me.label} is divorced",
                )
            return True
    return False


def _cased(words: str) -> str:
    return words if words[:1].isupper() else words.title()


_TAKEN = re.compile(
    (
        r"^(?:someone|somebody|they|thieves|a thief|he|she|the \w+|some \w+) (?:(?:has|"
        r"have|just|actually) )*(?:nicked|stole|stolen|took|pinched|swiped|wrecked|"
        r"smashed|bought) (?:my|our|the) (?P<x>[\w' -]{2,40}?)(?=$|[,.!\ue001]| (?:from|"
        r"last|and|off|in|this)\b)"
    ),
    re.IGNORECASE,
)


_MOVED_OUT = re.compile(
    r"^(?:(?:my|our) (?:[\w-]+ ){0,2}?)?(?P<x>(?-i:[A-ZÀ-Þ])[\w'-]+) (?:(?:has|have|had|just|"
    r"finally|already|also|is|will be) )*(?:moved|moves|moving) out\b",
    re.IGNORECASE,
)
_SHARING = re.compile(r"^(?:roommate|tenant|lodger|(?:live|lives|share|rent)\b.* with)$")


def moved_out(clause: Clause, talk: Talk) -> bool:
    """Somebody who has moved out no longer shares a home; what else they are, they stay."""
    match = _MOVED_OUT.match(clause.text) if "out" in talk.words else None
    if match is None:
        return False
    name = match["x"].lower()
    stated = periods.ending(clause.times, talk.at)
    for fact in tuple(talk.held):
        subject, attribute, value = fact
        shared = subject == talk.me.key and _SHARING.match(attribute) is not None
        if shared and name in value.lower().split():
            text = f"{talk.me.label} no longer lives with {match['x']}"
            talk.end(clause, talk.me, attribute, value, text, stated, subject=subject)
    return False


def gone(clause: Clause, talk: Talk) -> bool:
    """Something given up, sold, cancelled or dead: end what is held of it."""
    if _ENDING.isdisjoint(talk.words):
        return False
    died = _DIED.match(clause.text)
    match = died if died is not None else _GONE.match(clause.text) or _TAKEN.match(clause.text)
    if match is None:
        return False
    words = read.cut(re.split(r",| for | and got | with ", match["x"])[0])
    words = re.sub(
        r"\s+(?:in|off|back|up|away|out|too|subscription|membership|account|diet|plan)$",
        "",
        words,
        flags=re.I,
    )
    words = re.sub(r"^(?:my|our|the|a|an|this|that|old|poor)\s+", "", words, flags=re.I).strip()
    if not words or len(words.split()) > 6:
        return False
    stated = periods.ending(clause.times, talk.at)
    held = talk.find_held(words)
    if held is None:
        held = _by_kind(words, talk) or _by_noun(words, talk)
    verb = (match.groupdict().get("verb") or "died").lower()
    if held is not None:
        subject, attribute, value = held
        if attribute.rpartition(" ")[2] in _LASTING or attribute.startswith(
            ("favorite", "preferred")
        ):
            if attribute == "home" and verb not in ("left", "sold", "handed back the keys to "):
                return False
            who = talk.me
            talk.end(
                clause,
                who,
                attribute,
                value,
                f"{who.label} no longer has {value}"
                if attribute in talk.grammar.kinds.values()
                else f"{who.label}: {attribute} {value} has ended",
                stated,
                subject=subject,
            )
            talk.cast.thing = (who, attribute)
            return True
        return False
    return _unheld(clause, talk, words, verb, stated)


def _by_noun(words: str, talk: Talk) -> tuple[str, str, str] | None:
    """ "Stopped the physio" where a "physio schedule" is held."""
    low = words.lower()
    for fact in talk.held:
        noun, _, head = fact[1].rpartition(" ")
        named = noun == low or noun.startswith(low + " ") or noun.endswith(" " + low)
        if noun and named and fact[0] == talk.me.key and head in _ARRANGED:
            return fact
    return None


_ARRANGED = frozenset({"schedule", "time", "role", "plan"})


def _by_kind(words: str, talk: Talk) -> tuple[str, str, str] | None:
    kind = talk.grammar.kind_of(words)
    if kind is None and words.lower() in talk.grammar.pets:
        kind = "pet"
    relation = talk.grammar.relations.get(words.lower())
    attribute = kind or relation
    if attribute is None:
        return None
    values = talk.held_of(attribute)
    named = [v for v in values if words.lower() in v.lower()]
    bare = words.lower() in (
        "car",
        "phone",
        "laptop",
        "bike",
        "computer",
        "truck",
        "van",
        "boat",
        "camera",
        "dog",
        "cat",
        "bicycle",
        "scooter",
    )
    if named:
        return talk.me.key, attribute, named[0]
    return (talk.me.key, attribute, values[0]) if len(values) == 1 and bare else None


def _unheld(clause: Clause, talk: Talk, words: str, verb: str, stated: periods.Stated) -> bool:
    who: Who = talk.me
    low = words.lower()
    attribute = ""
    if low in talk.grammar.lists["service"]:
        attribute = "subscription"
    elif low in talk.grammar.lists["diet"]:
        attribute = "diet"
    elif talk.grammar.kind_of(words) and verb.split()[0] in (
        "sold",
        "traded",
        "trading",
        "scrapped",
        "got",
        "ditched",
        "returned",
        "donated",
    ):
        attribute = talk.grammar.kind_of(words) or ""
    elif re.match(r"(?:cancel|unsubscribed|terminated)", verb) and words[:1].isupper():
        attribute = "subscription"
    if not attribute or (False):
        return False
    talk.end(clause, who, attribute, words, f"{who.label} no longer has {words}", stated)
    return True


_LEFT = re.compile(
    r"^(?:(?:my|our|the|old|poor|dear) )*(?P<x>[\w. '-]{2,40}?) (?:(?:has|have|had|is|was|just|"
    r"finally|sadly|recently|now|also|suddenly|unexpectedly|already|been|got) )*(?:retired|"
    r"retiring|retires|left(?! for\b)|leaving(?! for\b)|resigned|quit|quits|moved (?:away|to|back|"
    r"abroad|on|out)|gone|emigrated|died|passed away|stepped down|stopped (?:teaching|"
    r"practi[sc]ing|working|coaching|playing|seeing)|(?:closed|shut|sold|gave up|gives up) "
    r"(?:(?:down|up) )?(?:the|his|her|their)|on (?:maternity|parental|sick) leave|fired|sacked|"
    r"let go|transferred)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+", re.IGNORECASE)


def departed(clause: Clause, talk: Talk) -> None:
    """ "Mrs Abernathy retired": nobody's teacher, dentist or coach any more."""
    match = _LEFT.match(clause.text) if talk.held else None
    if match is None:
        return
    name = value_key(_TITLE.sub("", match["x"]))
    serving = load_cues(talk.grammar.language)["serving"]
    ended = {(p.subject, p.attribute, p.value) for p in talk.said}
    for fact in tuple(talk.held):
        subject, attribute, value = fact
        known = value_key(_TITLE.sub("", value))
        served = attribute.rpartition(" ")[2] in serving
        if not served or fact in ended or name not in (known, f"the {known}", known + "s"):
            continue
        text = f"{talk.me.label}: {attribute} {value} has ended"
        stated = periods.ending(clause.times, talk.at)
        talk.end(clause, talk.me, attribute, value, text, stated, subject=subject)

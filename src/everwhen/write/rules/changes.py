"""Changes told without their slot: "cancelled X", "X died", "I meant Y", "not X but Y"."""

from __future__ import annotations

import re
from dataclasses import replace

from everwhen.language.keys import value_key
from everwhen.language.timex import Role, TimeExpression
from everwhen.model.records import Polarity, Proposal
from everwhen.write.rules import periods
from everwhen.write.rules import values as read
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.subjects import Who
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
_SWAPPING = words_of(
    "swapped swapping switched switching traded exchanged replaced changed ditched dropped left "
    "dumped quit"
)

CORRECTING = re.compile(
    r"\b(?:(?:i|we) (?:mis(?:typed|spoke|read|remembered|wrote|stated|counted|"
    r"calculated|understood|said)|typed (?:that|it|this) (?:wrong|badly|incorrectly)|"
    r"made a (?:mistake|typo)|meant(?: to (?:say|write|type))?|(?:have|need|want|"
    r"must) to correct (?:myself|that|something)|got (?:that|it|this|the \w+) "
    r"wrong|"
    r"got the \w+(?: \w+)? wrong|stand corrected|mixed (?:that|it|them|up)|mistakenly|"
    r"wrongly|accidentally (?:said|wrote|typed)|said (?:that|it) wrong)|"
    r"mistyped|misread|misspoke|typed that wrong|typo|was wrong|were wrong|got "
    r"(?:that|it|my \w+|the \w+) wrong|correction|my (?:mistake|bad)|fat fingers?|"
    r"autocorrect|that was (?:wrong|a mistake|a typo|incorrect)|that's wrong|"
    r"that is wrong|i should correct|let me correct|to correct (?:myself|that)|"
    r"(?:was|were|has|have) (?:actually )?always(?! (?:a|an|very|so|there|on|in|"
    r"the)\b)|(?:it's|its|it is|that's) always been|never was|swapped (?:two|the) "
    r"digits|"
    r"i (?:said|wrote|told you|mentioned) .{0,60}\bbut\b|wrong (?:number|date|"
    r"name|city|day|year|figure)|i mean\b|not what i meant|i gave you the wrong)\b",
    re.IGNORECASE,
)
OOPS = re.compile(r"\b(?:oops|whoops|woops|my bad|sorry,? (?:i|that|it|not)|argh)\b", re.IGNORECASE)
SCRATCH = re.compile(
    (
        r"\b(?:scratch that|strike that|ignore that|forget (?:that|what i said)|disregard "
        r"that|no wait|wait,? no|no,? (?:it's|its|it is|i'm|im|we're|that's|she's|"
        r"he's|they're))\b"
    ),
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"^(?:sorry,? )?(?:I |we )?(?:meant(?: to (?:say|write|type))?|mean|should "
    r"have (?:said|written)|correction:?|it is|it was|that is|make (?:that|it)|"
    r"should be|it should be|it should say|rather|no,? )"
    r"[\s:,]*(?P<v>.+)$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"^(?:and |but )?not (?:on |in |at |for |to |by |a |an |the )*(?P<v>[\w\ue001$€£].*)$",
    re.IGNORECASE,
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


def contrast(clause: Clause, talk: Talk) -> bool:
    """ "…, not on 3 May": what the claim just made replaces."""
    match = _NOT.match(clause.text)
    if match is None or not talk.said:
        return False
    wrong = _as_value(match["v"], clause, talk)
    last = talk.said[-1]
    if last.polarity is Polarity.END or wrong is None:
        return False
    same = _same_kind(last, wrong, talk)
    if same is None:
        return False
    talk.said[-1] = replace(last, polarity=Polarity.CORRECT, replaces=same or None, end=clause.end)
    return True


def _same_kind(last: Proposal, wrong: str, talk: Talk) -> str | None:
    held = talk.find_held(wrong, attribute=last.attribute)
    if held is not None and value_key(held[2]) != value_key(last.value):
        return held[2]
    digits = bool(re.search(r"\d", wrong)) == bool(re.search(r"\d", last.value))
    if talk.is_single(last.attribute):
        return ""
    return wrong if digits and len(wrong.split()) <= 5 else None


def _as_value(text: str, clause: Clause, talk: Talk) -> str | None:
    time = clause.time_of(text)
    if time is not None and text.strip().startswith("\ue001"):
        day = periods.written(time, talk.at)
        return day
    return read.answer(text)


def retract(clause: Clause, talk: Talk, claims: list[Proposal]) -> None:
    """ "I wrote that I've been there since 2021": what is about to be put right."""
    talk.retracted.extend(claims)


def meant(clause: Clause, talk: Talk) -> bool:
    """ "I meant Porto", "it's Jan 2022": put the last claim right, by its kind of value."""
    match = _MEANT.match(clause.text)
    target = _target(clause, talk)
    if match is None or target is None:
        return False
    text = match["v"]
    time = clause.time_of(text)
    if time is not None and re.match(r"\s*(?:on |in |since |from )?\ue001", text):
        return _meant_time(clause, talk, target)
    from everwhen.write.rules.nouns import trimmer_for

    found = read.TRIMMERS[trimmer_for(target.attribute)](re.sub(r"^(?:in|at|to)\s+", "", text))
    if found is None or len(found.split()) > 5:
        return False
    if not (found[:1].isupper() or any(c.isdigit() for c in found) or len(found.split()) <= 2):
        return False
    if re.match(
        (
            r"(?:it|that|this|i|so|very|really|a|an|the|not|like|you|we|going|just|to|"
            r"all|too|fine|ok|okay|good|great|nice|cool)\b"
        ),
        found,
        re.I,
    ):
        return False
    if value_key(found) == value_key(target.value):
        return False
    text = (
        target.text.replace(target.value, found)
        if target.value in target.text
        else f"{target.text} ({found})"
    )
    _put_right(clause, talk, target, found, text)
    return True


def _target(clause: Clause, talk: Talk) -> Proposal | None:
    for claims in (talk.retracted, talk.said, talk.earlier):
        for old in reversed(claims):
            if old.polarity is not Polarity.END:
                return old
    return None


def _meant_time(clause: Clause, talk: Talk, target: Proposal) -> bool:
    time = clause.times[0]
    if target.valid_from is not None or talk.retracted:
        stated = periods.state([replace_role(time)], talk.at, "perfect")
        if stated.valid_from is None:
            return False
        talk.said.append(
            replace(
                target,
                start=clause.start,
                end=clause.end,
                polarity=Polarity.CORRECT,
                replaces=target.value,
                valid_from=stated.valid_from,
                precision=stated.precision,
            )
        )
        return True
    if re.search(r"\d", target.value):
        day = periods.written(time, talk.at, yearly=target.attribute == "birthday")
        _put_right(clause, talk, target, day, target.text.replace(target.value, day))
        return True
    return False


def replace_role(time: TimeExpression) -> TimeExpression:
    """The same time as a beginning."""
    return replace(time, role=Role.SINCE)


def _put_right(clause: Clause, talk: Talk, target: Proposal, value: str, text: str) -> None:
    new = replace(
        target,
        start=clause.start,
        end=clause.end,
        value=value,
        text=text,
        polarity=Polarity.CORRECT,
        replaces=target.value,
    )
    if target in talk.said:
        talk.said[talk.said.index(target)] = replace(
            new,
            start=min(target.start, clause.start),
            polarity=target.polarity,
            replaces=target.replaces,
        )
    else:
        talk.said.append(new)


_SWAP = re.compile(
    (
        r"^(?:I |we )?(?:(?:have|just|finally|recently|had|to|decided|am|also) )*(?P<verb>swap"
        r"ped|switched|traded|exchanged|replaced|changed|ditched|dropped|left|dumped|"
        r"swapping|switching|quit)(?: over)?(?: from)?(?: (?:my|our|the|a|an))? (?P<x>[\w&' "
        r".-]{2,40}?) (?:for|to|with|in favou?r of) (?:(?:a|an|the|my|our) )?(?P<v>.+)$"
    ),
    re.IGNORECASE,
)


def swapped(clause: Clause, talk: Talk) -> bool:
    """ "Swapped X for Y", where X is held: Y takes its place."""
    if _SWAPPING.isdisjoint(talk.words):
        return False
    match = _SWAP.match(clause.text)
    if match is None:
        return False
    held = talk.find_held(match["x"])
    value = read.noun(match["v"])
    if held is None or value is None or held[1] in ("likes", "dislikes", "name"):
        return False
    if match["verb"].lower() in ("left", "dropped", "quit") and " for " not in clause.text:
        return False
    stated = periods.beginning(clause.times, talk.at)
    subject, attribute, old = held
    if not talk.is_single(attribute):
        talk.end(
            clause,
            talk.me,
            attribute,
            old,
            f"{talk.me.label}: {attribute} {old} has ended",
            periods.Stated(valid_to=stated.valid_from),
            subject=subject,
        )
    text = reworded(attribute, old, value, talk)
    talk.claim(clause, talk.me, attribute, value, text, stated=stated, subject=subject)
    return True


def reworded(attribute: str, old: str, value: str, talk: Talk) -> str:
    match attribute:
        case "home":
            return f"{talk.me.label} lives in {value}"
        case "employer":
            return f"{talk.me.label} works at {value}"
        case "diet":
            return f"{talk.me.label} is {value}"
        case "studies":
            return f"{talk.me.label} studies {value}"
        case _:
            return f"{talk.me.possessive} {attribute} is {value}"


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
        if noun and fact[0] == talk.me.key and head in _ARRANGED:
            if noun == low or noun.startswith(low + " ") or noun.endswith(" " + low):
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

"""Whether a statement tells something that lasts, and over which period."""

from __future__ import annotations

import re

from everwhen.language.timex import Role
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import Cues
from everwhen.write.rules.happened import able, experienced, happened, when
from everwhen.write.rules.periods import Stated
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.topics import has_name
from everwhen.write.rules.verbs import Predicate
from everwhen.write.rules.words import words as words_of

_SOON = re.compile(
    r"\b(?:today(?!\s*'s)|tonight|right now|this morning|this evening|this afternoon|at the moment|"
    r"yesterday|last night|just now|in a minute|later)\b",
    re.IGNORECASE,
)
_FLEETING = re.compile(
    r"^(?:in (?:bed|a (?:hurry|meeting|rush|mood|good mood|bad mood)|love|tears|pain|trouble|"
    r"shock|awe|charge)|at (?:home|work|peace|a loss|the (?:airport|store|doctor|gym|beach|"
    r"station|office|moment))|on (?:it|my way|the (?:way|train|bus|phone|couch|sofa|toilet|"
    r"plane|fence|road|edge)|board|fire|cloud)|with you|to blame|for real|"
    r"a (?:bit|little|mess|wreck|fool|genius|failure|mistake|shame|tad|fan of (?:it|that|this)|"
    r"big (?:baby|deal)|lot|sucker|joke)|the (?:worst|best|same|one|problem|only one)|"
    r"an (?:idiot|hour|adult)|no (?:fun|good|better|expert|idea)|one of|up (?:early|late|to)|"
    r"out of|off to|about to|all (?:in|set|good|over|ears)|"
    r"(?:this|that|so|too|very|such|as) )\b",
    re.IGNORECASE,
)
_HAVING = re.compile(
    r"^(?:to\b|(?:a|an|the|some|no|any|so|such|too|lots?|plenty|many|much|more)?\s*"
    r"(?:(?:little|big|good|great|bad|nice|fun|lovely|few|lot of|quick|really|very|hard|long|"
    r"wonderful|terrible) )*"
    r"(?:questions?|ideas?|clue|headache|feeling|problem|problems|point|time|fun|doubt|luck|"
    r"chance|choice|look|day|night|week|weekend|lot|thing|things|cold|dinner|lunch|breakfast|"
    r"nap|drink|coffee|tea|meeting|call|exam|party|talk|chat|energy|words|money|sense|trouble|"
    r"issue|issues|crush|blast|"
    r"plan|plans|say|it|that|this|them|mercy|faith|reason|reasons|right|break|laugh|bit|"
    r"confession|request|favou?r|sweet tooth|hunch|conversation|experience|memories)\b)",
    re.IGNORECASE,
)
_PROGRESSIVE = words_of(
    "learn train study build write save renovate plan take use rent restore teach work live stay "
    "play run grow raise see date practise practice organize organise apply pay sell design "
    "develop "
    "volunteer coach lead host prepare collect paint knit sew drive ride commute share move"
)
_YOUNG = re.compile(
    r"\b(?:growing up|(?:when|while|as) (?:I|we) (?:was|were) (?:still )?"
    r"(?:very |really |so |just )?(?:young|younger|little|small|kids?|"
    r"a (?:kid|child|teen|teenager|boy|girl|student|baby|"
    r"toddler)|\d{1,2}|three|four|five|six|seven|eight|nine|ten|twelve|in (?:high school|school|"
    r"college|university))|as (?:a|an) (?:kid|child|teen|teenager|boy|girl|baby|student)|"
    r"(?:back )?in (?:high school|college|my (?:youth|childhood|teens|twenties)|grade school|"
    r"elementary school|middle school))\b",
    re.IGNORECASE,
)
_LASTING_TIMES = frozenset({Role.SINCE, Role.DURATION, Role.UNTIL, Role.BETWEEN})


def told(text: str, clause: Clause) -> bool:
    """Whether something can be pointed at: a name, a number or a date."""
    return (
        has_name(text)
        or bool(
            re.search(
                r"\d|\ue001|\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|days?|urs?|rs|nes|"
                r"ur)?(?:days?)?\b",
                text,
            )
        )
        or bool(clause.times)
    )


def lasts(predicate: Predicate, clause: Clause, talk: Talk, cues: Cues) -> bool:
    """Whether what is said of somebody holds for longer than a day."""
    lemma, rest = predicate.lemma, predicate.rest
    if predicate.modal == "can" and able(predicate, cues):
        return True
    thought = lemma in cues["mental"] and _REPEATED.search(clause.unmarked(rest)) is None
    if thought and predicate.tense not in ("past", "perfect"):
        return False
    if predicate.modal and not _barred(predicate):
        return False
    heads = re.findall(r"[\w']+", rest.lower())
    if not heads:
        return predicate.tense == "present" and not predicate.modal and lemma in cues["habit"]
    if predicate.form.lower() == "found" or (heads[-1] in _LOOSE and not _OFTEN.search(rest)):
        return False
    if _points(heads) or _empty(lemma, rest, cues):
        return False
    match predicate.tense:
        case "past" | "perfect":
            return _over(predicate, clause, cues)
        case "future":
            return told(rest, clause) and _UNTOLD.isdisjoint(heads)
        case _:
            return _holds(predicate, clause, cues)


def _over(predicate: Predicate, clause: Clause, cues: Cues) -> bool:
    """Whether what is told in the past or the perfect left something behind, or was an event."""
    thought = predicate.lemma in cues["mental"]
    if predicate.tense == "past":
        return (not thought and _past(predicate, clause, cues)) or happened(predicate, cues)
    lasting = predicate.lemma in cues["lasting_past"] or _long(clause)
    if predicate.progressive and not predicate.negative and _keeps_on(predicate, cues):
        return True
    return (not thought and lasting) or experienced(predicate, cues)


def _keeps_on(predicate: Predicate, cues: Cues) -> bool:
    """Whether somebody has been doing something that can be named: "been knitting hats"."""
    lemma = predicate.lemma
    return lemma not in cues["mental"] and lemma != "be" and _content(predicate.rest, cues)


def _holds(predicate: Predicate, clause: Clause, cues: Cues) -> bool:
    """Whether what is told in the present holds for longer than a day."""
    lemma, rest = predicate.lemma, predicate.rest
    heads = re.findall(r"[\w']+", rest.lower())
    if _soon(clause) or _MANNER.match(rest) is not None:
        return False
    if predicate.progressive:
        return told(rest, clause) or (lemma in _PROGRESSIVE and _content(rest, cues))
    if lemma == "be" or lemma.startswith("be "):
        return _being(predicate, clause, cues)
    if lemma in ("have", "get") and _NEW_ONE.match(rest) is not None:
        return False
    if lemma == "have":
        return _HAVING.match(rest) is None and " " in rest
    return _content(rest, cues) or (lemma in ("eat", "drink") and heads[0] not in _SMALL)


def _points(heads: list[str]) -> bool:
    """Whether a complement only points at something: "watched it", "bought that one"."""
    return heads[0] in _POINTING or not _UNTOLD.isdisjoint(heads[:4])


def _empty(lemma: str, rest: str, cues: Cues) -> bool:
    """Whether a verb with what follows it says nothing: "make sure", "have heard", "keep going"."""
    if _IDIOM.match(f"{lemma} {rest}") is not None or (lemma == "have" and _perfect(rest, cues)):
        return True
    return lemma in ("keep", "start", "stop") and rest.split()[0].endswith("ing")


def _soon(clause: Clause) -> bool:
    return _SOON.search(clause.raw) is not None and not _long(clause)


def _barred(predicate: Predicate) -> bool:
    return predicate.modal == "can" and predicate.negative and predicate.lemma in _BARRED


_REPEATED = re.compile(
    r"\d.*\b(?:(?:a|per|every|each) (?:day|week|month|year|night|fortnight|quarter)|"
    r"(?:dai|week|month|year)ly)\b",
    re.IGNORECASE,
)
_BETWEEN = words_of("not finally still never yet always just also both already really only")


def _perfect(rest: str, cues: Cues) -> bool:
    """Whether "have" goes with a participle that the reader of predicates does not know."""
    words = [w for w in rest.lower().split()[:3] if w not in _BETWEEN]
    if not words or words[0] == "been" or rest.lower().startswith("yet"):
        return True
    entry = cues.table.get(words[0]) if words else None
    if entry is not None:
        return entry[1] in ("past", "part") or words[0] in ("are", "is")
    return words[0].endswith("ed") and words[0] not in ("red", "shared", "mixed")


def _past(predicate: Predicate, clause: Clause, cues: Cues) -> bool:
    if "used to" in predicate.cues:
        return True
    if _YOUNG.search(clause.raw) is not None and not predicate.negative:
        return _content(_YOUNG.sub("", predicate.rest), cues)
    if predicate.lemma.removeprefix("be ") in cues["lasting_past"]:
        return told(predicate.rest, clause) or predicate.lemma == "grow"
    return _long(clause) and predicate.lemma not in cues["ending"]


def _long(clause: Clause) -> bool:
    return any(time.role in _LASTING_TIMES for time in clause.times)


def _being(predicate: Predicate, clause: Clause, cues: Cues) -> bool:
    rest = predicate.rest.strip()
    first = rest.split()[0].lower().strip(",.!") if rest else ""
    if first in cues["adjective_state"] or _trait(rest, cues):
        return True
    if predicate.negative or _FLEETING.match(rest) is not None:
        return False
    if first in cues["fleeting"] or first in cues["opinion"] or _MANNER.match(rest):
        return False
    if predicate.lemma != "be":
        return True
    if " " not in rest and not any(c.isdigit() for c in rest):
        return False
    if first in ("a", "an", "the", "one", "my") or first in _PLACES:
        second = rest.split()[1].lower().strip(",.!") if " " in rest else ""
        return second not in cues["opinion"] and _content(rest, cues)
    if first.endswith("ed") and len(rest.split()) == 1:
        return False
    return told(rest, clause) or first.endswith(("ed", "wn", "en"))


_DEGREE = re.compile(
    r"^(?:(?:a (?:bit|little|tad)(?: too)?|very|really|pretty|quite|rather|so|too|extremely|super|"
    r"kind of|kinda|sort of|somewhat|fairly|still|always|naturally|generally|usually|also|just|"
    r"more|not|not very|not too|not really|such an?|an?|incredibly|highly|deeply) )+",
    re.IGNORECASE,
)


def _trait(rest: str, cues: Cues) -> bool:
    """Whether a character or a lasting state is told, more or less: "a bit clumsy"."""
    bare = _DEGREE.sub("", rest)
    words = [w.lower().strip(",.!") for w in bare.split()[:2]]
    return bool(words) and words[0] in cues["trait"] and words[1:] != ["about"]


_UNTOLD = words_of("him here it them there it's")
_POINTING = words_of("that this so one these those")
_OFTEN = re.compile(r"\w{3,} (?:a lot|lots)$", re.IGNORECASE)
_IDIOM = re.compile(
    r"^(?:have (?:to|yet|not?|a clue)\b|use to\b|make (?:sure|sense|up|do|a point)|be used to|"
    r"grow up (?:watch|play|do|read|"
    r"lov)|"
    r"be (?:his|her|their|like|more|less|kind)\b|get (?!married|engaged|a |an |my |the |paid|up )|"
    r"(?:play|go|get|turn|work|end|set|give|take|pass|hang|show|check|pick|run) (?:along|out|in|"
    r"up|over)$|"
    r"fall\b|lose\b|keep to|lead to|lot\b)",
    re.IGNORECASE,
)
_BARRED = words_of(
    "have eat drink take tolerate stand use wear be touch drive swim see hear walk do"
)
_OTHERS = words_of("his her their its your there")
_LOOSE = words_of(
    "couple fan lot lots few some several bunch but and or so to of with because the a my our "
    "for as like than be"
)
_JOINS = words_of("but that there because if when like given so then or usually only just")
_MANNER = re.compile(
    r"^(?:\w+ly|too|so|very|really|a lot(?! of)|all day|hard|fast|well|again|together|around|"
    r"alone|much|more|better|out|away|back|up|along)(?:\s\w+){0,3}$",
    re.IGNORECASE,
)
_NEW_ONE = re.compile(
    r"(?:got )?(?:a|an|my|our) (?:new|different) [a-z]+(?: now| again)*$", re.IGNORECASE
)
_NO_SUBJECTS = words_of(
    "his her their its your back also always just only even at in on to for with from by after "
    "before during like as not no never so such then now still again next last this every thanks "
    "happy sad sorry glad good great nice how why whatever wherever whenever while although though"
)
_SMALL = words_of(
    "the and for you him her his its our has had not all any out off too now who how why"
)
_PLACES = words_of("with on in at from under into of for between through by")


def _content(rest: str, cues: Cues) -> bool:
    """Whether a complement holds a word that says something."""
    words = [w.strip(",.!'").lower() for w in rest.split()]
    heavy = [
        w for w in words
        if len(w) > 2 and w not in cues["opinion"] and w not in _SMALL and w not in cues["pronoun"]
        and w not in cues["passing"] and w not in cues["fleeting"] and w not in cues["preposition"]
    ]  # fmt: skip
    return bool(heavy) or any(c.isdigit() for c in rest) or has_name(rest)


def past_period(predicate: Predicate, clause: Clause, talk: Talk, cues: Cues) -> Stated | None:
    """The period that a statement gives; None where it would be told as holding by mistake."""
    lemma = predicate.lemma.removeprefix("be ")
    tense = predicate.tense
    begun = lemma in cues["lasting_past"] and (tense != "past" or _past(predicate, clause, cues))
    if tense == "past" and "used to" not in predicate.cues and begun:
        return periods.beginning(clause.times, talk.at)
    if tense == "perfect" and lemma in cues["lasting_past"] and not predicate.progressive:
        return periods.beginning(clause.times, talk.at)
    if tense == "past" and clause.before:
        return Stated(past=True)
    if tense == "past" and "used to" not in predicate.cues:
        return when(predicate, clause, talk)
    return periods.state(clause.times, talk.at, tense)


def noun_lasts(phrase: str, predicate: Predicate, clause: Clause, cues: Cues) -> bool:
    """Whether what is said of a thing is worth keeping."""
    words = phrase.lower().split()
    head = words[-1].strip(",") if words else ""
    if (
        not words
        or (head in cues["passing"] and len(words) < 3)
        or words[0] in cues["pronoun"]
        or words[0] == "there"
    ):
        return False
    if words[0] in _NO_SUBJECTS:
        return False
    rest = predicate.rest.strip()
    own = not {"my", "our", "me", "us"}.isdisjoint({*words, *rest.lower().split()[:3]})
    first = rest.split()[0].lower().strip(",.!") if rest else ""
    placed = predicate.lemma != "be" and first in _PLACES and " " in rest
    if not rest or first in cues["opinion"] or (first in cues["fleeting"] and not placed):
        return bool(rest) and bool(re.search(r"\d", rest)) and own
    if _FLEETING.match(rest) is not None or _soon(clause) or first in cues["pronoun"]:
        return False
    if first in ("a", "an", "the") and rest.split()[1:2] and rest.split()[1] in cues["opinion"]:
        return False
    if len(words) > 7 or not _JOINS.isdisjoint(words):
        return False
    if predicate.tense == "past" and not predicate.lemma.startswith("be "):
        return False
    if told(rest, clause):
        return own or words[0] in ("the",) or predicate.lemma == "be"
    return own and predicate.lemma not in cues["mental"] and _content(rest, cues)

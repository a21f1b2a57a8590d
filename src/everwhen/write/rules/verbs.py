"""English verbs: forms, lemmas, the third person, and what auxiliaries say about a predicate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

_IRREGULAR = """
be am/is/are was/were been being|have has had had having|do does did done doing|go goes went gone
get gets got got/gotten|leave leaves left left|quit quits quit/quitted quit|sell sells sold sold
buy buys bought bought|drive drives drove driven|ride rides rode ridden|speak speaks spoke spoken
eat eats ate eaten|drink drinks drank drunk|teach teaches taught taught|take takes took taken
make makes made made|become becomes became become|begin begins began begun|grow grows grew grown
come comes came come|feel feels felt felt|find finds found found|give gives gave given
keep keeps kept kept|know knows knew known|lose loses lost lost|mean means meant meant
meet meets met met|pay pays paid paid|put puts put put|read reads read read|run runs ran run
say says said said|see sees saw seen|send sends sent sent|set sets set set|sit sits sat sat
sleep sleeps slept slept|spend spends spent spent|stand stands stood stood|swim swims swam swum
tell tells told told|think thinks thought thought|wake wakes woke/waked woken/waked
wear wears wore worn|win wins won won|write writes wrote written|break breaks broke broken
choose chooses chose chosen|draw draws drew drawn|fall falls fell fallen|fly flies flew flown
sing sings sang sung|throw throws threw thrown|wed weds wed wed|cut cuts cut cut
hold holds held held
bring brings brought brought|build builds built built|catch catches caught caught
feed feeds fed fed|fight fights fought fought|forget forgets forgot forgotten|hear hears heard heard
hurt hurts hurt hurt|lead leads led led|let lets let let|lie lies lay lain|ski skis skied skied
knit knits knitted/knit knitted|born _ _ born|bid bids bid bid|shift shifts shifted shifted
hand hands handed handed|trade trades traded traded|split splits split split|bear bears bore borne
dye dyes dyed dyed|lay lays laid laid|mistype mistypes mistyped mistyped|shoot shoots shot shot
hang hangs hung hung|dig digs dug dug|spin spins spun spun
understand understands understood understood|rewrite rewrites rewrote rewritten
rebuild rebuilds rebuilt rebuilt|redo redoes redid redone|retake retakes retook retaken
oversee oversees oversaw overseen|undergo undergoes underwent undergone|lend lends lent lent
rise rises rose risen|shrink shrinks shrank shrunk|sink sinks sank sunk|shake shakes shook shaken
hide hides hid hidden|freeze freezes froze frozen|forgive forgives forgave forgiven
deal deals dealt dealt|breed breeds bred bred|bind binds bound bound|blow blows blew blown
steal steals stole stolen|stick sticks stuck stuck|strike strikes struck struck
swear swears swore sworn|tear tears tore torn|weave weaves wove woven|wind winds wound wound
withdraw withdraws withdrew withdrawn|seek seeks sought sought|shut shuts shut shut
slide slides slid slid|spread spreads spread spread|sweep sweeps swept swept|hit hits hit hit
light lights lit lit|ring rings rang rung|bend bends bent bent|cast casts cast cast
cost costs cost cost|smell smells smelt/smelled smelt|spell spells spelt/spelled spelt
resell resells resold resold|outgrow outgrows outgrew outgrown|mow mows mowed mown
"""
_ING = {
    "be": "being",
    "die": "dying",
    "lie": "lying",
    "tie": "tying",
    "dye": "dyeing",
    "ski": "skiing",
}
_DOUBLE = words_of(
    "step swim run get put sit set cut win quit jog plan drop swap chat stop "
    "knit shop hit let begin "
    "split bet hug ban trim blog vlog commit transfer prefer dig spin fit refer slip trip zip clip "
    "flip ship skip grab rob mop pop top plot spot jam scan pin wrap snap tap map clap nod shed "
    "wed admit permit submit omit occur defer infer tan drag brag beg tug"
)
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Forms:
    """The five forms of a verb; `past` and `participle` may have variants."""

    base: str
    third: str
    past: tuple[str, ...]
    participle: tuple[str, ...]
    ing: str


def _regular_s(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and len(base) > 1 and base[-2] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def _regular_ed(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and len(base) > 1 and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if base in _DOUBLE else base + "ed"


def _regular_ing(base: str) -> str:
    if base in _ING:
        return _ING[base]
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")):
        return base[:-1] + "ing"
    return base + base[-1] + "ing" if base in _DOUBLE else base + "ing"


def _read_irregular() -> dict[str, Forms]:
    table: dict[str, Forms] = {}
    for entry in _IRREGULAR.replace("\n", "|").split("|"):
        parts = entry.split()
        if len(parts) >= 4:
            base = parts[0]
            table[base] = Forms(
                base,
                parts[1].split("/")[0],
                tuple(parts[2].split("/")),
                tuple(parts[3].split("/")),
                _regular_ing(base),
            )
    table["be"] = Forms("be", "is", ("was", "were"), ("been",), "being")
    pasts = {"go": ("went", "gone"), "get": ("got", "got/gotten")}
    for base, (past, participle) in pasts.items():
        table[base] = Forms(
            base, _regular_s(base), (past,), tuple(participle.split("/")), _regular_ing(base)
        )
    return table


_TABLE = _read_irregular()


@lru_cache(maxsize=4096)
def forms(base: str) -> Forms:
    """All forms of a verb given its base."""
    known = _TABLE.get(base)
    if known is not None:
        return known
    past = _regular_ed(base)
    extra = ("travelled", "cancelled") if base in ("travel", "cancel") else ()
    variants = tuple(dict.fromkeys((past, *(e for e in extra if e.startswith(base)))))
    return Forms(base, _regular_s(base), variants, variants, _regular_ing(base))


def form_table(bases: frozenset[str]) -> dict[str, tuple[str, str]]:
    """Every form of these verbs: form to (base, tag); tags are base, s, past, part and ing.

    A form that is both past and participle has the tag "past".
    """
    table: dict[str, tuple[str, str]] = {}
    for base in sorted(bases):
        verb = forms(base)
        for form in verb.participle:
            table.setdefault(form, (base, "part"))
        for form in verb.past:
            table[form] = (base, "past")
        table[verb.third] = (base, "s")
        table[verb.ing] = (base, "ing")
        if base in ("travel", "cancel", "model"):
            table[base + "ling"] = (base, "ing")
        table[base] = (base, "base") if base not in verb.past else (base, "past")
    return table


def third_person(base: str) -> str:
    """The form after "she"."""
    return forms(base).third


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is said of a subject: lemma of the main verb, what follows it, and how it is said.

    `tense` is present, past, perfect, future or none (a bare participle); `cues` are the
    adverbs met on the way, such as "still", "also" and "no longer".
    """

    lemma: str
    form: str
    rest: str
    tense: str = "present"
    negative: bool = False
    progressive: bool = False
    modal: str = ""
    cues: frozenset[str] = field(default_factory=frozenset)


_WORD = re.compile(r"\s*([A-Za-z']+)")
ADVERBS = words_of(
    "also just now currently still really actually always usually finally recently "
    "already only "
    "both all even kinda sorta literally basically totally definitely absolutely officially "
    "permanently temporarily mostly mainly primarily often sometimes normally generally then "
    "again once personally honestly sadly happily quite pretty very so too ever originally "
    "previously formerly newly presently proudly possibly apparently typically regularly simply "
    "truly fully soon almost nearly probably maybe perhaps eventually initially occasionally "
    "rarely hardly never no-longer not in-fact each secretly particularly especially strongly "
    "much thoroughly greatly either seriously mildly severely deathly super deeply highly "
    "terribly strictly largely kind-of sort-of a-bit lately "
    "legally happily casually professionally since today yesterday long-since"
)
_BE = {"am": "present", "is": "present", "are": "present", "was": "past", "were": "past"}
_MODALS = words_of("would could might should may must shall")
_PHRASES: Mapping[str, str] = {
    "no longer": "no-longer",
    "no more": "no-longer",
    "not longer": "no-longer",
    "in fact": "in-fact",
    "kind of": "kind-of",
    "sort of": "sort-of",
    "a bit": "a-bit",
    "for now": "currently",
    "right now": "currently",
    "long since": "long-since",
}
_PHRASE_ENDS = (" longer", " more", " fact", " of", " bit", " now", " since")
_HYPHENED = re.compile(r"\s*([A-Za-z'-]+)")
_PHRASE = re.compile(r"\b(?:" + "|".join(_PHRASES) + r")\b", re.IGNORECASE)


def is_adverb(word: str, table: Mapping[str, tuple[str, str]]) -> bool:
    """Whether it is one that stands before a verb; "fly" and "apply" are verbs of the table."""
    low = word.lower()
    return low in ADVERBS or (low.endswith("ly") and low not in table)


_GOING_TO = re.compile(
    r"\s+going\s+to\s+(?=[a-z])(?!the\b|a\b|my\b|bed\b|"
    r"work\b(?! (?:\d|for|as|full|part|fewer|less|more|only|from|with|in|at)))"
)


class _State:
    """What the auxiliaries have said so far."""

    __slots__ = ("aux", "cues", "modal", "negative", "tense")

    def __init__(self) -> None:
        self.aux = ""
        self.tense = "present"
        self.negative = False
        self.modal = ""
        self.cues: set[str] = set()


def read_predicate(text: str, table: Mapping[str, tuple[str, str]]) -> Predicate | None:
    """The predicate that begins the text, or None where no known verb does.

    `table` comes from `form_table`; contractions must have been written out.
    """
    text = text[:400]
    if has_any(text.lower(), _PHRASE_ENDS):
        text = _PHRASE.sub(lambda match: _PHRASES[match[0].lower()], text)
    state, at = _State(), 0
    for _ in range(12):
        match = _HYPHENED.match(text, at)
        if match is None:
            return _bare(state, text[at:])
        word = match[1].lower()
        taken = _auxiliary(state, word, text, match.end())
        if taken:
            at = taken
            continue
        entry = table.get(word)
        if entry is None:
            return _bare(state, text[at:])
        return _main(state, entry, text, at, match.end())
    return None


def _auxiliary(state: _State, word: str, text: str, end: int) -> int:
    """Take a word into the state; where reading goes on, or 0 if it is no auxiliary."""
    if word in ("not", "never"):
        state.negative = True
        state.cues.add(word)
        return end
    if word in ADVERBS:
        state.cues.add(word)
        state.negative = state.negative or word == "no-longer"
        return end
    if word == "used" and re.match(r"\s+to\b", text[end:]) and state.aux != "be":
        state.tense = "past"
        state.cues.add("used to")
        return end + text[end:].index("to") + 2
    if word in _BE:
        if state.aux:
            return 0
        state.aux, state.tense = "be", _BE[word]
        going = _GOING_TO.match(text[end:])
        if going:
            state.aux, state.tense = "future", "future"
            return end + going.end()
        return end
    return _other_auxiliary(state, word, text, end)


def _other_auxiliary(state: _State, word: str, text: str, end: int) -> int:
    if word in _MODALS or word == "can":
        state.modal, state.aux = word, "modal"
        return end
    if word == "will":
        state.aux, state.tense = "future", "future"
        return end
    if word in ("do", "does", "did") and re.match(
        r"\s+(?:not\b|really\b|still\b|also\b|never\b|[a-z]+\b)", text[end:]
    ):
        follow = re.match(r"\s+(?:(?:not|really|still|also|actually)\s+)*([a-z]+)", text[end:])
        plain_do = re.match(r"\s+(?:a|an|the|my|some|yoga|it|that)\b", text[end:])
        if follow and not plain_do and (state.aux == "" and _is_base(follow[1])):
            state.aux = "do"
            state.tense = "past" if word == "did" else "present"
            return end
        return 0
    if word == "been" and state.aux in ("have", ""):
        state.aux = "be"
        state.tense = "perfect"
        return end
    if word == "be" and state.aux in ("modal", "future"):
        state.aux = "be"
        return end
    if word in ("have", "has", "had") and state.aux in ("", "modal", "future"):
        return _have(state, word, text, end)
    return 0


_PARTICIPLE = re.compile(
    r"\s+(?:(?:not|never|just|also|always|now|already|recently|finally|only|both|since|lived?|"
    r"actually|still|no-longer|officially|really|long|gone)\s+)*"
    r"(been|got|gotten|had|gone|left|made|become|taken|sold|bought|quit|put|lost|"
    r"met|read|done|found|heard|held|paid|said|told|won|run|come|become|begun|sung|swum|drunk|sat|cut|"
    r"hit|set|hurt|built|felt|kept|slept|taught|thought|brought|fought|caught|stood|led|fed|hung|"
    r"stuck|dealt|learnt|shot|[a-z]+(?:ed|en|wn|nt|ne))\b"
)


def _have(state: _State, word: str, text: str, end: int) -> int:
    match = _PARTICIPLE.match(text[end:].lower())
    if match is None or match[1] in ("seven", "ten", "eleven", "red", "kitchen", "children", "one"):
        return 0
    state.aux = "have"
    state.tense = "past" if word == "had" else "perfect"
    return end


_LOOK_BENT = words_of(
    "sing bring ring swing cling sting spring need feed breed bleed speed shed wed"
)


def _is_base(word: str) -> bool:
    if word in _LOOK_BENT:
        return True
    return not word.endswith(("ing", "ed")) and word not in ("it", "that", "this", "so", "yoga")


def _bare(state: _State, rest: str) -> Predicate | None:
    if state.aux == "be":
        return Predicate(
            "be",
            "be",
            rest.strip(),
            state.tense,
            state.negative,
            False,
            state.modal,
            frozenset(state.cues),
        )
    return None


def _main(state: _State, entry: tuple[str, str], text: str, at: int, end: int) -> Predicate | None:
    lemma, tag = entry
    rest = text[end:].strip()
    tense = state.tense
    progressive = tag == "ing"
    if (state.aux == "be" and tag in ("base", "s")) or (
        state.aux == "be" and tag in ("past", "part") and lemma not in PASSIVES
    ):
        return _bare(state, text[at:])
    if state.aux == "" and tag in ("past", "part") and "used to" not in state.cues:
        tense = "past"
    if state.aux == "be" and tag in ("past", "part"):
        lemma = "be " + lemma
    if state.aux == "" and tag == "part":
        tense = "past"
    if state.aux == "" and tag == "ing":
        tense = "none"
    if tag == "past" and state.aux == "" and lemma == "quit":
        tense = "past"
    return Predicate(
        lemma,
        text[at:end].strip(),
        rest,
        tense,
        state.negative,
        progressive,
        state.modal,
        frozenset(state.cues),
    )


PASSIVES = words_of(
    "promote hire fire employ lay diagnose accept admit base locate call name "
    "marry divorce engage "
    "make enroll enrol move transfer relocate assign subscribe retire bear raise born "
    "let extend postpone push switch put prescribe elect appoint schedule reschedule bring delay "
    "shift plan cut increase reduce lower rename insure change take"
)

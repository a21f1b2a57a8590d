"""What the agent is told to do from now on: "always answer in French", "use metric units"."""

from __future__ import annotations

import re

from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.frames import third_pronouns
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.words import has_any
from everwhen.write.rules.words import words as words_of

_POLITE = (
    r"(?:(?:and|also|so|ok|okay|hey|hi|hello|please|pls|plz|kindly|just|btw|yes|"
    r"thanks)[\s,:]+)*"
)
_STANDING = re.compile(
    rf"^{_POLITE}(?P<cue>always|never|from now on|going forward|in (?:the )?future|"
    rf"for future reference|by default|every time|each time|"
    r"whenever (?:i|you|we)[^,]{2,60}|when(?:ever)? (?:you (?:answer|reply|respond|"
    r"write|talk|speak)|answering|replying|responding|writing)[^,]{0,40}|"
    r"(?:please )?(?:do not|don'?t) ever|i(?:'d| would)? (?:like|want|need) you "
    r"to(?: always| never)?|you (?:should|must|can|need to) (?:always|never))[\s,:]+"
    rf"(?:please |pls |always |never |can you |could you |to )*(?P<what>[^?]+)$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    (
        rf"^{_POLITE}(?P<what>[^?]{{4,120}}?),? (?:from now on|going forward|in (?:the "
        rf")?future|by default|every time|at all times)(?:,? please)?$"
    ),
    re.IGNORECASE,
)
_IMPERATIVE = words_of(
    "answer reply respond write speak talk use keep call address give show send "
    "remind include add format avoid be explain "
    "translate start end stop do don't dont make tell ask suggest recommend list "
    "put check cite say round sort "
    "assume treat refer leave skip prefer limit begin summarize summarise mention "
    "note remember spell sign provide "
    "offer wait confirm double-check double convert display greet phrase consider "
    "mark quote follow schedule book"
)
_LANGUAGE = re.compile(
    rf"^{_POLITE}(?:(?:always|only|can you|could you|from now on|now|to me|would "
    rf"you|please)[ ,]+)*(?:answer|reply|respond|write|speak|talk|chat|communicate)(?: (?:to|"
    rf"with) me| back| only| me| always)*(?: in)? "
    r"(?P<v>[A-Za-z]+(?: German| Portuguese| Spanish| English| French)?)(?: only| again| now|"
    r" instead| from now on| please| always| with me| going forward| by default)*$",
    re.IGNORECASE,
)
_UNITS = re.compile(
    (
        r"\b(?:use|in|prefer|give me|show|with|show me)\b[^.?]{0,30}?\b(?P<v>metric|"
        r"imperial|celsius|fahrenheit|kilometers|kilometres|miles|kilograms|24[- ]?hour|"
        r"12[- ]?hour|iso 8601|iso|day-month-year|dd/mm/yyyy|us customary)(?: (?P<k>units?|"
        r"system|measurements?|degrees|clock|time|format|dates?|time format))?\b"
    ),
    re.IGNORECASE,
)
_STYLE = re.compile(
    rf"^{_POLITE}(?:(?:do not|don'?t|no|stop|avoid) (?:use |using |with |add |adding "
    rf"|include |including |write |send |give me |sending )?(?:any |me |so many "
    rf"|the )?(?:emojis?|emoticons|exclamation marks?|bullet points?|markdown|tables?|"
    rf"jargon|small talk|disclaimers?|caps|all caps|slang|abbreviations|sugarcoat\w*|"
    rf"lectures?|lecturing|apologi\w+)|"
    r"(?:keep|make) (?:your |the |all )?(?:answers?|replies|responses|it|messages|"
    r"explanations?) (?:always )?(?:short|brief|concise|simple|to the point|under "
    r".+|formal|informal|casual|detailed|friendly|professional)|"
    r"be (?:more )?(?:brief|concise|direct|formal|informal|blunt|honest with me|"
    r"polite|short)|use (?:a )?(?:formal|informal|casual|simple|plain|british|"
    r"american) (?:tone|language|english|words|style|spelling)|"
    r"address me (?:as|with|by) .+|use (?:bullet points|markdown|tables|sie|du|"
    r"first names|my first name)|"
    r"(?:do not|don'?t) (?:call me|recommend|suggest|mention|bring up|remind me|"
    r"talk about|ask me)\b.+)[^?]*$",
    re.IGNORECASE,
)
_ONCE = re.compile(
    (
        r"\b(?:this|that|it|these|those|below|above|following|the (?:text|email|sentence|"
        r"paragraph|poem|code|file))\b"
    ),
    re.IGNORECASE,
)
_REMEMBER = re.compile(
    (
        rf"^{_POLITE}(?:(?:can|could|would|will) you )?(?:please )?(?:remember|note|"
        rf"keep in mind|make a note|don'?t forget|take note|for the record|write down|"
        rf"save)(?: that|:| of the fact that|,)?\s+(?P<what>[^?]{{6,200}})$"
    ),
    re.IGNORECASE,
)


CUES = words_of(
    "always never from forward future default time whenever when answer answers "
    "reply respond response responses write speak talk use show give "
    "keep remember note mind forget record save be please pls plz dont don't "
    "do no stop avoid address make put display set list call prefer"
)
NOTE_CUES = words_of("remember note mind forget record write save")


_MANNER = re.compile(
    r"\b(?:(?:want|need|prefer|like|give me|use|only|just|back to|now on|again|write|make|send)\b"
    r"[\w ,:-]{0,12}?|^(?:please )?)(?P<v>(?:short|shorter|brief|concise|long|longer|detailed|"
    r"in-depth|thorough|simple|plain|formal|informal|casual|one-line|one-sentence|blunt|direct|"
    r"step-by-step|bulleted|friendly)(?:(?:,| and|, and) (?:short|brief|concise|simple|plain|"
    r"detailed|friendly|to the point))?) (?:answers?|repl(?:y|ies)|responses?|explanations?)\b"
    r"(?! (?:from|to my)\b)|"
    r"\b(?:keep|make) (?:(?:your|the|all|my) )*(?:answers?|replies|responses|explanations) "
    r"(?:always )?(?P<w>short|shorter|brief|concise|simple|detailed|long|longer|formal|casual|"
    r"informal|friendly)\b",
    re.IGNORECASE,
)
_MONEY_NAME = (
    r"(?:(?:us|canadian|australian|new zealand|hong kong|singapore|american) )?dollars|euros?|"
    r"(?:british )?pounds(?: sterling)?|(?:swiss )?francs|(?:swedish|norwegian|danish|czech) "
    r"(?:krona|kronor|kroner|krone|crowns)|kron(?:or|er)|zloty|yen|yuan|(?:indian )?rupees|"
    r"(?:mexican )?pesos|rand|lira|usd|eur|gbp|chf|cad|aud|nzd|sek|nok|dkk|pln|jpy|inr|czk|huf"
)
_CURRENCY = re.compile(
    rf"\b(?:use|using|show|quote|give|put|write|calculate|convert|switch to|go back to|stick to|"
    rf"want|prefer|all|everything|prices?|amounts?|costs?)\b[\w ,]{{0,40}}?"
    rf"\b(?P<v>{_MONEY_NAME})\b",
    re.IGNORECASE,
)
_FOR_WHAT = re.compile(
    r"\b(?:for|calculat\w+|quot\w+|of|show\w*|give|giving|put)\s+(?:me |all |any |my |the |our )*"
    r"(?P<w>(?:[a-z]+ )?(?:costs?|prices?|expenses|budgets?|amounts?|sums|invoices|bills|fees|"
    r"quotes|fares|salaries|rents?|reports?))\b",
    re.IGNORECASE,
)


def _manner(text: str, clause: Clause, talk: Talk) -> bool:
    """How long and in which manner answers should be."""
    match = _MANNER.search(text)
    said_before = text[: match.start("v" if match["v"] else "w")] if match is not None else ""
    if match is None or _ONCE.search(text) or re.search(r"\b(?:not|no|never|why)\b", said_before):
        return False
    value = (match["v"] or match["w"]).lower()
    text = f"{talk.me.label} wants {value} answers"
    talk.claim(clause, talk.me, "answer style", value, text)
    return True


def _currency(text: str, clause: Clause, talk: Talk) -> bool:
    """The currency that sums should be in."""
    match = _CURRENCY.search(text)
    if match is None or _ONCE.search(text) or re.search(r"\d|^(?:convert|how|what)\b", text, re.I):
        return False
    if re.match(r"(?:i|we|he|she|they|my|the)\b", text, re.I) and "want" not in text.lower():
        return False
    what = _FOR_WHAT.search(text)
    noun = what["w"].lower() if what is not None else "amounts"
    value = match["v"]
    said = f"{talk.me.label} wants {value} to be used for {noun}"
    stated = periods.beginning(clause.times, talk.at)
    talk.claim(clause, talk.me, f"currency for {noun}", value, said, stated=stated)
    return True


_WHY = re.compile(r",\s*(?:i|i'm|im|i've|we|my|because|cos|cause|since|as i)\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:(?:oh|and|also|ps|plus|ah|right|one more thing)[\s,:]+)+", re.IGNORECASE
)


def instruct(clause: Clause, talk: Talk) -> bool:
    """Claim a standing instruction; whether the sentence was one."""
    text = _OPENING.sub("", clause.raw.strip(" .!,"))
    text = _WHY.split(text, maxsplit=1)[0]
    lowered = text
    if has_any(text, ("pls", "plz")):
        lowered = re.sub(r"\b(?:pls|plz)\b", "please", text)
    instead = _INSTEAD_OF.search(lowered)
    if instead is not None:
        lowered = lowered[: instead.start()] + instead["rest"]
        _set_aside(instead["x"], clause, talk)
    if _language(lowered, clause, talk):
        return True
    _zone(lowered, clause, talk)
    if _format(lowered, clause, talk) or _currency(lowered, clause, talk):
        return True
    if _manner(lowered, clause, talk):
        return True
    units = _UNITS.search(lowered)
    if (
        (
            units is not None
            and (
                re.search(r"\bso use\b", lowered, re.I) is not None
                or not re.match(r"(?:i|we|my|the|it|what|how|in|he|she|they|i've)\b", lowered, re.I)
            )
            and (
                units["k"] or units["v"].lower() in ("metric", "celsius", "fahrenheit", "imperial")
            )
        )
        and not _ONCE.search(lowered)
        and not re.match(r"convert|what", lowered, re.I)
    ):
        value = f"{units['v'].lower()} {units['k'].lower()}" if units["k"] else units["v"].lower()
        kind = (
            "units"
            if re.search(r"metric|imperial|celsius|fahrenheit|kilo|mile|customary", value)
            else "format"
        )
        talk.claim(clause, talk.me, kind, value, f"{talk.me.label} wants {value} to be used")
        return True
    return _standing(lowered, clause, talk)


_INSTEAD_OF = re.compile(
    r",? (?:instead of|rather than|and not|not) (?:in |using |with |as |the |your )*"
    r"(?P<x>(?!be\b|to\b)[\w' -]{2,30}?)(?P<rest>,? (?:from now on|going forward|in future|"
    r"please|by default)|)$",
    re.IGNORECASE,
)
_WISHES = ("instruction", "answer format", "answer style", "response language", "units", "format")


def _set_aside(old: str, clause: Clause, talk: Talk) -> None:
    """End the instruction that something else is wanted instead of."""
    for subject, attribute, value in talk.held:
        named = re.search(rf"\b{re.escape(old)}\b", value, re.IGNORECASE) is not None
        if attribute in _WISHES and named and subject == talk.me.key:
            text = f"{talk.me.label} no longer asks: {value}"
            talk.end(clause, talk.me, attribute, value, text, subject=subject)


_ZONE = re.compile(
    r"\b(?:in|to|use|using|as|on|switch to)\s+(?:the )?(?-i:(?P<v>(?:[A-Z][a-z]+ "
    r"){1,3}[Tt]ime|[A-Z]{3,4}|UTC ?[+-] ?\d{1,2}))(?![\w])"
)
_ABOUT_TIME = re.compile(
    (
        r"\b(?:meetings?|times|calendar|time ?zone|schedule|appointments|reminders|"
        r"events|deadlines|clock|hours)\b"
    ),
    re.IGNORECASE,
)
_FORMAT = re.compile(
    (
        r"\b(?P<v>(?:(?:short|long|plain|numbered|simple|brief|full) )?(?:bullet points?|"
        r"bullets|paragraphs?|tables?|numbered lists?|lists|prose|plain text|markdown|"
        r"json|headings|one sentence|sentences|haikus?|rhymes))\b"
    ),
    re.IGNORECASE,
)


def _zone(text: str, clause: Clause, talk: Talk) -> None:
    """ "Show all meeting times in Pacific time": other parts of the sentence are read on."""
    match = _ZONE.search(text)
    if (
        match is None
        or _ABOUT_TIME.search(text) is None
        or not re.match(
            (
                rf"^{_POLITE}(?:show|use|put|give|set|display|schedule|list|keep|convert all|"
                rf"always|from now on|write|state)\b"
            ),
            text,
            re.I,
        )
    ):
        return
    name = match["v"]
    if (
        name.isupper()
        and name.lower() not in talk.grammar.lists["time_zone"]
        and not name.startswith("UTC")
    ):
        return
    talk.claim(clause, talk.me, "time zone", name, f"{talk.me.possessive} time zone is {name}")


def _format(text: str, clause: Clause, talk: Talk) -> bool:
    """The shape that answers should have."""
    match = _FORMAT.search(text)
    if (
        match is None
        or not re.search(
            r"\b(?:answers?|repl(?:y|ies)|responses?|respond|answer me|explanations)\b", text, re.I
        )
        or _ONCE.search(text)
    ):
        return False
    if not re.search(
        (
            r"\b(?:give|use|want|like|prefer|format|keep|write|answer|reply|respond|always|"
            r"from now on|please)\b"
        ),
        text,
        re.I,
    ):
        return False
    if re.search(
        r"\b(?:no|not|don'?t|never|without|stop|tired of)\b[^,.;]{0,20}" + re.escape(match["v"]),
        text,
        re.I,
    ):
        return False
    value = match["v"].lower()
    talk.claim(clause, talk.me, "answer format", value, f"{talk.me.label} wants answers as {value}")
    return True


def _language(text: str, clause: Clause, talk: Talk) -> bool:
    match = _LANGUAGE.match(text)
    if match is None or match["v"].lower() not in talk.grammar.lists["language"]:
        return False
    value = match["v"].title()
    talk.claim(
        clause, talk.me, "response language", value, f"{talk.me.label} wants answers in {value}"
    )
    return True


def _standing(text: str, clause: Clause, talk: Talk) -> bool:
    style = _STYLE.match(text)
    match = _STANDING.match(text) or _TRAILING.match(text)
    if re.search(r"\bcall me (?!back|when|if|at|on|before|after)\w", text, re.I):
        return False
    if style is not None and not _ONCE.search(text):
        what = re.sub(rf"^{_POLITE}", "", text, flags=re.I)
    elif match is not None:
        what = match["what"].strip(" ,.")
        cue = (match.groupdict().get("cue") or "").lower()
        first = what.split()[0].lower() if what.split() else ""
        if first not in _IMPERATIVE or len(what.split()) < 2:
            return False
        if re.match(r"(?:be|do|use|make|start|say|start|leave|keep)\b", first) and re.search(
            r"\b(?:yourself|your (?:dreams|heart))\b", what, re.I
        ):
            return False
        if (
            "never" in cue
            or " never" in cue
            or ("ever" in cue and ("not" in cue or "n't" in cue or "dont" in cue))
        ):
            what = f"never {what}"
        elif cue.startswith("when"):
            what = f"{cue}, {what}"
        elif cue.startswith("always"):
            what = f"always {what}"
    else:
        return False
    if re.match(r"(?:always|never) (?:mind|forget to|say never|been|going)", what, re.I):
        return False
    zone = re.search(r"\buse (?P<v>(?:[A-Z]\w+ ){1,3}[Tt]ime|[A-Z]{3,4}|UTC ?[+-]\d+)\b", what)
    if zone is not None:
        talk.claim(
            clause,
            talk.me,
            "time zone",
            zone["v"],
            f"{talk.me.possessive} time zone is {zone['v']}",
        )
        return True
    wanted = third_pronouns(what)
    talk.claim(
        clause,
        talk.me,
        "instruction",
        wanted,
        f"{talk.me.label} asks: {what[0].lower() + what[1:]}",
    )
    return True


def note(clause: Clause, talk: Talk) -> bool:
    """ "Remember that X" where X fits no frame: keep X as it was put."""
    match = _REMEMBER.match(clause.raw.strip(" .!"))
    if match is None:
        return False
    what = match["what"].strip()
    if len(what.split()) < 3 or re.match(
        r"(?:to|when|how|what|who|me|this|it|those|the time|where|why|if)\b", what, re.I
    ):
        return False
    talk.claim(clause, talk.me, "note", what, f"{talk.me.label} asked to remember: {what}")
    return True

"""Changes of what is held, whatever it is: "sold the nikon", "we replaced Angular with Svelte".

A clause with a word of ending or replacing that names a value which is held, or its topic, ends
that fact. Where it says what came instead, the fact's own words are claimed again with the new
value in place of the old one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from everwhen.language.keys import value_key
from everwhen.model.records import SELF, Polarity
from everwhen.write.rules import periods
from everwhen.write.rules.clauses import Clause
from everwhen.write.rules.cues import Cues, load_cues
from everwhen.write.rules.held import Held
from everwhen.write.rules.renewal import about, kind_of, stem, topic
from everwhen.write.rules.rewording import restored, third
from everwhen.write.rules.talk import Talk
from everwhen.write.rules.topics import value_of
from everwhen.write.rules.words import words as words_of

_WORD = re.compile(r"[^\W_]+(?:['+#.-]*[^\W_]+)*")
_REPLACED = re.compile(
    r"\b(?:swap|switch|chang|replac|trad|exchang|upgrad|downgrad|mov|migrat|convert|transfer|"
    r"renam|went|gone|going|push|shift)\w*\s+(?:over |back |away |up |down )?(?:from )?"
    r"(?P<x>[^,;]*?)\s+(?:for|to|with|by|into|in favou?r of)\s+(?P<y>.+)$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\bfrom (?P<x>[^,;]+?) (?:to|over to|onto) (?P<y>.+)$", re.IGNORECASE)
_PASSIVE = re.compile(
    r"^(?P<x>.+?) (?:(?:has|have|had|was|were|is|got|been|just|now|being) )+"
    r"(?:replaced|swapped|exchanged|succeeded|superseded|renamed|switched|changed)(?: out)? "
    r"(?:by|with|for|to|as) (?P<y>.+)$",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"\b(?:closed|cancel(?:l?ed)|ended|quit|dropped|left|terminated|gave up|sold|returned|let go)"
    r" (?:(?:my|our|the|an?) )?[\w' -]{0,30}?\b(?:at|with|from|in|by) (?P<x>[^,;]+?),? and "
    r"(?:then |have |now )*(?:opened|took out|taken out|started|got|signed up for|joined|bought|"
    r"rented|found|set up|made) (?:one|another|another one|a (?:new|different)(?: [\w-]+)?|"
    r"the same) (?:at|with|from|in|by) (?P<y>.+)$",
    re.IGNORECASE,
)
_GIVES_WAY = re.compile(
    r"^(?P<x>.+?) (?:(?:has|have|had|is|was|just|now|will) )*(?:(?:hands?|handed|pass(?:es|ed)?) "
    r"(?:over|on|the baton|the reins)|(?:gives?|gave|given|makes?|made) way|"
    r"followed) (?:to|for|by) (?P<y>.+)$",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"^(?:its |it's |(?:I|we|it|that|he|she|they)(?: is| am| are| was| should be| meant| use|"
    r" have)? )?"
    r"(?:(?:now|in|on|at|to|using|with) )*(?P<y>[^,;]+?)(?: is (?:now )?(?:my|our|the) [\w ]+)?"
    r",?\s+(?:instead of|rather than|and not|not|replaces|replaced|has replaced|is replacing|"
    r"will replace|"
    r"(?:takes|took|taking|taken|take) over (?:from|for)|succeeds|succeeded|(?:steps|stepped|"
    r"fills|filled) in for) "
    r"(?:on |in |at |to )?(?P<x>.+)$",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"^(?P<x>.+?) (?:(?:has|have|had|was|were|is|got|been|just|now|being|will|be) )*"
    r"(?:postponed|brought forward|pushed(?: back| out)?|moved(?: up| back| forward)?|extended|"
    r"rescheduled|delayed|shifted|cut|raised|lowered|increased|reduced|bumped(?: up)?|"
    r"dropped|gone (?:up|down)|went (?:up|down)|rises|rose|changed|slipped|down|up|grown|grew)"
    r"(?: (?:from .+?))? (?:to|until|till|by) (?P<y>.+)$",
    re.IGNORECASE,
)
_SET = re.compile(
    r"\b(?:postponed|moved|pushed|extended|rescheduled|delayed|shifted|cut|raised|lowered|"
    r"increased|reduced|bumped|changed|set|brought forward) (?:my|our|the) (?P<x>[^,;]+?) "
    r"(?:(?:up|back|forward|down|out|again) )?(?:from .+? )?(?:to|until|till) (?P<y>.+)$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:sold|cancel(?:l?ed)|quit|stopped|dropped|ditched|closed|deleted|ended|lost|broke|"
    r"scrapped|donated|returned|abandoned|terminated|uninstalled|dumped|axed|binned|wrecked|"
    r"crashed|left|gave|given|giving|given up|finished|done with|through with|rid of|rip|bye|"
    r"goodbye to|farewell to|no more|no longer|unsubscribed from|resigned (?:from|as)|"
    r"stepped down (?:from|as)|retired (?:from|as)|fired from|sacked from|laid off (?:from|by)|"
    r"dismissed from|out of|graduated from|moved out of|handed (?:back|in|over)|traded in|"
    r"signed off|called off|shut down|got rid|let go of|threw (?:out|away)|chucked|tossed|"
    r"did not renew|not renew|without|took down|outgrew|passed on|thrown|"
    r"(?:took|take|had|finished|used up|swallowed|ate|drank|injected|taught|gave|played|attended|"
    r"worked|paid|got|completed|did) (?:my|the|our|his|her) (?:very )?(?:last|final)|"
    r"(?:ran|am|are|run) out of)\b"
    r"(?P<gap>(?: (?!(?:at|near|because|for|to|while|when|in)\b)[\w'-]+){0,6}?) (?P<x>\S.*)$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?P<x>.+?) (?:(?:has|have|had|was|were|is|are|got|been|just|now|being|finally|sadly|"
    r"officially|suddenly|really|all) )*(?:died|dead|closed|closed down|shut|shut down|expired|"
    r"ended|folded|retired|gone|over|history|broke|broken|stolen|nicked|lost|sold|cancelled|"
    r"canceled|discontinued|bankrupt|lapsed|finished|done|no more|off|fell through|"
    r"went into|went bust|ran out|moved out|moved away|got (?:his|her|their) own place|"
    r"got adopted|was adopted|found (?:a|his|her|its) (?:new |forever )*home|"
    r"passed away|let me go|fired me|laid me off|sacked me|"
    r"dropped me|dumped me|left me|scrapped|wrecked|totalled|kaputt?|terminated|ditched|axed|"
    r"taken away|away for good)\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"\b(?:no longer|not\b.*\b(?:any ?more|any longer)|any ?more|used to|stopped|quit)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:(?:not|never|almost|nearly|won't|without) (?:yet |even |really )?(?:sold|cancel|quit|"
    r"stop|drop|ditch|clos|delet|end|los|break|broke|die|scrap|leave|left|give|swap|switch|chang|"
    r"replac|mov|renew)|still have|still on|still with|still at)",
    re.IGNORECASE,
)
_PLAN = re.compile(r"\b(?:will|going to|plan(?:ning|s)? to|want|might|would|should)\b", re.I)
_FIXED = frozenset({"name", "birthday", "age", "origin", "mother", "father", "sibling", "child"})


_NOT_BUT = re.compile(
    r"\bnot (?:in |on |at |to |for |with |a |an |the )?(?P<x>[^,;]+?),? but (?:rather |in |on |"
    r"at |to |"
    r"for |with |a |an |the )*(?P<y>.+)$",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:was never|were never|am not and never was|never (?:was|were|had|lived|worked|studied|"
    r"owned|"
    r"used|played|been))\b(?P<x>.+)$",
    re.IGNORECASE,
)


def read_change(clause: Clause, talk: Talk) -> bool:
    """End and renew what a clause says has changed; whether it was anything that is held."""
    if not talk.held:
        return False
    cues = load_cues(talk.grammar.language)
    words = {w.lower() for w in _WORD.findall(clause.text)}
    if cues["changing"].isdisjoint(words) or _DENIED.search(clause.text):
        return False
    stated = periods.ending(clause.times, talk.at)
    if _PLAN.search(clause.text) and not stated.future:
        return False
    return (
        _put_right(clause, talk, cues)
        or _bare_value(clause, talk)
        or _replaced(clause, talk, cues)
        or _rescheduled(clause, talk, cues)
        or _ended(clause, talk, cues)
        or _topic_changed(clause, talk, cues)
    )


def _names(fact: Held, words: frozenset[str], talk: Talk, cues: Cues) -> int:
    """How well words name a fact's value: 0 not at all, more the more of it is said."""
    value = fact[2]
    strong = 0
    content = [w for w in _WORD.findall(value) if w.lower() not in cues["common"] and len(w) > 2]
    for token in content:
        if token.lower() in words:
            strong += 2 if token[:1].isupper() or any(c.isdigit() for c in token) else 1
    if not strong:
        text = talk.texts.get(fact, "")
        named = [w for w in _WORD.findall(text) if w[:1].isupper() and w not in ("User", "The")]
        return int(any(w.lower() in words and w.lower() not in cues["common"] for w in named))
    if strong >= 2 or all(w.lower() in words for w in content):
        return strong
    return 1 if content and stem(content[0].lower()) in {stem(w) for w in words} else 0


def _named(text: str, talk: Talk, cues: Cues) -> list[Held]:
    """The held facts whose value a text names, best first."""
    words = frozenset(w.lower() for w in _WORD.findall(text))
    words |= {w.removesuffix("'s") for w in words}
    scored = [(_names(fact, words, talk, cues), fact) for fact in talk.held]
    scored = [(score, fact) for score, fact in scored if score and fact[1] not in _FIXED]
    if not scored:
        return []
    best = max(score for score, _ in scored)
    return [fact for score, fact in scored if score == best]


def _on_topic(text: str, talk: Talk) -> list[Held]:
    """The held facts that a noun phrase is about: "the wedding", "banks"."""
    words = topic(re.sub(r"\ue001\d", " ", text))
    if not words:
        return []
    return [
        fact for fact in talk.held
        if fact[1] not in _FIXED and words <= about(fact, talk) | topic(fact[2])
    ]  # fmt: skip


_NO_VALUE = words_of("am is are was were it that this i we be have has do did the a an so not")


def _replaced(clause: Clause, talk: Talk, cues: Cues) -> bool:
    for pattern in (_ANEW, _PASSIVE, _GIVES_WAY, _FROM_TO, _REPLACED, _INSTEAD):
        match = pattern.search(clause.text)
        if match is None:
            continue
        facts = _named(match["x"], talk, cues)
        value = _new_value(match["y"], clause, talk)
        if not facts or len(value) < 2 or value.split()[0].lower() in _NO_VALUE:
            continue
        for fact in facts:
            if value_key(fact[2]) != value_key(value):
                _renew(fact, value, clause, talk, said=match["x"], corrected=talk.correcting)
        return True
    return False


def _put_right(clause: Clause, talk: Talk, cues: Cues) -> bool:
    """ "Not on 5 but on 15 November", "I was never in Haarlem": what was held is wrong."""
    match = _NOT_BUT.search(clause.text)
    if match is not None:
        value = _new_value(match["y"], clause, talk)
        facts = [f for f in _named(match["x"], talk, cues) if value_key(f[2]) != value_key(value)]
        if not facts:
            words = topic(clause.text[: match.start()])
            facts = [
                f for f in talk.held
                if words and kind_of(f[2]) == kind_of(value) and words <= about(f, talk)
            ]  # fmt: skip
        if facts and value:
            _renew(facts[-1], value, clause, talk, said=match["x"], corrected=True)
            return True
    match = _NEVER.search(clause.text)
    if match is None:
        return False
    facts = _named(match["x"], talk, cues)
    for subject, attribute, old in facts:
        if talk.is_single(attribute):
            talk.correcting = True
            continue
        talk.claim(
            clause, talk.me, attribute, "", f"{talk.me.label}: {attribute} never was {old}",
            replaces=old, confidence=0.5, subject=subject,
        )  # fmt: skip
    return False


_BARE = re.compile(
    r"^(?:(?:it is|its|it was|it should be|that is|should be|make it|I meant|meant|I mean|rather|"
    r"no) )*"
    r"(?:at |for )?(?P<y>\d[\d.,:]*(?: ?[ap]m)?)(?: .{0,20})?$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b(?: ?[ap]m)?|\b\d{1,2} ?[ap]m\b", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\d.:-])\d[\d.,]*(?![\d:])")


def _bare_value(clause: Clause, talk: Talk) -> bool:
    """ "I mixed up the time, it's 11:15": the last fact with a time or figure is put right."""
    if not talk.correcting or len(clause.raw) > 60:
        return False
    match = _BARE.match(clause.unmarked(clause.text))
    if match is None:
        return False
    shape = _CLOCK if _CLOCK.fullmatch(match["y"]) else _FIGURE
    for fact in reversed(talk.held):
        old = shape.search(fact[2])
        if old is not None and old[0] != match["y"]:
            _renew(fact, match["y"], clause, talk, said=old[0], corrected=True)
            return True
    return False


_CAME = re.compile(
    r"^(?:(?:I|we) )?(?:(?:am|are|have|now|just|got|to|been|also|then|so|instead|my|our) )*"
    r"(?:on|with|using|use|got|get|have|bought|took|take|taking|driving|drive|riding|ride|at|"
    r"switched "
    r"to|moved to|went for|playing|play|it is|running|reading|lease|leasing|rent|renting|"
    r"swapped to|"
    r"joined|(?:my |our )?(?:new |current )[\w ]{2,25}? is(?: at| with| on| called)?)\s+"
    r"(?:(?:a|an|the|my|our|called|named|new) )*(?P<y>[^,;]{2,50}?)"
    r"(?P<now>\s+(?:now|instead|these days|nowadays|for me now))?$",
    re.IGNORECASE,
)
_CAME_CUE = re.compile(
    r"\b(?:now|instead|these days|nowadays|new|got|bought|current)\b", re.IGNORECASE
)


_NAMED_WITH = re.compile(r"\b(?:with|by|under|from|is) (?P<n>[A-ZÀ-Þ].*)$")


def came_instead(clause: Clause, talk: Talk) -> bool:
    """ "Now on a macbook", after something was ended in the same message: its successor."""
    ended = [p for p in talk.said if p.polarity is Polarity.END and p.value]
    if not ended or _CAME_CUE.search(clause.raw) is None:
        return False
    old = ended[-1]
    fact = (old.subject, old.attribute, old.value)
    match = _CAME.match(clause.text)
    renewed = any(
        p.polarity is not Polarity.END and (p.subject, p.attribute) == fact[:2] for p in talk.said
    )
    if match is None or fact not in talk.texts or renewed or old.attribute in _FIXED:
        return False
    serves = old.attribute.rpartition(" ")[2] in load_cues(talk.grammar.language)["serving"]
    named = _NAMED_WITH.search(match["y"]) if serves else None
    value = _new_value(named["n"] if named is not None else match["y"], clause, talk)
    if serves and not value[:1].isupper():
        return False
    if not value or value_key(value) == value_key(old.value) or len(value.split()) > 5:
        return False
    who = talk.me
    text = talk.texts[fact]
    if old.value not in text:
        return False
    talk.claim(
        clause, who, old.attribute, value, text.replace(old.value, value),
        stated=periods.Stated(valid_from=old.valid_to), confidence=0.5, subject=old.subject,
    )  # fmt: skip
    return True


_INSTEAD_OF = re.compile(
    r"\s*,?\s*\b(?:instead of|in place of|rather than) (?P<x>(?:(?:the|a|an|my|our|using|with|at|"
    r"in|on|to) )*(?:(?-i:[A-Z0-9][\w'.&+-]*)(?: (?-i:[A-Z0-9][\w'.&+-]*))*|[\w'.&+-]+))",
    re.IGNORECASE,
)


_CHOOSING = words_of(
    "prefer prefers preferred preferring rather love loves like likes said written"
)


def set_aside(clause: Clause, talk: Talk) -> tuple[Clause, str]:
    """A clause without its "instead of X", and X."""
    if "instead of" not in clause.text and "in place of" not in clause.text:
        return clause, ""
    match = _INSTEAD_OF.search(clause.text)
    if match is None or talk.correcting or not _CHOOSING.isdisjoint(talk.words):
        return clause, ""
    text = clause.text[: match.start()] + clause.text[match.end() :]
    return replace(clause, text=text.strip()), match["x"]


def give_up(words: str, clause: Clause, talk: Talk, before: int) -> None:
    """End what the claims since the given number have come instead of."""
    new = talk.said[before]
    facts = _named(words, talk, load_cues(talk.grammar.language)) or _on_topic(words, talk)
    for fact in facts:
        if not (talk.is_single(fact[1]) and (new.subject, new.attribute) == fact[:2]):
            _end(fact, clause, talk, new.valid_from)


def _rescheduled(clause: Clause, talk: Talk, cues: Cues) -> bool:
    for pattern in (_SET, _MOVED):
        match = pattern.search(clause.text)
        if match is None:
            continue
        value = _new_value(match["y"], clause, talk)
        kind = kind_of(value)
        if not value or kind == "words":
            continue
        facts = [f for f in _on_topic(match["x"], talk) if kind_of(f[2]) == kind]
        facts = facts or [
            f for f in talk.held
            if kind_of(f[2]) == kind and len(about(f, talk) & topic(match["x"])) >= 2
        ]  # fmt: skip
        if facts:
            _renew(facts[-1], value, clause, talk)
            for fact in facts[:-1]:
                _end(fact, clause, talk)
            return True
    return False


def _new_value(text: str, clause: Clause, talk: Talk) -> str:
    time = clause.time_of(text)
    if time is not None and text.strip().startswith("\ue001"):
        return periods.written(time, talk.at)
    value = value_of(clause.unmarked(text).split())
    value = re.sub(r"^(?:my|our|the|a|an)\s+", "", value, flags=re.IGNORECASE)
    return re.sub(r"\s+(?:in|at|for|of) (?:my|our|the)\b.*$", "", value)[:60]


def _ended(clause: Clause, talk: Talk, cues: Cues) -> bool:
    for pattern in (_OBJECT, _SUBJECT, _NO_LONGER):
        match = pattern.search(clause.text)
        if match is None:
            continue
        named = clause.text if pattern is _NO_LONGER else match["x"]
        if pattern is _OBJECT:
            named = re.split(r"\s(?:at|because|while|when|after|in|on|for)\s", named)[0]
        facts = _named(named, talk, cues)
        if not facts and pattern is not _NO_LONGER:
            facts = _only(_on_topic(named, talk))
        if not facts and pattern is _NO_LONGER:
            facts = _only(_like(clause.text, talk))
        if facts:
            for fact in facts:
                _end(fact, clause, talk)
            return True
    return False


_ENDING_WORDS = topic(
    "not no longer any more anymore stopped stop quit used to doing going I am do have we"
)


def _like(text: str, talk: Talk) -> list[Held]:
    """The held facts that say the same as a clause, but for the words of ending."""
    words = topic(re.sub(r"\ue001\d", " ", text)) - _ENDING_WORDS
    return [
        fact for fact in talk.held
        if fact[1] not in _FIXED
        and len(words & (about(fact, talk) | topic(fact[2]))) >= max(1, 0.6 * len(words))
    ]  # fmt: skip


_CHANGED_TOPIC = re.compile(
    r"\b(?:switched|changed|swapped|got a new|have a new|with a new|found a new|moved)\s+"
    r"(?:my |our |the )?(?P<x>[\w' -]{3,30}?)(?:$|[,.!\ue001]|\s(?:and|again|last|to|at|"
    r"because)\b)",
    re.IGNORECASE,
)


def _topic_changed(clause: Clause, talk: Talk, cues: Cues) -> bool:
    match = _CHANGED_TOPIC.search(clause.text)
    if match is None:
        return False
    facts = _on_topic(match["x"], talk)
    if not 1 <= len(facts) <= 3:
        return False
    for fact in facts:
        _end(fact, clause, talk)
    return True


def _only(facts: list[Held]) -> list[Held]:
    return facts if len(facts) <= 2 else []


def _end(fact: Held, clause: Clause, talk: Talk, since: datetime | None = None) -> None:
    subject, attribute, value = fact
    who = talk.me
    text = third(restored(clause, talk), who.label)
    stated = periods.Stated(valid_to=since) if since else periods.ending(clause.times, talk.at)
    talk.end(
        clause, who, attribute, value, f"{who.label}: {attribute} {value} has ended ({text})",
        stated, subject=subject,
    )  # fmt: skip


def _end_in(value: str, text: str) -> str:
    """The words at the end of a value that a text has together: the day of "exam 3 May"."""
    words = value.split()
    ends = (" ".join(words[place:]) for place in range(1, len(words)))
    return next((end for end in ends if end in text and kind_of(end) != "words"), "")


def _renew(
    fact: Held,
    value: str,
    clause: Clause,
    talk: Talk,
    *,
    said: str = "",
    corrected: bool = False,
) -> None:
    subject, attribute, old = fact
    who = talk.me
    text = talk.texts.get(fact, "")
    said = re.sub(r"^(?:my|our|the|a|an|i|we)\s+", "", said.strip(), flags=re.IGNORECASE)
    part = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)", re.IGNORECASE) if said else None
    whole = kind_of(value) == kind_of(old) != "words"
    if part and not whole and part.search(text) and len(said.split()) < len(old.split()):
        bare = re.sub(r"^(?:Dr|Mr|Mrs|Ms)\.? ", "", value)
        text = part.sub(bare, text)
        value = part.sub(bare, old) if part.search(old) else value
    elif old in text:
        text = text.replace(old, value)
    elif end := _end_in(old, text):
        text = text.replace(end, value)
        value = f"{old.removesuffix(end)}{value}"
    else:
        text = f"{who.possessive if subject in (SELF, who.key) else subject} {attribute} is {value}"
    if corrected:
        talk.claim(
            clause, who, attribute, value, text, replaces=old, confidence=0.5, subject=subject
        )
        return
    stated = (
        periods.beginning(clause.times, talk.at) if kind_of(value) == "words" else periods.NOTHING
    )
    if not talk.is_single(attribute):
        talk.end(
            clause, who, attribute, old, f"{who.label}: {attribute} {old} has ended",
            periods.Stated(valid_to=stated.valid_from), subject=subject,
        )  # fmt: skip
    talk.claim(clause, who, attribute, value, text, stated=stated, confidence=0.5, subject=subject)

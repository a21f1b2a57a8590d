"""Doses: "I take 50 mg of X a day", "my doctor raised X to 75 mg", "back on 50 mg of X"."""

from __future__ import annotations

import re

from everwhen.write.rules.talk import Talk

_UNIT = (
    r"(?:mg|milligrams?|mcg|µg|micrograms?|g|grams?|ml|millilit(?:re|er)s?|iu|units?|tablets?|"
    r"pills?|capsules?|drops?|puffs?)"
)
_AMOUNT = rf"(?P<a>\d[\d.,]*(?:[ -]?{_UNIT}))"
_OFTEN = (
    r"(?P<o>,? (?:(?:once|twice|three times|\d times) )?(?:a|per|every|each) (?:day|night|morning|"
    r"evening|week|month)|,? (?:daily|nightly|weekly|monthly|every other day))?"
)
_DRUG = r"(?P<d>[A-Za-zÀ-ÿ][\w-]+(?: (?-i:[A-Z])[\w-]+)?)"
_TAKE = re.compile(
    rf"^(?:(?:and|so|also|now|currently) )*(?:I take|I'm taking|I am taking|I've been taking|"
    rf"(?:I'm |I am )?(?:now |currently |back |still )*on) {_AMOUNT} (?:of )?{_DRUG}{_OFTEN}"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_SET = re.compile(
    r"^(?:(?:and|so|also|now) )*(?:my |the )?(?:doctor|gp|doc|vet|nurse|specialist|consultant|"
    r"psychiatrist|cardiologist|endocrinologist|they|we|I|Dr\.? \w+)(?: has|'ve| have|'s)?"
    r"(?: just| now| also)? (?:increased|raised|upped|doubled|lowered|reduced|cut|dropped|"
    rf"changed|adjusted|put|brought|halved) (?:my |the )?{_DRUG}(?: dose| dosage)?(?: up| down)?"
    rf"(?: from [^,;]+?)? to {_AMOUNT}{_OFTEN}(?P<rest>.*)$",
    re.IGNORECASE,
)
_NO_DRUG = frozenset({"it", "that", "this", "them", "sugar", "flour", "butter", "water", "rice"})


def doses(text: str, talk: Talk) -> list[str]:
    """What somebody takes, and how much of it, in two plain sentences."""
    match = _TAKE.match(text) or _SET.match(text)
    if match is None or match["d"].lower() in _NO_DRUG:
        return []
    rest = match["rest"]
    often = match["o"] or ""
    return [f"I take {match['d']}", f"My {match['d']} dose is {match['a']}{often}{rest}"]

"""Finds payment cards and bank accounts by their form and their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GAP = r"[ \t]?(?:[-. ]|\r?\n)[ \t]?"
_CARD = re.compile(
    r"(?<!\d)(?<!\d[-. \n])(?<![#/=\w])(?:"
    r"\d{13,19}"
    rf"|\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?"
    rf"|3\d{{3}}{_GAP}\d{{6}}{_GAP}\d{{4,5}}"
    r"|\d(?: \d){12,18}"
    r")(?![-. \n]?\d)(?!\w)"
)
_OTHER = re.compile(
    r"\b(?:order|invoice|tracking|parcel|shipment|ticket|reference|ref|booking|case|imei|serial|"
    r"isbn|ean|gtin|bestell\w*|rechnung\w*|sendung\w*|pedido|factura|commande|facture|suivi|"
    r"encomenda|fatura|id)\W{0,3}(?:nr|no|num|number|nummer|n[°ºo]|code|de|numéro|número)?"
    r"\W{0,3}(?:is|ist|es|est|é|was)?\W{0,3}$",
    re.IGNORECASE,
)
_MANY = re.compile(r"\d[-\d. \t\r\n]{11}")
_BEFORE = 40
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_FEWEST = 13
_SIXTEEN = 16


def find_cards(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of payment cards: the first digits are of a network, and the last one checks."""
    if _MANY.search(text) is None:
        return
    for match in _CARD.finditer(text):
        digits = "".join(str(int(one)) for one in match[0] if one.isdigit())
        if _is_issued(digits) and _checks(digits):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if _OTHER.search(before) is None:
                yield match.span()


def _is_issued(digits: str) -> bool:
    """Whether a network gives out numbers of this length that begin so."""
    if len(set(digits)) == 1:
        return False
    length, two, four = len(digits), int(digits[:2]), int(digits[:4])
    return (
        (digits[0] == "4" and length in (13, 16, 19))
        or (length == _SIXTEEN and (51 <= two <= 55 or 2221 <= four <= 2720))
        or (length == 15 and two in (34, 37))
        or (length == 14 and (two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305))
        or (length >= _SIXTEEN and (four == 6011 or two in (62, 65) or 3528 <= four <= 3589
                                    or 644 <= int(digits[:3]) <= 649))
        or (length >= _SIXTEEN and four in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763))
    )  # fmt: skip


def _checks(digits: str) -> bool:
    """The check of Luhn."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find_ibans(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of bank accounts whose check digits fit."""
    for match in _IBAN.finditer(text):
        plain = match[0].replace(" ", "")
        moved = plain[4:] + plain[:4]
        if len(plain) >= 15 and int("".join(str(int(one, 36)) for one in moved)) % 97 == 1:
            yield match.span()

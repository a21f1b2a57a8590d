"""Which of Mem0's category labels a fact falls under, by its attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_LABELS: Final[Mapping[str, str]] = {
    "personal_details": "name nickname pronouns age birthday home origin nationality address email "
    "language contact 'phone number' 'native language' 'living situation' 'time zone'",
    "family": "family child children mother father sister brother partner 'relationship status' "
    "'wedding anniversary' 'lives with' pet",
    "professional_details": "employer role 'side job' 'field of work' 'work pattern' shift "
    "business studies school degree education manager colleague team department 'working days'",
    "health": "health allergy medication injury doctor dentist therapist gym insurance",
    "food": "diet 'diet restriction' 'drinks no'",
    "technology": "phone laptop computer tablet tools stack technology editor database",
    "hobbies": "hobby instrument learning",
    "user_preferences": "likes dislikes prefers preference favorite preferred instruction format "
    "units fears 'response language' 'answer format'",
    "travel": "commute car motorcycle bicycle boat",
    "milestones": "goal event plan plans decision deadline",
}


def _by_attribute() -> dict[str, str]:
    found: dict[str, str] = {}
    for label, names in _LABELS.items():
        for place, part in enumerate(names.split("'")):
            for name in [part] if place % 2 else part.split():
                found[name] = label
    return found


_BY_ATTRIBUTE: Final = _by_attribute()


def categories_of(attribute: str | None, given: object) -> list[str]:
    """Those given with the memory, else the one that its attribute falls under."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, Sequence):
        return [str(one) for one in given]
    label = _BY_ATTRIBUTE.get(attribute or "")
    if label is None and attribute is not None:
        label = _BY_ATTRIBUTE.get(attribute.split(" ")[0])
    return [] if label is None else [label]

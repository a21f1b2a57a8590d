"""Which of Mem0's category labels a fact falls under, by what its attribute is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from everwhen.language.categories import category_of

_LABELS: Final[Mapping[str, str]] = {
    "identity": "personal_details",
    "contact": "personal_details",
    "home": "personal_details",
    "beliefs": "personal_details",
    "people": "personal_details",
    "family": "family",
    "work": "professional_details",
    "education": "professional_details",
    "health": "health",
    "food": "food",
    "hobbies": "hobbies",
    "preferences": "user_preferences",
    "instructions": "user_preferences",
    "technology": "technology",
    "plans": "milestones",
    "travel": "travel",
}
_BY_ATTRIBUTE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("car", "motorcycle", "bicycle", "boat", "commute"), "travel"),
    **dict.fromkeys(("phone", "laptop", "computer", "tablet"), "technology"),
    "learning": "hobbies",
}
_ELSE: Final = "misc"
_NOTES: Final = "notes"


def labels_of(attribute: str | None, given: object) -> list[str]:
    """Those given with the memory, else the one that its attribute falls under; none of a note
    of which nothing more is known."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, Sequence):
        return [str(one) for one in given]
    category = _NOTES if attribute is None else category_of(attribute)
    if attribute is None or category == _NOTES:
        return []
    return [_BY_ATTRIBUTE.get(attribute, _LABELS.get(category, _ELSE))]

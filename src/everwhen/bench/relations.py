"""PersonaExt's relations, and the attributes under which their values belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LIKES = ("likes", "prefers", "hobby", "favorite", "preference")
_DISLIKES = ("dislikes", "fears", "likes no")
_EATS_NOT = ("diet", "diet restriction", "allergy", "dislikes")
_WORK = ("employer", "field of work", "role", "side job", "business")
_PLACE = ("home", "living situation", "origin", "address")
_CHILDREN = ("family", "child", "children", "son", "daughter", "lives with")
_FAMILY = (*_CHILDREN, "mother", "father", "sister", "brother", "partner")
_SCHOOL = ("school", "studies", "education", "degree")

RELATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "attend_school": _SCHOOL,
    "belief": ("religion",),
    "diet": _EATS_NOT,
    "dislike": _DISLIKES,
    "dislike_activity": _DISLIKES,
    "dislike_animal": (*_DISLIKES, "allergy"),
    "dislike_color": _DISLIKES,
    "dislike_drink": (*_DISLIKES, "drinks no"),
    "dislike_food": (*_DISLIKES, "allergy", "diet restriction"),
    "dislike_job": _DISLIKES,
    "dislike_music": _DISLIKES,
    "dislike_sport": _DISLIKES,
    "dislike_subject": _DISLIKES,
    "do_not_drink": ("drinks no", *_EATS_NOT),
    "do_not_eat": _EATS_NOT,
    "employed_by_company": _WORK,
    "employed_by_general": _WORK,
    "favorite_animal": _LIKES,
    "favorite_book": _LIKES,
    "favorite_color": _LIKES,
    "favorite_drink": _LIKES,
    "favorite_hobby": _LIKES,
    "favorite_movie": _LIKES,
    "favorite_music_artist": _LIKES,
    "favorite_place": _LIKES,
    "favorite_season": _LIKES,
    "favorite_show": _LIKES,
    "favorite_sport": _LIKES,
    "has_ability": ("instrument", "language", "hobby", "can"),
    "has_degree": _SCHOOL,
    "have_children": _CHILDREN,
    "have_chidren": _CHILDREN,
    "have_family": _FAMILY,
    "have_no": ("has no", "not own"),
    "have_no_children": ("has no", "family", "children"),
    "have_no_family": ("has no", "family"),
    "have_no_sibling": ("has no", "family"),
    "have_pet": ("pet",),
    "have_sibling": ("family", "sister", "brother", "lives with"),
    "have_vehicle": ("car", "motorcycle", "bicycle", "boat", "has"),
    "health_status": ("health", "allergy", "injury", "medication"),
    "job_status": (*_WORK, "work pattern", "job"),
    "like_activity": (*_LIKES, "routine", "instrument"),
    "like_animal": (*_LIKES, "pet"),
    "like_character": _LIKES,
    "like_color": _LIKES,
    "like_drink": _LIKES,
    "like_food": _LIKES,
    "like_general": _LIKES,
    "like_read": _LIKES,
    "like_sport": _LIKES,
    "like_subject": _LIKES,
    "like_watching": _LIKES,
    "live_in_citystatecountry": _PLACE,
    "live_in_general": _PLACE,
    "marital_status": ("relationship status", "partner"),
    "member_of": ("member", "volunteering", "team", "employer"),
    "name": ("name", "nickname"),
    "own": ("has", "car", "business", "phone", "home owned", "keeps", "owns", "collects", "pet"),
    "pre_employed_by_company": _WORK,
    "relationship": (*_FAMILY, "friend", "best friend", "relationship status"),
    "school_status": (*_SCHOOL, "role"),
    "want_job": ("wants", "goal", "role", "plans", "studies", "training for"),
}
"""The relations that the vocabulary has attributes for: the covered ones. Of the others, such as
`physical_attribute`, `used_to` or `other`, values are counted too, in rows of their own."""


def belongs(attribute: str, relation: str) -> bool:
    """Whether the relation's values belong under the attribute, or one that ends or begins so."""
    words = f" {attribute.casefold()} "
    return any(
        words.startswith(f" {name} ") or words.endswith(f" {name} ") for name in RELATIONS[relation]
    )

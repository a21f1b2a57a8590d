"""Contract checks that any adapter can run on itself.

    from everwhen.testing import check_embedder, check_extractor, check_store

    check_store(lambda: MyStore("…"))     # a new, empty store at each call
    check_embedder(MyEmbedder())
    check_extractor(MyExtractor())

A broken promise raises AssertionError, which says what was expected and what was found.
`STORE_CHECKS` are the single checks of a store, for test runners that want to name them.
"""

from __future__ import annotations

from collections.abc import Callable

from everwhen.ports import Store
from everwhen.testing.adapters import check_embedder, check_extractor
from everwhen.testing.columns import COLUMN_CHECKS
from everwhen.testing.erasing import ERASING_CHECKS
from everwhen.testing.judged import JUDGED_CHECKS
from everwhen.testing.kept_vectors import KEPT_VECTOR_CHECKS
from everwhen.testing.ranking import RANKING_CHECKS
from everwhen.testing.records import RECORD_CHECKS
from everwhen.testing.scoping import SCOPE_CHECKS

__all__ = ["STORE_CHECKS", "check_embedder", "check_extractor", "check_store"]

STORE_CHECKS: tuple[Callable[[Store], None], ...] = (
    *SCOPE_CHECKS,
    *RECORD_CHECKS,
    *RANKING_CHECKS,
    *COLUMN_CHECKS,
    *KEPT_VECTOR_CHECKS,
    *ERASING_CHECKS,
    *JUDGED_CHECKS,
)
"""Each takes a new, empty store, and leaves it open."""


def check_store(make_store: Callable[[], Store]) -> None:
    """Run every check, each on a new store, and close it."""
    for check in STORE_CHECKS:
        store = make_store()
        try:
            check(store)
        finally:
            store.close()

"""Every store keeps the same contract."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from everwhen.model.records import Scope
from everwhen.ports import Store
from everwhen.stores.open import open_store
from everwhen.stores.sqlite import open_sqlite
from everwhen.testing import STORE_CHECKS, check_store

MAKERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: open_store(":memory:"),
    "file": lambda folder: open_store(str(folder / "memory.db")),
    "no-cache": lambda folder: open_sqlite(folder / "memory.db", cache_bytes=0),
}


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = MAKERS[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("check", STORE_CHECKS, ids=lambda check: check.__name__)
def test_contract(check: Callable[[Store], None], store: Store) -> None:
    check(store)


def test_an_outsider_runs_all_checks_with_one_call() -> None:
    made: list[Store] = []

    def make_store() -> Store:
        made.append(open_store(":memory:"))
        return made[-1]

    check_store(make_store)
    assert len(made) == len(STORE_CHECKS)


def test_a_store_that_breaks_a_promise_is_told_which() -> None:
    check = next(check for check in STORE_CHECKS if check.__name__ == "a_transaction_is_whole")
    used = open_store(":memory:")
    with used.write() as writer:
        writer.own(Scope(user_id="dana"))
    with pytest.raises(AssertionError, match=r"broken: no owner is left\n  expected 0"):
        check(used)
    used.close()

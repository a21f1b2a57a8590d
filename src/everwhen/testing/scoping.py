"""Checks of a store: who sees what, and whose something is."""

from __future__ import annotations

from collections.abc import Callable

from everwhen.model.records import Scope
from everwhen.ports import Store
from everwhen.testing.expect import DANA, ERIK, expect, learn, same, say


def a_scope_sees_what_it_names(store: Store) -> None:
    """Ids given must match; no user id means memories without a user; run narrows."""
    scopes = {
        "user": Scope(user_id="u"),
        "user run": Scope(user_id="u", run_id="r"),
        "user agent": Scope(user_id="u", agent_id="a"),
        "other": Scope(user_id="v", run_id="r"),
        "agent": Scope(agent_id="a"),
        "agent run": Scope(agent_id="a", run_id="r"),
        "run": Scope(run_id="r"),
    }
    with store.write() as writer:
        for name, scope in scopes.items():
            say(writer, scope, name)
    seen = {
        "user": ["user", "user agent", "user run"],
        "user run": ["user run"],
        "user agent": ["user agent"],
        "other": ["other"],
        "agent": ["agent", "agent run"],
        "agent run": ["agent run"],
        "run": ["agent run", "run"],
    }
    with store.read() as reader:
        for name, expected in seen.items():
            view = reader.view(scopes[name])
            found = sorted(each.content for each in reader.page_episodes(view, limit=99))
            same(found, expected, f"what {scopes[name]} sees")
        same(reader.view(Scope(user_id="nobody")).owners, (), "an unknown scope has no owners")
        same(
            set(reader.scopes()),
            {Scope(user_id="u"), Scope(user_id="u", agent_id="a"), Scope(user_id="v"),
             Scope(agent_id="a"), Scope(run_id="r")},
            "the scopes of all owners",
        )  # fmt: skip
        same(
            set(reader.scopes(run_id="r")),
            {Scope(user_id="u"), Scope(user_id="v"), Scope(agent_id="a"), Scope(run_id="r")},
            "the scopes in which a run was heard",
        )


def a_scope_is_known_by_what_it_holds(store: Store) -> None:
    """The scope of a fact or episode is found by its id alone."""
    with store.write() as writer:
        (said,) = say(writer, DANA, "home is Oslo")
        (theirs,) = say(writer, ERIK, "home is Rome")
        fact = learn(writer, theirs, "Rome")
    with store.read() as reader:
        same(reader.scopes(holding=said.id), [DANA], "by an episode")
        same(reader.scopes(holding=fact.id), [ERIK], "by a fact")
        same(reader.scopes(holding="nothing"), [], "nobody has it")
        same(reader.scopes(run_id="r", holding=fact.id), [], "nobody has it in that run")


def a_writer_owns_one_owner_a_scope(store: Store) -> None:
    """`own` makes an owner once; a run belongs to its user or agent."""
    with store.write() as writer:
        dana = writer.own(DANA)
        same(writer.own(Scope(user_id="dana", run_id="r")), dana, "a run has its user's owner")
        expect(writer.own(Scope(user_id="dana", agent_id="a")) != dana, "an agent has its own")
        expect(writer.own(Scope(run_id="r")) != writer.own(Scope(run_id="q")), "so have runs")
    with store.read() as reader:
        same(reader.owner(DANA), dana, "the owner is found again")
        same(reader.owner(ERIK), None, "nobody has written to that scope")


SCOPE_CHECKS: tuple[Callable[[Store], None], ...] = (
    a_scope_sees_what_it_names,
    a_scope_is_known_by_what_it_holds,
    a_writer_owns_one_owner_a_scope,
)

"""The verbs that only read: what fits a question, one by one, page by page, over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, overload

from everwhen.arguments import (
    read_category,
    read_count,
    read_flag,
    read_id,
    read_kinds,
    read_names,
    read_optional_words,
    read_scope,
    read_score,
    read_whole,
    read_words,
)
from everwhen.asking import ChatModel
from everwhen.counting import DistantCounter
from everwhen.errors import InputError, NotFoundError
from everwhen.model.records import Decision, Episode, Fact, Scope
from everwhen.model.results import Answer, Context, Hit, Page
from everwhen.opened import Instant, Opened
from everwhen.opening import read_chat
from everwhen.ports import Kind
from everwhen.providers.choose import counter_for_model
from everwhen.read import answer, assemble, browse, retrieve
from everwhen.read.where import Where, in_category

Hits: TypeAlias = list[Hit]
Facts: TypeAlias = list[Fact]
Decisions: TypeAlias = list[Decision]
Scopes: TypeAlias = list[Scope]


class Readable(Opened):
    """What `Memory` is without the verbs that change anything."""

    def search(
        self,
        query: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        top_k: int = 10,
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        kinds: Sequence[Kind] = ("fact", "episode"),
        where: Where | None = None,
        category: str | None = None,
        min_score: float | None = None,
        without: Sequence[str] = (),
        explain: bool = False,
    ) -> Hits:
        """Find facts and past messages, best first, each with its score and signals.

        Facts are those true at `as_of`, as held at `known_at` (default: now). What does not fit
        well enough is left out; `min_score=0` turns that off. With a `category` ("health") only
        facts of it are found. An episode that is only the source
        of a fact found is folded into the fact's `sources`. `without` names signals that are not
        to count. With `explain` each hit says `why`, and the best of those left out follow.
        """
        self._check_embedder()
        return retrieve.search(
            self._parts,
            read_scope(user_id, agent_id, run_id),
            read_words(query, "query"),
            top_k=read_count(top_k, "top_k"),
            moment=self._moment(as_of, known_at),
            kinds=read_kinds(kinds),
            where=in_category(where, read_category(category)),
            min_score=read_score(min_score, "min_score"),
            without=read_names(without, "without"),
            explain=read_flag(explain, "explain"),
        )

    def context(
        self,
        query: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        budget_tokens: int = 1000,
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        model: str | None = None,
    ) -> Context:
        """The few lines that the next turn needs, within a token budget.

        `model` names whose tokens to count, or is the spec of a counter; offline they are
        estimated, and `Context.counter` says how.
        """
        self._check_embedder()
        whose = read_optional_words(model, "model")
        counter = self._parts.counter if whose is None else counter_for_model(whose)
        try:
            return assemble.context(
                self._parts,
                read_scope(user_id, agent_id, run_id),
                read_words(query, "query"),
                budget_tokens=read_whole(budget_tokens, "budget_tokens"),
                moment=self._moment(as_of, known_at),
                counter=counter,
            )
        finally:
            if whose is not None and isinstance(counter, DistantCounter):
                counter.close()

    def ask(
        self,
        question: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        model: str | ChatModel,
        budget_tokens: int = 1000,
        as_of: Instant | None = None,
        known_at: Instant | None = None,
    ) -> Answer:
        """Have a model answer from the context of the question, naming what it rests on.

        `model` is a spec such as "anthropic:MODEL" or "openai:MODEL[@BASE_URL]". Where memory has
        nothing for the question the model is not asked, and the answer says that it abstains; so
        it does where the model finds no answer in the context, or names no source of it.
        """
        chat = read_chat(model)
        found = self.context(
            question,
            user_id=user_id,
            agent_id=agent_id,
            run_id=run_id,
            budget_tokens=budget_tokens,
            as_of=as_of,
            known_at=known_at,
        )
        today = self._instant(as_of, "as_of") or self._now()
        try:
            return answer.answer(found, question, chat, today, self._parts.redaction)
        finally:
            if isinstance(model, str):
                chat.close()

    def get(
        self,
        id: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        known_at: Instant | None = None,
    ) -> Fact | Episode:
        """A fact or an episode by id; NotFoundError if this scope has none of that id."""
        scope = read_scope(user_id, agent_id, run_id)
        known = self._instant(known_at, "known_at")
        found = browse.get(self._parts, scope, read_id(id), known_at=known)
        if found is None:
            raise NotFoundError(f"no fact or episode {id!r} in this scope")
        return found

    @overload
    def list(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        kind: Literal["fact", "review"] = "fact",
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        where: Where | None = None,
        category: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Fact]: ...

    @overload
    def list(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        kind: Literal["episode"],
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        where: Where | None = None,
        category: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Episode]: ...

    def list(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        kind: Literal["fact", "review", "episode"] = "fact",
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        where: Where | None = None,
        category: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Fact] | Page[Episode]:
        """What is stored, page by page: facts true at `as_of`, those to "review", or episodes.

        Facts come in order of when they became true, episodes of when they were said. `category`
        is what facts are about, such as "health" or "work".
        """
        scope = read_scope(user_id, agent_id, run_id)
        moment = self._moment(as_of, known_at)
        size = read_count(limit, "limit")
        after = None if cursor is None else read_id(cursor, "cursor")
        if kind == "episode":
            if subject is not None or attribute is not None or category is not None:
                raise InputError(
                    "subject=, attribute= and category= choose among facts; leave them out"
                )
            return browse.episodes(
                self._parts, scope, moment=moment, where=where, limit=size, cursor=after
            )
        if kind not in ("fact", "review"):
            raise InputError(f"kind={kind!r:.80}; use 'fact', 'review' or 'episode'")
        return browse.facts(
            self._parts,
            scope,
            moment=moment,
            subject=read_optional_words(subject, "subject"),
            attribute=read_optional_words(attribute, "attribute"),
            review=kind == "review",
            where=in_category(where, read_category(category)),
            limit=size,
            cursor=after,
        )

    def timeline(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        known_at: Instant | None = None,
    ) -> Facts:
        """Every period of every fact, or of one subject or attribute, in order of time."""
        return browse.timeline(
            self._parts,
            read_scope(user_id, agent_id, run_id),
            moment=self._moment(None, known_at),
            subject=read_optional_words(subject, "subject"),
            attribute=read_optional_words(attribute, "attribute"),
        )

    def history(
        self,
        id: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
    ) -> Decisions:
        """Every decision about a fact, oldest first: what was said where, and what it did.

        Of an episode: which claims of a model were not taken from it, and why.
        """
        found = browse.history(self._parts, read_scope(user_id, agent_id, run_id), read_id(id))
        if not found:
            raise NotFoundError(f"no fact {id!r} in this scope, and no message with claims refused")
        return found

    def scopes(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        id: str | None = None,
    ) -> Scopes:
        """Whose memories there are: of all, of these ids, or the one that has the fact or
        episode `id`. For whoever runs the memory: it tells of other people's."""
        if not user_id is agent_id is run_id is None:
            read_scope(user_id, agent_id, run_id)
        wanted = None if id is None else read_id(id)
        return browse.scopes(
            self._parts, user_id=user_id, agent_id=agent_id, run_id=run_id, id=wanted
        )

"""Memory: the whole product behind one class. Surfaces reach the engine only through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, overload

from everwhen.arguments import (
    read_flag,
    read_id,
    read_optional_words,
    read_path,
    read_progress,
    read_scope,
    read_whole,
    read_words,
)
from everwhen.asking import BatchExtractor
from everwhen.errors import InputError
from everwhen.model.judgements import Judged
from everwhen.model.policy import Policy
from everwhen.model.records import Fact
from everwhen.model.results import Added, Receipt, Stats
from everwhen.opened import Instant
from everwhen.ports import Embedder
from everwhen.read import browse
from everwhen.readable import Decisions, Facts, Readable
from everwhen.write import archive, forget, ingest, policies, revise
from everwhen.write.given import GivenFacts, read_given, remember_all
from everwhen.write.judging import rounds
from everwhen.write.judging.rounds import MOST_QUESTIONS
from everwhen.write.messages import GivenMessages, read_messages, read_metadata

Progress: TypeAlias = Callable[[int, int], None]
"""Called with what is done and the whole, both in episodes."""


class Memory(Readable):
    """Long-term memory in one SQLite file: what was said, what is true, and since when.

    `Memory()` opens EVERWHEN_URL, else a file in the user's data directory; `Memory("agent.db")`
    that file; `Memory(":memory:")` one that goes with the object. Every call names whose memory
    it is about with `user_id`, `agent_id` or `run_id`. Safe to share between threads. Closes
    itself as a context manager.

    Times are aware datetimes or ISO 8601 strings; naive ones are refused unless `tz` names
    their zone. `clock` gives system time. `embedder`, `extractor`, `counter`, `reranker` and
    `judge` are specs ("static", "rules", …) or objects that implement the ports. `redact` says
    which secrets are taken out before anything is stored or sent: "secrets" (the default), kinds
    by name, `Secret`s and functions of your own, or False for none; `policy`, with those that
    `set_policy` recorded, which facts are taken (docs/privacy.md).
    """

    def add(
        self,
        messages: GivenMessages,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        at: Instant | None = None,
        metadata: Mapping[str, object] | None = None,
        extract: bool = True,
        wait: bool = True,
        instructions: str | None = None,
        progress: Progress | None = None,
    ) -> Added:
        """Remember what was said: a text, a message dict or a list of them.

        When it returns, every message is durable, word for word but for secrets; a crash later
        loses nothing.
        With `wait` the facts in it are worked out too, else `work()` does so later. A message
        with an `id` that this scope has seen already is not stored again. `at` is when it was
        said (default: now); `extract=False` keeps it for recall but takes no facts from it.
        `instructions` are told to a language model with these messages, after those of the
        policy; rules can not follow them.
        """
        self._check_embedder()
        scope = read_scope(user_id, agent_id, run_id)
        kept = read_metadata(metadata, "the call")
        told = read_optional_words(instructions, "instructions")
        if told is not None:
            kept = {**kept, policies.TOLD: policies.read_instructions(told)}
            self._can_be_told()
        read = read_messages(
            messages,
            at=self._instant(at, "at"),
            metadata=kept,
            tick=self._tick,
            tz=self._tz,
        )
        return ingest.add(
            self._parts,
            scope,
            read,
            extract=read_flag(extract, "extract"),
            wait=read_flag(wait, "wait"),
            progress=read_progress(progress),
        )

    @overload
    def remember(
        self,
        text: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        value: str | None = None,
        valid_from: Instant | None = None,
        valid_to: Instant | None = None,
        expires_at: Instant | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Fact: ...

    @overload
    def remember(
        self,
        text: GivenFacts,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        metadata: Mapping[str, object] | None = None,
        progress: Progress | None = None,
    ) -> Facts: ...

    def remember(
        self,
        text: str | GivenFacts,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        value: str | None = None,
        valid_from: Instant | None = None,
        valid_to: Instant | None = None,
        expires_at: Instant | None = None,
        metadata: Mapping[str, object] | None = None,
        progress: Progress | None = None,
    ) -> Fact | Facts:
        """Keep a fact as given, without extraction.

        With an `attribute` it joins the slot of that name: a single-valued one ("home") gets
        its new value from `valid_from` on (default: now). Without, it is a note beside others.

        Many are kept at once as a list of dicts with `text`, any of these arguments, and
        `role`, `name`, `at` and `id` as messages have them; one whose `id` this scope has
        seen is not kept again. An error keeps none of the hundreds written together.
        """
        self._check_embedder()
        scope = read_scope(user_id, agent_id, run_id)
        said = read_progress(progress)
        if not isinstance(text, str):
            each = (subject, attribute, value, valid_from, valid_to, expires_at)
            if any(one is not None for one in each):
                raise InputError("of many facts each says its own attribute, value and times")
            given = read_given(
                text,
                metadata=read_metadata(metadata, "the call"),
                tick=self._tick,
                tz=self._tz,
            )
            kept = remember_all(self._parts, scope, given, progress=said)
            return browse.as_read(self._parts, kept)
        fact = revise.remember(
            self._parts,
            scope,
            read_words(text, "text"),
            said_at=self._tick(),
            subject=read_optional_words(subject, "subject"),
            attribute=read_optional_words(attribute, "attribute"),
            value=read_optional_words(value, "value"),
            valid_from=self._instant(valid_from, "valid_from"),
            valid_to=self._instant(valid_to, "valid_to"),
            expires_at=self._instant(expires_at, "expires_at"),
            metadata=read_metadata(metadata, "the call"),
        )
        return browse.as_read(self._parts, [fact])[0]

    def correct(
        self,
        id: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        text: str | None = None,
        value: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Fact:
        """Say that a fact was never true and what was: the new one takes its whole period.

        It has the metadata of the old one, unless other is given. What was believed before
        stays answerable with `known_at`.
        """
        self._check_embedder()
        if text is None and value is None and metadata is None:
            raise InputError("nothing to correct to: give value=, text= or metadata=")
        fact = revise.correct(
            self._parts,
            read_scope(user_id, agent_id, run_id),
            read_id(id),
            said_at=self._tick(),
            text=read_optional_words(text, "text"),
            value=read_optional_words(value, "value"),
            metadata=None if metadata is None else read_metadata(metadata, "the call"),
        )
        return browse.as_read(self._parts, [fact])[0]

    def end(
        self,
        id: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        at: Instant | None = None,
    ) -> Fact:
        """Say that a fact stopped being true, at `at` (default: now). Nothing replaces it."""
        self._check_embedder()
        fact = revise.end(
            self._parts,
            read_scope(user_id, agent_id, run_id),
            read_id(id),
            said_at=self._tick(),
            at=self._instant(at, "at"),
        )
        return browse.as_read(self._parts, [fact])[0]

    def retract(
        self,
        id: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
    ) -> Decisions:
        """Take back everything that a fact rests on, and undo all that it caused.

        The words stay (use `forget` to remove them), and `known_at` before now still sees it.
        """
        self._check_embedder()
        scope = read_scope(user_id, agent_id, run_id)
        return list(revise.retract(self._parts, scope, read_id(id)))

    def forget(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        id: str | None = None,
        query: str | None = None,
        everything: bool = False,
    ) -> Receipt:
        """Remove words for good: from rows, indexes, the log and the file's free pages.

        `id` names a fact or an episode; `query` forgets whatever holds all of its words;
        `everything` the whole scope. Forgetting a fact forgets the messages that it came from,
        with all else that only they said. The receipt tells what went.
        """
        scope = read_scope(user_id, agent_id, run_id)
        if sum((id is not None, query is not None, read_flag(everything, "everything"))) != 1:
            raise InputError("say what to forget: exactly one of id=, query= or everything=True")
        if everything:
            return forget.everything(self._parts, scope)
        if id is not None:
            return forget.by_id(self._parts, scope, read_id(id))
        return forget.by_words(self._parts, scope, read_words(query, "query"))

    def policy(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
    ) -> Policy:
        """What of what is said in a scope becomes facts: what was set for it, for its user and
        its agent each alone, and for this memory, taken together."""
        with self._parts.store.read() as reader:
            return policies.policy_of(self._parts, reader, read_scope(user_id, agent_id, run_id))

    def set_policy(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        keep: Sequence[str] = (),
        never: Sequence[str] = (),
        instructions: str = "",
    ) -> Policy:
        """Say what of what is said in a scope is to become facts from now on; gives what is in
        force then.

        `keep` and `never` are categories ("health", "finance") or attributes ("salary"): with
        `keep` nothing else becomes a fact, and what is under `never` does not in any case.
        `instructions` go to a language model that takes the facts; rules can not follow them.
        Messages themselves are kept for recall. It takes the place of what was set for the same
        scope before; nothing at all clears it.
        """
        scope = read_scope(user_id, agent_id, run_id)
        wanted = policies.read_policy(self._parts.vocabulary, keep, never, instructions)
        if wanted.instructions:
            self._can_be_told()
        return policies.record(self._parts, scope, wanted)

    def _can_be_told(self) -> None:
        """Say in the log where nobody reads instructions."""
        if not isinstance(self._parts.extractor, BatchExtractor):
            policies.warn(self._parts.extractor.name)

    def work(self, *, limit: int | None = None, progress: Progress | None = None) -> Decisions:
        """Work out the facts of messages that still wait for it, over all scopes."""
        self._check_embedder()
        most = None if limit is None else read_whole(limit, "limit")
        return list(ingest.work(self._parts, limit=most, progress=read_progress(progress)))

    def judge(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        ask: bool = True,
        limit: int = MOST_QUESTIONS,
        undo: str | None = None,
    ) -> Judged:
        """Ask the judge whether slots, or names, that look alike are the same, and act on it.

        What it takes for the same is read as one from now on; no claim changes, and `undo`, the
        id of a judgement, takes that back. `ask=False` only tells what is open and what was
        decided. At most `limit` questions go out, all of one owner in one call of the model.
        """
        self._check_embedder()
        scope = read_scope(user_id, agent_id, run_id)
        if run_id is not None and (user_id, agent_id) != (None, None):
            raise InputError("a judge looks at all that a user or agent has; leave run_id out")
        most = read_whole(limit, "limit")
        if undo is not None:
            return rounds.undo(self._parts, scope, read_id(undo))
        if not read_flag(ask, "ask"):
            return rounds.look(self._parts, scope)
        return rounds.judge(self._parts, scope, limit=most)

    def reindex(
        self, *, embedder: str | Embedder | None = None, progress: Progress | None = None
    ) -> None:
        """Drop and rebuild everything derived: facts, log, full text and vectors.

        The facts come out the same. With `embedder` the file changes to that one, and this
        memory too. What a slow embedder has done outlives a kill: call it again to go on.
        """
        self._reindex(embedder, progress=read_progress(progress))

    def export(self, path: str | Path) -> int:
        """Write everything said and claimed to a JSON lines file; the number of lines."""
        return archive.export(self._parts, read_path(path, "path"))

    def load(self, path: str | Path) -> int:
        """Read such a file into this memory; what is already here is left alone."""
        self._check_embedder()
        return archive.load(self._parts, read_path(path, "path"))

    def stats(self) -> Stats:
        """How much is stored, and how much work waits."""
        return browse.stats(self._parts)

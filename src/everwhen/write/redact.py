"""Takes secrets out of what is about to be stored: messages, facts by hand, archives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from everwhen.asking import Rejected
from everwhen.language.keys import value_key
from everwhen.language.redaction import Redacted, Redaction
from everwhen.model.judgements import Judgement
from everwhen.model.records import Claim, Message, Proposal

_MARK: Final = re.compile(r"\W*(?:\[?redacted(?:: [^\]]{1,40}\]?)?\W*)+", re.IGNORECASE)


def clean_messages(
    redaction: Redaction, messages: Sequence[Message]
) -> tuple[Sequence[Message], Mapping[str, int]]:
    """The messages without secrets, and how many of each kind there were."""
    if not redaction.on:
        return messages, {}
    counts: Counter[str] = Counter()
    return [clean_message(redaction, message, counts) for message in messages], dict(counts)


def clean_message(
    redaction: Redaction, message: Message, counts: Counter[str] | None = None
) -> Message:
    """A message without secrets in words, name and metadata."""
    content = redaction.text(message.content, counts).text
    name = message.name and redaction.text(message.name, counts).text
    metadata = redaction.metadata(message.metadata, counts)
    if (content, name) == (message.content, message.name) and metadata is message.metadata:
        return message
    return replace(message, content=content, name=name, metadata=metadata)


def clean_value(
    redaction: Redaction, attribute: str, value: str | None, text: str | None
) -> tuple[str | None, str | None]:
    """Value and wording of a fact. An attribute may say that its value is a secret, which the
    wording must not tell then either."""
    words = None if text is None else redaction.text(text).text
    if value is None:
        if text is not None and words is not None and not re.search(r"\s", text.strip()):
            words = redaction.value(attribute, words)
        return None, words
    clean = redaction.value(attribute, value)
    if clean != value and words is not None:
        words = words.replace(value, clean)
    return clean, words


def clean_claim(redaction: Redaction, claim: Claim, told: Redacted | None) -> Claim:
    """A claim from elsewhere without secrets; `told` is what became of its episode's words."""
    value, text = clean_value(redaction, claim.attribute, claim.value, claim.text)
    start, end = (claim.start, claim.end) if told is None else told.moved(claim.start, claim.end)
    speaker = claim.speaker and redaction.text(claim.speaker).text
    return replace(
        claim,
        subject=redaction.text(claim.subject).text,
        attribute=redaction.text(claim.attribute).text,
        value=value or "",
        value_key=claim.value_key if value == claim.value else value_key((value or "").strip()),
        replaces_key=claim.replaces_key and redaction.text(claim.replaces_key).text,
        text=text or "",
        start=start,
        end=end,
        speaker=speaker,
        metadata=redaction.metadata(claim.metadata),
    )


def without_marks(
    proposed: Sequence[tuple[str, Proposal]],
) -> tuple[list[tuple[str, Proposal]], list[Rejected]]:
    """Proposals but for those whose value is a mark: nothing is known of it."""
    kept: list[tuple[str, Proposal]] = []
    rejected: list[Rejected] = []
    for extractor, one in proposed:
        if _MARK.fullmatch(one.value) is None:
            kept.append((extractor, one))
        else:
            reason = "its value was a secret, and is redacted"
            rejected.append(Rejected(reason=reason, start=one.start, end=one.end))
    return kept, rejected


def clean_judgement(
    redaction: Redaction, judgement: Judgement, told: Mapping[str, Redacted]
) -> Judgement:
    """A judgement from elsewhere without secrets; `told` is what became of episodes' words."""
    evidence = []
    for source in judgement.evidence:
        words = told.get(source.episode_id)
        if words is not None:
            start, end = words.moved(source.start, source.end)
            source = replace(source, start=start, end=end)
        evidence.append(source)
    reason = redaction.text(judgement.reason).text
    return replace(judgement, reason=reason, evidence=tuple(evidence))

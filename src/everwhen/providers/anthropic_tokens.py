"""`anthropic:MODEL[@BASE_URL]`: tokens as Anthropic's own count_tokens tells them."""

from __future__ import annotations

from functools import lru_cache

from everwhen.providers.anthropic_chat import AnthropicModel
from everwhen.providers.model_files import Once
from everwhen.providers.tokens import EstimatedCounter

_PROBE = "a"
"""A text of one token, which tells what a message costs around its text."""


class AnthropicCounter:
    """Asks the endpoint about each text once; blank texts are estimated."""

    def __init__(self, model: AnthropicModel) -> None:
        model.check()
        self._model = model
        self._client = Once(model.client)
        self._counted = lru_cache(maxsize=1 << 10)(self._ask)

    @property
    def name(self) -> str:
        """The spec that it was chosen by, without where the model runs."""
        return f"anthropic:{self._model.model}"

    @property
    def rough(self) -> EstimatedCounter:
        """What lines are fitted by, before the whole is asked about."""
        return EstimatedCounter()

    def count(self, text: str) -> int:
        """Tokens in the text, without those of the message around it."""
        if not text.strip():
            return self.rough.count(text)
        return max(1, self._counted(text) - self._counted(_PROBE) + 1)

    def _ask(self, text: str) -> int:
        client = self._client()
        with self._model.asked(client, "how many tokens a text has"):
            found = client.messages.count_tokens(
                model=self._model.model,
                messages=[{"role": "user", "content": text.encode("utf-8", "replace").decode()}],
            )
            if not isinstance(found.input_tokens, int):
                raise ValueError(f"input_tokens {found.input_tokens!r:.40}")
            return found.input_tokens

    def close(self) -> None:
        """Let go of connections."""
        client = self._client.drop()
        if client is not None:
            client.close()

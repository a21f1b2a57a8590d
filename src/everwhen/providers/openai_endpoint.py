"""Endpoints that speak OpenAI's protocol, through its SDK: how they are reached and how they fail.

The key is OPENAI_API_KEY unless one is given. An endpoint that the spec names may do without one;
OpenAI's own not.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from everwhen.errors import SettingsError
from everwhen.providers.model_files import require
from everwhen.providers.sdk_failures import Asked

if TYPE_CHECKING:
    from openai import OpenAI

NO_KEY = "none"
"""What endpoints that ask for no key are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model at an address (None: OpenAI's, or OPENAI_BASE_URL), and how long to wait for it.

    `timeout` is for one request, in seconds. One that was refused for lack of room (429), that
    failed on the other side (5xx) or got no answer is made up to `retries` times again, after as
    long as the endpoint asks to wait. `key` is sent in place of OPENAI_API_KEY.
    """

    model: str
    url: str | None = None
    timeout: float = 60.0
    retries: int = 3
    key: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, spec: str) -> Endpoint:
        """From "MODEL" or "MODEL@http://host/v1"; the model's own name may hold an @."""
        model, at, rest = spec.partition("@http")
        if not model.strip():
            raise SettingsError(f"'openai:{spec}' names no model; write openai:MODEL[@BASE_URL]")
        return cls(model=model, url=f"http{rest}" if at else None)

    def check(self) -> None:
        """Refuse what can not work for want of the SDK or of a key; nothing is imported yet."""
        require("openai", extra="openai", asked=f"openai:{self.model}")
        if not (self._key() or self.url or os.environ.get("OPENAI_BASE_URL", "").strip()):
            raise SettingsError(
                f"'openai:{self.model}' needs a key, and OPENAI_API_KEY is not set; set it, or "
                f"name an endpoint that needs none: openai:{self.model}@http://localhost:8080/v1"
            )

    def client(self) -> OpenAI:
        """The SDK's client; no request is made yet."""
        from openai import OpenAI

        return OpenAI(
            api_key=self._key() or NO_KEY,
            base_url=self.url,
            timeout=self.timeout,
            max_retries=self.retries,
        )

    def asked(self, client: OpenAI, what: str) -> AbstractContextManager[None]:
        """Say what was asked of whom, what came back and what to do, where a request fails."""
        import openai

        return Asked(
            sdk=openai,
            model=self.model,
            address=str(client.base_url.copy_with(userinfo=b"")),
            key="OPENAI_API_KEY" if self.key is None else "api_key",
            timeout=self.timeout,
            retries=self.retries,
        ).of(what)

    def _key(self) -> str:
        return os.environ.get("OPENAI_API_KEY", "").strip() if self.key is None else self.key

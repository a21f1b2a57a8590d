"""Endpoints that speak OpenAI's protocol, through its SDK: how they are reached and how they fail.

The key is OPENAI_API_KEY. An endpoint that the spec names may do without one; OpenAI's own not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from everwhen.errors import ProviderError, SettingsError
from everwhen.providers.model_files import require

if TYPE_CHECKING:
    from openai import OpenAI

_NO_KEY = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model at an address (None: OpenAI's, or OPENAI_BASE_URL), and how long to wait for it.

    `timeout` is for one request, in seconds. One that was refused for lack of room (429), that
    failed on the other side (5xx) or got no answer is made up to `retries` times again, after as
    long as the endpoint asks to wait.
    """

    model: str
    url: str | None = None
    timeout: float = 60.0
    retries: int = 3

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
        if not (_key() or self.url or os.environ.get("OPENAI_BASE_URL", "").strip()):
            raise SettingsError(
                f"'openai:{self.model}' needs a key, and OPENAI_API_KEY is not set; set it, or "
                f"name an endpoint that needs none: openai:{self.model}@http://localhost:8080/v1"
            )

    def client(self) -> OpenAI:
        """The SDK's client; no request is made yet."""
        from openai import OpenAI

        return OpenAI(
            api_key=_key() or _NO_KEY,
            base_url=self.url,
            timeout=self.timeout,
            max_retries=self.retries,
        )

    @contextmanager
    def asked(self, client: OpenAI, what: str) -> Iterator[None]:
        """Say what was asked of whom, what came back and what to do, where a request fails."""
        import openai

        address = client.base_url.copy_with(userinfo=b"")
        asked = f"{self.model!r} at {address} was asked {what}"
        try:
            yield
        except openai.APITimeoutError as error:
            raise ProviderError(
                f"{asked} and gave no answer within {self.timeout:g} s, {self.retries + 1} times; "
                "try again later"
            ) from error
        except openai.APIConnectionError as error:
            raise ProviderError(
                f"{asked} and could not be reached ({error.__cause__ or error}); check that it "
                "runs and that the address is right"
            ) from error
        except openai.APIStatusError as error:
            status = error.status_code
            remedy = _REMEDIES.get(status, _AGAIN if status >= 500 else _CHECK)
            raise ProviderError(
                f"{asked} and answered {status}: {_said(error.message)}; {remedy}"
            ) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise ProviderError(
                f"{asked} and answered with something else ({_said(str(error))}); check that the "
                "address ends as the endpoint's documentation says, often in /v1"
            ) from error


_AGAIN = "the fault is on its side: try again later"
_CHECK = "check the model's name and the address"
_REMEDIES = {
    401: "check OPENAI_API_KEY",
    403: "check that the key in OPENAI_API_KEY may use this model",
    429: "wait, or ask for a higher limit",
}


def _key() -> str:
    return os.environ.get("OPENAI_API_KEY", "").strip()


def _said(message: str) -> str:
    return " ".join(message.split())[:300]

"""How a request through a vendor's SDK fails, in plain words: asked, found, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

from everwhen.errors import ProviderError

_AGAIN = "the fault is on its side: try again later"
_CHECK = "check the model's name and the address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: `what` was asked of the model at the address, how patiently, with which key.

    The SDKs of OpenAI and Anthropic are made by one generator and name their errors alike.
    """

    sdk: ModuleType
    model: str
    address: str
    key: str
    timeout: float
    retries: int

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Tell what was asked of whom, what came back and what to do, where a request fails."""
        sdk, asked = self.sdk, f"{self.model!r} at {self.address} was asked {what}"
        try:
            yield
        except sdk.APITimeoutError as error:
            raise ProviderError(
                f"{asked} and gave no answer within {self.timeout:g} s, {self.retries + 1} times; "
                "try again later"
            ) from error
        except sdk.APIConnectionError as error:
            raise ProviderError(
                f"{asked} and could not be reached ({error.__cause__ or error}); check that it "
                "runs and that the address is right"
            ) from error
        except sdk.APIStatusError as error:
            status = error.status_code
            raise ProviderError(
                f"{asked} and answered {status}: {said(error.message)}; {self._remedy(status)}"
            ) from error
        except (sdk.APIError, ValueError, TypeError, AttributeError) as error:
            raise ProviderError(
                f"{asked} and answered with something else ({said(str(error))}); check that the "
                "address ends as the endpoint's documentation says, often in /v1"
            ) from error

    def _remedy(self, status: int) -> str:
        remedies = {
            401: f"check {self.key}",
            403: f"check that the key in {self.key} may use this model",
            429: "wait, or ask for a higher limit",
        }
        return remedies.get(status, _AGAIN if status >= 500 else _CHECK)


def said(message: str) -> str:
    """What came back, on one short line."""
    return " ".join(message.split())[:300]

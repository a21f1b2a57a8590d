"""A server on loopback that stands in for a provider of models: scripted replies, kept requests.

    with ModelServer() as server:
        server.then(refused(429), embeddings(letters))      # or answer('{"claims": []}')
        ... # a client is given server.url
        assert server.requests[0].body["model"] == "letters"

Replies are given in the order of the script; the last one goes on being given. A reply may be a
function of the request. What a protocol's replies look like is told by functions below.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back: `body` as JSON, or `raw` as it is. One that `hangs` is never sent."""

    status: int = 200
    body: object = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


Script = Reply | Callable[[Request], Reply]


class ModelServer:
    """The server; it listens from `with` on, on a free port."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._script: list[Script] = [Reply(status=501, body={"error": "nothing was scripted"})]
        self._lock = threading.Lock()
        self._closing = threading.Event()

    @property
    def url(self) -> str:
        """The base URL, as clients are given it."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def root(self) -> str:
        """The address without the version, as Anthropic's SDK is given it."""
        return self.url.removesuffix("/v1")

    def then(self, *replies: Script) -> None:
        """From now on these, in order; the last one for all that follow."""
        with self._lock:
            self._script = list(replies)

    def reply_to(self, request: Request) -> Reply:
        """Keep the request and take the next reply."""
        with self._lock:
            self.requests.append(request)
            script = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        reply = script if isinstance(script, Reply) else script(request)
        if reply.hangs:
            self._closing.wait()
        return reply

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(path=self.path, headers=headers, body=json.loads(sent or b"null"))
                reply = owner.reply_to(request)
                if reply.hangs:
                    self.close_connection = True
                    return
                raw = json.dumps(reply.body).encode() if reply.raw is None else reply.raw
                self.send_response(reply.status)
                shown = {"content-type": "application/json", **reply.headers}
                for name, value in {**shown, "content-length": str(len(raw))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def refused(status: int, message: str = "no") -> Reply:
    """An error as OpenAI words it, to be tried again at once if at all."""
    return Reply(
        status=status, body={"error": {"message": message}}, headers={"retry-after-ms": "1"}
    )


def letters(text: str) -> list[float]:
    """A vector of 26 dimensions that counts letters."""
    return [float(text.lower().count(chr(ord("a") + place))) for place in range(26)]


def embeddings(vector: Callable[[str], Sequence[float]]) -> Callable[[Request], Reply]:
    """Replies to requests for embeddings as OpenAI does."""

    def reply(request: Request) -> Reply:
        texts = request.body["input"]
        return vectors([vector(text) for text in ([texts] if isinstance(texts, str) else texts)])

    return reply


def vectors(rows: Sequence[Sequence[float]]) -> Reply:
    """A reply that holds just these vectors, the last one first: their numbers tell the order."""
    data = [
        {"object": "embedding", "index": place, "embedding": list(row)}
        for place, row in enumerate(rows)
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return Reply(body={"object": "list", "model": "scripted", "data": data[::-1], "usage": usage})


TOKENS_IN, TOKENS_OUT = 700, 90
"""What every answer says that it cost."""


def answer(text: object, ended: str = "whole") -> Callable[[Request], Reply]:
    """A language model's answer, in the protocol in which it was asked; whole, cut or refused."""

    def reply(request: Request) -> Reply:
        anthropic = request.path.endswith("/messages")
        return (_message if anthropic else _completion)(request.body["model"], text, ended)

    return reply


def _message(model: str, text: object, ended: str) -> Reply:
    stop = {"whole": "end_turn", "cut": "max_tokens", "refused": "refusal"}[ended]
    content = [] if text is None else [{"type": "text", "text": text}]
    usage = {"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT}
    return Reply(
        body={
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }
    )


def _completion(model: str, text: object, ended: str) -> Reply:
    message = {"role": "assistant", "content": text, "refusal": None}
    if ended == "refused":
        message = {"role": "assistant", "content": None, "refusal": text or "No."}
    usage = {
        "prompt_tokens": TOKENS_IN,
        "completion_tokens": TOKENS_OUT,
        "total_tokens": TOKENS_IN + TOKENS_OUT,
    }
    finish = "length" if ended == "cut" else "stop"
    return Reply(
        body={
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": usage,
        }
    )

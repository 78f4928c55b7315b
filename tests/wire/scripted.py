"""An endpoint that misbehaves to order."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.wire.loopback import Exchange, LoopbackServer

_LONGEST_HANG = 20.0


@dataclass(frozen=True)
class Reply:
    """One scripted response.

    `delay` seconds pass before the first byte. With `cut_after`, only that many bytes of the body are sent
    before the connection is closed. With `trickle`, that many seconds pass before every byte of the body.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_after: int | None = None
    trickle: float | None = None

    def payload(self) -> bytes:
        """The body's bytes; what is no bytes yet is written as JSON."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


HANG = Reply(delay=_LONGEST_HANG)


@dataclass(frozen=True)
class Received:
    """One recorded request. Header names are in lower case; `at` is the monotonic clock in seconds."""

    path: str
    body: Any
    headers: dict[str, str]
    at: float


class ScriptedServer(LoopbackServer):
    """Gives the replies in their order, the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.received: list[Received] = []
        self.most_at_once = 0
        self._replies = list(replies)
        self._at_once = 0
        self._lock = threading.Lock()

    def handle(self, exchange: Exchange) -> None:
        headers = {name.lower(): value for name, value in exchange.headers.items()}
        with self._lock:
            received = Received(exchange.path, exchange.body, headers, time.monotonic())
            self.received.append(received)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            reply = self.reply_to(received)
        self.closing.wait(reply.delay)
        with self._lock:
            self._at_once -= 1
        if reply.cut_after is None and reply.trickle is None:
            exchange.answer(reply.status, reply.payload(), reply.headers)
        else:
            self._answer_badly(exchange, reply)

    def reply_to(self, received: Received) -> Reply:
        """What is answered to a request, one at a time."""
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _answer_badly(self, exchange: Exchange, reply: Reply) -> None:
        payload = reply.payload()
        exchange.send_response(reply.status)
        exchange.send_header("Content-Type", "application/json")
        exchange.send_header("Content-Length", str(len(payload)))
        exchange.end_headers()
        exchange.close_connection = True
        if reply.trickle is None:
            exchange.wfile.write(payload[: reply.cut_after])
            return
        for byte in payload:
            if self.closing.wait(reply.trickle):
                return
            exchange.wfile.write(bytes([byte]))


def completion(
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int] = (10, 5),
    **reply: Any,
) -> Reply:
    """A chat completion as an OpenAI-compatible endpoint words it; `tokens` are the prompt's and its own."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return Reply(
        {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
            "usage": {
                "prompt_tokens": tokens[0],
                "completion_tokens": tokens[1],
                "total_tokens": sum(tokens),
            },
        },
        **reply,
    )


def failure(status: int, message: str = "scripted failure", **fields: Any) -> Reply:
    """An error as an OpenAI-compatible endpoint words it; `headers` are the response's, the rest its own."""
    headers = fields.pop("headers", {})
    return Reply({"error": {"message": message, **fields}}, status=status, headers=headers)

"""An HTTP server in a thread that ends with its `with` block."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class LoopbackServer:
    """Serves on 127.0.0.1 (a free port unless one is named) from entering the block to leaving it.

    A subclass overrides `handle`. Handlers that wait must wait on `closing`, which is set on leaving.
    """

    def __init__(self, port: int = 0) -> None:
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", port), _handler_for(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def handle(self, exchange: "Exchange") -> None:
        """Answer one POST request."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Exchange(BaseHTTPRequestHandler):
    """One connection's request: `body` is its parsed JSON."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    owner: LoopbackServer
    body: Any

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.owner.handle(self)

    def answer(self, status: int, payload: bytes, headers: dict[str, str]) -> None:
        """Send a whole response. JSON unless `headers` says otherwise."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        # A connection kept alive would hold its thread until the timeout above.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(payload)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


class _Server(ThreadingHTTPServer):
    # Leaving the block waits for the handlers, so nothing of a test outlives it.
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is part of many tests."""


def _handler_for(owner: LoopbackServer) -> type[Exchange]:
    return type("BoundExchange", (Exchange,), {"owner": owner})

"""A proxy that records what a real endpoint answers: `python -m tests.wire.record --help`."""

import argparse
import http.client
import ipaddress
import json
import select
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.wire.exchanges import exchange_of, load_exchanges, request_key, save_exchanges
from tests.wire.loopback import Exchange, LoopbackServer

_POLL_SECONDS = 0.2
_STALL_SECONDS = 60.0


class RecordingProxy(LoopbackServer):
    """Forwards to an endpoint on this machine and adds each exchange to a file as soon as it is complete.

    The endpoint is loopback only, so that no recording holds what a paid service answered to somebody's key.
    """

    def __init__(self, upstream: str, path: Path, port: int = 0) -> None:
        parts = urlsplit(upstream)
        if not ipaddress.ip_address(parts.hostname or "").is_loopback or parts.port is None:
            raise ValueError(f"{upstream} is not a port of this machine's loopback address")
        super().__init__(port)
        self._upstream = (str(parts.hostname), parts.port)
        self._path = path
        self._exchanges = load_exchanges(path)
        self._lock = threading.Lock()

    def handle(self, exchange: Exchange) -> None:
        connection = http.client.HTTPConnection(*self._upstream, timeout=_STALL_SECONDS)
        try:
            connection.request(
                "POST", exchange.path, json.dumps(exchange.body), {"Content-Type": "application/json"}
            )
            if not self._answer_is_coming(exchange.connection, connection.sock):
                exchange.close_connection = True
                return
            response = connection.getresponse()
            status, payload = response.status, response.read()
        finally:
            # Closing upstream makes a server with one slot drop the work of a client that has gone.
            connection.close()
        recorded = exchange_of(exchange.body, status, json.loads(payload))
        with self._lock:
            self._exchanges[request_key(exchange.body)] = recorded
            save_exchanges(self._path, self._exchanges)
        exchange.answer(status, json.dumps(recorded["response"]).encode(), {})

    def _answer_is_coming(self, client: socket.socket, upstream: socket.socket) -> bool:
        """Whether upstream answers before the client leaves or the proxy closes."""
        while not self.closing.is_set():
            readable, _, _ = select.select([client, upstream], [], [], _POLL_SECONDS)
            if upstream in readable:
                return True
            if client in readable and not client.recv(1, socket.MSG_PEEK):
                return False
        return False


def main() -> None:
    """Record until interrupted."""
    parser = argparse.ArgumentParser(
        description="Record the exchanges with a model endpoint on this machine."
    )
    parser.add_argument("--upstream", required=True, help="base URL, such as http://127.0.0.1:8080/v1")
    parser.add_argument("--out", required=True, type=Path, help="JSON file; exchanges are added to it")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; a free one if not given")
    options = parser.parse_args()
    with RecordingProxy(options.upstream, options.out, options.port) as proxy:
        print(proxy.base_url, flush=True)
        try:
            proxy.closing.wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()

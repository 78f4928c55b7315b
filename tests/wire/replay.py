"""An endpoint that answers from recorded exchanges."""

import json
from pathlib import Path
from typing import Any

from tests.wire.exchanges import load_exchanges, request_key
from tests.wire.loopback import Exchange, LoopbackServer


class ReplayServer(LoopbackServer):
    """Answers a recorded request as it was answered, and any other with 404. `unknown` keeps the latter."""

    def __init__(self, path: Path, port: int = 0) -> None:
        super().__init__(port)
        self.unknown: list[Any] = []
        self.answered = 0
        self._path = path
        self._exchanges = load_exchanges(path)

    def handle(self, exchange: Exchange) -> None:
        recorded = self._exchanges.get(request_key(exchange.body))
        if recorded is None:
            self.unknown.append(exchange.body)
            message = f"no recorded exchange in {self._path.name} fits this request; record it again"
            error = {"error": {"message": message, "type": "not_recorded"}}
            exchange.answer(404, json.dumps(error).encode(), {})
            return
        self.answered += 1
        exchange.answer(recorded["status"], json.dumps(recorded["response"]).encode(), {})

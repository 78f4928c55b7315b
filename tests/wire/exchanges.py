"""Recorded exchanges: requests to a real endpoint and what it answered, in one JSON file."""

import json
from pathlib import Path
from typing import Any

_KEYED = ("model", "messages", "response_format")


def request_key(request: dict[str, Any]) -> str:
    """What makes two requests the same: model, messages and response format, as canonical JSON."""
    return json.dumps({name: request.get(name) for name in _KEYED}, sort_keys=True, ensure_ascii=True)


def load_exchanges(path: Path) -> dict[str, dict[str, Any]]:
    """The file's exchanges by request key; empty where there is no file yet."""
    if not path.exists():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {request_key(exchange["request"]): exchange for exchange in stored["exchanges"]}


def save_exchanges(path: Path, exchanges: dict[str, dict[str, Any]]) -> None:
    """Write the exchanges in the order they were recorded; the file is replaced whole."""
    content = json.dumps({"exchanges": list(exchanges.values())}, ensure_ascii=False, indent=1)
    temporary = path.with_suffix(".part")
    temporary.write_text(content + "\n", encoding="utf-8")
    temporary.replace(path)


def exchange_of(request: dict[str, Any], status: int, response: Any) -> dict[str, Any]:
    """One exchange as it is stored: without headers, and so without a key, and without what tells one machine
    or moment from another, such as the path of the weights.
    """
    asked = {name: request[name] for name in _KEYED if name in request}
    if "choices" in response:
        told = {name: response[name] for name in ("object", "choices", "usage") if name in response}
        response = {"id": "recorded", "created": 0, "model": request.get("model"), **told}
    return {"request": asked, "status": status, "response": response}

"""The tests' own servers and the guard around them."""

import json
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.wire.record import RecordingProxy
from tests.wire.replay import ReplayServer
from tests.wire.scripted import HANG, ScriptedServer, completion, failure


def _post(base_url: str, body: Any, timeout: float = 5.0) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{base_url}/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer not-to-be-kept"},
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def _request(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


def test_what_was_recorded_is_replayed_and_the_rest_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.json"
    with (
        ScriptedServer(completion("一"), failure(400, "no"), completion("三")) as upstream,
        RecordingProxy(upstream.base_url, file) as proxy,
    ):
        recorded = [_post(proxy.base_url, _request(text, temperature=0)) for text in ("1", "2")]
    with ScriptedServer(completion("三")) as upstream, RecordingProxy(upstream.base_url, file) as proxy:
        recorded.append(_post(proxy.base_url, _request("3")))
    assert [status for status, _ in recorded] == [200, 400, 200]
    assert "not-to-be-kept" not in file.read_text(encoding="utf-8")

    with ReplayServer(file) as replay:
        replayed = [_post(replay.base_url, _request(text, max_tokens=9)) for text in ("1", "2", "3")]
        status, body = _post(replay.base_url, _request("4"))
    assert replayed == recorded
    assert replay.answered == 3
    assert status == 404 and "record it again" in body["error"]["message"]
    assert replay.unknown == [_request("4")]


def test_the_proxy_lets_go_of_upstream_when_its_client_leaves(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.json"
    with ScriptedServer(HANG) as upstream, RecordingProxy(upstream.base_url, file) as proxy:
        with pytest.raises(TimeoutError):
            _post(proxy.base_url, _request("1"), timeout=0.3)
        started = time.monotonic()
    assert time.monotonic() - started < 5.0
    assert not file.exists()


def test_only_an_endpoint_on_this_machine_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        RecordingProxy("http://192.0.2.1:80/v1", tmp_path / "exchanges.json")


def test_no_socket_leaves_this_machine() -> None:
    with socket.socket() as outward, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError, match=r"example\.org"):
        socket.create_connection(("example.org", 80), timeout=1)

"""Requests that no client of ours makes: each is answered with a problem, none with an error that nobody foresaw."""

import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from gkllm.service.configuration import Bounds
from tests.service.asking import keep, serving, told
from tests.service.test_slow_clients import served_here

NUMBERS = ("0", "-1", "1e309", "nan", "inf", "-0.0", str(2**63), str(-(2**63)), "9" * 400, "1.5", "１２")
TEXTS = (
    "",
    "\0",
    "a\0b",
    "'; DROP TABLE reports; --",
    "../../etc/passwd",
    "%",
    "_",
    "\\",
    "x" * 10_000,
    "鄞州",
    "\U0001f600",
)
CURSORS = ("1,2", ",,,,,", "nan,1,1,1,1,1", "inf,1,1,1,1,1", "1e308,1e308,1e308,1e308,1,1", "0,0,0,0,0,0")
ODD = (*NUMBERS, *TEXTS, *CURSORS)
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 10**400, 1.5, 1e308, "", "\0", "x" * 10_000, [], {}, [[]], {"a": None}, [["甲", "甲"]],
    [["\0", "乙"]], ["x"] * 2_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("odd")
    keep(folder, "yinzhou-2019.txt")
    with serving(folder, jobs=0) as found:
        yield found


def operations(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    described = client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def address(client: TestClient, path: str) -> str:
    """The path with a report and a cell that there are."""
    ref = client.get("/v1/reports").json()["items"][0]["id"]
    return path.format(ref=ref, number=1, job_id="x")


def assert_told(answer: Any, what: object) -> None:
    assert answer.status_code < 500, (what, answer.text)
    if answer.status_code >= 400:
        told(answer, answer.status_code)


def test_odd_values_in_addresses_are_answered(client: TestClient) -> None:
    for method, path, operation in operations(client):
        if method != "get" or path.endswith("events"):
            continue
        asked = address(client, path)
        for parameter in operation.get("parameters", ()):
            for value in ODD:
                if parameter["in"] == "query":
                    cell = {"cell": "requests.received.natural_person"} if path.endswith("relations") else {}
                    query = cell | {parameter["name"]: value}
                    assert_told(client.get(asked, params=query), (path, query))
                elif parameter["in"] == "header":
                    given = {parameter["name"]: value.encode("utf-8").replace(b"\0", b"")}
                    assert_told(client.get(asked, headers=given), (path, given))
        for value in ("%00", "%ff%fe", "..%2f", "%2e%2e", "x" * 5_000, "0" * 64, "0" * 64 + "-999999"):
            for place in ("{ref}", "{job_id}", "{number}"):
                assert_told(client.get(address(client, path.replace(place, value))), (path, value))


def test_odd_messages_are_answered(client: TestClient) -> None:
    rng = random.Random(0)
    for method, path, operation in operations(client):
        if method != "post" or "requestBody" not in operation or path == "/v1/reports":
            continue
        asked = address(client, path)
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = client.get("/openapi.json").json()["components"]["schemas"][reference.rpartition("/")[2]]
        names = list(schema["properties"])
        usual = {"cell": "requests.received.natural_person", "expected": None, "value": 1, "text": "x"}
        usual = {name: usual[name] for name in usual.keys() & set(names)}
        messages = [usual | {name: value} for name in names for value in VALUES]
        messages += [{name: rng.choice(VALUES) for name in names} for _ in range(30)]
        for message in messages:
            answer = client.post(
                asked, content=json.dumps(message).encode(), headers={"Content-Type": "application/json"}
            )
            assert_told(answer, (path, message))
        for content in (
            b"",
            b"[",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"NaN",
            b'{"cell": "\\ud800"}',
        ):
            answer = client.post(asked, content=content, headers={"Content-Type": "application/json"})
            assert_told(answer, (path, content[:20]))


def test_a_message_has_a_bound_of_its_own(tmp_path: Path) -> None:
    with serving(tmp_path, Bounds(message_bytes=1_000), jobs=0) as client:
        body = json.dumps({"tree": [["甲", "乙" * 1_000]]})
        for path in ("/v1/check", "/v1/session", "/v1/undo", "/nowhere", "/v1/reports/"):
            assert client.post(
                path, content=body, headers={"Content-Type": "application/json"}
            ).status_code in (404, 413)
        assert told(client.post("/v1/check", content=body), 413)["most"] == 1_000

        def unstated() -> Iterator[bytes]:
            yield from (b"x" * 100 for _ in range(20))

        assert told(client.post("/v1/check", content=unstated()), 413)["most"] == 1_000


def test_methods_and_ways_that_are_none_are_answered_and_not_kept(client: TestClient) -> None:
    for number in range(20):
        told(client.request(f"ODD{number}", "/v1/reports"), 405)
    told(client.put("/v1/reports"), 405)
    told(client.get("/v1/nowhere"), 404)
    counted = client.get("/metrics").text
    assert 'method="other"' in counted and "ODD" not in counted


def test_what_is_no_http_is_told_so(tmp_path: Path) -> None:
    with served_here(tmp_path / "a.db") as port:
        for said in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"GET\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000,
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                try:
                    client.sendall(said)
                    answer = b"".join(iter(lambda: client.recv(4096), b""))
                except ConnectionError:
                    continue
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ") and b"application/problem+json" in head, said[:40]
            assert json.loads(body)["status"] == 400
        # Two messages in one, told apart in two ways.
        smuggled = (
            b"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(smuggled)
            client.settimeout(3)
            answer = client.recv(65536)
        assert b" 200 " not in answer.partition(b"\r\n")[0]
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200

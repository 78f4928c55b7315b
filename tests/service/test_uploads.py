"""Files handed over: read once, within bounds, and whatever they are called."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gkllm.batch import Limits
from gkllm.service import reading
from gkllm.service.uploads import shown_name
from tests.service.asking import FIXTURES, PATIENT, YINZHOU, hand_over, packed, read, serving, told
from tests.store.documents import asked
from tests.store.hostile import read_one_or_do_harm

SMALL = replace(
    PATIENT, request_bytes=300_000, file_bytes=200_000, unpacked_bytes=400_000, files=6, waiting=8
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("uploads"), SMALL) as found:
        yield found


def test_a_report_is_read_once_and_is_what_extract_reads(client: TestClient) -> None:
    done = hand_over(client, ("鄞州.txt", YINZHOU.read_bytes()))
    assert done.status_code == 200, done.text
    job = done.json()
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("done", 1, 1, 0)
    (ref,) = job["files"][0]["reports"]
    found, same = client.get(f"/v1/reports/{ref}").json(), json.loads(read("yinzhou-2019.txt").to_json())
    assert (found["cells"], found["violations"]) == (same["cells"], same["violations"])
    assert found["source"]["name"] == "鄞州.txt"
    again = hand_over(client, ("鄞州.txt", YINZHOU.read_bytes()))
    assert again.json() == job and done.headers["location"] == f"/v1/jobs/{job['id']}"
    renamed = hand_over(client, ("other.txt", YINZHOU.read_bytes())).json()
    assert renamed["id"] != job["id"] and renamed["files"][0]["reports"] == [ref]
    assert client.get("/v1/reports", params={"q": "鄞州"}).json()["total"] == 1


def test_many_are_accepted_and_read_afterwards(client: TestClient) -> None:
    files = [(f"{n}.txt", b"x" * n + YINZHOU.read_bytes()) for n in range(1, 6)]
    accepted = hand_over(client, *files)
    assert accepted.status_code == 202 and accepted.json()["state"] != "done"
    with client.stream("GET", f"{accepted.headers['location']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        states = [json.loads(line[5:])["done"] for line in stream.iter_lines() if line.startswith("data:")]
    assert states == sorted(states) and states[-1] == 5
    job = client.get(accepted.headers["location"]).json()
    assert job["state"] == "done" and len({ref for file in job["files"] for ref in file["reports"]}) == 5
    at_once = hand_over(client, ("a.txt", YINZHOU.read_bytes() + b"\n"), prefer="respond-async")
    assert at_once.status_code == 202


def test_an_archive_is_its_reports_and_names_its_failures(client: TestClient) -> None:
    inner = packed(a__txt=b"x")
    names = {"2019/鄞州__txt": YINZHOU.read_bytes(), "b__zip": inner, "empty__txt": b" "}
    job = hand_over(client, ("all.zip", packed(**names))).json()
    by_name = {file["name"]: file for file in job["files"]}
    assert by_name["all.zip/2019/鄞州.txt"]["state"] == "done"
    assert by_name["all.zip/b.zip"]["failures"][0]["kind"] == "DocumentError"
    assert by_name["all.zip/empty.txt"]["failures"][0]["kind"] == "EmptyDocument"
    assert (job["done"], job["failed"]) == (3, 2)
    # What failed may be mended: it is tried again, by another job.
    assert hand_over(client, ("all.zip", packed(**names))).json()["id"] != job["id"]


def test_the_formats_that_are_asked_for_are_answered_at_once(client: TestClient) -> None:
    answer = hand_over(client, ("鄞州.txt", YINZHOU.read_bytes()), accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfsource,") and answer.content.count(b"\r\n") > 190
    told(hand_over(client, ("a.txt", b"x"), accept="image/png"), 406)


def test_what_exceeds_a_bound_is_refused(client: TestClient) -> None:
    problem = told(hand_over(client, ("a.txt", b"x" * 310_000)), 413)
    assert problem["most"] == 300_000

    def unstated() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(400):
            yield b"x" * 1_000

    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    told(client.post("/v1/reports", content=unstated(), headers=multipart), 413)
    told(hand_over(client, ("a.txt", b"x" * 250_000)), 413)
    told(hand_over(client, *((f"{n}.txt", b"x") for n in range(7))), 422)
    told(hand_over(client, ("a.zip", packed(**{f"{n}__txt": b"x" for n in range(7)}))), 413)
    told(hand_over(client, ("a.zip", packed(**{f"{n}__txt": b"x" * 150_000 for n in range(3)}))), 413)


def test_a_zip_bomb_is_a_failure_that_costs_nothing(client: TestClient) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"\0" * 60_000_000)
    job = hand_over(client, ("bomb.zip", stream.getvalue())).json()
    assert job["files"][0]["failures"][0]["kind"] == "DocumentTooLarge"
    damaged = hand_over(client, ("a.zip", b"PK\x03\x04" + b"x" * 100)).json()
    assert damaged["files"][0]["state"] == "failed"


def test_what_is_no_upload_is_refused(client: TestClient) -> None:
    told(client.post("/v1/reports", content=b"x", headers={"Content-Type": "text/plain"}), 415)
    told(client.post("/v1/reports", data={"files": "text"}, files={"other": b""}), 422)
    told(client.post("/v1/reports", content=b"x", headers={"Content-Type": "multipart/form-data"}), 422)
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    told(client.post("/v1/reports", content=b"--b\r\nnothing", headers=broken), 422)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\reports\\甲.txt", "C/reports/甲.txt"),
        ("a\0b\x1b[31m.txt", "ab[31m.txt"),
        ("..", "document"),
        ("", "document"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_shown_without_what_it_may_steer(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_clients_path_is_no_path(client: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(YINZHOU.read_bytes() + b"\n\n")
    job = hand_over(client, (str(secret), b"z" + YINZHOU.read_bytes())).json()
    (ref,) = job["files"][0]["reports"]
    assert client.get(f"/v1/reports/{ref}/document?download=true").content.startswith(b"z")
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py",
        "/static//etc/passwd",
    ):
        told(client.get(path), 404)


def test_a_document_that_hangs_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_one", read_one_or_do_harm)
    with serving(tmp_path, jobs=1, limits=Limits(seconds=45)) as client:
        hand_over(client, ("first.txt", YINZHOU.read_bytes()))
        files = ("hangs.txt", b"a" + YINZHOU.read_bytes()), ("crashes.txt", b"b" + YINZHOU.read_bytes())
        job = hand_over(client, *files, ("well.txt", b"c" + YINZHOU.read_bytes())).json()
        found = {file["name"]: file for file in job["files"]}
        assert found["hangs.txt"]["failures"][0]["kind"] == "LimitExceeded"
        assert found["crashes.txt"]["failures"][0]["kind"] == "ProcessDied"
        assert found["well.txt"]["state"] == "done" and client.get("/healthz").status_code == 200


def test_more_than_may_wait_is_refused_with_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_one", read_one_or_do_harm)
    with serving(tmp_path, replace(PATIENT, waiting=3), jobs=1, limits=Limits(seconds=60)) as client:
        files = [(f"hangs{n}.txt", b"%d" % n) for n in range(3)]
        assert hand_over(client, *files, prefer="respond-async").status_code == 202
        refused = hand_over(client, ("a.txt", b"x"))
        told(refused, 429)
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/healthz").status_code == 200
        # What was accepted stays accepted when the service is stopped in the middle of it.
    rows: list[Any] = asked(tmp_path / "reports.db", "SELECT count(*) FROM job_files WHERE finished IS NULL")
    assert rows == [(3,)]
    monkeypatch.undo()
    with serving(tmp_path) as client:
        (job,) = client.get("/v1/jobs").json()["items"]
        with client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
            list(stream.iter_lines())
        done = client.get(f"/v1/jobs/{job['id']}").json()
        assert done["state"] == "done" and {file["state"] for file in done["files"]} == {"failed"}


def test_every_kind_of_fixture_comes_in(client: TestClient) -> None:
    for name in ("hewan-2021.tsv", "shiqiao-2023.csv", "hewan-2023.md"):
        job = hand_over(client, (name, (FIXTURES / name).read_bytes())).json()
        assert job["files"][0]["state"] == "done" and job["reports"] >= 1

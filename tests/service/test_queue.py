"""The queue stands in the store, in step with whatever is added there, and few reports are in memory."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gkllm.report import Report
from gkllm.results import read_results
from gkllm.review.log import Reason
from gkllm.review.session import Choices, Session
from gkllm.review.standing import Ledger
from gkllm.review.stored_log import open_log
from gkllm.service import desk
from gkllm.store import FileKey, Reading, open_store
from tests.forms import FORMS
from tests.service.asking import read, serving
from tests.store.documents import asked

NAME = "yinzhou-2019.txt"


def copies(folder: Path, count: int, first: int = 0, **changes: Any) -> list[str]:
    """A store with one report as if of so many files; their ids."""
    made: list[str] = []
    with open_store(folder / "reports.db", create=True) as store:
        run = store.begin({"reader": "rules"})
        for number in range(first, first + count):
            sha256 = f"{number:064x}"
            report = copied(sha256, **changes)
            (file,) = store.register(run, [FileKey(f"/in/{number}.txt", sha256, f"{number}.txt")])
            store.write(run, Reading(file.document, [(report, report.to_json().encode())]))
            made.append(sha256)
    return made


def copied(sha256: str, **changes: Any) -> Report:
    report = read(NAME)
    source = report.source.model_copy(update={"sha256": sha256})
    return report.model_copy(update={"source": source, **changes})


def queue(client: TestClient, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/queue", params={"limit": 20_000, **query}).json()
    return found


def settle(folder: Path, count: int) -> list[str]:
    """Decide so many cells as the terminal does; the reports that they are of."""
    place = str(folder / "reports.db")
    session = Session(
        read_results(place, in_review=True), Ledger(open_log(place)), Choices("terminal"), FORMS
    )
    items = session.queue[:count]
    for item in items:
        session.decide([item], session.proposal, Reason.ACCEPTED, 1.0)
    return [item.ref.report.sha256 for item in items]


def test_few_reports_are_in_memory_however_many_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_MOST_OPENED", 2)
    refs = copies(tmp_path, 5)
    with serving(tmp_path, jobs=0) as client:
        whole = queue(client)
        each = whole["open"] // 5
        assert whole["open"] == len(whole["items"]) == 5 * each > 5
        for ref in refs:
            item = queue(client, report=ref)["items"][0]
            body = {"cell": item["cell"], "value": 7, "expected": None}
            made = client.post(f"/v1/reports/{ref}/decisions", json=body).json()
            assert made["report_open"] == len(queue(client, report=ref)["items"]) < each
        assert len(client.app.state.service.desk._opened) == 2  # type: ignore[attr-defined]
        left = queue(client)["open"]
        for ref in reversed(refs):
            assert client.post("/v1/undo").json()["undone"]["report"] == ref
        assert queue(client)["open"] == whole["open"] > left
        assert [(i["report"], i["cell"]) for i in queue(client)["items"]] == [
            (i["report"], i["cell"]) for i in whole["items"]
        ]


def test_what_was_decided_while_nobody_served_is_taken_up(tmp_path: Path) -> None:
    copies(tmp_path, 2)
    with serving(tmp_path, jobs=0) as client:
        before = queue(client)["open"]
    settle(tmp_path, 2)
    copies(tmp_path, 1, first=2)
    with serving(tmp_path, jobs=0) as client:
        after = queue(client)
        assert after["open"] == before // 2 * 3 - 2 == len(after["items"])
        assert after["version"] == 2


def test_what_others_add_meanwhile_is_taken_up_when_the_queue_is_asked_for(tmp_path: Path) -> None:
    copies(tmp_path, 1)
    with serving(tmp_path, jobs=0) as one, serving(tmp_path, jobs=0) as other:
        each = queue(one)["open"]
        assert queue(other)["open"] == each
        (ref,) = set(settle(tmp_path, 1))
        assert queue(one)["open"] == queue(other)["open"] == each - 1
        item = queue(one)["items"][0]
        body = {"cell": item["cell"], "state": "blank", "expected": None}
        assert one.post(f"/v1/reports/{ref}/decisions", json=body).status_code == 201
        assert queue(other)["open"] == each - 2
        copies(tmp_path, 1, first=1)
        assert queue(one)["open"] == queue(other)["open"] == 2 * each - 2
        listed = one.get("/v1/reports", params={"review": "open"}).json()
        assert [item["open"] for item in listed["items"]] == [each, each - 2]


def test_a_report_that_another_took_the_place_of_leaves_the_queue(tmp_path: Path) -> None:
    (gone,) = copies(tmp_path, 1)
    with serving(tmp_path, jobs=0) as client:
        assert queue(client)["open"]
    with open_store(tmp_path / "reports.db") as store:
        run = store.begin({"reader": "rules"})
        report = copied("f" * 64)
        (file,) = store.register(run, [FileKey("/in/0.txt", "f" * 64, "0.txt")])
        store.write(run, Reading(file.document, [(report, report.to_json().encode())]))
    with serving(tmp_path, jobs=0) as client:
        assert {item["report"] for item in queue(client)["items"]} == {"f" * 64}
        assert client.get(f"/v1/reports/{gone}/review").status_code == 404
    assert asked(tmp_path / "reports.db", "SELECT count(*) FROM queued_reports") == [(1,)]


def test_the_queue_is_made_once_and_anew_by_another_program(tmp_path: Path) -> None:
    copies(tmp_path, 3)
    with serving(tmp_path, jobs=0) as client:
        wanted = queue(client)["items"]
        service = client.app.state.service  # type: ignore[attr-defined]
        assert service.store.queue.behind(service.desk._made_by) == []
        assert len(service.store.queue.behind("another")) == 3
    with open_store(tmp_path / "reports.db") as store, store._writer.begin() as connection:
        connection.exec_driver_sql("UPDATE queued_reports SET made_by = 'another', cells = 0")
        connection.exec_driver_sql("DELETE FROM queued")
    with serving(tmp_path, jobs=0) as client:
        assert queue(client)["items"] == wanted


def test_a_report_of_another_version_keeps_no_other_out_of_the_queue(tmp_path: Path) -> None:
    (strange,) = copies(tmp_path, 1, schema_version=99)
    copies(tmp_path, 1, first=1)
    with serving(tmp_path, jobs=0) as client:
        assert {item["report"] for item in queue(client)["items"]} == {f"{1:064x}"}
        assert client.get(f"/v1/reports/{strange}/review").status_code == 503

"""The review over HTTP: one queue for all, decisions that name what they saw, conflicts that both see."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gkllm.results import read_results
from gkllm.review.log import Reason
from gkllm.review.session import Choices, Session
from gkllm.review.standing import Ledger
from gkllm.review.stored_log import open_log
from gkllm.service.answers import ref_of_id
from tests.forms import FORMS
from tests.service.asking import YINZHOU, hand_over, keep, serving, told


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    keep(tmp_path, "yinzhou-2019.txt", "songta-2019.md")
    with serving(tmp_path, jobs=0) as found:
        yield found


def sit_down(client: TestClient, name: str) -> dict[str, str]:
    """The headers with which a person at the page asks."""
    begun = client.post("/v1/session", json={"name": name})
    client.cookies.clear()
    cookie = begun.headers["set-cookie"].split(";")[0]
    assert (
        "HttpOnly" in begun.headers["set-cookie"] and "samesite=strict" in begun.headers["set-cookie"].lower()
    )
    return {"Cookie": cookie, "X-CSRF-Token": begun.json()["csrf"]}


def decide(client: TestClient, who: dict[str, str], item: dict[str, Any], **asked: Any) -> Any:
    body = {"cell": item["cell"], "expected": item["last"], **asked}
    return client.post(f"/v1/reports/{item['report']}/decisions", json=body, headers=who)


def item_of(client: TestClient, like: dict[str, Any]) -> dict[str, Any] | None:
    items = client.get("/v1/queue", params={"limit": 20_000}).json()["items"]
    return next((i for i in items if (i["report"], i["cell"]) == (like["report"], like["cell"])), None)


def test_the_queue_is_the_terminals(client: TestClient, tmp_path: Path) -> None:
    place = str(tmp_path / "reports.db")
    session = Session(read_results(place, in_review=True), Ledger(open_log(place)), Choices("a"), FORMS)
    wanted = [(ref_of_id(item.ref.report), item.ref.cell) for item in session.asked]
    found: list[tuple[str, str]] = []
    groups: list[tuple[str, int]] = []
    after = None
    while True:
        page = client.get("/v1/queue", params={"limit": 2} | ({"after": after} if after else {})).json()
        found += [(item["report"], item["cell"]) for item in page["items"]]
        groups += [(item["report"], item["group"]) for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == wanted and page["open"] == page["questions"] == len(wanted) > 2
    # Numbers of groups are each report's own here.
    theirs = [item.group for item in session.asked]
    assert [groups.index(group) for group in groups] == [theirs.index(group) for group in theirs]
    assert page["groups"] == len(set(groups)) == len(set(theirs))
    short = client.get("/v1/queue", params={"fields": "short", "limit": 1}).json()["items"][0]
    assert short["reasons"] == [] and short["label"] and short["label_en"]
    (one,) = {i["report"] for i in client.get("/v1/queue", params={"report": found[0][0]}).json()["items"]}
    assert one == found[0][0]
    assert client.get("/v1/queue", params={"q": "鄞州"}).json()["items"]
    told(client.get("/v1/queue", params={"after": "nowhere"}), 422)


def test_two_people_decide_a_cell_differently_and_both_see_it(client: TestClient) -> None:
    ann, bob = sit_down(client, "安"), sit_down(client, "Bob")
    item = client.get("/v1/queue").json()["items"][0]
    first = decide(client, ann, item, value=1, note="seen", seconds=2.5)
    assert first.status_code == 201, first.text
    assert first.json()["settled"] and item_of(client, item) is None
    stale = told(decide(client, bob, item, value=2), 409)
    (current,) = stale["current"]
    assert (
        current["decisions"][0]["reviewer"] == "安" and current["last"] == first.json()["decisions"][0]["id"]
    )
    insisted = decide(client, bob, item | {"last": current["last"]}, value=2)
    assert insisted.status_code == 201 and not insisted.json()["settled"]
    again = item_of(client, item)
    assert again is not None and {d["reviewer"]: d["value"] for d in again["conflict"]} == {"安": 1, "Bob": 2}
    review = client.get(f"/v1/reports/{item['report']}/review").json()["cells"][item["cell"]]
    assert review["open"] and [d["note"] for d in review["decisions"]] == ["seen", None]
    settled = decide(client, ann, again, value=2, overrule=True)
    assert settled.json()["settled"] and item_of(client, item) is None
    corrected = client.get(f"/v1/reports/{item['report']}?corrected=true").json()
    cell = next(cell for cell in corrected["cells"] if cell["id"] == item["cell"])
    assert (cell["value"], cell["confidence"], cell["needs_review"]) == (2, 1.0, False)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path, jobs=1) as found:
        yield found


def test_a_table_that_is_missing_is_one_question(reading: TestClient) -> None:
    client, who, text = reading, sit_down(reading, "安"), YINZHOU.read_text("utf-8")
    without = text[: text.index("三、收到和处理")] + text[text.index("四、政府信息公开行政复议") :]
    handed = hand_over(client, ("without.txt", without.encode()))
    (report,) = handed.json()["files"][0]["reports"]
    ask = {"report": report, "limit": 1000}
    before = client.get("/v1/queue", params=ask).json()
    (item,) = (i for i in before["items"] if i["cells"] > 1)
    assert item["label"].startswith("三、") and str(item["cells"]) in item["question"]
    assert before["open"] - before["questions"] == item["cells"] - 1 > 100
    shape = client.get(f"/page/reports/{report}/table").text
    assert f'data-cell="{item["cell"]}"' in shape and "自然人" in shape
    decided = decide(client, who, item, state="missing", whole=True)
    assert len(decided.json()["decisions"]) == item["cells"]
    after = client.get("/v1/queue", params=ask).json()
    assert item_of(client, item) is None and before["open"] - after["open"] == item["cells"]
    client.post("/v1/undo", headers=who)
    assert client.get("/v1/queue", params=ask).json()["items"] == before["items"]
    # It is printed after all: of the cell alone something is said.
    assert decide(client, who, item, value=4, whole=True).json()["decisions"][0]["value"] == 4
    assert client.get("/v1/queue", params=ask).json()["open"] == before["open"] - 1


def test_a_decision_says_what_it_saw_and_what_the_cell_can_hold(client: TestClient) -> None:
    item = client.get("/v1/queue").json()["items"][0]
    path = f"/v1/reports/{item['report']}/decisions"
    told(client.post(path, json={"cell": item["cell"], "value": 1}), 428)
    two = {"cells": [item["cell"], "requests.received.natural_person"], "value": 1}
    told(client.post(path, json=two | {"expected": {item["cell"]: None}}), 428)
    told(client.post(path, json={"value": 1, "expected": None}), 422)
    for wrong in (
        {"value": 1.5},
        {"value": -1},
        {"value": None},
        {"value": 1, "state": "blank"},
        {"value": "x"},
    ):
        told(client.post(path, json={"cell": item["cell"], "expected": None} | wrong), 422)
    told(client.post(path, json={"cell": "no.such.cell", "value": 1, "expected": None}), 404)
    told(
        client.post(f"/v1/reports/{'0' * 64}/decisions", json={"cell": "a", "value": 1, "expected": None}),
        404,
    )
    told(client.post(path, json={"cell": item["cell"], "value": 1, "expected": None, "by": "root"}), 422)
    both = client.post(path, json=two | {"expected": None, "state": "reported"})
    assert both.status_code == 201 and len(both.json()["decisions"]) == 2


def test_decisions_are_taken_back_and_notes_are_kept(client: TestClient) -> None:
    who = sit_down(client, "安")
    item = client.get("/v1/queue").json()["items"][0]
    before = client.get("/v1/queue").json()["open"]
    assert client.post("/v1/undo", headers=who).json() == {"undone": None, "open": before}
    decide(client, who, item, state="blank")
    undone = client.post("/v1/undo", headers=who).json()
    assert undone == {"undone": {"report": item["report"], "cell": item["cell"]}, "open": before}
    path = f"/v1/reports/{item['report']}"
    noted = client.post(f"{path}/notes", json={"cell": item["cell"], "text": "查纸质件"}, headers=who)
    assert noted.status_code == 204
    assert client.get(f"{path}/review").json()["cells"][item["cell"]]["notes"][0]["text"] == "查纸质件"
    told(client.post(f"{path}/notes", json={"cell": item["cell"], "text": "x" * 501}, headers=who), 422)


def test_relations_are_live_as_one_types(client: TestClient) -> None:
    items = client.get("/v1/queue", params={"q": "鄞州"}).json()["items"]
    item = next(i for i in items if i["cell"] == "requests.results_total.natural_person")
    path = f"/v1/reports/{item['report']}/relations"

    def balance(**query: Any) -> dict[str, Any]:
        found = client.get(path, params={"cell": item["cell"], **query}).json()["relations"]
        return next(r for r in found if r["rule"] == "requests.balance")

    assert not balance()["holds"] and balance()["difference"] == -3
    assert balance(value=3)["holds"] and balance(typed="３")["holds"]
    assert {term["value"] for term in balance(value=3)["right_terms"]} == {3, 0}
    assert not balance(state="blank")["holds"]
    told(client.get(path, params={"cell": item["cell"], "typed": "many"}), 422)
    assert client.get(path, params={"cell": item["cell"]}).json()["suggestions"][0]["changes"]


def test_what_others_decide_elsewhere_is_told_with_its_number(client: TestClient, tmp_path: Path) -> None:
    place = str(tmp_path / "reports.db")
    log = open_log(place)
    session = Session(read_results(place, in_review=True), Ledger(log), Choices("terminal"), FORMS)
    ref = session.queue[0].ref
    session.decide(session.queue[:1], session.proposal, Reason.ACCEPTED, 1.0)
    found = client.get(f"/v1/reports/{ref_of_id(ref.report)}/review").json()["cells"][ref.cell]
    assert found["decisions"][0]["reviewer"] == "terminal" and not found["open"]
    service = client.app.state.service  # type: ignore[attr-defined]
    ((name, number, data),) = service.desk.missed(0)
    assert (name, number, data["reviewer"], data["cell"]) == ("decision", 1, "terminal", ref.cell)
    assert data["report"] == ref_of_id(ref.report) and data["conflict"] is False


def test_the_numbers_follow_the_review(client: TestClient) -> None:
    who = sit_down(client, "安")
    before = client.get("/v1/stats", headers={"Accept-Language": "zh-CN"}).json()
    assert (before["reports"], before["review"]["decided"]) == (2, 0)
    assert [year["year"] for year in before["by_year"]] == [2019]
    assert (
        before["review"]["open"]
        == before["by_year"][0]["open"]
        == sum(i["open"] for i in before["by_issuer"])
    )
    broken = {one["rule"]: one for one in before["broken"]}
    assert "总计" in broken["requests.results"]["words"]
    assert "原文" in broken["requests.results"]["verdict_words"]
    item = client.get("/v1/queue").json()["items"][0]
    decide(client, who, item, value=item["value"] or 0, seconds=3)
    after = client.get("/v1/stats").json()
    assert after["review"]["decided"] == 1 and after["review"]["reviewers"][0]["name"] == "安"
    assert sum(part["total"] for part in after["calibration"]["queued"]) == 1
    checked = client.get("/v1/check").json()
    assert len(checked["reports"]) == 2 and isinstance(checked["findings"], list)
    tree = client.post("/v1/check", json={"tree": [["甲", "鄞州区教育局"]]}, headers=who).json()
    assert any(finding["rule"] == "tree.parent" for finding in tree["findings"])


def test_a_document_is_shown_as_the_terminal_shows_it(client: TestClient) -> None:
    items = client.get("/v1/queue", params={"q": "鄞州"}).json()["items"]
    ref = items[0]["report"]
    shown = client.get(f"/v1/reports/{ref}/document").json()
    assert shown["kind"] == "text" and shown["available"]
    cells = client.get(f"/v1/reports/{ref}/review").json()["cells"]
    spanned = [cell for cell in cells.values() if cell["span"]]
    assert len(spanned) > 50
    for cell in spanned:
        start, end = cell["span"]["start"], cell["span"]["end"]
        assert " ".join(shown["text"][start:end].split()) == cell["raw"]
    pieces = {(piece["start"], piece["end"]) for line in shown["lines"] for piece in line}
    assert sum((c["span"]["start"], c["span"]["end"]) in pieces for c in spanned) > 50
    tables = client.get(f"/v1/reports/{ref}/review").json()["tables"]
    listed = [cell for t in tables for b in t["blocks"] for r in b["rows"] for cell in r["cells"]]
    assert {cell for cell in listed if cell} == set(cells)
    for table in tables:
        for block in table["blocks"]:
            assert all(len(row["cells"]) == len(block["columns"]) for row in block["rows"])

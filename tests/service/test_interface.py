"""The interface as it is described, and the typed client that asks by it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas
import pyarrow.parquet
import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from gkllm.errors import ServiceError
from gkllm.report import CellState, Report
from gkllm.service.client import Client, Refused
from gkllm.settings import ModelSettings, Settings
from tests.service.asking import HERE, hand_over, keep, serving, told

NAMES = ("yinzhou-2019.txt", "hongze-2023.txt", "hewan-2023.md")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("interface")
    keep(folder, *NAMES)
    with serving(folder, jobs=0) as found:
        yield found


@pytest.fixture
def client(served: TestClient) -> Client:
    return Client(HERE, transport=served._transport)


def test_the_description_is_sound_and_complete(served: TestClient) -> None:
    described = served.get("/openapi.json").json()
    validate(described)
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 25
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], path
            answers = operation["responses"]
            for status, answer in answers.items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)
            if path not in ("/healthz", "/v1/session"):
                assert {"401", "403"} <= answers.keys() and operation["security"], path
            good = [answer for status, answer in answers.items() if status < "300" and status != "204"]
            for answer in good:
                schema = answer["content"].get("application/json", {"schema": {"x": 1}})["schema"]
                assert schema, (method, path)


def test_reports_are_listed_page_by_page_and_by_what_they_say(client: Client) -> None:
    first = client.reports(limit=2)
    rest = client.reports(limit=2, after=first.next)
    assert first.total == 3 and rest.next is None
    assert len({item.id for item in (*first.items, *rest.items)}) == 3
    assert [item.issuer for item in client.reports(q="鄞州").items] == ["鄞州区教育局"]
    assert {item.year for item in client.reports(year=2019).items} == {2019}
    assert client.reports(issuer="无").total == 0
    assert all(item.open for item in client.reports(review="open").items)


def test_every_format_comes_out_whole(client: Client, served: TestClient) -> None:
    streams = {name: io.BytesIO() for name in ("json", "jsonl", "csv", "xlsx", "parquet")}
    for name, stream in streams.items():
        client.export(name, stream)  # type: ignore[arg-type]
        stream.seek(0)
    reports = [Report.model_validate_json(line) for line in streams["jsonl"]]
    cells = sum(len(report.cells) for report in reports)
    assert len(reports) == 3
    assert streams["csv"].read().count(b"\r\n") >= cells
    assert sum(1 for _ in openpyxl.load_workbook(streams["xlsx"])["cells"].rows) == cells + 1
    assert pyarrow.parquet.read_table(streams["parquet"]).num_rows == cells
    assert streams["json"].read(2) == b"[\n"
    for media, start in (
        ("text/csv", b"\xef\xbb\xbf"),
        ("application/vnd.apache.parquet", b"PAR1"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ):
        answer = served.get("/v1/reports", params={"year": 2019}, headers={"Accept": f"{media}, */*;q=0.1"})
        assert answer.headers["content-type"].startswith(media) and answer.content.startswith(start)
        assert "attachment" in answer.headers["content-disposition"]
    told(served.get("/v1/reports", headers={"Accept": "image/png"}), 406)


def test_wide_data_comes_out_of_the_service(client: Client, served: TestClient) -> None:
    csv, stata = io.BytesIO(), io.BytesIO()
    client.export("csv", csv, wide=True, year=2019)
    lines = csv.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[0].startswith("issuer,year,") and "requests.received.total" in lines[0]
    client.export("dta", stata)
    stata.seek(0)
    frame = pandas.read_stata(stata)
    assert sorted(frame["issuer"]) == sorted(item.issuer for item in client.reports().items if item.issuer)
    told(served.get("/v1/reports", params={"wide": True}), 422)


def test_the_client_reviews(client: Client) -> None:
    item = client.queue(limit=1).items[0]
    decided = client.decide(item.report, item.cell, CellState.BLANK, expected=item.last, note="空")
    assert decided.settled and client.review(item.report).cells[item.cell].decisions[0].note == "空"
    with pytest.raises(Refused) as caught:
        client.decide(item.report, item.cell, 3, expected=None)
    assert caught.value.kind == "conflict" and caught.value.problem["current"][0]["last"]
    assert client.relations(item.report, item.cell, 4).value == 4
    client.note(item.report, item.cell, "x")
    undone = client.undo().undone
    assert undone is not None and undone.cell == item.cell
    assert client.stats().reports == 3 and len(client.check().reports) == 3
    assert client.document(item.report).kind == "text" and client.limits().max_files == 1000
    assert client.report(item.report).source.sha256 == item.report
    with pytest.raises(Refused, match="404"):
        client.report("0" * 64)


def test_a_service_that_is_not_there_is_told_in_a_line() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(ServiceError, match="cannot be reached"):
        client.reports()


def test_a_name_that_is_none_is_nothing(served: TestClient) -> None:
    for ref in ("x", "0" * 63, "0" * 64 + "-0", "..%2f..%2fetc%2fpasswd"):
        assert served.get(f"/v1/reports/{ref}").status_code in (404, 422)
        assert served.get(f"/v1/reports/{ref}/document").status_code in (404, 422)


def test_health_and_counts_and_schema_are_told(served: TestClient) -> None:
    assert served.get("/healthz").json()["status"] == "ok"
    counted = served.get("/metrics")
    assert counted.headers["content-type"].startswith("text/plain")
    assert {"gkllm_requests_total", "gkllm_documents_waiting", "gkllm_request_seconds_bucket"} <= {
        line.partition("{")[0].partition(" ")[0] for line in counted.text.splitlines()
    }
    assert served.get("/v1/schema").json() == Report.model_json_schema(mode="serialization")


def test_a_models_key_never_leaves_the_server(tmp_path: Path) -> None:
    key = "sk-nobody-else-may-know"
    model = ModelSettings(name="m", base_url="http://127.0.0.1:9", api_key=key)
    keep(tmp_path, "yinzhou-2019.txt")
    with serving(tmp_path, jobs=0, settings=Settings(model=model)) as client:
        ref = client.get("/v1/reports").json()["items"][0]["id"]
        hand_over(client, ("a.txt", b"x"), prefer="respond-async")
        for path in client.get("/openapi.json").json()["paths"]:
            if not path.endswith("events"):
                answer = client.get(path.format(ref=ref, number=1, job_id="x"), params={"cell": "x"})
                assert key not in answer.text and key not in str(answer.headers)
    for file in tmp_path.iterdir():
        assert key.encode() not in file.read_bytes()


def test_what_the_page_is_made_of_is_kept_for_good_by_the_version_in_its_addresses(tmp_path: Path) -> None:
    with serving(tmp_path, jobs=0) as client:
        first = client.get("/")
        assert first.headers["cache-control"] == "no-cache"
        addresses = re.findall(r'(?:href|src)="(/[^"#]+)"', first.text)
        assert len(addresses) > 12 and not [one for one in addresses if one.startswith("/static/app")]
        version = addresses[0].split("/")[2]
        for address in (*addresses, f"/page/{version}/words?lang=zh"):
            answer = client.get(address)
            assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"], address
        for address in ("/static/app.js", "/page/0/view.css", "/page/0/words?lang=zh"):
            assert client.get(address).headers["cache-control"] == "no-cache"
        tag = first.headers["etag"]
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304

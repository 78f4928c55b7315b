"""`gkllm check`: files, exit status, output."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from tests.crosscheck.reports import fixture, report

OUT = "requests.carried_out.natural_person"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def two_years(carried_out: int) -> None:
    years = report("甲局", 2020, {OUT: carried_out}), report("甲局", 2021, {})
    Path("2020.json").write_text(years[0].to_json(indent=2), encoding="utf-8")
    Path("2021.json").write_text(f"[{years[1].to_json()}]", encoding="utf-8")


def test_years_are_compared_over_files() -> None:
    two_years(2)
    done = check("2021.json", "2020.json")
    assert done.exit_code == 0
    assert "requests.carry_over" in done.stdout and "2020 carried over is 2" in " ".join(done.stdout.split())
    assert check("2021.json", "2020.json", "--fail-on", "error").exit_code == 3


def test_sentences_in_chinese() -> None:
    two_years(2)
    said = "".join(check("2021.json", "2020.json", "--lang", "zh").stdout.split())
    assert (
        "甲局：2021年“三/二、上年结转政府信息公开申请数量/自然人”为0，而2020年结转下年度的为2，相差2。"
        in said
    )


def test_results_without_findings_are_status_0_even_with_fail_on() -> None:
    Path("all.jsonl").write_text(
        "\n".join(report("甲局", year, {}).to_json() for year in (2020, 2021)), encoding="utf-8"
    )
    done = check("all.jsonl", "--fail-on", "error")
    assert done.exit_code == 0
    assert "Between the reports nothing is amiss." in done.stdout
    Path("all.jsonl").write_text(
        "\n".join(report(issuer, 2020, {}).to_json() for issuer in ("甲局", "乙局")), encoding="utf-8"
    )
    alone = check("all.jsonl").stdout
    assert "none was compared with another" in alone and "nothing is amiss" not in alone


def test_relations_within_a_report_are_checked_again() -> None:
    changed = report("甲局", 2020, {"requests.received.total": 5}).model_copy(update={"violations": ()})
    Path("changed.json").write_text(changed.to_json(), encoding="utf-8")
    found = json.loads(check("changed.json", "--format", "json").stdout)
    assert {violation["rule"] for violation in found["reports"][0]["violations"]} == {
        "requests.balance",
        "requests.total",
    }
    assert check("changed.json", "--fail-on", "error").exit_code == 3


def test_a_report_without_tables_does_not_pass_for_checked() -> None:
    original = fixture("fangzheng-2020")
    tables = {name: info.model_copy(update={"found": False}) for name, info in original.tables.items()}
    Path("none.json").write_text(original.model_copy(update={"tables": tables}).to_json(), encoding="utf-8")
    said = " ".join(check("none.json").stdout.split())
    assert "nothing could be checked" in said and "every relation holds" not in said


def test_data_is_json_alone() -> None:
    two_years(2)
    done = check("2020.json", "2021.json", "missing.json", "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert [entry["year"] for entry in found["reports"]] == [2020, 2021]
    (finding,) = found["findings"]
    assert (finding["rule"], finding["left"], finding["right"]) == ("requests.carry_over", 0, 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"once upon a time", "not JSON"),
        (b'{"a": 1}', "not a report of this version of gkllm (source: field required)"),
        (b"[1, 2]", "not a report of this version of gkllm (0: "),
        (b'{"a": 1}\n{"a": 2}', "line 1: not a report of this version of gkllm"),
    ],
)
def test_what_is_no_result_is_named_in_one_line(content: bytes, reason: str) -> None:
    two_years(0)
    Path("bad.json").write_bytes(content)
    done = check("bad.json", "2020.json")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("gkllm: bad.json") and reason in line
    assert "甲局" in done.stdout


def test_an_edition_that_there_is_not_is_no_result() -> None:
    stored = json.loads(report("甲局", 2020, {}).to_json())
    stored["tables"]["requests"]["edition"] = "1987"
    Path("bad.json").write_text(json.dumps(stored), encoding="utf-8")
    done = check("bad.json")
    assert done.exit_code == 1 and "1987" in done.stderr


def test_a_tree_is_checked_and_one_that_cannot_be_read_is_named() -> None:
    two_years(0)
    Path("tree.csv").write_text("甲局,甲所\n", encoding="utf-8")
    done = check("2020.json", "--tree", "tree.csv")
    assert done.exit_code == 0 and "tree.missing" in done.stdout and "甲所" in done.stdout
    done = check("2020.json", "--tree", "no.csv")
    assert done.exit_code == 1 and "no.csv: no such file" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["a.json", "--format", "csv"], ["a.json", "--lang", "fr"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert check(*arguments).exit_code == 2

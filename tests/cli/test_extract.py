"""`gkllm extract` around the extraction: outputs, exit status, messages."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from gkllm.documents.source import Source
from gkllm.report import Report
from gkllm.settings import Settings
from tests.cli.stubs import StubExtractor, write_reports
from tests.terminal.reports import make_cell, make_report, noisy_report


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[type[StubExtractor]]:
    class Stub(StubExtractor):
        seen: ClassVar[list[Settings]] = []

    monkeypatch.setattr("gkllm.cli.run.Extractor", Stub)
    monkeypatch.chdir(tmp_path)
    yield Stub


def gkllm(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["extract", *arguments], input=stdin)


def names(text: str) -> list[str]:
    return [json.loads(line)["source"]["name"] for line in text.splitlines()]


def hashed(source: Source) -> Report:
    report = make_report(name=source.name)
    digest = hashlib.sha256(source.load()).hexdigest()
    return report.model_copy(update={"source": report.source.model_copy(update={"sha256": digest})})


def test_one_file_is_one_object_and_nothing_else_on_standard_output(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    done = gkllm("a.txt", "--format", "json")
    assert done.exit_code == 0
    assert Report.model_validate_json(done.stdout).source.name == "a.txt"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("a.txt", "b.txt"), (".",)])
def test_several_files_and_folders_are_an_array_in_input_order(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    write_reports(tmp_path, "b.txt", "a.txt")
    parsed = json.loads(gkllm(*arguments, "--format", "json").stdout)
    assert [report["source"]["name"] for report in parsed] == ["a.txt", "b.txt"]


def test_standard_input_is_a_file_like_any_other() -> None:
    done = gkllm("-", "--format", "json", stdin=b"report")
    assert json.loads(done.stdout)["source"]["name"] == "standard input"


def test_an_unread_file_is_named_and_the_others_are_written(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt", "c.txt")
    (tmp_path / "empty").mkdir()
    done = gkllm("a.txt", "missing.txt", "empty", "c.txt", "--format", "jsonl")
    assert done.exit_code == 1
    assert names(done.stdout) == ["a.txt", "c.txt"]
    assert done.stderr.splitlines() == [
        "gkllm: missing.txt: no such file",
        "gkllm: empty: no file of a known format in this folder",
    ]


@pytest.mark.parametrize(
    "address", ["https://www.example.test/a.html", "HTTP://example.test/a.pdf", "file:///a.html"]
)
def test_an_address_is_not_fetched_and_the_line_says_what_to_do(tmp_path: Path, address: str) -> None:
    write_reports(tmp_path, "a.txt")
    done = gkllm(address, "a.txt", "--format", "jsonl")
    assert (done.exit_code, names(done.stdout)) == (1, ["a.txt"])
    assert done.stderr == f"gkllm: {address}: gkllm fetches nothing; save it as a file, and name the file\n"


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    done = gkllm("a\x1b[2J\nb.txt", "--format", "jsonl")
    assert done.stderr == "gkllm: a␛[2J b.txt: no such file\n"


@pytest.mark.parametrize(
    ("name", "format_"), [("o.json", ""), ("o.jsonl", ""), ("o.CSV", ""), ("o.xlsx", ""), ("o", "csv")]
)
def test_data_goes_to_the_file_and_a_summary_to_standard_error(
    tmp_path: Path, name: str, format_: str
) -> None:
    write_reports(tmp_path, "a.txt", "b.txt")
    done = gkllm("a.txt", "b.txt", "-o", name, *(["--format", format_] if format_ else []))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith(f"gkllm: {name}: 2 reports written; 0 inputs not read;")
    assert (tmp_path / name).stat().st_size > 1000


def test_the_output_of_an_earlier_run_is_no_input_of_the_next(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    assert gkllm(".", "-o", "o.csv").exit_code == 0
    first = (tmp_path / "o.csv").read_bytes()
    assert gkllm(".", "-o", "o.csv").exit_code == 0
    assert (tmp_path / "o.csv").read_bytes() == first


def test_quiet_leaves_nothing_but_failures(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    done = gkllm("a.txt", "missing.txt", "-o", "o.csv", "-q")
    assert done.stderr == "gkllm: missing.txt: no such file\n"


def test_csv_on_standard_output_is_the_same_as_in_a_file(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    printed = gkllm("a.txt", "--format", "csv").stdout_bytes
    gkllm("a.txt", "-o", "o.csv")
    assert printed == (tmp_path / "o.csv").read_bytes()
    assert len(list(csv.DictReader(io.StringIO(printed.decode("utf-8-sig"))))) == 198


def test_a_workbook_can_be_piped(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    assert gkllm("a.txt", "--format", "xlsx").stdout_bytes.startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a.txt", "-o", "o.doc"), "the suffix of o.doc tells no format"),
        (("a.txt", "-o", "nowhere/o.csv"), "cannot write nowhere/o.csv: the folder nowhere does not exist"),
        (("a.txt", "--resume"), "--resume needs -o PATH with JSON lines"),
        (("a.txt", "--resume", "-o", "o.csv"), "--resume needs -o PATH with JSON lines"),
        (("a.txt", "--reader", "model"), "--reader model needs a language model"),
        (("a.txt", "--review-risk", "x"), "--review-risk: 'x' is not usable"),
        (
            ("a.txt", "./b.txt", "-o", "b.txt", "--format", "csv"),
            "cannot write b.txt: it is one of the inputs",
        ),
        (("a.txt", "b.txt", "--explain"), "--explain shows one report, and 2 files were given"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2_before_any_work(
    tmp_path: Path, stub: type[StubExtractor], arguments: tuple[str, ...], message: str
) -> None:
    write_reports(tmp_path, "a.txt", "b.txt")
    done = gkllm(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gkllm: {message}")
    assert done.stderr.count("\n") == 1
    assert stub.closed == 0


@pytest.mark.parametrize(
    "arguments", [(), ("a.txt", "--format", "doc"), ("a.txt", "--reader", "x"), ("--nope", "a")]
)
def test_unknown_options_are_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert gkllm(*arguments).exit_code == 2


def test_a_configuration_file_that_cannot_be_used_is_wrong_usage(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    (tmp_path / "gkllm.toml").write_text("modle = 'm'", encoding="utf-8")
    done = gkllm("a.txt")
    assert done.exit_code == 2
    assert done.stderr.startswith("gkllm: gkllm.toml: modle: there is no such key")


def test_options_reach_the_extractor(tmp_path: Path, stub: type[StubExtractor]) -> None:
    write_reports(tmp_path, "a.txt")
    gkllm("a.txt", "--reader", "both", "--model", "local:m.gguf", "--no-cache", "--review-risk", "0.5",
          "--concurrency", "2", "--prompt", "p", "--lang", "zh")  # fmt: skip
    (settings,) = stub.seen
    assert settings.model is not None
    assert settings.model.name == "local:m.gguf"
    assert (settings.reader, settings.prompt, settings.cache_dir) == ("both", "p", None)
    assert (settings.review_risk, settings.concurrency, settings.language) == (0.5, 2, "zh")
    assert stub.closed == 1


@pytest.mark.parametrize(
    ("report", "fail_on", "status"),
    [
        (make_report(), None, 0),
        (make_report(), "review", 0),
        (noisy_report(), None, 0),
        (noisy_report(), "error", 3),
        (noisy_report(), "review", 3),
        (make_report(make_cell("requests.received.total", reasons=("why",))), "error", 0),
        (make_report(make_cell("requests.received.total", reasons=("why",))), "review", 3),
    ],
)
def test_findings_fail_only_where_asked_to(
    tmp_path: Path, stub: type[StubExtractor], report: Report, fail_on: str | None, status: int
) -> None:
    stub.answer = staticmethod(lambda source: report)
    write_reports(tmp_path, "a.txt")
    assert (
        gkllm("a.txt", "--format", "json", *(["--fail-on", fail_on] if fail_on else [])).exit_code == status
    )


def test_an_unread_file_outweighs_findings(tmp_path: Path, stub: type[StubExtractor]) -> None:
    stub.answer = staticmethod(lambda source: noisy_report())
    write_reports(tmp_path, "a.txt")
    assert gkllm("a.txt", "missing.txt", "--fail-on", "error").exit_code == 1


def test_a_person_gets_tables_and_for_several_files_a_line_each(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt", "b.txt")
    one = gkllm("a.txt").stdout
    assert "三、收到和处理政府信息公开申请情况" in one
    assert "\x1b" not in one
    assert max(map(len, one.splitlines())) <= 80
    several = gkllm("a.txt", "missing.txt", "b.txt")
    assert several.stdout.count("三、收到和处理政府信息公开申请情况") == 2
    lines = [line.split() for line in several.stdout.splitlines()[-6:] if line.split()]
    assert [line[0] for line in lines[-3:]] == ["a.txt", "missing.txt", "b.txt"]


def test_a_cell_to_review_is_found_by_its_line(tmp_path: Path, stub: type[StubExtractor]) -> None:
    cell = make_cell("requests.received.total", "66", 66, reasons=("why",), start=4)
    stub.answer = staticmethod(lambda source: make_report(cell, name=source.name))
    (tmp_path / "a.txt").write_bytes("\ufeff一\n\n\n66".encode())
    assert "总计: 66, confidence 60%, line 4" in gkllm("a.txt").stdout


def test_warnings_are_told_once_beside_data(tmp_path: Path, stub: type[StubExtractor]) -> None:
    stub.answer = staticmethod(
        lambda source: make_report(name=source.name, warnings=("the endpoint is down",))
    )
    write_reports(tmp_path, "a.txt", "b.txt")
    assert gkllm("a.txt", "b.txt", "--format", "jsonl").stderr == "gkllm: a.txt: the endpoint is down\n"


def test_the_explanation_follows_the_view(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    done = gkllm("a.txt", "--explain")
    assert "requests.balance natural_person: 0 = 0, difference 0" in done.stdout


def test_the_explanation_stays_out_of_data(tmp_path: Path) -> None:
    write_reports(tmp_path, "a.txt")
    done = gkllm("a.txt", "--explain", "--format", "json")
    assert json.loads(done.stdout)["source"]["name"] == "a.txt"
    assert "requests.balance natural_person: 0 = 0, difference 0" in done.stderr


def test_resume_skips_what_stands_and_repairs_a_torn_line(tmp_path: Path, stub: type[StubExtractor]) -> None:
    stub.answer = staticmethod(hashed)
    paths = write_reports(tmp_path, "a.txt", "b.txt", "c.txt")
    assert gkllm(*paths, "-o", "whole.jsonl").exit_code == 0
    whole = (tmp_path / "whole.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    (tmp_path / "o.jsonl").write_bytes(lines[0] + lines[1][:50])
    done = gkllm(*paths, "missing.txt", "-o", "o.jsonl", "--resume")
    assert done.exit_code == 1
    assert "o.jsonl: 2 reports written; 1 input not read" in done.stderr
    assert (tmp_path / "o.jsonl").read_bytes() == whole


def test_resume_still_fails_on_what_stands(tmp_path: Path, stub: type[StubExtractor]) -> None:
    stub.answer = staticmethod(
        lambda source: noisy_report().model_copy(update={"source": hashed(source).source})
    )
    write_reports(tmp_path, "a.txt")
    assert gkllm("a.txt", "-o", "o.jsonl").exit_code == 0
    assert gkllm("a.txt", "-o", "o.jsonl", "--resume", "--fail-on", "error").exit_code == 3
    assert len((tmp_path / "o.jsonl").read_bytes().splitlines()) == 1


def test_an_earlier_file_stands_when_a_run_breaks(tmp_path: Path, stub: type[StubExtractor]) -> None:
    def fail(source: Source) -> Report:
        raise RuntimeError("a defect")

    write_reports(tmp_path, "a.txt")
    assert gkllm("a.txt", "-o", "o.csv").exit_code == 0
    before = (tmp_path / "o.csv").read_bytes()
    stub.answer = staticmethod(fail)
    assert isinstance(gkllm("a.txt", "-o", "o.csv").exception, RuntimeError)
    assert (tmp_path / "o.csv").read_bytes() == before
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.txt", "o.claims.csv", "o.csv", "o.violations.csv"]

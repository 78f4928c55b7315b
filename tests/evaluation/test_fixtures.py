"""Labelled documents: what a truth file must say, and that a wrong one is named precisely."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import gkllm
from evals.generator import NoiseLevel, generate
from evals.generator.levels import ALL_KINDS
from gkllm.cli import app
from gkllm.documents.source import Source
from gkllm.evaluation.fixture import dump_truth, find_fixtures, fixture_id, load_fixture, load_truth, problems
from gkllm.evaluation.scoring import count, score_document
from gkllm.extraction import Extractor, Outcome
from tests.forms import FORMS

FIXTURES = Path(__file__).parents[2] / "fixtures"
PATHS = find_fixtures(FIXTURES)
NAME = "yunxi-2022"
CELL = "requests.received.natural_person"

each_fixture = pytest.mark.parametrize("path", PATHS, ids=[fixture_id(path) for path in PATHS])


def _fixture(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["fixture", *map(str, arguments)])


@each_fixture
def test_every_fixture_is_sound_and_written_as_it_is_dumped(path: Path) -> None:
    assert problems(load_fixture(path), FORMS) == ()
    assert dump_truth(load_truth(path)) == path.read_text(encoding="utf-8")


def test_the_fixtures_name_noise_as_the_generator_does() -> None:
    cells = [cell for path in PATHS for report in load_truth(path).reports for cell in report.cells.values()]
    assert {cell.noise for cell in cells} - {None} <= ALL_KINDS


def test_the_fixtures_cover_editions_states_and_several_reports() -> None:
    reports = [report for path in PATHS for report in load_truth(path).reports]
    assert len(PATHS) >= 17 and len(reports) > len(PATHS)
    editions = {
        (report.tables["disclosure"].edition, report.tables["requests"].edition)
        for report in reports
        if report.form == FORMS.first.id
    }
    assert editions >= {("2019", "2019"), ("2021", "2021"), ("2021", "2019"), (None, None)}
    states = {cell.state.value for report in reports for cell in report.cells.values()}
    assert states == {"reported", "blank", "none", "not_applicable", "missing", "unreadable"}
    assert sum(bool(report.broken) for report in reports) >= 3


@each_fixture
def test_no_reading_of_a_fixture_is_silently_wrong(path: Path) -> None:
    fixture = load_fixture(path)
    outcomes = _outcomes(fixture.document)
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    failures = [str(outcome.failure) for outcome in outcomes if outcome.failure is not None]
    scores = score_document(fixture.truth.reports, reports, FORMS, failures[0] if failures else None)
    silent = [cell.cell for score in scores for cell in score.cells if cell.silent]
    assert silent == []


def _outcomes(document: Path) -> list[Outcome]:
    async def run() -> list[Outcome]:
        extractor = Extractor(gkllm.Settings(reader="rules"))
        source = Source(document.name, document)
        return [outcome async for outcome in extractor.extract_all([source])]

    return asyncio.run(run())


def _copy(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A fixture whose truth is changed."""
    truth = json.loads((FIXTURES / f"{NAME}.truth.json").read_bytes())
    change(truth["reports"][0])
    (tmp_path / f"{NAME}.txt").write_bytes((FIXTURES / f"{NAME}.txt").read_bytes())
    path = tmp_path / f"{NAME}.truth.json"
    path.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda r: r["cells"].update({"requests.asked.total": r["cells"][CELL]}),
            "no cell 'requests.asked.total'",
        ),
        (lambda r: r["cells"].update({"x.y.z": r["cells"][CELL]}), "no table for the cell 'x.y.z'"),
        (lambda r: r["cells"].pop(CELL), f"the cell '{CELL}' is left out"),
        (
            lambda r: r["cells"][CELL].update(value=5),
            "its numbers break requests.balance (natural_person), and it does not say so",
        ),
        (
            lambda r: r["broken"].append(["requests.total", "received"]),
            "says that requests.total (received) is broken: its numbers do not break it",
        ),
        (
            lambda r: r["broken"].append(["no.rule", "x"]),
            "no.rule (x) is broken: the form has no such relation",
        ),
        (lambda r: r["cells"][CELL].update(span=[3, 4]), f"{CELL}: its span 3 to 4 holds "),
        (lambda r: r["cells"][CELL].update(span=[3, 99999]), f"{CELL}: its span 3 to 99999 holds"),
        (
            lambda r: r["cells"][CELL].update(span=r["cells"]["requests.received.total"]["span"]),
            "share a place",
        ),
        (lambda r: r["cells"][CELL].update(state="blank"), "state blank cannot have the value 2"),
        (lambda r: r["cells"][CELL].update(raw=""), "must say what is printed"),
        (lambda r: r["tables"]["requests"].update(found=False), "'requests' is not found, and yet cells"),
        (lambda r: r["tables"].pop("requests"), "its tables must be disclosure, requests, proceedings"),
        (lambda r: r["cells"][CELL].update(state="lost"), f"reports.0.cells.{CELL}.state: input should be"),
        (lambda r: r["cells"][CELL].update(colour=1), f"reports.0.cells.{CELL}.colour"),
    ],
)
def test_what_is_wrong_is_said_precisely(
    change: Callable[[dict[str, Any]], object], said: str, tmp_path: Path
) -> None:
    path = _copy(tmp_path, change)
    done = _fixture("check", tmp_path)
    assert done.exit_code == 1
    assert said in done.stderr
    assert all(line.startswith(f"gkllm: {path}: ") for line in done.stderr.splitlines())
    assert done.stdout == "0 of 1 fixtures are sound\n"


def test_check_passes_the_shipped_ones_and_refuses_an_empty_folder(tmp_path: Path) -> None:
    done = _fixture("check", FIXTURES)
    assert (done.exit_code, done.stdout) == (0, f"{len(PATHS)} of {len(PATHS)} fixtures are sound\n")
    assert (_fixture("check", tmp_path).exit_code, _fixture("check", tmp_path / "no").exit_code) == (2, 2)


def test_a_truth_without_its_document_is_named(tmp_path: Path) -> None:
    path = _copy(tmp_path, lambda report: None)
    (tmp_path / f"{NAME}.txt").unlink()
    done = _fixture("check", tmp_path)
    assert f"{path}: it needs one document {NAME}.* beside it, and there is none" in done.stderr


def _result(tmp_path: Path, text: str, name: str = "office.txt") -> tuple[Path, Path]:
    """A document and the result of extracting it."""
    document = tmp_path / name
    document.write_bytes(text.encode())
    result = tmp_path / "result.json"
    result.write_text(gkllm.extract(document, gkllm.Settings(reader="rules")).to_json(), encoding="utf-8")
    return document, result


def test_a_settled_report_becomes_a_sound_fixture(tmp_path: Path) -> None:
    truth = generate(101, layout="pipe", noise=NoiseLevel.CLEAN)
    _, result = _result(tmp_path, truth.text)
    done = _fixture("new", result, "-o", tmp_path / "made", "--note", "from a test")
    assert done.exit_code == 0, done.stderr
    made = load_fixture(tmp_path / "made" / "office.truth.json")
    assert problems(made, FORMS) == () and made.truth.note == "from a test"
    (report,) = made.truth.reports
    assert {cell: (c.value, c.raw, c.span) for cell, c in report.cells.items()} == {
        cell: (c.value, c.raw, c.span) for cell, c in truth.cells.items()
    }
    assert _fixture("new", result, "-o", tmp_path / "made").exit_code == 1


def test_cells_that_need_review_are_refused_unless_told(tmp_path: Path) -> None:
    _, result = _result(tmp_path, (FIXTURES / "yinzhou-2019.txt").read_text(encoding="utf-8"))
    done = _fixture("new", result, "-o", tmp_path / "made")
    assert done.exit_code == 1
    marked = [cell["id"] for cell in json.loads(result.read_bytes())["cells"] if cell["needs_review"]]
    assert f"{len(marked)} cells still need review (" in done.stderr
    assert f"first {marked[0]}; review them" in done.stderr
    assert not (tmp_path / "made").exists()
    assert _fixture("new", result, "-o", tmp_path / "made", "--unsettled").exit_code == 0
    (report,) = load_truth(tmp_path / "made" / "office.truth.json").reports
    assert len(report.broken) == 4


def test_another_document_and_what_is_no_result_are_refused(tmp_path: Path) -> None:
    document, result = _result(tmp_path, generate(101, layout="pipe", noise=NoiseLevel.CLEAN).text)
    document.write_text("changed", encoding="utf-8")
    done = _fixture("new", result, "-o", tmp_path / "made")
    assert (done.exit_code, "not the document" in done.stderr) == (1, True)
    document.unlink()
    assert _fixture("new", result, "-o", tmp_path / "made").exit_code == 2
    for content in ("[]", "{}", "nonsense"):
        result.write_text(content)
        assert _fixture("new", result, "-o", tmp_path / "made").exit_code == 2
    assert not (tmp_path / "made").exists()


def test_two_reports_of_one_document_make_one_fixture(tmp_path: Path) -> None:
    _, result = _result(tmp_path, generate(101, layout="pipe", noise=NoiseLevel.CLEAN).text)
    report = json.loads(result.read_bytes())
    result.write_text(json.dumps([report, report]), encoding="utf-8")
    done = _fixture("new", result, "-o", tmp_path / "made")
    assert (done.exit_code, "each once" in done.stderr) == (2, True)
    name = report["source"]["name"]
    parts = [{"name": f"{name}#{number}", "part": {"number": number, "of": 2}} for number in (2, 1)]
    both = [{**report, "source": {**report["source"], **part}} for part in parts]
    result.write_text(json.dumps(both), encoding="utf-8")
    assert _fixture("new", result, "-o", tmp_path / "made").exit_code == 0
    assert len(load_truth(tmp_path / "made" / "office.truth.json").reports) == 2


def test_scoring_a_fixture_counts_every_cell() -> None:
    fixture = load_fixture(FIXTURES / f"{NAME}.truth.json")
    report = gkllm.extract(fixture.document, gkllm.Settings(reader="rules"))
    (score,) = score_document(fixture.truth.reports, [report], FORMS)
    assert score.exact and count(score.cells).right == 200

"""The shipped reports as published: every cell as a person read it from the text, in every encoding it may come in."""

import codecs
import itertools
from pathlib import Path

import pytest

import gkllm
from gkllm.evaluation.fixture import load_truth
from gkllm.evaluation.truth import TrueReport
from gkllm.report import CellState, Report, Verdict

FIXTURES = Path(__file__).parents[1] / "fixtures"
CELL_COUNTS = {"fangzheng-2020": 198, "hongze-2023": 186, "yinzhou-2019": 198}
ENCODINGS = {
    "utf-8 with BOM": (codecs.BOM_UTF8, "utf-8"),
    "utf-16 little-endian": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16 big-endian": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "gb18030": (b"", "gb18030"),
}
RULES = gkllm.Settings(reader="rules")

each_fixture = pytest.mark.parametrize("name", sorted(CELL_COUNTS))


def _text(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_bytes().decode("utf-8")


def _truth(name: str) -> TrueReport:
    (report,) = load_truth(FIXTURES / f"{name}.truth.json").reports
    return report


def _report(name: str) -> Report:
    return gkllm.extract(FIXTURES / f"{name}.txt", RULES)


def _cells(report: Report) -> dict[str, dict[str, object]]:
    return {
        cell.id: {"value": cell.value, "state": cell.state.value, "raw": cell.raw} for cell in report.cells
    }


@each_fixture
def test_every_cell_is_as_printed(name: str) -> None:
    truth = {
        cell_id: {"value": cell.value, "state": cell.state.value, "raw": cell.raw}
        for cell_id, cell in _truth(name).cells.items()
    }
    report = _report(name)
    assert len(truth) == CELL_COUNTS[name]
    assert [cell.id for cell in report.cells] == list(truth)
    assert _cells(report) == truth


@each_fixture
def test_whole_numbers_are_integers(name: str) -> None:
    for cell in _report(name).cells:
        if not cell.id.endswith(".amount"):
            assert cell.value is None or type(cell.value) is int


@each_fixture
def test_every_span_holds_what_is_printed(name: str) -> None:
    text = _text(name)
    for cell in _report(name).cells:
        if cell.state is CellState.BLANK:
            assert cell.span is None
        else:
            assert cell.span is not None, cell.id
            printed = text[cell.span.start : cell.span.end]
            assert " ".join(printed.split()) == cell.raw != "", cell.id


@each_fixture
def test_no_two_cells_share_a_place(name: str) -> None:
    spans = sorted((cell.span.start, cell.span.end) for cell in _report(name).cells if cell.span)
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert end <= start


@each_fixture
def test_the_broken_relations_are_the_source_own(name: str) -> None:
    errors = [violation for violation in _report(name).violations if violation.severity == "error"]
    assert {(violation.rule, violation.scope) for violation in errors} == _truth(name).broken
    assert all(violation.verdict is Verdict.SOURCE_INCONSISTENCY for violation in errors)


@each_fixture
def test_tables_and_their_editions(name: str) -> None:
    report = _report(name)
    truth = _truth(name).tables
    assert list(report.tables) == list(truth)
    for table_id, expected in truth.items():
        assert report.tables[table_id].found is expected.found
        # Both editions print this table alike where the truth names none.
        assert expected.edition in (None, report.tables[table_id].edition)


def test_a_mistake_of_the_source_is_reported_and_stays() -> None:
    report = _report("yinzhou-2019")
    cell = next(cell for cell in report.cells if cell.id == "requests.results_total.natural_person")
    assert (cell.raw, cell.value, cell.needs_review) == ("66", 6, True)
    balance = next(
        violation
        for violation in report.violations
        if (violation.rule, violation.scope) == ("requests.balance", "natural_person")
    )
    assert (balance.left, balance.right, balance.difference) == (3, 6, -3)
    assert cell.id in balance.cells


def test_a_report_without_mistakes_needs_no_review() -> None:
    report = _report("fangzheng-2020")
    assert [cell.id for cell in report.cells if cell.needs_review] == []


@each_fixture
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_gives_the_same_cells(name: str, encoding: str, tmp_path: Path) -> None:
    mark, codec = ENCODINGS[encoding]
    text = _text(name)
    path = tmp_path / f"{name}.txt"
    path.write_bytes(mark + text.encode(codec))
    recoded, plain = gkllm.extract(path, RULES), _report(name)
    assert recoded.cells == plain.cells
    assert recoded.violations == plain.violations
    assert recoded.report == plain.report

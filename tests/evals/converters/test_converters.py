"""Texts that converters make of reports: read as the files are, and what a text leaves open is known."""

from dataclasses import replace

import pytest

from evals.converters.__main__ import main
from evals.converters.bench import LEVELS, measure
from evals.converters.converters import CONVERTERS
from evals.converters.floor import blanks_apart, open_cells
from evals.generator.drawn import DrawnReport, draw
from evals.generator.levels import NoiseLevel
from gkllm.evaluation.truth import TrueCell
from gkllm.report import CellState

LIBRARIES = [converter for converter in CONVERTERS if converter.program is None]
SURE = [
    one
    for one in LIBRARIES
    if one.name
    in {
        "trafilatura",
        "markdownify",
        "soup rows, tabs",
        "python-docx in order, tabs",
        "pdfplumber tables, tabs",
    }
]


def test_what_keeps_every_cell_apart_is_read_as_well_as_a_file() -> None:
    for line in measure(SURE, (1,), NoiseLevel.CLEAN):
        assert line.silent_errors == ()
        assert line.right + line.floor >= line.cells, line


def test_in_noise_no_wrong_cell_is_unmarked() -> None:
    for line in measure(SURE, (3,), LEVELS["moderate"]):
        assert line.silent_errors == ()


def test_a_converter_that_drops_blank_cells_is_found_out() -> None:
    soup = [one for one in LIBRARIES if one.name in {"soup stripped lines", "soup rows, tabs"}]
    seed = next(
        seed for seed in range(1, 50) if len(set(blanks_apart(draw(seed, NoiseLevel.CLEAN)).values())) > 1
    )
    dropping, keeping = measure(soup, (seed,), NoiseLevel.CLEAN)
    assert dropping.floor > keeping.floor


def with_cells(report: DrawnReport, printed: dict[str, str]) -> DrawnReport:
    """The report with other contents, each a whole number or blank, and zeros in all other cells."""
    contents = {cell: printed.get(cell, "0") for cell in report.contents}
    cells = {
        cell: TrueCell(
            int(text) if text else None, CellState.REPORTED if text else CellState.BLANK, text, None
        )
        for cell, text in contents.items()
    }
    return replace(report, contents=contents, truth=replace(report.truth, cells=cells))


def row(name: str, *printed: str) -> dict[str, str]:
    columns = ("natural_person", "business", "research", "social", "legal_service", "other_org", "total")
    return {f"requests.{name}.{column}": text for column, text in zip(columns, printed, strict=True)}


FOUR_WAYS = row("received", "", "3", "", "", "", "", "3") | row("granted", "", "3", "", "", "", "", "3")


def test_a_number_that_could_move_with_its_column_is_open() -> None:
    """All three rows that count it may stand a column further on, and nothing in the relations would break."""
    report = with_cells(
        draw(1, NoiseLevel.CLEAN), FOUR_WAYS | row("results_total", "", "3", "", "", "", "", "3")
    )
    assert open_cells(report, places_told=True) == frozenset()
    found = open_cells(report, places_told=False)
    assert "requests.received.business" in found and "requests.received.total" not in found


def test_a_row_that_prints_every_number_ties_down_the_others() -> None:
    report = with_cells(
        draw(1, NoiseLevel.CLEAN), FOUR_WAYS | row("results_total", "0", "3", "0", "0", "0", "0", "3")
    )
    assert open_cells(report, places_told=False) == frozenset()


def test_a_number_printed_twice_is_open_where_no_relation_tells() -> None:
    report = with_cells(draw(1, NoiseLevel.CLEAN), {"requests.received.total": "0"})
    doubled = {
        cell: "66" for cell in report.contents if cell.startswith("disclosure.") and "regulations" in cell
    }
    assert open_cells(with_cells(report, doubled), places_told=True) == frozenset(doubled)


def test_the_command_prints_a_line_a_converter(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--reports", "1", "--converter", "soup rows, tabs", "--converter", "markdownify"]) == 0
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "markdownify",
        "soup rows, tabs",
        "all",
    ]

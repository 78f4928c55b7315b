"""A small share of `python -m evals.asking`: what a perfect copier clears, and that wrong answers harm nothing."""

import asyncio

import pytest

from evals.asking import busy
from evals.asking.__main__ import main, reports
from evals.asking.busy import busy_share
from evals.asking.damaged import DAMAGES, Damaged, damaged, documents
from evals.asking.endpoint import PERSONAS
from evals.asking.measure import measure
from evals.generator import LEVELS, generate
from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.errors import ConfigurationError
from gkllm.evaluation.truth import holds
from gkllm.form import load_forms
from gkllm.report import Cell


@pytest.mark.parametrize("reader", ["auto", "both"])
def test_a_perfect_copier_clears_what_the_relations_confirm_and_harms_nothing(reader: str) -> None:
    tally, said = measure(reports(10, 1), "copier", reader)  # type: ignore[arg-type]
    assert tally.clearable > 60 and tally.cleared >= 0.8 * tally.clearable
    assert (tally.lost, tally.harmed, tally.silent) == (0, 0, 0), said
    assert tally.gained > tally.cleared


@pytest.mark.parametrize("persona", [persona for persona in PERSONAS if persona != "copier"])
def test_wrong_answers_add_no_silent_cell_and_mark_none_whose_relations_hold(persona: str) -> None:
    tally, said = measure(reports(4, 1), persona, "both")
    assert tally.tables and (tally.harmed, tally.silent) == (0, 0), said


@pytest.mark.parametrize(
    ("seed", "kind", "persona"), [(7023, "lost", "shifted"), (7081, "torn", "shifted back")]
)
def test_a_wrong_row_where_there_was_none_marks_nothing_that_the_rules_read(
    seed: int, kind: str, persona: str
) -> None:
    """The relations that it breaks could not be assessed without it."""
    report = damaged(seed, kind)
    tally, said = measure([(report.name, report.text, report.cells)], persona, "both")
    assert tally.tables and (tally.harmed, tally.silent) == (0, 0), said


@pytest.mark.parametrize("seed", [4, 16])
def test_nothing_is_asked_of_a_cell_whose_total_is_blank_and_no_answer_marks_it(seed: int) -> None:
    """A pair of like digits may be one printed twice; the column tells, and the row's equation fails for its total."""
    one = generate(seed, layout="pipe", noise=LEVELS["clean"])
    pair, total = {
        4: ("requests.results_total.natural_person", "requests.results_total.total"),
        16: ("requests.received.business", "requests.received.total"),
    }[seed]
    start, end = one.cells[total].span or (0, 0)
    text = one.text[:start] + " " * (end - start) + one.text[end:]
    assert one.cells[pair].raw in ("22", "55") and text != one.text
    tally, said = measure([(str(seed), text, one.cells)], "zero", "auto")
    assert (tally.tables, tally.lost) == (0, 0), said


@pytest.mark.parametrize("seed", [60041, 60059, 60003, 60061])
def test_a_torn_label_that_two_editions_have_tells_neither(seed: int) -> None:
    """What is left of （六）其他处理 is the whole of 3.其他, without its number; no row is left out in one of them."""
    report = damaged(seed, "torn")
    tally, said = measure([(report.name, report.text, report.cells)], "copier", "auto")
    assert tally.silent == 0, said
    found = asyncio.run(Extractor(Settings()).extract(Source(report.name, None, report.text.encode())))
    assert {table: found.tables[table].edition for table in report.editions} == report.editions
    assert not [cell.id for cell in found.cells if _silent(cell, report)]


@pytest.mark.parametrize(
    ("seed", "kind"),
    [
        (60004, "lost"),
        (60038, "lost"),
        (60097, "lost"),
        (60144, "lost"),
        (70035, "lost"),
        (70063, "lost"),
        (60019, "torn"),
        (70004, "torn"),
        (70027, "torn"),
        (80013, "torn"),
        (80026, "torn"),
    ],
)
def test_the_numbers_of_a_row_whose_label_is_lost_are_not_those_of_another_row(seed: int, kind: str) -> None:
    report = damaged(seed, kind)
    found = asyncio.run(Extractor(Settings()).extract(Source(report.name, None, report.text.encode())))
    assert not [cell.id for cell in found.cells if _silent(cell, report)]


def _silent(cell: Cell, report: Damaged) -> bool:
    true = report.cells.get(cell.id)
    return not cell.needs_review and (true is None or (cell.value, cell.state) != (true.value, true.state))


def test_a_blank_row_and_its_neighbour_exchanged_are_not_cleared() -> None:
    """Every sum holds with them, and a blank row stands nowhere: only the model's word tells which of them is which."""
    report = damaged(7091, "torn")
    for persona in ("next row", "copier"):
        tally, said = measure([(report.name, report.text, report.cells)], persona, "both")
        assert (tally.harmed, tally.silent) == (0, 0), said
    assert tally.gained and not tally.lost


def test_the_command_says_what_it_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--reports", "2", "--persona", "copier", "--reader", "auto"]) == 0
    assert "cleared" in capsys.readouterr().out


def test_how_busy_slots_are_is_measured_over_requests_under_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert busy_share([(1, 2), (1, 2), (2, 3), (2.5, 3.5), (4, 5)], slots=2) == pytest.approx((4, 5 / 8))
    assert busy.main(["--reports", "4", "--slots", "2", "--seconds", "0.05", "--least", "0"]) == 0
    assert "by 2 slots times" in capsys.readouterr().out


def test_what_is_damaged_still_holds_together_and_prints_its_cells() -> None:
    form = load_forms().first
    for kind in DAMAGES:
        report = damaged(3, kind)
        values = {cell: true.value for cell, true in report.cells.items()}
        tables = [form.table(table, edition) for table, edition in report.editions.items()]
        assert all(holds(one, values) for one in form.relations_over(tables) if one.severity == "error")
        assert all(true.raw in report.text for true in report.cells.values())
    assert damaged(3, "torn") == damaged(3, "torn") != damaged(4, "torn")


def test_a_suite_asks_for_kinds_by_name() -> None:
    found = list(documents(reports=2, seed=5, kinds=["lost", "layout"]))
    assert [name.split("-")[0] for name, _, _ in found] == ["lost", "lost", "layout", "layout"]
    with pytest.raises(ConfigurationError, match="no damage"):
        next(documents(reports=1, seed=1, kinds=["burnt"]))

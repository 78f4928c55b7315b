"""Errors planted in consistent figures: seen wherever a relation can, and the culprit named."""

import pytest

from evals.generator.planted import findings_in, main, measure, plant
from tests.forms import FORM


def test_one_error_is_found_and_named() -> None:
    tally, _ = measure(range(1, 251), errors=1)
    assert tally.detected == tally.visible > 220
    assert tally.optimal >= 0.99 * tally.localisable
    assert tally.single >= 0.9 * tally.localisable
    assert tally.mended == tally.optimal


def test_two_errors_are_found_and_named() -> None:
    tally, _ = measure(range(1, 151), errors=2)
    assert tally.detected == tally.visible > 140
    assert tally.optimal >= 0.95 * tally.localisable


def test_consistent_figures_raise_no_alarm() -> None:
    for seed in range(300):
        case = plant(seed, 0)
        assert findings_in(case.tables, case.relations, case.values).violations == ()


@pytest.mark.long
def test_many_consistent_figures_raise_no_alarm() -> None:
    for seed in range(10_000):
        case = plant(seed, 0)
        assert findings_in(case.tables, case.relations, case.values).violations == (), seed


def test_the_cells_that_no_relation_sees() -> None:
    """The form prints no sum over section 二; it compares two columns of its first block, as advice."""
    unseen: dict[tuple[str, str], tuple[str, ...]] = {
        (table_id, edition): FORM.unrelated_cells(FORM.table(table_id, edition))
        for table_id in FORM.table_ids
        for edition in FORM.editions_of(table_id)
    }
    assert not any(cells for (table_id, _), cells in unseen.items() if table_id != "disclosure")
    for edition, seen in (("2019", ("newly_disclosed", "disclosed_total")), ("2021", ("made", "in_force"))):
        table = FORM.table("disclosure", edition)
        assert set(table.cell_ids()) - set(unseen["disclosure", edition]) == {
            f"disclosure.{row}.{column}" for row in ("regulations", "normative_documents") for column in seen
        }


def test_a_wrong_number_in_such_a_cell_goes_unseen_and_in_any_other_does_not() -> None:
    seen = 0
    for seed in range(120):
        case = plant(seed, 1)
        [cell] = case.changed
        table = next(table for table in case.tables if cell.startswith(f"{table.id}."))
        found = findings_in(case.tables, case.relations, case.values).violations
        if cell in FORM.unrelated_cells(table):
            assert found == ()
        elif table.id != "disclosure":
            assert found
            seen += 1
    assert seen


def test_the_measure_prints_its_rates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--reports", "20", "--errors", "1", "--clean", "5"]) == 0
    printed = capsys.readouterr().out
    assert "1 planted: 20 reports" in printed
    assert "optimal    " in printed and "99th percentile" in printed
    assert "clean: 5 reports, 0 false alarms" in printed

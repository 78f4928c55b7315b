"""Rows whose labels are alike, shortened, wrapped or printed for two rows."""

from pathlib import Path

import pytest

from gkllm.errors import FormError
from gkllm.facts import DoubtKind
from gkllm.form.tables import tables_of
from tests.statistics_2014.reading import FORM, TABLE, by_row, read, table_text


def _printed(without: set[str], labels: dict[str, str] | None = None) -> list[list[str]]:
    return [
        [(labels or {}).get(row.id, row.label), row.columns[0].unit or "", str(number)]
        for number, row in enumerate(TABLE.rows, 1)
        if row.id not in without
    ]


def test_a_label_that_stands_twice_goes_by_the_order_of_the_rows() -> None:
    rows = _printed(set())
    for row in rows:
        row[2] = str(100 - int(row[2]))
    cells = by_row(read(table_text(rows)))
    numbers = {row.id: 100 - number for number, row in enumerate(TABLE.rows, 1)}
    for row_id in ("review_other", "litigation_other", "review_corrected", "litigation_corrected"):
        assert cells[row_id].value == numbers[row_id]


def test_a_label_that_stands_twice_is_marked_where_the_order_does_not_tell() -> None:
    lost = {"review_corrected", "review_other", "litigation", "litigation_upheld", "litigation_corrected"}
    cells = by_row(read(table_text(_printed(lost, {}))))
    found = [
        cells[row_id] for row_id in ("review_other", "litigation_other") if cells[row_id].value is not None
    ]
    assert [doubt.kind for cell in found for doubt in cell.doubts if doubt.kind is DoubtKind.LABEL_SHARED]


def test_a_label_that_lost_the_word_that_tells_it_from_another_is_marked() -> None:
    """4.不同意公开答复数 without its 不 reads as row 2, and its number tells that it is not."""
    rows = _printed({"granted", "partially_granted"}, {"refused": "4.同意公开答复数"})
    cells = by_row(read(table_text(rows)))
    assert cells["granted"].needs_review and cells["refused"].needs_review


def test_units_and_notes_make_no_difference_to_a_label() -> None:
    labels = {row.id: f"{row.label.partition('（不')[0]}（{row.columns[0].unit}）" for row in TABLE.rows}
    cells = by_row(read(table_text(_printed(set(), labels))))
    assert all(cell.evidence["label"] == 1.0 for cell in cells.values())


def test_a_row_with_a_blank_number_does_not_take_the_next_ones() -> None:
    rows = _printed(set(), {"staff": "（三）从事政信息公田工作人员员数数"})
    for row in rows:
        row[1] = ""
        row[2] = "" if "查阅点" in row[0] else row[2]
    cell = by_row(read(table_text(rows)))["reading_points"]
    assert cell.value is None


def test_names_tell_the_rows_apart() -> None:
    names = {row.id: TABLE.name_of(row) for row in TABLE.rows}
    assert len(set(names.values())) == len(names)
    assert names["review_other"] == "四、行政复议数量（三）其他情形数"
    assert names["received"] == "（一）收到申请数"


def test_a_row_is_printed_under_the_one_that_it_is_a_part_of() -> None:
    [row] = [row for row in TABLE.rows if row.id == "refused_privacy"]
    assert row.groups == ("三、依申请公开情况", "（三）申请答复数", "4.不同意公开答复数")


def test_a_row_under_one_that_is_not_before_it_is_refused(tmp_path: Path) -> None:
    text = (FORM.folder / "tables" / "statistics.toml").read_text(encoding="utf-8")
    path = tmp_path / "statistics.toml"
    path.write_text(text.replace('under = "review"', 'under = "litigation"'), encoding="utf-8")
    with pytest.raises(FormError, match="'review_upheld' stands under 'litigation', which is no row before"):
        tables_of(path)


def test_the_rules_speak_of_every_sum_that_the_table_prints() -> None:
    sums = {relation.total.split(".")[1] for relation in FORM.relations_of(TABLE) if relation.total}
    assert sums == {"received", "closed", "answered", "refused", "review", "litigation", "staff"}

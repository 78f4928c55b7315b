"""Rows asked in few tokens: how lines are written and read back, and answers that are not quite so."""

import json
from typing import Any

import pytest

from gkllm.reading.short_lines import cells_of, written
from gkllm.report import Report
from tests.reading.test_answers import LABELS, LOST, row_cells, text
from tests.reading.test_llm_reader import report_of
from tests.wire.scripted import Received, ScriptedServer, completion

TOTAL, REST = (LABELS[row] for row in LOST)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (["34", "0", "0", "0", "0", "0", "34"], "34|0×5|34"),
        (["", "", "", "1"], "空×3|1"),
        (["0", "0", "", "00"], "0|0|空|00"),
        (["66"], "66"),
    ],
)
def test_a_line_says_what_its_cells_print(cells: list[str], line: str) -> None:
    assert written(cells) == line
    read = cells_of(line, len(cells))
    assert read is not None and ["" if cell == "空" else cell for cell in read] == cells


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| 3 | 0 x 2 |", ["3", "0", "0"]),
        ("3 0 0", ["3", "0", "0"]),
        ("0 0|1|2", ["0 0", "1", "2"]),
        ("分公开|0×4", ["0", "0", "0"]),
        ("分公开|1|空|空", ["1", "空", "空"]),
        ("3|0×4", None),
        ("3.其他", None),
        ("3|0", None),
        ("0×9", ["0", "0", "0"]),
        ("0", None),
        ("", None),
    ],
)
def test_what_a_model_writes_for_a_line_is_read_where_it_has_as_many_cells(
    line: str, cells: list[str] | None
) -> None:
    assert cells_of(line, 3) == cells


def answered(*answers: dict[str, Any], reasks: int) -> tuple[list[Received], Report]:
    replies = [completion(json.dumps(answer, ensure_ascii=False)) for answer in answers]
    with ScriptedServer(*replies) as server:
        report = report_of(server.base_url, "auto", text(LOST), reasks=reasks, tables=("requests",))
    return server.received, report


def test_a_line_that_miscounts_its_cells_is_refused_with_a_record_and_the_others_stand() -> None:
    received, report = answered({TOTAL: "9|1|0×4|10", REST: "0×4|1"}, reasks=1)
    assert len(received) == 1, "asking again would cost as much as the first time"
    assert [cell.value for cell in row_cells(report, "results_total")] == [9, 1, 0, 0, 0, 0, 10]
    assert all(cell.needs_review for cell in row_cells(report, "carried_out"))
    assert any("requests.carried_out “0×4|1”" in warning for warning in report.warnings)


def test_a_row_that_is_missing_is_asked_for_again_alone() -> None:
    received, report = answered({TOTAL: "9|1|0×4|10"}, {REST: "0×7"}, reasks=1)
    first, again = received
    assert list(again.body["response_format"]["json_schema"]["schema"]["properties"]) == [REST]
    assert len(str(again.body)) < len(str(first.body))
    assert [cell.value for cell in row_cells(report, "carried_out")] == [0] * 7


@pytest.mark.parametrize(
    "answer",
    [
        {TOTAL: ["9", "1", "0", "0", "0", "0", "10"], REST: [0] * 7},
        {TOTAL: "（七）总计|9|1|0×4|10", REST: "0 0 0 0 0 0 0"},
    ],
)
def test_lists_and_labels_before_the_cells_are_understood(answer: dict[str, Any]) -> None:
    _, report = answered(answer, reasks=0)
    total = row_cells(report, "results_total")
    assert [cell.value for cell in total] == [9, 1, 0, 0, 0, 0, 10]
    assert not total[0].needs_review

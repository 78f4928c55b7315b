"""Rows asked in few tokens: how lines are written and read back, and answers that are not quite so."""

import json
from typing import Any

import pytest

from gkllm.reading.short_lines import cells_of, written
from gkllm.report import Report
from tests.reading.test_answers import LABELS, LOST, row_cells, text
from tests.reading.test_llm_reader import report_of
from tests.wire.scripted import Received, ScriptedServer, completion


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
        ("3|0", None),
        ("0×9", None),
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


def test_a_line_with_too_few_cells_is_asked_again_alone_and_under_its_letter() -> None:
    received, report = answered({"V": "9|1|0×4|10", "W": "0×5"}, {"W": "0×7"}, reasks=1)
    first, again = received
    assert list(again.body["response_format"]["json_schema"]["schema"]["properties"]) == ["W"]
    asked = again.body["messages"][-1]["content"].split("所问：\n")[1]
    assert asked.strip().split("\n")[1:] == [f"W {LABELS['carried_out']}"]
    assert len(str(again.body)) < len(str(first.body))
    assert [cell.value for cell in row_cells(report, "carried_out")] == [0] * 7
    assert [cell.value for cell in row_cells(report, "results_total")] == [9, 1, 0, 0, 0, 0, 10]


@pytest.mark.parametrize(
    "answer",
    [
        {"V": ["9", "1", "0", "0", "0", "0", "10"], "W": [0] * 7},
        {"V （七）总计": "9|1|0×4|10", "W四、": "0 0 0 0 0 0 0"},
    ],
)
def test_lists_and_labels_behind_the_letters_are_understood(answer: dict[str, Any]) -> None:
    _, report = answered(answer, reasks=0)
    total = row_cells(report, "results_total")
    assert [cell.value for cell in total] == [9, 1, 0, 0, 0, 0, 10]
    assert not total[0].needs_review


def test_what_was_kept_of_an_answer_counts_where_the_rest_never_fits() -> None:
    received, report = answered({"V": "9|1|0×4|10", "W": "0×5"}, reasks=1)
    assert len(received) == 2
    assert [cell.value for cell in row_cells(report, "results_total")] == [9, 1, 0, 0, 0, 0, 10]
    assert all(cell.needs_review for cell in row_cells(report, "carried_out"))
    assert any("answer" in warning for warning in report.warnings)

"""What is asked where rows were lost, and what becomes of the answers: candidates, views, or nothing, with a record."""

import json
from typing import Any

from gkllm.reading.short_lines import written
from gkllm.report import Cell, Report
from gkllm.terminal.explain import render_explanation
from tests.forms import FORM
from tests.reading.test_llm_reader import outcomes, report_of
from tests.wire.scripted import Received, ScriptedServer, completion

REQUESTS = FORM.table("requests", "2019")
LABELS = {row.id: row.label for row in REQUESTS.rows}
FIGURES = {
    "received": (9, 1, 0, 0, 0, 0, 10),
    "granted": (4, 1, 0, 0, 0, 0, 5),
    "partially_granted": (3, 0, 0, 0, 0, 0, 3),
    "unavailable_not_held": (2, 0, 0, 0, 0, 0, 2),
    "results_total": (9, 1, 0, 0, 0, 0, 10),
}
ZEROS = (0,) * 7


def strings(row: str) -> list[str]:
    return [str(value) for value in FIGURES.get(row, ZEROS)]


def text(
    lost: tuple[str, ...] = (), title: str = "三、收到和处理政府信息公开申请情况", **rows: tuple[int, ...]
) -> str:
    """A report whose requests table prints the figures, or those given, without the labels of the lost rows."""
    lines = [
        "测试镇人民政府2021年政府信息公开工作年度报告",
        title,
        "| | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |",
    ]
    for row in REQUESTS.rows:
        label = "" if row.id in lost else row.label
        values = rows.get(row.id, FIGURES.get(row.id, ZEROS))
        lines.append("| " + " | ".join([label, *map(str, values)]) + " |")
    return "\n".join(lines) + "\n"


def in_lines(answer: dict[str, list[str]]) -> dict[str, str]:
    """An answer as section-v2 has it: one string a row."""
    return {label: written(cells) for label, cells in answer.items()}


def asked(document: str, answer: dict[str, list[str]], **limits: Any) -> tuple[list[Received], Report]:
    """What goes over the wire about a document with `--reader auto`, and the report that comes out."""
    limits = {"reader": "auto", "reasks": 0, "tables": ("requests",), **limits}
    said: Any = in_lines(answer) if limits["reader"] == "auto" else answer
    with ScriptedServer(completion(json.dumps(said, ensure_ascii=False))) as server:
        report = report_of(server.base_url, limits.pop("reader"), document, **limits)
    return server.received, report


def row_cells(report: Report, row: str) -> list[Cell]:
    return [cell for cell in report.cells if cell.id.split(".")[1] == row]


# Two rows without labels at the end of the table: no row that is known stands after them.
LOST = ("results_total", "carried_out")


def test_one_question_shows_the_section_with_what_was_lost_and_names_the_columns() -> None:
    received, _ = asked(text(LOST), {LABELS[row]: strings(row) for row in LOST})
    (question,) = received
    asked_of = question.body["messages"][-1]["content"]
    lines = asked_of.split("\n")
    assert lines[1] == "三、收到和处理政府信息公开申请情况"
    assert "9|1|0×4|10" in lines, "the total's line, whose label is lost"
    assert lines.count("…") == 1 and LABELS["granted"] not in asked_of, "known rows are left out"
    assert f"{LABELS['other_processing']}…" in lines, "but for the labels of those beside others"
    assert lines[-1] == "各列：自然人、商业企业、科研机构、社会公益组织、法律服务机构、其他、总计"
    schema = question.body["response_format"]["json_schema"]["schema"]
    assert {name: each["type"] for name, each in schema["properties"].items()} == {
        LABELS[row]: "string" for row in LOST
    }
    assert not any(LABELS[row] in asked_of for row in LOST), (
        "the schema names the rows, and nothing else does"
    )
    assert sum(len(turn["content"]) for turn in question.body["messages"]) < 450


def test_an_answer_is_accepted_unmarked_where_relations_over_numbers_hold_with_it() -> None:
    _, report = asked(text(LOST), {LABELS[row]: strings(row) for row in LOST})
    total = {cell.id.split(".")[2]: cell for cell in row_cells(report, "results_total")}
    assert [cell.value for cell in total.values()] == [9, 1, 0, 0, 0, 0, 10]
    assert not total["natural_person"].needs_review and total["natural_person"].span is not None
    assert [doubt.kind for doubt in total["natural_person"].doubts] == ["row_by_model", "seconded"]
    assert not any(cell.needs_review for cell in row_cells(report, "granted"))


def test_a_shifted_answer_is_a_value_for_review() -> None:
    shifted = {
        LABELS["results_total"]: ["0", "9", "1", "0", "0", "0", "10"],
        LABELS["carried_out"]: ["0"] * 7,
    }
    _, report = asked(text(LOST), shifted)
    wrong = [cell for cell in row_cells(report, "results_total") if cell.value != FIGURES["results_total"][0]]
    assert all(cell.needs_review for cell in row_cells(report, "results_total")[:3]), wrong


def test_a_string_that_stands_nowhere_is_refused_and_said_so() -> None:
    answer = {
        LABELS["results_total"]: ["77", *strings("results_total")[1:]],
        LABELS["carried_out"]: ["0"] * 7,
    }
    with ScriptedServer(completion(json.dumps(in_lines(answer), ensure_ascii=False))) as server:
        (outcome,) = outcomes(server.base_url, "auto", text(LOST), reasks=0, tables=("requests",))
    assert outcome.report is not None
    cell = row_cells(outcome.report, "results_total")[0]
    assert (cell.value, cell.state, cell.needs_review, cell.readers["model"].raw) == (
        None,
        "missing",
        True,
        "77",
    )
    assert any("requests.results_total.natural_person “77”" in warning for warning in outcome.report.warnings)
    assert outcome.exchanges[0].refused == (("requests.results_total.natural_person", "77"),)
    assert render_explanation(outcome.exchanges, outcome.report, FORM)


def test_a_disagreement_marks_no_cell_whose_relations_hold() -> None:
    answer = {label: ["3"] * 7 for label in LABELS.values()}
    received, report = asked(text(), answer, reader="both")
    assert len(received) == 1
    assert not any(cell.needs_review for row in LABELS for cell in row_cells(report, row))
    assert row_cells(report, "granted")[1].readers["model"].raw == "3"


def test_nothing_is_asked_about_cells_that_are_certain_under_a_contradiction() -> None:
    received, report = asked(text(received=(8, 1, 0, 0, 0, 0, 9)), {})
    assert received == [] and report.violations


def test_a_view_of_one_cell_does_not_take_the_blame_from_another() -> None:
    contradicted = text(received=(8, 1, 0, 0, 0, 0, 9))
    _, without = asked(contradicted, {})
    _, agreed = asked(contradicted, {LABELS[row]: strings(row) for row in LABELS}, reader="both")
    blamed = [{cell.id for cell in report.cells if cell.evidence["blamed"]} for report in (without, agreed)]
    assert blamed[0] and blamed[0] <= blamed[1]


def test_a_section_without_title_or_labels_is_asked_about_where_it_must_be() -> None:
    rows = FORM.untold("requests").rows
    printed = [FIGURES.get(row.id, ZEROS) for row in rows]
    document = [
        "测试镇人民政府2021年政府信息公开工作年度报告",
        "二、主动公开政府信息情况",
        *(" | ".join(map(str, values)) for values in printed),
        "五、存在的主要问题\n努力。\n",
    ]
    answer = {row.label: strings(row.id) for row in rows}
    received, report = asked("\n".join(document), answer)
    (question,) = received
    assert "9|1|0×4|10" in question.body["messages"][-1]["content"]
    cells = [cell for row in rows for cell in row_cells(report, row.id)]
    assert [cell.value for cell in cells] == [value for values in printed for value in values]
    assert all(cell.needs_review for cell in cells), "nothing that the rules know for sure speaks for them"

"""What each prompt design asks, on the wire: how much of the table, in how many questions, with which schema."""

import json
from pathlib import Path
from typing import Any

import pytest

from gkllm.errors import PromptError
from gkllm.prompts import load_prompt
from gkllm.reading.designs import table_prompts
from gkllm.report import Cell, Report
from tests.forms import FORM
from tests.reading.test_llm_reader import FIXTURES, outcomes, report_of
from tests.wire.scripted import Received, Reply, ScriptedServer, completion

TOTALS = "（七）总计"
NATURAL_PERSON = "requests.results_total.natural_person"
TOO_LONG = Reply(status=400, body={"error": {"message": "too long", "code": "context_length_exceeded"}})
CUT = completion('{"', finish_reason="length")


def answer(content: Any) -> Reply:
    return completion(json.dumps(content, ensure_ascii=False))


def asked(received: Received) -> dict[str, Any]:
    """The properties of the schema on the wire: what is asked, by name."""
    schema: dict[str, Any] = received.body["response_format"]["json_schema"]["schema"]
    return dict(schema["properties"])


def last_turn(received: Received) -> str:
    return str(received.body["messages"][-1]["content"])


def cells_of(report: Report) -> dict[str, Cell]:
    return {cell.id: cell for cell in report.cells}


def requests_of(prompt: str, *replies: Reply, file: str = "yinzhou-2019") -> tuple[list[Received], Report]:
    """What is asked about the requests table with `--reader model`, and the report that comes out."""
    with ScriptedServer(*replies) as server:
        report = report_of(server.base_url, "model", file, prompt=prompt, tables=("requests",), reasks=0)
    return server.received, report


def test_the_whole_table_is_asked_over_the_documents_own_text() -> None:
    received, _ = requests_of("table-v1", answer({}))
    (question,) = received
    text = (FIXTURES / "yinzhou-2019.txt").read_text(encoding="utf-8")
    source = last_turn(question).split("原文：\n")[1]
    assert source in text
    assert source.startswith("三、收到和处理政府信息公开申请情况")
    assert "自然人" in source and "四、结转下年度继续办理" in source and "行政复议" not in source
    assert list(asked(question)) == [row.label for row in FORM.table("requests", "2019").rows]


def test_rows_are_asked_over_their_lines_with_numbered_blanks() -> None:
    received, _ = requests_of("rows-v1", answer({}))
    (question,) = received
    source = last_turn(question).split("原文：\n")[1].split("\n")
    assert len(source) == len(asked(question)) == 23
    assert "（七）总计 | 66 | 空2 | 空3 | 空4 | 空5 | 空6 | 6" in source


def test_blanks_that_merged_labels_leave_are_no_columns() -> None:
    text = (FIXTURES / "songta-2019.md").read_text(encoding="utf-8")
    received, _ = requests_of("rows-v1", answer({}), file=text)
    source = last_turn(received[0]).split("原文：\n")[1].split("\n")
    assert source[0] == "一、本年新收政府信息公开申请数量 | 6 | 3 | 0 | 0 | 0 | 0 | 9"
    assert {line.count(" | ") for line in source} == {7}


def test_row_by_row_asks_one_row_after_the_same_beginning() -> None:
    received, _ = requests_of("row-v1", answer({}))
    assert len(received) == 23
    assert sorted(next(iter(asked(question))) for question in received) == sorted(
        row.label for row in FORM.table("requests", "2019").rows
    )
    assert all(len(asked(question)) == 1 for question in received)
    beginnings = {json.dumps(question.body["messages"][:-1]) for question in received}
    assert len(beginnings) == 1
    assert any(
        last_turn(question).endswith("原文：\n（七）总计 | 66 | 空2 | 空3 | 空4 | 空5 | 空6 | 6")
        for question in received
    )


def test_rows_beside_each_other_on_one_line_are_told_apart_by_place() -> None:
    with ScriptedServer(answer({})) as server:
        report_of(
            server.base_url, "model", "yinzhou-2019", prompt="row-v1", tables=("proceedings",), reasks=0
        )
    turns = [last_turn(question) for question in server.received]
    assert sum("（跳过前 5 格）" in turn for turn in turns) == 1
    assert sum("（跳过前 10 格）" in turn for turn in turns) == 1
    assert sum("跳过" not in turn for turn in turns) == 1


@pytest.mark.parametrize("prompt", ["table-v1", "rows-v1", "row-v1", "open-v1"])
def test_the_request_is_the_rendered_prompt_and_nothing_else(prompt: str) -> None:
    with ScriptedServer(answer({})) as server:
        (outcome,) = outcomes(server.base_url, "auto", "yinzhou-2019", prompt=prompt, reasks=0)
    sent = [
        [(turn["role"], turn["content"]) for turn in question.body["messages"]]
        for question in server.received
    ]
    rendered = [[(turn.role, turn.content) for turn in exchange.messages] for exchange in outcome.exchanges]
    assert sorted(sent) == sorted(rendered)
    shown = (
        load_prompt(prompt).render(
            table=FORM.table("requests", "2019"),
            rows=FORM.table("requests", "2019").rows,
            columns=[],
            before=0,
            source="",
        )
        if prompt != "open-v1"
        else load_prompt(prompt).render(table=FORM.table("requests", "2019"), rows=[], source="")
    )
    assert all(messages[:-1] == list(shown)[:-1] for messages in sent)
    for question in server.received:
        assert set(question.body) <= {"model", "messages", "temperature", "max_tokens", "response_format"}


def test_a_table_that_is_too_long_is_asked_in_halves_of_its_text() -> None:
    received, _ = requests_of("table-v1", TOO_LONG, answer({}))
    assert [len(asked(question)) for question in received] == [23, 11, 12]
    whole, first, second = (last_turn(question).split("原文：\n")[1] for question in received)
    assert len(first) < len(whole) and len(second) < len(whole)
    assert first in whole and second in whole and "（七）总计" in second


def test_a_single_row_that_is_cut_is_given_up_and_said_so() -> None:
    received, report = requests_of("row-v1", CUT)
    assert len(received) == 23
    assert report.usage.failed_calls == 23
    assert any("failed" in warning for warning in report.warnings)
    assert cells_of(report)[NATURAL_PERSON].value == 6


def open_question(reply: Reply) -> tuple[list[Received], Report]:
    with ScriptedServer(reply) as server:
        report = report_of(server.base_url, "auto", "yinzhou-2019", prompt="open-v1", reasks=0)
    return server.received, report


def test_open_cells_are_asked_with_their_candidates_alone() -> None:
    (question,), _ = open_question(answer({}))
    assert last_turn(question).endswith("候选：\n（七）总计：自然人 6 / 66"), "what is certain is not asked"
    schema = question.body["response_format"]["json_schema"]["schema"]
    totals = schema["$defs"][schema["properties"][TOTALS]["$ref"].rsplit("/", 1)[1]]
    assert totals["properties"]["自然人"]["enum"] == ["6", "66"]
    assert totals["required"] == ["自然人"]


def test_a_pick_that_the_relations_contradict_changes_nothing_and_is_marked() -> None:
    _, report = open_question(answer({TOTALS: {"自然人": "66", "总计": "6"}}))
    cell = cells_of(report)[NATURAL_PERSON]
    assert (cell.raw, cell.value, cell.needs_review) == ("66", 6, True)
    assert cell.readers["model"].picked == 66
    assert any(reason == "the readers disagree: rules '66', model 66" for reason in cell.reasons)


def test_a_pick_that_agrees_confirms_nothing_by_itself() -> None:
    _, report = open_question(answer({TOTALS: {"自然人": "6", "总计": "6"}}))
    cell = cells_of(report)[NATURAL_PERSON]
    assert cell.evidence["agreement"] == 0
    assert cell.value == 6 and not any("disagree" in reason for reason in cell.reasons)


def test_what_is_said_of_a_cell_that_was_not_asked_is_not_heard() -> None:
    _, report = open_question(answer({TOTALS: {"自然人": "6", "总计": "66"}}))
    cell = cells_of(report)["requests.results_total.total"]
    assert cell.value == 6 and "model" not in cell.readers


def test_what_is_no_candidate_is_never_taken() -> None:
    strings = {TOTALS: {"自然人": "3", "总计": 6}, "别的行": {"自然人": "1"}}
    _, report = open_question(answer(strings))
    cell = cells_of(report)[NATURAL_PERSON]
    assert cell.value == 6 and "model" not in cell.readers
    assert any("1 row names" in warning for warning in report.warnings)


def piped(**rows: tuple[int, ...]) -> str:
    """A report whose only table prints the given numbers in some rows, and 0 everywhere else."""
    lines = [
        "测试镇人民政府2021年政府信息公开工作年度报告",
        "三、收到和处理政府信息公开申请情况",
        "| | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in FORM.table("requests", "2019").rows:
        lines.append("| " + " | ".join([row.label, *map(str, rows.get(row.id, (0,) * 7))]) + " |")
    return "\n".join(lines) + "\n"


FIRST = "一、本年新收政府信息公开申请数量"
TIED = piped(received=(11, 11, 0, 0, 0, 0, 12))
"""11 + 1 = 12, or 1 + 11."""
UNSETTLED = piped(received=(77, 0, 0, 0, 0, 0, 77))
"""The row holds with both cells doubled and with neither; no doubling at all is the likelier."""


def picked(text: str, **picks: str) -> dict[str, Cell]:
    """The first row's cells, by column, after a model picked readings there."""
    columns = {"natural_person": "自然人", "business": "商业企业"}
    reply = answer({FIRST: {columns[column]: pick for column, pick in picks.items()}})
    with ScriptedServer(reply) as server:
        report = report_of(server.base_url, "auto", text, prompt="open-v1", tables=("requests",), reasks=0)
    return {
        cell_id.split(".")[2]: cell for cell_id, cell in cells_of(report).items() if ".received." in cell_id
    }


@pytest.mark.parametrize(("pick", "values"), [("1", (1, 11)), ("11", (11, 1))])
def test_a_pick_breaks_a_tie_and_the_cells_stay_marked(pick: str, values: tuple[int, int]) -> None:
    cells = picked(TIED, natural_person=pick)
    assert (cells["natural_person"].value, cells["business"].value) == values, "one follows from the other"
    assert cells["natural_person"].needs_review and cells["business"].needs_review


def test_a_pick_does_not_overrule_what_is_likelier_and_is_marked() -> None:
    cells = picked(UNSETTLED, natural_person="7")
    assert cells["natural_person"].value == cells["total"].value == 77
    assert any("the readers disagree" in reason for reason in cells["natural_person"].reasons)


def test_rows_without_candidates_are_asked_with_the_other_prompt() -> None:
    text = "\n".join(line for line in UNSETTLED.split("\n") if TOTALS not in line)
    with ScriptedServer(answer({})) as server:
        report_of(server.base_url, "auto", text, prompt="open-v1", tables=("requests",), reasks=0)
    names = [question.body["response_format"]["json_schema"]["name"] for question in server.received]
    assert "Table_requests" in names
    (rows,) = (q for q, name in zip(server.received, names, strict=True) if name == "Table_requests")
    assert "| 77 |" in last_turn(rows) and TOTALS in asked(rows)


def test_whole_tables_are_read_with_the_prompt_that_reads_rows() -> None:
    received, _ = requests_of("open-v1", answer({}))
    (question,) = received
    assert question.body["response_format"]["json_schema"]["name"] == "Table_requests"
    assert len(asked(question)) == 23


def test_a_table_that_the_document_does_not_print_costs_nothing() -> None:
    with ScriptedServer(answer({})) as server:
        report_of(server.base_url, "auto", TIED, tables=("disclosure", "proceedings"))
    assert server.received == []


def test_a_table_whose_layout_is_lost_is_shown_from_its_title_to_the_next() -> None:
    titles = ["三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"]
    lost = [
        *("测试镇人民政府2021年政府信息公开工作年度报告", "目录", *titles, titles[0]),
        *("一、本年新收政府信息公开申请数量 77", titles[1]),
        *("行政复议 1 0 0 0 1", "未经复议直接起诉 0 0 0 0 0"),
    ]
    with ScriptedServer(answer({})) as server:
        outcomes(
            server.base_url, "auto", "\n".join(lost), prompt="table-v1", tables=("proceedings",), reasks=0
        )
    question, *_ = server.received
    assert last_turn(question).split("原文：\n")[1] == "\n".join(lost[-3:])


@pytest.mark.parametrize(
    ("front_matter", "message"),
    [
        (
            'reads = "pages"',
            "'reads' is 'pages'; a prompt for tables reads one of sheet, section, table, rows, row, open",
        ),
        ("", "'reads' is 'None'"),
        ('reads = "open"', "names in 'otherwise' one for rows"),
        ('reads = "open"\notherwise = "nowhere"', "there is no prompt 'nowhere'"),
        ('reads = "open"\notherwise = "open-v1"', "'reads' is 'open'"),
    ],
)
def test_a_front_matter_that_states_no_design_is_refused(
    tmp_path: Path, front_matter: str, message: str
) -> None:
    path = tmp_path / "mine.md"
    path.write_text(f'+++\nidea = "x"\n{front_matter}\n+++\n## user\nhello', encoding="utf-8")
    with pytest.raises(PromptError, match=message):
        table_prompts(str(path), whole_tables=False)


def test_row_labels_name_one_row_of_a_table() -> None:
    for table_id in FORM.table_ids:
        for edition in FORM.editions_of(table_id):
            labels = [row.label for row in FORM.table(table_id, edition).rows]
            assert len(set(labels)) == len(labels), (table_id, edition)

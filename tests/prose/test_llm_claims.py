"""Claims by a language model over real HTTP: what is grounded stands, what is not is dropped and counted."""

import asyncio
import json
from typing import Any

import pytest

from gkllm import Extractor, ModelSettings, Report, Settings
from gkllm.documents.source import Source
from gkllm.settings import ReaderChoice
from tests.wire.scripted import Received, Reply, ScriptedServer, completion

TEXT = """某县水利局2022年政府信息公开工作年度报告
二、收到和处理政府信息公开申请情况
全年前来申请查询政府信息公开事项的群众计 12 人次，当中 3 件申请得到了满足。
因政府信息公开而起的复议官司一起也没有。
"""
NEW = {"引文": "全年前来申请查询政府信息公开事项的群众计 12 人次", "数字": "12", "含义": "新收申请"}


def extracted(server: ScriptedServer, text: str = TEXT, reader: ReaderChoice = "auto") -> Report:
    model = ModelSettings(
        "scripted", base_url=server.base_url, api_key="unused", transport_attempts=1, reasks=0
    )

    async def run() -> Report:
        extractor = Extractor(Settings(reader=reader, model=model))
        try:
            return await extractor.extract(Source("report.txt", None, text.encode()))
        finally:
            await extractor.aclose()

    return asyncio.run(run())


def stating(*statements: dict[str, str]) -> Reply:
    return completion(json.dumps({"摘录": statements}, ensure_ascii=False))


def about_prose(received: list[Received]) -> list[Any]:
    return [one.body for one in received if "摘录员" in one.body["messages"][0]["content"]]


def test_a_grounded_claim_stands_where_it_was_said_and_fills_the_missing_table() -> None:
    with ScriptedServer(stating(NEW)) as server:
        report = extracted(server)
    (claim,) = [claim for claim in report.claims if claim.reader == "model"]
    assert (claim.meaning, claim.value, claim.certainty) == ("received", 12, "implied")
    assert TEXT[claim.span.start : claim.span.end] == claim.quote == NEW["引文"]
    assert claim.number is not None and TEXT[claim.number.start : claim.number.end] == "12"
    cell = next(cell for cell in report.cells if cell.id == "requests.received.total")
    assert (cell.value, cell.reading, cell.needs_review) == (12, "prose", True)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ({**NEW, "引文": "全年收到申请 12 件"}, "whose quote is not in the text"),
        ({**NEW, "引文": ""}, "whose quote is not in the text"),
        ({**NEW, "数字": "13"}, "whose number is not in the quote"),
        ({**NEW, "数字": "2"}, "whose number is not in the quote"),
        ({**NEW, "数字": "0"}, "whose number is not in the quote"),
        ({**NEW, "数字": "许多"}, "whose number is not in the quote"),
    ],
)
def test_what_cannot_be_looked_up_is_dropped_and_counted(statement: dict[str, str], reason: str) -> None:
    with ScriptedServer(stating(statement, NEW)) as server:
        report = extracted(server)
    assert [claim.value for claim in report.claims if claim.reader == "model"] == [12]
    assert f"1 of the model's claims dropped {reason}" in report.warnings


def test_none_in_words_is_zero_and_needs_a_word_for_it() -> None:
    none = {"引文": "因政府信息公开而起的复议官司一起也没有", "数字": "0", "含义": "行政复议"}
    with ScriptedServer(stating(none, NEW)) as server:
        report = extracted(server)
    review = next(claim for claim in report.claims if claim.meaning == "review")
    assert (review.value, review.number) == (0, None)


def test_the_question_holds_only_sentences_that_the_rules_left_open() -> None:
    text = TEXT + "全年收到政府信息公开申请 12 件。\n网站发布信息 300 条。\n"
    with ScriptedServer(stating(NEW)) as server:
        extracted(server, text)
    (body,) = about_prose(server.received)
    shown = body["messages"][-1]["content"]
    assert "群众计12人次" in shown
    assert "收到政府信息公开申请12件" not in shown and "300条" not in shown
    schema = json.dumps(body["response_format"], ensure_ascii=False)
    assert "新收申请" in schema and "行政诉讼" in schema


def test_a_failing_model_leaves_the_rules_claims_and_says_so() -> None:
    text = TEXT + "全年收到政府信息公开申请 12 件。\n"
    with ScriptedServer(Reply(status=500)) as server:
        report = extracted(server, text)
    assert [(claim.meaning, claim.value) for claim in report.claims] == [("received", 12)]
    assert any(warning.startswith("the model's reading of the prose failed") for warning in report.warnings)
    assert report.usage.calls == report.usage.failed_calls > 0


def test_nothing_is_asked_where_the_rules_understood_every_sentence() -> None:
    text = TEXT.split("\n")[0] + "\n全年收到政府信息公开申请 12 件。没有发生行政复议。\n"
    with ScriptedServer(stating(NEW)) as server:
        extracted(server, text)
    assert about_prose(server.received) == []


def test_long_prose_is_asked_about_in_parts_and_nothing_is_cut() -> None:
    said = [
        f"全年前来申请查询政府信息公开事项{'的' * 60}群众计 {number} 人次。" for number in range(100, 190)
    ]
    with ScriptedServer(stating(NEW)) as server:
        extracted(server, TEXT + "".join(said))
    shown = [body["messages"][-1]["content"].split("句子：\n")[1] for body in about_prose(server.received)]
    assert len(shown) == 2 and all(len(part) <= 4100 for part in shown)
    asked = [line for part in shown for line in part.split("\n")]
    assert sorted(line for line in asked if "的的" in line) == sorted(line.replace(" ", "") for line in said)

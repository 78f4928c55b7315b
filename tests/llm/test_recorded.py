"""An exchange recorded from a real model: Qwen2.5-Coder-1.5B-Instruct behind llama.cpp's server.

To record it again, serve such a model, run `python -m tests.wire.record --upstream URL --out FILE` and ask
the question below at the address it prints.
"""

from pathlib import Path

from gkllm.llm import Message, TokenUsage
from tests.llm.asking import Row, ask_all, language_model, question
from tests.wire.replay import ReplayServer

EXCHANGES = Path(__file__).with_name("exchanges") / "row.json"
TURNS = (
    Message(
        "system",
        "你逐字抄录表格一行：label 是行名，cells 是各单元格原文，空白写成空字符串。只输出 JSON。",
    ),
    Message("user", "（一）予以公开\t3\t\t0\t12"),
)


def test_a_real_answer_is_read_as_it_was_given() -> None:
    with ReplayServer(EXCHANGES) as server:
        model = language_model(server.base_url, name="qwen2.5-coder-1.5b-instruct")
        (answer,) = ask_all(model, question(messages=TURNS))
    assert server.unknown == []
    # The model lost a zero. Noticing that is the reader's work: here the answer fits its schema.
    assert answer.value == Row(label="予以公开", cells=["3", "", "12"])
    assert answer.finish_reason == "stop"
    assert answer.usage == TokenUsage(calls=1, prompt_tokens=56, completion_tokens=33)

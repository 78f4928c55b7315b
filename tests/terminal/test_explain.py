"""How requests and answers are shown."""

from gkllm.llm.question import Message
from gkllm.reading.llm_reader import Exchange
from gkllm.terminal.explain import render_explanation
from tests.forms import FORM
from tests.terminal.test_report import shown


def exchange(answer: str = '{"rows": []}', *, error: str | None = None, from_cache: bool = False) -> Exchange:
    return Exchange(
        table="requests",
        messages=(Message(role="system", content="copy"), Message(role="user", content="line [1]\n\nline 2")),
        answer=answer,
        error=error,
        from_cache=from_cache,
        prompt_tokens=20,
        completion_tokens=3,
    )


def test_a_request_is_shown_message_by_message_and_then_its_answer() -> None:
    lines = shown(render_explanation([exchange()], None, FORM)).splitlines()
    assert "request 1: requests, sent, 20 + 3 tokens" in lines[0]
    assert lines[1:8] == ["system", "  copy", "user", "  line [1]", "", "  line 2", "answer"]
    assert lines[8] == '  {"rows": []}'


def test_the_error_and_the_cache_are_told() -> None:
    text = shown(
        render_explanation([exchange(), exchange("{", error="cut\x1b[2J", from_cache=True)], None, FORM)
    )
    assert "request 2: requests, from the cache, 20 + 3 tokens" in text
    assert "error: cut␛[2J" in text

"""The JSON inside a completion."""

import pytest

from gkllm.llm.completion_text import json_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (' {"a": 1}\n', '{"a": 1}'),
        ('<think>{"b": 2}</think>\n{"a": 1}', '{"a": 1}'),
        ('no opening tag</think>{"a": 1}', '{"a": 1}'),
        ('```json\n{"a": 1}\n```', '{"a": 1}'),
        ('Here it is:\n```\n{"a": 1}\n```\nDone.', '{"a": 1}'),
        ('<think>```json\n{}\n```</think>```json\n{"a": 1}\n```', '{"a": 1}'),
        ('{"a": "</think>```json x```"}', '{"a": "</think>```json x```"}'),
        ("<think>unfinished", "<think>unfinished"),
        ("", ""),
    ],
)
def test_json_text(text: str, expected: str) -> None:
    assert json_text(text) == expected

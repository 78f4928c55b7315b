"""The JSON inside a completion."""

from typing import Any

import pytest

from gkllm.llm.completion_text import coerced, json_object, json_text


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
    assert json_text(text, {}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('结果如下：{"a": "1"}\n以上。', {"a": "1"}),
        ('<think>\n嗯 {"a": 1} 先看看\n{"a": "1", "b": "2"}', {"a": "1", "b": "2"}),
        ('<think>{"a": "a longer thought"}</think>{"a": "1"}', {"a": "1"}),
        ('[{"a": "1"}]', {"a": "1"}),
        ('{"a": "1", "b": "2", "a": "3"}', {"b": "2"}),
        ('{"a": "1", "a": "1"}', {"a": "1"}),
        ('{"a": NaN}', None),
        ('{"a": ' + "1" * 5000 + "}", None),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, None),
        ("{" * 100_000, None),
        ('["a"]', None),
    ],
    ids=range(11),
)
def test_the_object_in_what_is_around_it(text: str, expected: object) -> None:
    assert json_object(text) == expected


ROWS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "一": {"type": "array", "items": {"type": "string"}},
        "二": {"$ref": "#/$defs/Row"},
        "三": {"type": "integer"},
    },
    "$defs": {"Row": {"type": "object", "properties": {"自然人": {"type": "string"}}}},
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('{"一": [3, null, "4", 2.50, -1]}', '{"一": ["3", "", "4", "2.50", "-1"]}'),
        ('{"二": {"自然人": 7}}', '{"二": {"自然人": "7"}}'),
        ('{"三": 7}', '{"三": 7}'),
        ('{"一": [true, ["5"]]}', '{"一": [true, ["5"]]}'),
        ('{"一": null}', '{"一": null}'),
        ('{"结果": {"一": [1]}}', '{"一": ["1"]}'),
        ('{"结果": {"别的": [1]}}', '{"结果": {"别的": [1]}}'),
    ],
)
def test_numbers_and_null_are_strings_where_strings_are_asked_for(given: str, expected: str) -> None:
    assert json_text(given, ROWS) == expected
    assert coerced(json_object(expected), ROWS) == json_object(expected)

"""Answers kept on disk."""

import dataclasses
import math
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel

from gkllm.llm import AnswerCache, Message, TokenUsage
from gkllm.llm.cache import CachedAnswer, canonical_json, digest
from tests.llm.asking import GOOD, GOOD_ROW, MESSAGES, Row, ask, ask_all, language_model, question
from tests.wire.scripted import Reply, ScriptedServer, completion, failure


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_a_second_run_makes_no_call(tmp_path: Path) -> None:
    with ScriptedServer(completion(f"<think>hm</think>{GOOD}", tokens=(90, 9))) as server:
        first = ask(server.base_url, cache=AnswerCache(tmp_path))
        second = ask(server.base_url, cache=AnswerCache(tmp_path))
    assert len(server.received) == 1
    assert not first.from_cache and second.from_cache
    assert first.value == second.value == GOOD_ROW
    assert second == dataclasses.replace(first, from_cache=True, usage=TokenUsage(cached_answers=1))


def test_usage_adds_up() -> None:
    paid = TokenUsage(calls=2, failed_calls=1, prompt_tokens=10, completion_tokens=5)
    assert paid + TokenUsage(cached_answers=1) + paid == TokenUsage(4, 2, 1, 20, 10)


@pytest.mark.parametrize(
    "reply",
    [completion("{}"), completion(GOOD, finish_reason="length"), completion(""), failure(401)],
    ids=["invalid", "truncated", "empty", "rejected"],
)
def test_only_successful_answers_are_kept(tmp_path: Path, reply: Reply) -> None:
    with ScriptedServer(reply, reply, completion(GOOD)) as server:
        assert ask(server.base_url, cache=AnswerCache(tmp_path), reasks=0).error is not None
    assert _files(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (*MESSAGES, Message("user", "again"))},
        {"messages": (Message("user", MESSAGES[0].content), MESSAGES[1])},
        {"prompt": "rows@ba9876543210"},
        {"part": "another part"},
        {"sample": 1},
        {"max_tokens": 17},
        {"response_model": type("Row", (Row,), {"__annotations__": {"note": str}, "note": "x"})},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_matters_in_the_question_is_another_entry(tmp_path: Path, change: dict[str, Any]) -> None:
    answer = completion('{"label": "予以公开", "cells": [], "note": ""}')
    with ScriptedServer(answer) as server:
        model = language_model(server.base_url, cache=AnswerCache(tmp_path), concurrency=1)
        ask_all(model, question())
        (changed,) = ask_all(model, question(**change))
    assert len(server.received) == 2
    assert not changed.from_cache


@pytest.mark.parametrize("change", [{"name": "other"}, {"temperature": 0.5}, {"max_tokens": 17}])
def test_whatever_matters_in_the_settings_is_another_entry(tmp_path: Path, change: dict[str, Any]) -> None:
    with ScriptedServer(completion(GOOD)) as server:
        ask(server.base_url, cache=AnswerCache(tmp_path))
        assert not ask(server.base_url, cache=AnswerCache(tmp_path), **change).from_cache


def test_another_endpoint_is_another_entry(tmp_path: Path) -> None:
    with ScriptedServer(completion(GOOD)) as one, ScriptedServer(completion(GOOD)) as other:
        ask(one.base_url, cache=AnswerCache(tmp_path))
        assert not ask(other.base_url, cache=AnswerCache(tmp_path)).from_cache


def test_patience_and_key_are_no_part_of_the_entry(tmp_path: Path) -> None:
    with ScriptedServer(completion(GOOD)) as server:
        ask(server.base_url, cache=AnswerCache(tmp_path), api_key="one-key")
        again = ask(server.base_url, cache=AnswerCache(tmp_path), api_key="other-key", deadline=3.0, reasks=0)
    assert again.from_cache


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", None])
def test_a_damaged_entry_is_a_miss_and_is_replaced(tmp_path: Path, damage: bytes | None) -> None:
    with ScriptedServer(completion(GOOD)) as server:
        ask(server.base_url, cache=AnswerCache(tmp_path))
        (entry,) = _files(tmp_path)
        stored = entry.read_bytes()
        entry.write_bytes(stored[: len(stored) // 2] if damage is None else damage)
        answer = ask(server.base_url, cache=AnswerCache(tmp_path))
    assert answer.value == GOOD_ROW and not answer.from_cache
    assert len(server.received) == 2
    assert entry.read_bytes() == stored


def test_an_entry_under_a_foreign_name_is_a_miss(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    mine, other = digest("mine"), digest("other")
    stored = CachedAnswer(key=mine, text="{}", finish_reason=None, prompt_tokens=1, completion_tokens=1)
    cache.put(stored)
    assert cache.get(mine) == stored
    (entry,) = _files(tmp_path)
    elsewhere = tmp_path / "sha256" / other[7:9] / f"{other[9:]}.json"
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    entry.rename(elsewhere)
    assert cache.get(other) is None


def test_an_answer_that_the_model_no_longer_takes_is_asked_again(tmp_path: Path) -> None:
    def two_cells(cells: list[str]) -> list[str]:
        if len(cells) != 2:
            raise ValueError("two cells are wanted")
        return cells

    def any_cells(cells: list[str]) -> list[str]:
        return cells

    def answer_model(check: Any) -> type[BaseModel]:
        cells = Annotated[list[str], AfterValidator(check)]
        return type("Cells", (BaseModel,), {"__annotations__": {"cells": cells}})

    with ScriptedServer(completion('{"cells": ["1"]}'), completion('{"cells": ["1", "2"]}')) as server:
        model = language_model(server.base_url, cache=AnswerCache(tmp_path))
        ask_all(model, question(response_model=answer_model(any_cells)))
        (strict,) = ask_all(model, question(response_model=answer_model(two_cells)))
    assert len(server.received) == 2
    assert strict.value is not None and strict.value.model_dump() == {"cells": ["1", "2"]}


def test_a_folder_that_cannot_be_written_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    with ScriptedServer(completion(GOOD)) as server:
        assert ask(server.base_url, cache=AnswerCache(in_the_way)).value == GOOD_ROW
    assert "cannot be written" in caplog.text


def test_a_key_has_one_spelling_and_refuses_what_has_none() -> None:
    assert canonical_json({"b": [1, 2.5, None, True], "a": "公开"}) == (
        '{"a":"\\u516c\\u5f00","b":[1,2.5,null,true]}'
    )
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest("1") != digest(1)
    for unknown in (object(), {1: "a"}, [Path("x")], {"a": {"b": b"bytes"}}):
        with pytest.raises(TypeError):
            digest(unknown)
    with pytest.raises(ValueError, match="nan"):
        digest([math.nan])

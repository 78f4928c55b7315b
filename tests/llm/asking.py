"""What the tests of this folder ask, and of whom."""

import asyncio
from typing import Any

from pydantic import BaseModel

from gkllm.llm import Answer, AnswerCache, LanguageModel, Message, Question
from gkllm.settings import ModelSettings

BACKOFF = 0.05


class Row(BaseModel):
    """A table row, as the model is to copy it."""

    label: str
    cells: list[str]


GOOD = '{"label": "予以公开", "cells": ["3", ""]}'
GOOD_ROW = Row(label="予以公开", cells=["3", ""])
MESSAGES = (Message("system", "Copy {{ what }} is printed."), Message("user", "予以公开\t3\t　"))


def question(**changes: Any) -> Question[Row]:
    """The same question every time, but for `changes`."""
    fields: dict[str, Any] = {
        "messages": MESSAGES,
        "response_model": Row,
        "prompt": "rows@0123456789ab",
        "part": "予以公开\t3\t　",
    }
    return Question(**(fields | changes))


def language_model(
    base_url: str, *, concurrency: int = 4, cache: AnswerCache | None = None, **settings: Any
) -> LanguageModel:
    """A model at `base_url` that is asked with little patience."""
    fields: dict[str, Any] = {
        "name": "scripted",
        "base_url": base_url,
        "request_timeout": 5.0,
        "deadline": 10.0,
        "transport_attempts": 3,
    }
    return LanguageModel(
        ModelSettings(**(fields | settings)), concurrency=concurrency, cache=cache, backoff=BACKOFF
    )


def ask_all(model: LanguageModel, *questions: Question[Row]) -> list[Answer[Row]]:
    """The answers to questions asked at once, in an event loop of their own."""

    async def gather() -> list[Answer[Row]]:
        try:
            return await asyncio.gather(*(model.ask(each) for each in questions))
        finally:
            await model.aclose()

    return asyncio.run(gather())


def ask(base_url: str, *, cache: AnswerCache | None = None, **settings: Any) -> Answer[Row]:
    """The answer to `question()` from a model of its own."""
    return ask_all(language_model(base_url, cache=cache, **settings), question())[0]

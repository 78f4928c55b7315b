"""`gkllm model check`: what it does."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import typer
from pydantic import BaseModel

from gkllm.cli.configuration import configure
from gkllm.cli.messages import complain
from gkllm.cli.program import configuration_files
from gkllm.errors import ConfigurationError, ModelNotConfigured
from gkllm.language import later, said
from gkllm.llm import Answer, AnswerCache, LanguageModel, Message, Price, Question
from gkllm.llm.dialect import Dialect
from gkllm.llm.local import PREFIX as LOCAL
from gkllm.settings import ModelSettings, Spending

USAGE, UNANSWERED = 2, 4
_REPORT_READ_WHOLE = (4100, 800)
_REPORT_ASKED_OPEN = (330, 25)
"""Tokens of the prompts and of the answers: a report's three tables with rows-v1, and one question about open cells
with open-v1 (evals/results/recorded.md and prompts.md)."""
_FORMS = {
    "json_schema": later("the endpoint enforces the schema"),
    "unbounded_schema": later("the endpoint enforces the schema, without bounds on lengths"),
    "json_object": later("JSON mode, with the schema in the prompt (about twice the prompt's tokens)"),
    "text": later("the schema in the prompt alone (about twice the prompt's tokens)"),
}


class Row(BaseModel):
    """A printed row."""

    label: str
    cells: list[str]


_QUESTION = Question(
    messages=(
        Message("system", "逐字抄录表格的一行：label 是行名，cells 是各单元格的原文。只输出 JSON。"),
        Message("user", "（一）甲类事项 | 3 | 0 | 12"),
    ),
    response_model=Row,
    prompt="check",
    part="check",
    max_tokens=1024,
)
_RIGHT = Row(label="（一）甲类事项", cells=["3", "0", "12"])


def check(options: Mapping[str, object]) -> int:
    """Ask, print, and return the exit status."""
    try:
        settings = configure(options, os.environ, configuration_files())
        if settings.model is None:
            raise ModelNotConfigured("no model is named: add --model, GKLLM_MODEL or model in gkllm.toml")
        answer, dialect, seconds = asyncio.run(_ask(settings.model, settings.cache_dir))
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    if answer.error is not None:
        complain(
            said(
                "{name} gave no usable answer: {error}",
                name=settings.model.name,
                error=" ".join(str(answer.error).split()),
            )
        )
        return UNANSWERED
    for line in _lines(settings.spending, answer, dialect, seconds):
        typer.echo(line)
    return 0


async def _ask(settings: ModelSettings, cache_dir: Path | None) -> tuple[Answer[Row], Dialect, float]:
    """The answer, what was learnt, and how many seconds it took; local weights are loaded before."""
    cache = AnswerCache(cache_dir) if cache_dir else None
    model = LanguageModel(replace(settings, reasks=3), concurrency=1, cache=cache, afresh=True)
    try:
        if settings.name.startswith(LOCAL):
            await model.ask(_QUESTION)
        started = time.monotonic()
        answer = await model.ask(_QUESTION)
        return answer, model.dialect, time.monotonic() - started
    finally:
        await model.aclose()


def _lines(most: Spending, answer: Answer[Row], dialect: Dialect, seconds: float) -> Iterator[str]:
    usage = answer.usage
    if answer.value == _RIGHT:
        yield said("answer     right")
    else:
        yield said("answer     usable, but not what is printed: {text!r}", text=answer.text)
    yield said("shape      {form}: {meaning}", form=dialect.form, meaning=said(_FORMS[dialect.form]))
    yield said(
        "limit      {limit}; not taken: {dropped}",
        limit=dialect.token_limit or said("none"),
        dropped=", ".join(sorted(dialect.dropped)) or said("none"),
    )
    if not dialect.thinking:
        yield said("thinking   turned off with enable_thinking = false, as the endpoint demands")
    written = max(1, usage.completion_tokens)
    rate = written / max(seconds, 0.001)
    yield said(
        "speed      {seconds:.1f} s in {calls} requests, about {rate:.0f} tokens a second",
        seconds=seconds,
        calls=usage.calls,
        rate=rate,
    )
    if usage.completion_tokens > 10 * len(_RIGHT.model_dump_json()):
        yield said("           most of them thoughts: turn thinking off with extra_body (docs/endpoints.md)")
    for name, (prompt, completion) in (
        (said("a report"), _REPORT_READ_WHOLE),
        (said("open cells"), _REPORT_ASKED_OPEN),
    ):
        cost = ""
        if most.prompt_price is not None and most.completion_price is not None:
            money = Price(most.prompt_price, most.completion_price).cost(prompt, completion)
            cost = said(", {money:.4f} at the prices set", money=money)
        yield said(
            "{name:10} about {tokens} tokens, {seconds:.0f} s{cost}",
            name=name,
            tokens=prompt + completion,
            seconds=completion * seconds / written,
            cost=cost,
        )

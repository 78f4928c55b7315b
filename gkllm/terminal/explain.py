"""How a report came about: each request as it was sent, its answer, and the residual of every relation."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.rule import Rule as Line
from rich.text import Text

from gkllm.checking.evaluate import Residual, reported_residuals
from gkllm.checking.sentences import number
from gkllm.form import Form
from gkllm.language import said
from gkllm.report import Report
from gkllm.terminal.grid import REVIEW_STYLE, Indented
from gkllm.terminal.words import printable

if TYPE_CHECKING:
    from gkllm.reading.llm_reader import Exchange


def render_explanation(exchanges: "Iterable[Exchange]", report: Report | None, form: Form) -> RenderableType:
    """The exchanges with the model in their order, then a line for each relation of the report, which is of `form`."""
    return Group(*_exchanges(exchanges), *(_residuals(reported_residuals(report, form)) if report else ()))


def _exchanges(exchanges: "Iterable[Exchange]") -> Iterator[RenderableType]:
    number_of = 0
    for number_of, exchange in enumerate(exchanges, start=1):
        heading = said(
            "request {number}: {part}, {origin}, {prompt} + {completion} tokens",
            number=number_of,
            part=exchange.table,
            origin=said("from the cache") if exchange.from_cache else said("sent"),
            prompt=exchange.prompt_tokens,
            completion=exchange.completion_tokens,
        )
        yield Line(Text(heading), style="dim")
        for message in exchange.messages:
            yield Text(message.role, style="bold")
            yield _verbatim(message.content)
        yield Text(said("answer"), style="bold")
        yield _verbatim(exchange.answer)
        for cell, string in exchange.refused:
            yield Text(
                said("refused: {cell}: {string}", cell=cell, string=printable(string)), style=REVIEW_STYLE
            )
        if exchange.error is not None:
            yield Text(said("error: {error}", error=printable(exchange.error)), style=REVIEW_STYLE)
    if not number_of:
        yield Text(said("No request was made to a model."), style="dim")


def _verbatim(content: str) -> Indented:
    return Indented(Text("\n".join(printable(line) for line in content.split("\n"))), 2)


def _residuals(found: Iterable[Residual]) -> Iterator[RenderableType]:
    yield Line(Text(said("relations")), style="dim")
    for residual in found:
        relation = residual.relation
        name = f"{relation.rule} {relation.scope}"
        if residual.difference is None:
            yield Text(said("{name}: cannot be assessed", name=name), style="dim")
            continue
        if relation.operator == "whole":
            text = said("{name}: {left} is a whole number", name=name, left=number(residual.left))
        else:
            sides = f"{number(residual.left)} {relation.operator} {number(residual.right)}"
            text = said(
                "{name}: {sides}, difference {difference}",
                name=name,
                sides=sides,
                difference=number(residual.difference),
            )
        if residual.holds:
            yield Text(text)
        else:
            yield Text(said("{text} (broken)", text=text), style=REVIEW_STYLE)

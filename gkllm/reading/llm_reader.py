"""The language-model reader: what is printed is asked for as strings, and every string is grounded."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from gkllm.documents.document import Document
from gkllm.errors import AnswerEmpty, AnswerInvalid, AnswerTruncated, ContextTooLong, ModelError
from gkllm.facts import Doubt, DoubtKind
from gkllm.llm import Answer, Budget, LanguageModel, Message, Question, TokenUsage
from gkllm.prompts import Prompt
from gkllm.reading.answers import is_refused
from gkllm.reading.designs import TablePrompts
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.placed import PlacedCell, TableReading
from gkllm.reading.questions import AnswerReading, Part
from gkllm.reading.table_lines import TableLine
from gkllm.report import ReaderView

_MENDED_BY_SPLITTING = (AnswerTruncated, ContextTooLong)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question put to the model and what came of it; `error` is one line, null after a usable answer. `refused` are
    the cells whose strings do not stand in the document where they should, and rows whose strings are not one a cell,
    with those strings.
    """

    table: str
    messages: tuple[Message, ...]
    answer: str
    error: str | None
    from_cache: bool
    prompt_tokens: int
    completion_tokens: int
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class ModelReading:
    """What a model read of some tables: cells by id, which of them were `wanted`, what it cost, every exchange, and
    what went wrong.
    """

    cells: dict[str, PlacedCell] = field(default_factory=dict)
    usage: TokenUsage = field(default_factory=TokenUsage)
    exchanges: list[Exchange] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    wanted: frozenset[str] = frozenset()

    @property
    def unanswered(self) -> bool:
        """Whether something was asked, and nothing usable came back."""
        return bool(self.exchanges) and not self.cells and all(each.error for each in self.exchanges)

    def add(self, other: "ModelReading") -> None:
        """Take over another reading's content."""
        self.cells |= other.cells
        self.usage += other.usage
        self.exchanges += other.exchanges
        self.doubts += other.doubts
        self.wanted |= other.wanted


class ModelReader:
    """Asks one model with a design's prompts; used for any number of documents, concurrently."""

    def __init__(self, model: LanguageModel, name: str, prompts: TablePrompts, sample: int) -> None:
        self._model = model
        self._name = name
        self._prompts = prompts
        self._sample = sample

    async def read(
        self,
        document: Document,
        lines: Sequence[TableLine],
        readings: Mapping[str, TableReading],
        wanted: Mapping[str, Sequence[str]],
        budget: Budget,
    ) -> ModelReading:
        """The wanted cells, by table id, all questions at once. A failure is a doubt, never an exception."""
        asked = [
            self._read_part(prompt, part, budget)
            for table_id, cells in wanted.items()
            for prompt, part in self._prompts.questions(
                PrintedTable(document, lines, readings, table_id), cells
            )
        ]
        total = ModelReading(wanted=frozenset(cell for cells in wanted.values() for cell in cells))
        for reading in await asyncio.gather(*asked):
            total.add(reading)
        return total

    async def _read_part(self, prompt: Prompt, part: Part, budget: Budget) -> ModelReading:
        answer = await self._model.ask(self._question(prompt, part), budget)
        result = ModelReading(usage=answer.usage)
        halves = part.halves() if isinstance(answer.error, _MENDED_BY_SPLITTING) else ()
        if halves:
            result.exchanges.append(_exchange(part, answer))
            for half in halves:
                result.add(await self._read_part(prompt, half, budget))
            return result
        view = ReaderView(raw=None, name=self._name, prompt=prompt.reference)
        told = _told(part, answer, view, result.doubts)
        result.cells |= told.cells
        refused = (*told.miscounted, *_refused(told.cells))
        result.exchanges.append(_exchange(part, answer, refused))
        if refused:
            first = f"{refused[0][0]} “{refused[0][1]}”"
            said = Doubt.of(DoubtKind.STRINGS_REFUSED, strings=len(refused), table=part.table.id, first=first)
            result.doubts.append(said)
        return result

    def _question(self, prompt: Prompt, part: Part) -> Question[BaseModel]:
        messages = tuple(Message(role, content) for role, content in prompt.render(**part.variables))

        def about(labels: Collection[str]) -> Question[BaseModel]:
            return self._question(prompt, part.only(labels))

        return Question(
            messages, part.response_model, prompt.reference, part.source, self._sample, about=about
        )


def _told(part: Part, answer: Answer[BaseModel], view: ReaderView, doubts: list[Doubt]) -> AnswerReading:
    """What the answer says; of one that does not fit the schema, what does."""
    if answer.value is not None:
        return part.read(answer.value, view)
    table = part.table.id
    doubts.append(Doubt.of(DoubtKind.ANSWER_FAILED, table=table, error=_one_line(answer.error)))
    if not isinstance(answer.error, AnswerInvalid | AnswerTruncated | AnswerEmpty):
        return AnswerReading({})
    salvaged = part.salvage(answer.text, view)
    if salvaged.foreign:
        doubts.append(Doubt.of(DoubtKind.FOREIGN_ROWS, rows=salvaged.foreign, table=table))
    return salvaged


def _refused(cells: Mapping[str, PlacedCell]) -> tuple[tuple[str, str], ...]:
    """The cells whose strings were not found in their place, with those strings."""
    return tuple(
        (cell, placed.views["model"].raw or "") for cell, placed in cells.items() if is_refused(placed)
    )


def _exchange(part: Part, answer: Answer[BaseModel], refused: tuple[tuple[str, str], ...] = ()) -> Exchange:
    return Exchange(
        part.table.id,
        answer.request,
        answer.text,
        _one_line(answer.error) if answer.error else None,
        answer.from_cache,
        answer.usage.prompt_tokens,
        answer.usage.completion_tokens,
        refused,
    )


def _one_line(error: ModelError | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__

"""The language-model reader: a table's rows are asked for as printed strings, and every string is grounded."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from gkllm.documents.document import Document
from gkllm.errors import AnswerEmpty, AnswerInvalid, AnswerTruncated, ContextTooLong, ModelError
from gkllm.form import Row
from gkllm.llm import Answer, LanguageModel, Message, Question, TokenUsage
from gkllm.prompts import Prompt
from gkllm.reading.grounding import ground_row
from gkllm.reading.labels import row_labels
from gkllm.reading.lines import TableLine
from gkllm.reading.placed import PlacedCell, TableReading
from gkllm.reading.questions import TablePart, table_part, unnumbered
from gkllm.report import ReaderView

_MENDED_BY_SPLITTING = (AnswerTruncated, ContextTooLong)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question put to the model and what came of it; `error` is one line, null after a usable answer."""

    table: str
    messages: tuple[Message, ...]
    answer: str
    error: str | None
    from_cache: bool
    prompt_tokens: int
    completion_tokens: int


@dataclass(slots=True)
class ModelReading:
    """What a model read of some tables: cells by id, what it cost, every exchange, and what went wrong."""

    cells: dict[str, PlacedCell] = field(default_factory=dict)
    usage: TokenUsage = field(default_factory=TokenUsage)
    exchanges: list[Exchange] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, other: "ModelReading") -> None:
        """Take over another reading's content."""
        self.cells |= other.cells
        self.usage += other.usage
        self.exchanges += other.exchanges
        self.warnings += other.warnings


class ModelReader:
    """Asks one model with one prompt; used for any number of documents, concurrently."""

    def __init__(self, model: LanguageModel, name: str, prompt: Prompt, sample: int) -> None:
        self._model = model
        self._view = ReaderView(raw=None, name=name, prompt=prompt.reference)
        self._prompt = prompt
        self._sample = sample

    async def read(
        self,
        document: Document,
        lines: Sequence[TableLine],
        readings: Mapping[str, TableReading],
        wanted: Mapping[str, Sequence[Row]],
    ) -> ModelReading:
        """The wanted rows, table by table and all tables at once. A failure is a warning, never an exception."""
        asked = [
            self._read_rows(document, lines, readings[table_id], rows)
            for table_id, wanted_rows in wanted.items()
            for rows in _same_width(wanted_rows)
        ]
        total = ModelReading()
        for reading in await asyncio.gather(*asked):
            total.add(reading)
        return total

    async def _read_rows(
        self, document: Document, lines: Sequence[TableLine], reading: TableReading, rows: Sequence[Row]
    ) -> ModelReading:
        part = table_part(document, lines, reading, rows)
        answer = await self._model.ask(self._question(part))
        result = ModelReading(usage=answer.usage, exchanges=[_exchange(part, answer)])
        if isinstance(answer.error, _MENDED_BY_SPLITTING) and len(rows) > 1:
            middle = len(rows) // 2
            for half in (rows[:middle], rows[middle:]):
                result.add(await self._read_rows(document, lines, reading, half))
            return result
        strings = self._strings(part, answer, result)
        for row in rows:
            if row.id in strings:
                result.cells |= ground_row(lines, reading, row, strings[row.id], self._view)
        return result

    def _question(self, part: TablePart) -> Question[BaseModel]:
        messages = tuple(Message(role, content) for role, content in self._prompt.render(**part.variables))
        return Question(messages, part.response_model, self._prompt.reference, part.source, self._sample)

    def _strings(
        self, part: TablePart, answer: Answer[BaseModel], result: ModelReading
    ) -> dict[str, list[str]]:
        """The rows' strings; of an answer that does not fit the schema, those rows that do."""
        table_id = part.table.id
        if answer.value is not None:
            rows = answer.value.model_dump()
            return {row_id: [unnumbered(text) for text in texts] for row_id, texts in rows.items()}
        result.warnings.append(f"the model's reading of table {table_id!r} failed: {_one_line(answer.error)}")
        if not isinstance(answer.error, AnswerInvalid | AnswerTruncated | AnswerEmpty):
            return {}
        kept, foreign = _salvaged(answer.text, part)
        if foreign:
            result.warnings.append(f"{foreign} row names in the model's answer are not of table {table_id!r}")
        return kept


def _same_width(rows: Iterable[Row]) -> list[tuple[Row, ...]]:
    """Rows whose numbers stand under the same headings go into one question."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.headed_by, []).append(row)
    return [tuple(group) for group in groups.values()]


def _salvaged(text: str, part: TablePart) -> tuple[dict[str, list[str]], int]:
    """Rows of a malformed answer that are whole, by their label; and how many row names fit no row."""
    try:
        answer = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except ValueError:
        return {}, 0
    labels = row_labels(part.table.id, part.table.edition)
    asked = {row.id: row for row in part.rows}
    kept: dict[str, list[str]] = {}
    foreign = 0
    for name, strings in answer.items() if isinstance(answer, dict) else ():
        matches = labels.similar(str(name))
        row = asked.get(labels.rows[matches[0].row].id) if matches else None
        if row is None:
            foreign += 1
        elif isinstance(strings, list) and len(strings) == len(row.columns):
            kept[row.id] = [unnumbered("" if text is None else str(text)) for text in strings]
    return kept, foreign


def _exchange(part: TablePart, answer: Answer[BaseModel]) -> Exchange:
    return Exchange(
        part.table.id,
        answer.request,
        answer.text,
        _one_line(answer.error) if answer.error else None,
        answer.from_cache,
        answer.usage.prompt_tokens,
        answer.usage.completion_tokens,
    )


def _one_line(error: ModelError | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__

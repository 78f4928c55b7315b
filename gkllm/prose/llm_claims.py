"""Claims by a language model: what it is asked about sentences, and what of its answers is there.

Each is looked up in the sentences; what is not in them is dropped and counted.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from gkllm.documents.document import Document
from gkllm.facts import Doubt, DoubtKind
from gkllm.form import Table
from gkllm.llm import Answer, Budget, LanguageModel, Message, Question
from gkllm.prompts import Prompt
from gkllm.prose.meanings import NUMBER, Meanings, number_value, resolve
from gkllm.prose.passages import Sentence, quote
from gkllm.prose.rule_claims import in_unit
from gkllm.prose.scope import scope_of
from gkllm.reading.llm_reader import Exchange, ModelReading
from gkllm.report import Claim, ReportInfo, Span

_LONGEST_QUOTE = 120
_LONGEST_NUMBER = 16
_MOST_CLAIMS = 24
_LONGEST_PART = 4000
"""Characters of sentences shown in one question; longer prose is asked about in several."""


class Statement(BaseModel):
    """One statement as the model copied it; only code decides what it is worth."""

    model_config = ConfigDict(extra="ignore")

    quote: str
    number: str
    meaning: str


class Statements(BaseModel):
    """A model's answer."""

    model_config = ConfigDict(extra="ignore")

    statements: list[Statement]


def prose_questions(
    prompt: Prompt, sentences: Sequence[Sentence], meanings: Meanings, sample: int
) -> Iterator[Question[Any]]:
    """The questions about some sentences, one a line; no sentence is left out, and none is cut."""
    labels = tuple(meaning.label for meaning in meanings.meanings if meaning.label)
    for source in _parts([sentence.text for sentence in sentences]):
        rendered = prompt.render(meanings=labels, source=source)
        messages = tuple(Message(role, content) for role, content in rendered)
        yield Question(messages, _response_model(labels), prompt.reference, source, sample)


def _parts(lines: Sequence[str]) -> Iterator[str]:
    """The lines in parts as long as one question holds; one that is longer is a part of its own."""
    part: list[str] = []
    for line in lines:
        if part and sum(map(len, part)) + len(line) > _LONGEST_PART:
            yield "\n".join(part)
            part = []
        part.append(line)
    if part:
        yield "\n".join(part)


@cache
def _response_model(labels: tuple[str, ...]) -> type[Statements]:
    """Statements whose meaning is one of the labels."""
    quote = Annotated[str, StringConstraints(max_length=_LONGEST_QUOTE)]
    number = Annotated[str, StringConstraints(max_length=_LONGEST_NUMBER)]
    fields: dict[str, Any] = {
        "quote": (quote, Field(alias="引文")),
        "number": (number, Field(alias="数字")),
        "meaning": (Literal[labels], Field(alias="含义")),
    }
    statement = create_model("Statement", __base__=Statement, **fields)
    many = Annotated[list[statement], Field(max_length=_MOST_CLAIMS, alias="摘录")]
    return create_model("Statements", __base__=Statements, statements=(many, ...))


_NOT_IN_TEXT, _NOT_IN_QUOTE, _ELSEWHERE = "not_in_text", "not_in_quote", "elsewhere"
"""What a statement lacks that is no claim."""
_NUMBER = re.compile(NUMBER)


@dataclass(slots=True)
class ProseReading:
    """The grounded claims of a model, and what asking it cost."""

    claims: list[Claim] = field(default_factory=list)
    asked: ModelReading = field(default_factory=ModelReading)


class ProseReader:
    """Asks one model about sentences; used for any number of documents, concurrently."""

    def __init__(self, model: LanguageModel, prompt: Prompt, sample: int) -> None:
        self._model = model
        self._prompt = prompt
        self._sample = sample

    async def read(
        self,
        document: Document,
        sentences: Sequence[Sentence],
        about: ReportInfo,
        tables: Mapping[str, Table],
        known: Sequence[Claim],
        meanings: Meanings,
        budget: Budget,
    ) -> ProseReading:
        """What those sentences state that may speak of the form's cells and made none of the claims `known`.

        A failure is a doubt, never an exception.
        """
        spoken = [sentence for sentence in sentences if _is_open(meanings, sentence, known)]
        questions = prose_questions(self._prompt, spoken, meanings, self._sample)
        answers = await asyncio.gather(*(self._model.ask(question, budget) for question in questions))
        reading = ProseReading()
        dropped: Counter[str] = Counter()
        for answer in answers:
            exchange = _exchange(answer)
            reading.asked.add(ModelReading(usage=answer.usage, exchanges=[exchange]))
            if answer.value is None:
                reading.asked.doubts.append(Doubt.of(DoubtKind.PROSE_FAILED, error=exchange.error or ""))
                continue
            for statement in answer.value.statements:
                claim = _grounded(document, meanings, statement, spoken, about, tables)
                if isinstance(claim, Claim):
                    reading.claims.append(claim)
                else:
                    dropped[claim] += 1
        reading.asked.doubts += [
            Doubt.of(DoubtKind.CLAIMS_DROPPED, claims=count, lack=lack)
            for lack, count in sorted(dropped.items())
        ]
        return reading


def _exchange(answer: Answer[Any]) -> Exchange:
    error = " ".join(str(answer.error).split()) or type(answer.error).__name__ if answer.error else None
    usage = answer.usage
    return Exchange(
        "prose",
        answer.request,
        answer.text,
        error,
        answer.from_cache,
        usage.prompt_tokens,
        usage.completion_tokens,
    )


def merge_claims(by_rules: Sequence[Claim], by_model: Sequence[Claim]) -> list[Claim]:
    """Both readers' claims in text order; of a sentence that both understood alike, the rules' claim."""
    merged = list(by_rules)
    for claim in by_model:
        if not any(_same(claim, one) for one in merged):
            merged.append(claim)
    return sorted(merged, key=lambda claim: (claim.span.start, claim.span.end))


def _is_open(meanings: Meanings, sentence: Sentence, known: Sequence[Claim]) -> bool:
    if not (meanings.speaks(sentence.text) and meanings.asked.search(sentence.text)):
        return False
    start, end = sentence.span(0, len(sentence.text))
    return not any(claim.span.start < end and start < claim.span.end for claim in known)


def _same(claim: Claim, other: Claim) -> bool:
    overlap = claim.span.start < other.span.end and other.span.start < claim.span.end
    return overlap and claim.value == other.value and claim.readings[:1] == other.readings[:1]


def _grounded(
    document: Document,
    meanings: Meanings,
    statement: Statement,
    sentences: Sequence[Sentence],
    about: ReportInfo,
    tables: Mapping[str, Table],
) -> Claim | str:
    """The claim a statement makes, or what it lacks."""
    wanted = Sentence.folded(statement.quote)
    sentence = next((one for one in sentences if wanted and wanted in one.text), None)
    if sentence is None:
        return _NOT_IN_TEXT
    start = sentence.text.index(wanted)
    end = start + len(wanted)
    number = _number_in(sentence.text, start, end, Sentence.folded(statement.number))
    if number is None and not _says_none(meanings, statement, wanted):
        return _NOT_IN_QUOTE
    meaning = next(one for one in meanings.meanings if one.label == statement.meaning)
    scope = scope_of(meanings, meaning, sentence, (start, end), about, topic_known=False)
    readings = resolve(meaning, None, tables[meaning.table], meanings.total)
    if scope is None or (meaning.readings and not readings):
        return _ELSEWHERE
    value = number_value(sentence.text[slice(*number)]) if number else Decimal(0)
    if value is None:
        return _NOT_IN_QUOTE
    span = sentence.span(start, end)
    place = sentence.span(*number) if number else None
    return Claim(
        meaning=meaning.id,
        readings=readings,
        value=in_unit(value, readings, tables[meaning.table]),
        quote=quote(document, span),
        span=_span(span),
        number=_span(place) if place else None,
        # That the phrase has this meaning is the model's word alone: never ground for an error.
        certainty="unsure" if scope.certainty == "unsure" else "implied",
        doubts=scope.doubts,
        reader="model",
    )


def _span(place: tuple[int, int]) -> Span:
    return Span(start=place[0], end=place[1])


def _number_in(text: str, start: int, end: int, printed: str) -> tuple[int, int] | None:
    """The place of the number within the quote; it must be a whole number there, not a part of another."""
    for match in _NUMBER.finditer(text, start, end):
        if match[0] == printed:
            return match.span()
    return None


def _says_none(meanings: Meanings, statement: Statement, quoted: str) -> bool:
    return Sentence.folded(statement.number) == "0" and meanings.scope["zero"].search(quoted) is not None

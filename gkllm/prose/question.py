"""What a language model is asked about sentences: the sentences, and the schema its answer must fit."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from gkllm.llm import Message, Question
from gkllm.prompts import Prompt
from gkllm.prose.meanings import Meanings
from gkllm.prose.passages import Sentence

_LONGEST_QUOTE = 120
_LONGEST_NUMBER = 16
_MOST_CLAIMS = 24
_LONGEST_PART = 4000
"""Characters of sentences shown in one question."""


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


def prose_question(
    prompt: Prompt, sentences: Sequence[Sentence], meanings: Meanings, sample: int
) -> Question[Any]:
    """The question about some sentences, one a line, as many as one question holds."""
    lines: list[str] = []
    for sentence in sentences:
        if sum(map(len, lines)) + len(sentence.text) > _LONGEST_PART:
            break
        lines.append(sentence.text)
    source = "\n".join(lines)
    labels = tuple(meaning.label for meaning in meanings.meanings if meaning.label)
    rendered = prompt.render(meanings=labels, source=source)
    messages = tuple(Message(role, content) for role, content in rendered)
    return Question(messages, _response_model(labels), prompt.reference, source, sample)


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

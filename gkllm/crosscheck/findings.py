"""What is found when reports are held against each other, each in a sentence in two languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from gkllm.report import Message

Severity = Literal["error", "advice", "note"]
Number = int | float


class Finding(BaseModel):
    """One thing to know of some reports.

    `sources` names the reports' files, `cells` the cells concerned. Both sides are null where nothing is compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: Severity
    issuer: str | None
    years: tuple[int, ...]
    sources: tuple[str, ...]
    message: Message
    cells: tuple[str, ...] = ()
    left: Number | None = None
    right: Number | None = None
    difference: Number | None = None


def sentence(template: str, **words: object) -> Message:
    """The template of that name in `sentences.toml`, filled in."""
    texts = _templates()[template]
    shown = {name: _shown(word) for name, word in words.items()}
    return Message(en=texts["en"].format(**shown), zh=texts["zh"].format(**shown))


def _shown(word: object) -> str:
    if isinstance(word, float) and word.is_integer():
        return str(int(word))
    return str(word)


@cache
def _templates() -> dict[str, dict[str, str]]:
    text = (resources.files("gkllm.crosscheck") / "sentences.toml").read_text(encoding="utf-8")
    templates: dict[str, dict[str, str]] = tomllib.loads(text)
    return templates

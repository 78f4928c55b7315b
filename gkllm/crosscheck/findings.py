"""What is found when reports are held against each other, each in a sentence in two languages."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from gkllm.checking.evaluate import Number
from gkllm.data_file import shipped_toml
from gkllm.report import Message

Severity = Literal["error", "advice", "note"]


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
    texts = shipped_toml("gkllm.crosscheck", "sentences.toml")[template]
    shown = {name: _shown(word) for name, word in words.items()}
    return Message(en=texts["en"].format(**shown), zh=texts["zh"].format(**shown))


def _shown(word: object) -> str:
    if isinstance(word, float) and word.is_integer():
        return str(int(word))
    return str(word)

"""Doubts told to a person: the sentences of `doubts.toml` and `report_doubts.toml`, in English or Chinese."""

from functools import cache, lru_cache
from typing import Any

from gkllm.data_file import shipped_toml
from gkllm.facts import Doubt, Scalar
from gkllm.language import Language


@lru_cache(maxsize=1024)
def sentence(doubt: Doubt, language: Language = "en") -> str:
    """What a doubt says, with its particulars."""
    entry = _entries()[doubt.kind]
    told = {name: word(entry.get("items", name), value, language) for name, value in doubt.detail}
    if "item" in entry:
        listed = (entry["item"].format(name=name, value=value) for name, value in told.items())
        told = {"all": ", ".join(listed)}
    templates = [entry["told"], *(more for name, more in entry.get("also", {}).items() if name in told)]
    return "".join(template[language].format(**told) for template in templates)


def sentences(doubts: tuple[Doubt, ...], language: Language = "en") -> tuple[str, ...]:
    """What each doubt says, in their order."""
    return tuple(sentence(doubt, language) for doubt in doubts)


def word(items: str, value: Scalar, language: Language) -> Scalar:
    """The word of `items` for an id; any other value as it is, a whole number without a point."""
    words = _words().get(items, {})
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return words[value][language] if value in words else value


_FILES = ("doubts.toml", "report_doubts.toml")


@cache
def _entries() -> dict[str, dict[str, Any]]:
    rooms = (room for name in _FILES for room in shipped_toml("gkllm", name).values())
    return {kind: entry for room in rooms for kind, entry in room.items()}


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return dict(shipped_toml("gkllm", "report_doubts.toml")["words"])

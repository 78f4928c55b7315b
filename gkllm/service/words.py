"""The sentences of the browser's page, which are the catalogue's as all others are."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from gkllm.language import Language, said, speaking

STATIC = files("gkllm.service").joinpath("static")
_IN_SCRIPT = re.compile(r'\bsaid\(\s*("(?:[^"\\]|\\.)*")')
_IN_MARKUP = re.compile(r'data-said(?:-\w+)?(?:="([^"]+)"|>([^<]+)<)')


@cache
def page_sentences() -> frozenset[str]:
    """Every sentence that the page's scripts and its markup hold."""
    return frozenset(_found(STATIC))


@cache
def page_words(language: Language) -> dict[str, str]:
    """What the page says in a language, by the sentence in the code; those that are the same are left out."""
    with speaking(language):
        told = {sentence: said(sentence) for sentence in page_sentences()}
    return {sentence: words for sentence, words in told.items() if words != sentence}


def _found(folder: Traversable) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _found(entry)
        elif entry.name.endswith(".js"):
            yield from (json.loads(text) for text in _IN_SCRIPT.findall(entry.read_text(encoding="utf-8")))
        elif entry.name.endswith(".html"):
            text = entry.read_text(encoding="utf-8")
            yield from (value or inside for value, inside in _IN_MARKUP.findall(text))

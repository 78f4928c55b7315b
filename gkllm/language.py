"""The language that people are spoken to in, and the catalogues of what is said.

A sentence stands in the code in English, which is its key in `locale/zh/LC_MESSAGES/gkllm.po`; names in braces are
filled in afterwards. Ids, keys and kinds are data, and are English in every language.
"""

import gettext
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]

DOMAIN = "gkllm"
CATALOGUES = Path(__file__).with_name("locale")

_process: list[Language] = ["en"]
_here: ContextVar[Language | None] = ContextVar("language", default=None)


def speak(language: Language) -> None:
    """Speak the language from now on, in the whole process."""
    _process[0] = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak the language within, in this thread or task alone."""
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def spoken() -> Language:
    """The language in force."""
    return _here.get() or _process[0]


def of_locale(environment: Mapping[str, str]) -> Language:
    """The language that the system's variables ask for, the strongest first; English where they ask for no other."""
    named = next((environment[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(v)), "")
    return next((language for language in get_args(Language) if named.lower().startswith(language)), "en")


def said(sentence: str, /, **particulars: object) -> str:
    """The sentence in the language in force, its particulars filled in."""
    template = _catalogue(spoken()).gettext(sentence) if sentence else ""
    return template.format(**particulars) if particulars else template


def counted(one: str, several: str, count: int, /, **particulars: object) -> str:
    """The sentence that fits the count, which it may name as {count}."""
    return _catalogue(spoken()).ngettext(one, several, count).format(count=count, **particulars)


def later(sentence: str, /) -> str:
    """The sentence as it is: a constant, which `said` is to be given where it is used."""
    return sentence


def named(name: object, message: str, /) -> str:
    """A message after the name of what it is about, where it does not begin with it."""
    return message if message.startswith(str(name)) else said("{name}: {told}", name=name, told=message)


def retold(sentence: str, templates: Iterable[str], /, **better: str) -> str:
    """A library's sentence in the language in force, where it was made from one of the templates; else as it is.

    Libraries give whole English sentences, and not what they were made of; `better` is what stands for a part of one.
    """
    for template in templates:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(template))
        if found := re.fullmatch(pattern, sentence, re.DOTALL):
            return said(template, **found.groupdict() | better)
    return sentence


def reason_of(error: OSError) -> str:
    """What the system says befell a file, as the end of a sentence."""
    return said((error.strerror or str(error)).lower())


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def lead_libraries(language: Language) -> None:
    """Let libraries that ask gettext for their words, as the command line's does, find them in gkllm's catalogues."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)

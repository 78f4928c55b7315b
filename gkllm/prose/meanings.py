"""Which phrases speak of which cells: the form's data, compiled once; and the numbers that stand in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from gkllm.documents.lines import without_enumerator
from gkllm.errors import FormError
from gkllm.form import CellId, Form, Table
from gkllm.reading.chinese_numerals import chinese_value

NUMBER = (
    r"(?P<number>(?<![0-9.第〔\[])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"|(?<![第零〇一二两三四五六七八九十百千万])[零〇一二两三四五六七八九十百千万]+)"
)
"""A number on its own: no part of a longer one, no ordinal, no document's number."""
UnitKind = Literal["count", "case", "money"]
_MONEY = "(?:亿元|万元|元)"
_NAME = re.compile(r"\{([a-z_]+)\}")
_NOTE = re.compile(r"(?<=.)[（(].*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a claim can be about.

    `readings` are lists of row names as in the data, the plain one first. `states` match phrases with a number
    (groups `number` and `unit`), `none` phrases that say there is none, `all` phrases that repeat the number
    before; a sentence without any of the `cues` holds none of them. `fills`: the first reading may give a missing
    table its cell. `own`: the form counts as prose does. `bare`: a sentence that does not say that disclosure is
    meant can make the claim, if an unsure one. `foreign` matches words that make another kind of thing of it.
    `label` is what a language model is given to call it.
    """

    id: str
    table: str
    readings: tuple[tuple[str, ...], ...]
    cues: tuple[str, ...]
    states: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...] = ()
    all: tuple[re.Pattern[str], ...] = ()
    fills: bool = False
    own: bool = True
    bare: bool = True
    foreign: re.Pattern[str] | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A column that words such as 自然人 or 维持 pick within the row spoken of."""

    id: str
    table: str
    columns: tuple[str, ...]
    word: re.Pattern[str]
    states: tuple[re.Pattern[str], ...]
    all: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Meanings:
    """Everything the data files say. `topics` and `scope` are patterns by name."""

    total: str
    words: re.Pattern[str]
    numbers: re.Pattern[str]
    asked: re.Pattern[str]
    meanings: tuple[Meaning, ...]
    kinds: tuple[Kind, ...]
    parents: Mapping[str, str]
    topics: Mapping[str, Mapping[str, re.Pattern[str]]]
    scope: Mapping[str, re.Pattern[str]]

    def meaning(self, name: str) -> Meaning:
        """The meaning of that id."""
        return next(meaning for meaning in self.meanings if meaning.id == name)

    def speaks(self, text: str) -> bool:
        """Whether a sentence has anything that a claim can be made of."""
        return bool(self.words.search(text) and self.numbers.search(text))


_NOTHING = re.compile(r"(?!)")
_NO_MEANINGS = Meanings("", _NOTHING, _NOTHING, _NOTHING, (), (), {}, {}, {})
"""What is said of a form without phrases: nothing."""


@cache
def load_meanings(form: Form) -> Meanings:
    """The form's phrases.

    Raises:
        FormError: a phrase is no regular expression, or names a fragment, row or column that there is not.
    """
    data = form.phrases
    if data is None:
        return _NO_MEANINGS
    compiler = _Compiler(data["fragments"])
    meanings = [_meaning(group | entry, compiler) for group in data["groups"] for entry in group["meanings"]]
    known = {meaning.readings[0][0] for meaning in meanings if meaning.readings}
    if "labels" in data:
        meanings += _labelled(data["labels"], form, compiler, known)
    loaded = Meanings(
        total=data["total"],
        words=compiler.pattern(data["words"]),
        numbers=compiler.pattern(data["numbers"]),
        asked=compiler.pattern(data["asked"]),
        meanings=tuple(meanings),
        kinds=tuple(
            kind
            for table_id, entry in data["qualifiers"].items()
            for kind in _kinds(table_id, entry, compiler)
        ),
        parents={t: entry["parent"] for t, entry in data["qualifiers"].items() if "parent" in entry},
        topics={t: {name: re.compile(p) for name, p in entry.items()} for t, entry in data["topics"].items()},
        scope={name: compiler.pattern(pattern) for name, pattern in data["scope"].items()},
    )
    for meaning in loaded.meanings:
        if meaning.readings and not any(
            resolve(meaning, None, table, loaded.total) for table in form.in_all_editions(meaning.table)
        ):
            raise FormError(f"the meaning {meaning.id!r} names no cell of the form")
    return loaded


@cache
def resolve(meaning: Meaning, kind: Kind | None, table: Table, total: str) -> tuple[tuple[str, ...], ...]:
    """The admissible readings as cell ids; those that the table's edition does not print are left out."""
    known = set(table.cell_ids())
    found: list[tuple[str, ...]] = []
    for reading in meaning.readings:
        cells = [cell for name in reading for cell in _cells(name, kind, table, total)]
        if cells and known.issuperset(cells) and all(_rows(name, table) for name in reading):
            found.append(tuple(cells))
    return tuple(found)


def _cells(name: str, kind: Kind | None, table: Table, total: str) -> list[str]:
    row_name, _, column = name.partition(".") if not name.startswith("group:") else (name, "", "")
    columns = kind.columns if kind else (column or total,)
    return [CellId.of(table.id, row, column_id) for row in _rows(row_name, table) for column_id in columns]


def _rows(name: str, table: Table) -> list[str]:
    if name.startswith("group:"):
        return [row.id for row in table.rows if name.removeprefix("group:") in row.groups]
    return [row.id for row in table.rows if row.id == name.partition(".")[0]]


class _Compiler:
    """Puts fragments and numbers into phrases."""

    def __init__(self, fragments: Mapping[str, str]) -> None:
        self._fragments = fragments

    def pattern(self, phrase: str, unit: UnitKind = "count", **words: str) -> re.Pattern[str]:
        units = _MONEY if unit == "money" else self._fragments[unit]
        own = {**self._fragments, "n": f"{NUMBER}(?P<unit>{units})", **words}

        def expand(text: str) -> str:
            return _NAME.sub(lambda match: expand(own[match[1]]), text)

        try:
            return re.compile(expand(phrase))
        except KeyError as error:
            raise FormError(f"the phrase {phrase!r} names {error.args[0]!r}, which is no fragment") from error
        except re.error as error:
            raise FormError(f"the phrase {phrase!r} is no regular expression: {error}") from error

    def patterns(
        self, phrases: list[str], unit: UnitKind = "count", **words: str
    ) -> tuple[re.Pattern[str], ...]:
        return tuple(self.pattern(phrase, unit, **words) for phrase in phrases)


def _meaning(entry: dict[str, Any], compiler: _Compiler) -> Meaning:
    return Meaning(
        id=entry["id"],
        table=entry["table"],
        readings=tuple(tuple(reading) for reading in entry["readings"]),
        cues=tuple(entry["cues"]),
        states=compiler.patterns(entry["states"], entry.get("unit", "count")),
        none=compiler.patterns(entry.get("none", [])),
        all=compiler.patterns(entry.get("all", [])),
        fills=entry.get("fills", False),
        own=entry.get("own", True),
        bare=entry.get("bare", True),
        label=entry.get("label"),
        foreign=compiler.pattern(entry["foreign"]) if "foreign" in entry else None,
    )


def _labelled(entry: dict[str, Any], form: Form, compiler: _Compiler, known: set[str]) -> list[Meaning]:
    """A meaning for each row of a role whose label is long enough to be said of nothing else."""
    found: dict[str, Meaning] = {}
    for table in form.in_all_editions(entry["table"]):
        for row in table.rows:
            label = _NOTE.sub("", without_enumerator(row.label))
            if row.role != entry["role"] or row.id in known or len(label) < entry["shortest"]:
                continue
            phrase = re.escape(label)
            states = compiler.patterns(entry["states"], entry["unit"], label=phrase)
            found[row.id] = Meaning(row.id, entry["table"], ((row.id,),), (label,), states, fills=True)
    return list(found.values())


def _kinds(table_id: str, entry: dict[str, Any], compiler: _Compiler) -> list[Kind]:
    return [
        Kind(
            id=kind["id"],
            table=table_id,
            columns=tuple(kind["columns"]),
            word=compiler.pattern(kind["word"]),
            states=compiler.patterns(entry["states"], "case", word=kind["word"]),
            all=compiler.patterns(entry["all"], word=kind["word"]),
        )
        for kind in entry["kinds"]
    ]


def number_value(text: str) -> Decimal | None:
    """The value of a text that NUMBER matched; null for numerals in no order that Chinese uses."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    value = chinese_value(text)
    return None if value is None else Decimal(value)

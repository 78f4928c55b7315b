"""The sentences that the code holds, and the catalogue beside them.

`python -m tests.translation.catalogue` brings the catalogue up to date: new sentences are added without a translation,
those that are gone are dropped.
"""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from pydantic_core import PydanticKnownError

from gkllm import errors
from gkllm.cli import app
from gkllm.report import CellState
from gkllm.service.routes.page import page_sentences

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "gkllm" / "locale" / "zh" / "LC_MESSAGES" / "gkllm.po"

_KEYWORDS = {"said": None, "later": None, "counted": (1, 2), "busy": None, "Problem": (2,)} | {
    name: None
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
_DERIVED = ("NotAValue",)
"""Errors of one module's own."""
_TYPER = (
    "Options",
    "Arguments",
    "Commands",
    "default: {default}",
    "required",
    "Missing command.",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
)
"""What the command line's library asks gettext for."""
_FLAWS: dict[str, dict[str, object]] = {
    "bool_parsing": {},
    "bool_type": {},
    "dict_type": {},
    "enum": {"expected": ""},
    "extra_forbidden": {},
    "finite_number": {},
    "float_parsing": {},
    "float_type": {},
    "greater_than": {"gt": 0},
    "greater_than_equal": {"ge": 0},
    "int_from_float": {},
    "int_parsing": {},
    "int_type": {},
    "json_invalid": {"error": ""},
    "less_than_equal": {"le": 0},
    "list_type": {},
    "literal_error": {"expected": ""},
    "missing": {},
    "model_type": {"class_name": ""},
    "dataclass_type": {"class_name": ""},
    "model_attributes_type": {},
    "string_pattern_mismatch": {"pattern": ""},
    "string_too_short": {"min_length": 1},
    "string_type": {},
    "too_short": {"field_type": "", "min_length": 1, "actual_length": 0},
    "tuple_type": {},
}
"""What pydantic may find fault with in a file or an option of ours, with particulars of the right kind."""
_WORDS = (*(state.value.replace("_", " ") for state in CellState), "column", "row", "report", "cell", "rules")
"""Ids that are said as words: states, what a rule is held against, the reader that no model is."""
_ERRNO = (1, 2, 5, 9, 13, 17, 18, 20, 21, 22, 23, 24, 26, 27, 28, 30, 32, 36, 40, 116, 122)


def sentences() -> set[str | tuple[str, str]]:
    """Every sentence that is spoken in another language than English, as the catalogue's key."""
    found: set[str | tuple[str, str]] = {
        *_in_code(),
        *_in_templates(),
        *_in_forms(),
        *_in_help(),
        *page_sentences(),
        *_TYPER,
        *_WORDS,
    }
    found |= {os.strerror(number).lower() for number in _ERRNO}
    found |= {
        PydanticKnownError(kind, context or None).message_template  # type: ignore[arg-type]
        for kind, context in _FLAWS.items()
    }
    return {key for key in found if re.search("[A-Za-z]|: ", re.sub(r"\{[^}]*\}", "", str(key)))}


def _in_code() -> Iterator[str | tuple[str, str]]:
    keywords = _KEYWORDS | dict.fromkeys(_DERIVED)
    for _, _, message, _, _ in extract_from_dir(ROOT / "gkllm", [("**.py", "python")], keywords=keywords):
        if message:
            yield tuple(message) if isinstance(message, tuple) else message  # type: ignore[misc]


def _in_templates() -> Iterator[str]:
    for page in (ROOT / "gkllm").rglob("*.html"):
        yield from re.findall(r'said\("([^"]+)"', page.read_text(encoding="utf-8"))


def _in_forms() -> Iterator[str]:
    for file in (ROOT / "gkllm" / "forms").rglob("form.toml"):
        yield from (
            entry["why"] for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("unread", ())
        )


def _in_help() -> Iterator[str]:
    command = typer.main.get_command(app)
    waiting = [command]
    while waiting:
        found = waiting.pop()
        waiting += getattr(found, "commands", {}).values()
        yield from (" ".join(text.split()) for text in re.split(r"\n\s*\n", found.help or "") if text.strip())
        yield from (parameter.help for parameter in found.params if parameter.help)  # type: ignore[attr-defined]
    yield "Show this message and exit."


def stored() -> Catalog:
    """The catalogue."""
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="zh", domain="gkllm")


def untranslated(catalogue: Catalog) -> list[str | tuple[str, str]]:
    """The sentences of the code that the catalogue does not have, or has no translation of."""
    return [key for key in sentences() if not (message := catalogue.get(key)) or not _whole(message.string)]


def _whole(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


def fields(text: str) -> set[str]:
    """The names in braces of a sentence."""
    return set(re.findall(r"\{(\w+)", text))


def english_constants() -> Iterator[tuple[Path, int, str]]:
    """Constants of the edges that read like a sentence and that nothing would translate."""
    known = {part for key in sentences() for part in ((key,) if isinstance(key, str) else key)}
    for room in ("cli", "terminal", "review", "show"):
        for path in sorted((ROOT / "gkllm" / room).rglob("*.py")):
            for line, text in _constants(ast.parse(path.read_text(encoding="utf-8"))):
                paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
                if text not in known and text not in _DATA and not known.issuperset(paragraphs):
                    yield path, line, text


_DATA = (
    "gkllm review",
    "gkllm review  ",
    "made from a reviewed report",
    "\n## Paired comparisons\n\n```text\n",
)
"""A command's name, and what is written into files that are data."""
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
_STYLES = re.compile(r"(?:(?:not|bold|dim|italic|red|yellow|green|default) ?)+")


def _constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    told = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            told |= {id(part) for part in ast.walk(node)}
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in told
            and _SENTENCE.search(node.value)
            and not _STYLES.fullmatch(node.value)
        ):
            yield node.lineno, node.value


_HEADER = b"""\
# What gkllm says, in Chinese. The keys are the sentences of the code: python -m tests.translation.catalogue
msgid ""
msgstr ""
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def update() -> None:
    """Bring the catalogue up to date."""
    before, after = stored(), Catalog(locale="zh", domain="gkllm")
    for key in sorted(sentences(), key=lambda key: key if isinstance(key, str) else key[0]):
        message = before.get(key)
        after.add(key, message.string if message else None)
    with CATALOGUE.open("wb") as stream:
        stream.write(_HEADER)
        write_po(stream, after, width=110, no_location=True, sort_output=True, omit_header=True)


if __name__ == "__main__":
    update()

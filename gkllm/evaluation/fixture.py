"""A labelled document: the file, and beside it `<id>.truth.json` with what each report in it says."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from gkllm.data_file import first_flaw
from gkllm.errors import FixtureError
from gkllm.evaluation.truth import TrueCell, TrueReport

TRUTH_SUFFIX = ".truth.json"


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Truth:
    """A truth file. `note` says where the document is from; `reports` stand in the document's order."""

    note: str
    reports: tuple[TrueReport, ...]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A document and its truth. `id` is the truth file's name without its suffix."""

    id: str
    document: Path
    truth: Truth


def find_fixtures(folder: Path) -> tuple[Path, ...]:
    """The folder's truth files, sorted.

    Raises FixtureError where there is no such folder or it holds none.
    """
    found = tuple(sorted(folder.glob(f"*{TRUTH_SUFFIX}")))
    if not found:
        raise FixtureError(f"{folder}: no fixture here; one is a document with its {TRUTH_SUFFIX} beside it")
    return found


def fixture_id(truth_path: Path) -> str:
    """Such as `yinzhou-2019` for `fixtures/yinzhou-2019.truth.json`."""
    return truth_path.name.removesuffix(TRUTH_SUFFIX)


def load_fixture(truth_path: Path) -> Fixture:
    """The fixture of a truth file; what it says is not checked here (see `gkllm.evaluation.validation`).

    Raises FixtureError where the file is no truth, with the place, or the document is not beside it.
    """
    name = fixture_id(truth_path)
    beside = [
        path
        for path in sorted(truth_path.parent.glob(f"{name}.*"))
        if path.stem == name and path != truth_path and path.is_file()
    ]
    if len(beside) != 1:
        found = ", ".join(path.name for path in beside) or "none"
        raise FixtureError(f"{truth_path}: it needs one document {name}.* beside it, and there is {found}")
    return Fixture(name, beside[0], load_truth(truth_path))


def load_truth(path: Path) -> Truth:
    """The truth in a file.

    Raises FixtureError where it cannot be read or is not of the format, with the place.
    """
    try:
        return _adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise FixtureError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except ValidationError as error:
        raise FixtureError(f"{path}: {first_flaw(error)}") from None


def write_fixture(folder: Path, name: str, suffix: str, content: bytes, truth: Truth) -> None:
    """Write the document and its truth. A file that stands there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}{suffix}").write_bytes(content)
    (folder / f"{name}{TRUTH_SUFFIX}").write_text(dump_truth(truth), encoding="utf-8")


def dump_truth(truth: Truth) -> str:
    """The truth as JSON to be read and edited by people: a line a cell, `noise` and `span` only where known."""
    reports = ",\n".join("".join(_report_lines(report)) for report in truth.reports)
    return f'{{\n  "note": {_json(truth.note)},\n  "reports": [\n{reports}\n  ]\n}}\n'


def _report_lines(report: TrueReport) -> Iterator[str]:
    particulars = {name: getattr(report.report, name) for name in type(report.report).model_fields}
    tables = {name: {"found": table.found, "edition": table.edition} for name, table in report.tables.items()}
    yield "    {\n"
    yield f'      "report": {_json(particulars)},\n'
    yield f'      "tables": {_entries(tables)},\n'
    yield f'      "cells": {_entries({name: _cell(cell) for name, cell in report.cells.items()})},\n'
    broken = ",\n".join(f"        {_json(list(relation))}" for relation in sorted(report.broken))
    yield f'      "broken": [\n{broken}\n      ]\n' if broken else '      "broken": []\n'
    yield "    }"


def _cell(cell: TrueCell) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": cell.value, "state": cell.state.value, "raw": cell.raw}
    if cell.noise is not None:
        entry["noise"] = cell.noise
    if cell.span is not None:
        entry["span"] = list(cell.span)
    return entry


def _entries(mapping: Mapping[str, Any]) -> str:
    lines = ",\n".join(f"        {_json(name)}: {_json(value)}" for name, value in mapping.items())
    return f"{{\n{lines}\n      }}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Truth]:
    return TypeAdapter(Truth)

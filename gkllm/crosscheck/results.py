"""Results of earlier extractions, read back from their files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gkllm.checking.evaluate import Number, counted_values
from gkllm.data_file import first_flaw
from gkllm.errors import DocumentError, FormError
from gkllm.form import Form, Forms
from gkllm.language import reason_of, said
from gkllm.recheck import recheck
from gkllm.report import Report


@dataclass(frozen=True, slots=True)
class Result:
    """A report, checked again, its form, and the file it stands in."""

    file: str
    report: Report
    form: Form

    @property
    def source(self) -> str:
        """The file that the report was extracted from."""
        return self.report.source.name

    def values(self) -> dict[str, Number | None]:
        """Every cell's number: 0 where nothing is printed, null where that is not known."""
        return counted_values(self.report)


def read_results(file: str, forms: Forms) -> list[Result]:
    """The reports in a file: a JSON object, an array of them, or JSON lines; checked by their forms' rules.

    Raises:
        DocumentError: the file cannot be read, or something in it is no result of gkllm.
    """
    try:
        text = Path(file).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DocumentError("{file}: no such file", file=file) from None
    except IsADirectoryError:
        raise DocumentError("{file}: is a folder, not a file", file=file) from None
    except UnicodeDecodeError:
        raise DocumentError("{file}: not a result of gkllm extract (it is not UTF-8)", file=file) from None
    except (OSError, ValueError) as error:
        raise DocumentError(
            "{file}: {reason}",
            file=file,
            reason=reason_of(error) if isinstance(error, OSError) else said("not a usable path"),
        ) from None
    if not text.strip():
        raise DocumentError("{file}: is empty", file=file)
    return [_checked(file, place, entry, forms) for place, entry in _entries(file, text)]


def _entries(file: str, text: str) -> Iterator[tuple[str, object]]:
    try:
        whole = json.loads(text)
    except RecursionError:
        raise DocumentError(
            "{file}: not a result of gkllm extract (it is nested too deeply)", file=file
        ) from None
    except ValueError:
        yield from _lines(file, text)
        return
    entries = whole if isinstance(whole, list) else [whole]
    for number, entry in enumerate(entries, 1):
        yield said(" (entry {number})", number=number) if isinstance(whole, list) else "", entry


def _lines(file: str, text: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield said(" (line {number})", number=number), json.loads(line)
            except (ValueError, RecursionError):
                raise DocumentError("{file}: line {number} is no JSON", file=file, number=number) from None


def _checked(file: str, place: str, entry: object, forms: Forms) -> Result:
    try:
        report = Report.model_validate_json(json.dumps(entry))
    except ValidationError as error:
        raise DocumentError(
            "{file}: not a result of gkllm extract{place} ({error})",
            file=file,
            place=place,
            error=first_flaw(error),
        ) from None
    try:
        form = forms[report.form]
        return Result(file, recheck(report, form), form)
    except FormError as error:
        raise DocumentError(
            "{file}: not a result of gkllm extract{place} ({error})", file=file, place=place, error=error
        ) from None

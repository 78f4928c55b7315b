"""Results of earlier extractions, read back from their files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gkllm.checking.evaluate import Number, counted_values
from gkllm.errors import DocumentError, FormError
from gkllm.form import Form, Forms
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
        raise DocumentError(f"{file}: no such file") from None
    except IsADirectoryError:
        raise DocumentError(f"{file}: is a folder, not a file") from None
    except UnicodeDecodeError:
        raise DocumentError(f"{file}: not a result of gkllm extract (it is not UTF-8)") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{file}: {getattr(error, 'strerror', None) or 'not a usable path'}") from None
    if not text.strip():
        raise DocumentError(f"{file}: is empty")
    return [_checked(file, place, entry, forms) for place, entry in _entries(file, text)]


def _entries(file: str, text: str) -> Iterator[tuple[str, object]]:
    try:
        whole = json.loads(text)
    except RecursionError:
        raise DocumentError(f"{file}: not a result of gkllm extract (it is nested too deeply)") from None
    except ValueError:
        yield from _lines(file, text)
        return
    entries = whole if isinstance(whole, list) else [whole]
    for number, entry in enumerate(entries, 1):
        yield (f" (entry {number})" if isinstance(whole, list) else ""), entry


def _lines(file: str, text: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f" (line {number})", json.loads(line)
            except (ValueError, RecursionError):
                raise DocumentError(f"{file}: line {number} is no JSON") from None


def _checked(file: str, place: str, entry: object, forms: Forms) -> Result:
    try:
        report = Report.model_validate_json(json.dumps(entry))
    except ValidationError as error:
        flaw = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in flaw["loc"])
        reason = f"{where}: {flaw['msg']}" if where else flaw["msg"]
        message = f"{file}: not a result of gkllm extract{place} ({reason.lower()})"
        raise DocumentError(message) from None
    try:
        form = forms[report.form]
        return Result(file, recheck(report, form), form)
    except FormError as error:
        raise DocumentError(f"{file}: not a result of gkllm extract{place} ({error})") from None

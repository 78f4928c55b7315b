"""A new fixture from a reviewed report and its document."""

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from gkllm.documents.source import Source
from gkllm.errors import ConfigurationError, FixtureError
from gkllm.evaluation.fixture import TRUTH_SUFFIX, Fixture, Truth, write_fixture
from gkllm.evaluation.labelling import truth_of
from gkllm.evaluation.validation import problems
from gkllm.form import Forms
from gkllm.report import Report


def make_fixture(
    results: Path, source: Path | None, folder: Path, note: str, forms: Forms, *, unsettled: bool
) -> Path:
    """Write the document of a result and its truth into the folder; the truth's path.

    `results` is JSON, or JSON lines: one report, or several of one document. The fixture is called as the document is.

    Raises:
        ConfigurationError: the result cannot be read or is none.
        DocumentError: the document cannot be read.
        FixtureError: cells need review, the document is another one, or a fixture of that name is there.
    """
    reports = _reports(results)
    document = source or Path(reports[0].source.file)
    content = Source(str(document), document).load()
    if hashlib.sha256(content).hexdigest() != reports[0].source.sha256:
        raise FixtureError(
            f"{document}: not the document that {results} was read from; name that with --source"
        )
    truths = (truth_of(report, forms[report.form], unsettled=unsettled) for report in reports)
    truth = Truth(note, tuple(truths))
    if found := problems(Fixture(document.stem, document, truth), forms):
        raise FixtureError(f"{results}: {found[0]}")
    path = folder / f"{document.stem}{TRUTH_SUFFIX}"
    if path.exists():
        raise FixtureError(f"{path} is there already; remove it to make it anew")
    write_fixture(folder, document.stem, document.suffix, content, truth)
    return path


def _reports(path: Path) -> list[Report]:
    try:
        content = path.read_bytes()
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            held = [json.loads(line) for line in content.splitlines() if line.strip()]
        else:
            held = json.loads(content)
        reports = [Report.model_validate(entry) for entry in (held if isinstance(held, list) else [held])]
    except OSError as error:
        raise ConfigurationError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValidationError, ValueError, RecursionError):
        raise ConfigurationError(f"{path}: not a result of gkllm extract or review") from None
    if len({report.source.sha256 for report in reports}) != 1:
        raise ConfigurationError(f"{path}: a fixture is made from one document's reports")
    reports.sort(key=_number)
    of = reports[0].source.part.of if reports[0].source.part else 1
    if [_number(report) for report in reports] != list(range(1, of + 1)):
        raise ConfigurationError(
            f"{path}: a fixture is made from every report of a document, each once, and it holds {of}"
        )
    return reports


def _number(report: Report) -> int:
    return report.source.part.number if report.source.part else 1

"""Results of earlier extractions, checked again by the rules that hold now."""

from collections.abc import Iterable
from dataclasses import dataclass

from gkllm.checking.evaluate import Number, counted_values
from gkllm.errors import FormError, ResultsUnusable
from gkllm.form import Form, Forms
from gkllm.rechecking import recheck
from gkllm.report import Report
from gkllm.results import StoredReport


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


def checked_again(place: str, reports: Iterable[StoredReport], forms: Forms) -> list[Result]:
    """The reports of results, each checked by its form's rules.

    Raises:
        ResultsUnusable: a report is on a form that is not known, or in an edition that it does not have.
    """
    found: list[Result] = []
    for stored in reports:
        try:
            form = forms[stored.report.form]
            found.append(Result(place, recheck(stored.report, form), form))
        except FormError as error:
            raise ResultsUnusable(
                "{place}, {name}: {error}", place=place, name=stored.report.source.name, error=error
            ) from None
    return found

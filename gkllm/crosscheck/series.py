"""Results checked again by the rules that hold now, in the order of an issuer's years; and findings between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

from gkllm.checking.evaluate import Number, counted_values
from gkllm.data_file import shipped_toml
from gkllm.errors import FormError, ResultsUnusable
from gkllm.form import Form, Forms
from gkllm.ideographs import simplified
from gkllm.rechecking import recheck
from gkllm.report import Message, Report
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


Severity = Literal["error", "advice", "note"]


class Finding(BaseModel):
    """One thing to know of some reports.

    `sources` names the reports' files, `cells` the cells concerned. Both sides are null where nothing is compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: Severity
    issuer: str | None
    years: tuple[int, ...]
    sources: tuple[str, ...]
    message: Message
    cells: tuple[str, ...] = ()
    left: Number | None = None
    right: Number | None = None
    difference: Number | None = None


def sentence(template: str, **words: object) -> Message:
    """The template of that name in `sentences.toml`, filled in."""
    texts = shipped_toml("gkllm.crosscheck", "sentences.toml")[template]
    shown = {name: _shown(word) for name, word in words.items()}
    return Message(en=texts["en"].format(**shown), zh=texts["zh"].format(**shown))


def _shown(word: object) -> str:
    if isinstance(word, float) and word.is_integer():
        return str(int(word))
    return str(word)


@dataclass(frozen=True, slots=True)
class Series:
    """An issuer's reports by year, in order, one a year."""

    issuer: str
    by_year: dict[int, Result]

    def neighbours(self) -> Iterator[tuple[int, Result, Result]]:
        """(year, its report, the report of the year before) wherever both are there."""
        for before, year in pairwise(self.by_year):
            if year == before + 1:
                yield year, self.by_year[year], self.by_year[before]


def order(results: Iterable[Result]) -> tuple[list[Series], list[Finding]]:
    """The issuers' series by name, and what stands out: gaps, duplicates, reports without issuer or year."""
    groups: dict[str, dict[int, list[Result]]] = {}
    findings: list[Finding] = []
    for result in results:
        about = result.report.report
        if about.issuer is None or about.year is None:
            findings.append(_unplaced(result))
        else:
            groups.setdefault(simplified(about.issuer), {}).setdefault(about.year, []).append(result)
    series: list[Series] = []
    for issuer in sorted(groups):
        years = sorted(groups[issuer])
        series.append(Series(issuer, {year: groups[issuer][year][0] for year in years}))
        findings += [_duplicate(issuer, y, groups[issuer][y]) for y in years if len(groups[issuer][y]) > 1]
        findings += _gaps(issuer, years)
        # Where no issuer has a second year, years are not what is compared.
        if len(years) == 1 and any(len(by_year) > 1 for by_year in groups.values()):
            findings.append(_alone(issuer, years[0], groups[issuer][years[0]][0]))
    return series, findings


def _alone(issuer: str, year: int, result: Result) -> Finding:
    """A report without another year of its issuer: nothing was compared with it."""
    return Finding(
        rule="series.alone",
        severity="note",
        issuer=issuer,
        years=(year,),
        sources=(result.source,),
        message=sentence("alone", issuer=issuer, year=year, source=result.source),
    )


def _unplaced(result: Result) -> Finding:
    about = result.report.report
    missing = [
        (en, zh)
        for value, en, zh in (
            (about.issuer, "whose report it is", "单位"),
            (about.year, "of which year", "年份"),
        )
        if value is None
    ]
    return Finding(
        rule="series.unplaced",
        severity="note",
        issuer=about.issuer,
        years=(about.year,) if about.year else (),
        sources=(result.source,),
        message=sentence(
            "unplaced",
            source=result.source,
            what=" and ".join(en for en, _ in missing),
            what_zh="和".join(zh for _, zh in missing),
        ),
    )


def _duplicate(issuer: str, year: int, results: list[Result]) -> Finding:
    first = results[0].values()
    differing = {
        cell
        for other in (result.values() for result in results[1:])
        for cell in first.keys() | other.keys()
        if first.get(cell) != other.get(cell)
    }
    sources = tuple(result.source for result in results)
    template = "duplicate_differs" if differing else "duplicate"
    return Finding(
        rule="series.duplicate",
        severity="advice" if differing else "note",
        issuer=issuer,
        years=(year,),
        sources=sources,
        cells=tuple(cell for cell in first if cell in differing),
        message=sentence(
            template,
            issuer=issuer,
            year=year,
            count=len(results),
            sources=", ".join(sources),
            cells=len(differing),
        ),
    )


def _gaps(issuer: str, years: list[int]) -> Iterator[Finding]:
    missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if missing:
        yield Finding(
            rule="series.gap",
            severity="note",
            issuer=issuer,
            years=tuple(missing),
            sources=(),
            message=sentence(
                "gap",
                issuer=issuer,
                missing=", ".join(map(str, missing)),
                first=years[0],
                last=years[-1],
            ),
        )

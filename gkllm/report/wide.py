"""Wide data: a row a report, a column a cell."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gkllm.report.report import Report


class AboutRow(NamedTuple):
    """What precedes the cells in a report's row of wide data, named as in a store's view `reports_wide`.

    `to_review` counts the cells to review and `review_cells` names them; `broken` counts the relations that do not
    hold. After these come the editions of the tables found, as `TABLE.edition`, then the cells.
    """

    issuer: str | None
    year: int | None
    title: str | None
    published: str | None
    source: str
    part: int | None
    sha256: str
    form: str
    to_review: int
    broken: int
    review_cells: tuple[str, ...]


def about_row(report: Report) -> AboutRow:
    """What precedes the report's cells in a row of wide data."""
    about, part = report.report, report.source.part
    return AboutRow(
        source=report.source.name,
        title=about.title,
        issuer=about.issuer,
        year=about.year,
        published=about.published,
        form=report.form,
        sha256=report.source.sha256,
        part=part.number if part else None,
        to_review=len(report.to_review),
        broken=sum(violation.is_broken for violation in report.violations),
        review_cells=tuple(cell.id for cell in report.to_review),
    )


def editions_row(report: Report) -> dict[str, str]:
    """The editions of the tables found, by the names of their columns in wide data."""
    return {f"{name}.edition": info.edition for name, info in report.tables.items() if info.found}


def wide_table(reports: Iterable[Report]) -> dict[str, list[object]]:
    """Columns of wide data: what is said of each report, then every cell that one of them has, null elsewhere."""
    rows: list[dict[str, object]] = []
    editions: list[str] = []
    cells: list[str] = []
    for report in reports:
        found = editions_row(report)
        rows.append(
            {**about_row(report)._asdict(), **found, **{cell.id: cell.value for cell in report.cells}}
        )
        merge_in(editions, list(found))
        merge_in(cells, [cell.id for cell in report.cells])
    names = (*AboutRow._fields, *editions, *cells)
    return {name: [row.get(name) for row in rows] for name in names}


def merge_in(names: list[str], more: Sequence[str]) -> None:
    """Put those that are new among the names, each after the one that it follows: editions differ in rows."""
    if more == names:
        return
    known = set(names)
    place = 0
    for name in more:
        if name in known:
            place = names.index(name) + 1
        else:
            names.insert(place, name)
            place += 1

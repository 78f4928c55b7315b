"""What a store holds, asked for: reports by what they say of themselves, documents, counts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select

from gkllm.store import FileKey, StoredLine
from gkllm.store.opening import Connected
from gkllm.store.review import is_open
from gkllm.store.rows import line_of
from gkllm.store.tables import CURRENT_READINGS, CURRENT_REPORTS, DOCUMENTS, VIOLATIONS

_AT_ONCE: Final = 100
_MOST_ISSUERS: Final = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A report's row; `number` orders reports by when they were read."""

    number: int
    sha256: str
    part: int | None
    source: str
    title: str | None
    issuer: str | None
    year: int | None
    published: str | None
    form: str
    media_type: str
    cells: int
    to_review: int
    broken: int
    read: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports; null for all. `words` stand in the title, the issuer or the source, `among` are (sha256, part);
    `open` leaves those alone that a cell of is open."""

    issuer: str | None = None
    year: int | None = None
    words: str | None = None
    among: Collection[tuple[str, int | None]] | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that have a year or an issuer in common, the `value`; `years` are those of an issuer."""

    value: Any
    reports: int
    broken: int
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """How often a rule is broken with a verdict."""

    rule: str
    verdict: str
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the whole store."""

    reports: int
    documents: int
    failures: int
    cells: int


_R: Final = CURRENT_REPORTS.c
_LISTED: Final = select(
    _R.id.label("number"),
    *(_R[f.name] for f in fields(Listed)[1:-1]),
    CURRENT_READINGS.c.finished.label("read"),
).select_from(CURRENT_REPORTS.join(CURRENT_READINGS, CURRENT_READINGS.c.id == _R.reading_id))


class Catalogue(Connected):
    """What a store holds."""

    def page(self, wanted: Wanted, before: int | None, limit: int) -> list[Listed]:
        """Reports that are wanted, those read last first, after the one of the number `before`."""
        which = [*_conditions(wanted), *([] if before is None else [_R.id < before])]
        return [Listed(*row) for row in self._rows(_LISTED.where(*which).order_by(_R.id.desc()).limit(limit))]

    def count(self, wanted: Wanted) -> int:
        """How many are wanted."""
        return int(
            self._rows(select(func.count()).select_from(CURRENT_REPORTS).where(*_conditions(wanted)))[0][0]
        )

    def find(self, sha256: str, part: int | None) -> tuple[Listed, StoredLine] | None:
        """A report by the hash of its file's bytes and its number among the file's."""
        which = (_R.sha256 == sha256, _R.part == part if part else _R.part.is_(None))
        rows = self._rows(
            _LISTED.add_columns(_R.json, _R.path).where(*which).order_by(_R.document_id).limit(1)
        )
        return (Listed(*rows[0][:-2]), StoredLine(rows[0].path, line_of(rows[0].json))) if rows else None

    def lines(self, wanted: Wanted) -> Iterator[StoredLine]:
        """The reports that are wanted, in the order of their documents, a few in memory at once."""
        rows = self._rows(select(_R.id).where(*_conditions(wanted)).order_by(_R.document_id, _R.position))
        numbers = [row.id for row in rows]
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            found = self._rows(select(_R.id, _R.json, _R.path).where(_R.id.in_(some)))
            for row in sorted(found, key=lambda row: some.index(row.id)):
                yield StoredLine(row.path, line_of(row.json))

    def since(self, number: int) -> list[Listed]:
        """The reports that came after the one of that number, those that came first, first; a few at once."""
        rows = self._rows(_LISTED.where(_R.id > number).order_by(_R.id).limit(_AT_ONCE))
        return [Listed(*row) for row in rows]

    def newest(self) -> int:
        """The number of the report that was read last, 0 where there is none."""
        return int(self._rows(select(func.max(_R.id)).select_from(CURRENT_REPORTS))[0][0] or 0)

    def document(self, number: int) -> FileKey | None:
        """A document by its id, with its bytes where they are kept."""
        return self._file(DOCUMENTS.c.id == number)

    def document_of(self, sha256: str, part: int | None) -> FileKey | None:
        """The document of a report, with its bytes where they are kept."""
        which = (_R.sha256 == sha256, _R.part == part if part else _R.part.is_(None))
        rows = self._rows(select(_R.document_id).where(*which).order_by(_R.document_id).limit(1))
        return self.document(rows[0].document_id) if rows else None

    def document_at(self, path: str) -> FileKey | None:
        """The document of a path, with its bytes where they are kept."""
        return self._file(DOCUMENTS.c.path == path)

    def _file(self, which: ColumnElement[bool]) -> FileKey | None:
        d = DOCUMENTS.c
        wanted = select(d.path, d.sha256, d.name, d.attachment, d.size, d.content).where(which)
        rows = self._rows(wanted.order_by(d.id.desc()).limit(1))
        return FileKey(*rows[0]) if rows else None

    def totals(self) -> Totals:
        """Counts over the whole store."""
        (counted,) = self._rows(select(func.count(), func.sum(_R.cells)).select_from(CURRENT_REPORTS))
        c = CURRENT_READINGS.c
        (read,) = self._rows(select(func.count(), func.sum(c.failures)).select_from(CURRENT_READINGS))
        return Totals(counted[0], read[0], int(read[1] or 0), int(counted[1] or 0))

    def by_year(self) -> list[Group]:
        """Reports by year, those without one last."""
        rows = self._rows(_grouped(_R.year).order_by(_R.year.is_(None), _R.year))
        return [Group(*row) for row in rows]

    def by_issuer(self) -> list[Group]:
        """The issuers with the most reports."""
        rows = self._rows(_grouped(_R.issuer).order_by(func.count().desc(), _R.issuer).limit(_MOST_ISSUERS))
        named = [row[0] for row in rows if row[0] is not None]
        years: dict[str, list[int]] = {}
        of = select(_R.issuer, _R.year).distinct().where(_R.issuer.in_(named), _R.year.is_not(None))
        for issuer, year in self._rows(of.order_by(_R.year)):
            years.setdefault(issuer, []).append(year)
        return [
            Group(issuer, reports, broken, tuple(years.get(issuer, ()))) for issuer, reports, broken in rows
        ]

    def broken(self) -> list[Broken]:
        """How often each rule is broken, the most often first."""
        v = VIOLATIONS.c
        found = (
            select(v.rule, v.verdict, func.count())
            .select_from(CURRENT_REPORTS.join(VIOLATIONS, v.report_id == _R.id))
            .group_by(v.rule, v.verdict)
            .order_by(func.count().desc(), v.rule, v.verdict)
        )
        return [Broken(*row) for row in self._rows(found)]


def _grouped(column: Any) -> Any:
    broken = func.sum(cast(case((_R.broken > 0, 1), else_=0), Integer))
    return select(column, func.count(), broken).select_from(CURRENT_REPORTS).group_by(column)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.issuer is not None:
        found.append(_R.issuer == wanted.issuer)
    if wanted.year is not None:
        found.append(_R.year == wanted.year)
    if wanted.words is not None:
        found.append(
            or_(
                *(
                    column.contains(wanted.words, autoescape=True)
                    for column in (_R.title, _R.issuer, _R.source)
                )
            )
        )
    if wanted.open:
        found.append(is_open())
    if wanted.among is not None:
        whole = [sha256 for sha256, part in wanted.among if part is None]
        parts = [
            and_(_R.sha256 == sha256, _R.part == part) for sha256, part in wanted.among if part is not None
        ]
        found.append(or_(and_(_R.part.is_(None), _R.sha256.in_(whole)), *parts))
    return found

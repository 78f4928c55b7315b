"""What is found between reports: a year held against the one before, and a parent's cells against its children's sums.

Years are held by the rules over years, and for numbers whose size alone is strange.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gkllm.checking.evaluate import TOLERANCE, Number, Residual, found_tables, residuals
from gkllm.crosscheck.series import Finding, Result, Series, sentence
from gkllm.errors import DocumentError
from gkllm.form import BEFORE, CellId, Scale, Table
from gkllm.language import reason_of

Values = Mapping[str, Number | None]


def year_findings(series: Series) -> Iterator[Finding]:
    """Whatever is amiss between each year of a series and the one before it."""
    for year, now, before in series.neighbours():
        if now.form is not before.form:
            continue
        values = now.values(), before.values()
        both = {**values[0], **{cell + BEFORE: value for cell, value in values[1].items()}}
        tables = _tables(now), _tables(before)
        relations = [
            relation
            for table_id, table in tables[0].items()
            if table_id in tables[1]
            for relation in now.form.relations_across_years(table, tables[1][table_id])
        ]
        found = residuals(relations, both)
        yield from (_broken(series, year, now, before, one) for one in found if one.fails)
        yield from _not_assessable(series, year, now, before, [one for one in found if not one.assessable])
        for table_id, table in tables[0].items():
            if table_id in tables[1]:
                yield from _scales(series, year, (now, before), table, values)


def _tables(result: Result) -> dict[str, Table]:
    return {table.id: table for table in found_tables(result.report, result.form)}


def _broken(series: Series, year: int, now: Result, before: Result, found: Residual) -> Finding:
    relation = found.relation
    carried = len(relation.cells) == 2
    return Finding(
        rule=relation.rule,
        severity=relation.severity,
        issuer=series.issuer,
        years=(year - 1, year),
        sources=(before.source, now.source),
        cells=relation.cells,
        left=found.left,
        right=found.right,
        difference=found.difference,
        message=sentence(
            "carry_over" if carried else "years_rule",
            issuer=series.issuer,
            year=year,
            before=year - 1,
            label=label(now, relation.cells[0]),
            left=found.left,
            right=found.right,
            difference=abs(found.difference or 0),
        ),
    )


def _not_assessable(
    series: Series, year: int, now: Result, before: Result, found: list[Residual]
) -> Iterator[Finding]:
    if found:
        rules = Counter(one.relation.rule for one in found)
        yield Finding(
            rule="years.not_assessable",
            severity="note",
            issuer=series.issuer,
            years=(year - 1, year),
            sources=(before.source, now.source),
            cells=tuple(dict.fromkeys(cell for one in found for cell in one.relation.cells)),
            message=sentence(
                "not_assessable",
                issuer=series.issuer,
                year=year,
                before=year - 1,
                count=len(found),
                rules=", ".join(rules),
            ),
        )


def _scales(
    series: Series, year: int, results: tuple[Result, Result], table: Table, values: tuple[Values, Values]
) -> Iterator[Finding]:
    for row in table.rows:
        for column in row.columns:
            cell = CellId.of(table.id, row.id, column.id)
            pair = values[0].get(cell), values[1].get(cell)
            scales = results[0].form.across_years.scales
            scale = next((s for s in scales if column.kind in s.kinds and _strange(s, *pair)), None)
            if scale is not None:
                yield Finding(
                    rule=scale.id,
                    severity="advice",
                    issuer=series.issuer,
                    years=(year - 1, year),
                    sources=(results[1].source, results[0].source),
                    cells=(cell, cell + BEFORE),
                    left=pair[0],
                    right=pair[1],
                    message=sentence(
                        scale.id,
                        issuer=series.issuer,
                        year=year,
                        before=year - 1,
                        label=label(results[0], cell),
                        left=pair[0],
                        right=pair[1],
                    ),
                )


def _strange(scale: Scale, now: Number | None, before: Number | None) -> bool:
    if not now or not before or min(now, before) <= 0 or max(now, before) < scale.least:
        return False
    ratio = max(now, before) / min(now, before)
    if scale.within is None:
        return ratio >= scale.factor
    return scale.factor / scale.within <= ratio <= scale.factor * scale.within


def label(result: Result, cell_id: str) -> str:
    """The cell's place in the form's own words."""
    plain = cell_id.removesuffix(BEFORE)
    table_id = CellId(plain).table
    return result.form.table(table_id, result.report.tables[table_id].edition).places[plain].label


Tree = dict[str, list[str]]
_HEADER = ["parent", "child"]


def read_tree(path: Path) -> Tree:
    """The children of each parent, by issuers' names, from a CSV file with the columns parent and child.

    Raises:
        DocumentError: the file cannot be read, or has a line of another shape.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DocumentError("{path}: no such file", path=path) from None
    except UnicodeDecodeError:
        raise DocumentError("{path}: not a CSV file in UTF-8", path=path) from None
    except OSError as error:
        raise DocumentError("{path}: {reason}", path=path, reason=reason_of(error)) from None
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise DocumentError("{path}: not a CSV file ({error})", path=path, error=error) from None
    tree: Tree = {}
    for number, row in enumerate(rows, 1):
        names = [name.strip() for name in row]
        if not any(names) or (number == 1 and [name.lower() for name in names] == _HEADER):
            continue
        if len(names) != 2 or not all(names) or names[0] == names[1]:
            raise DocumentError("{path}: line {number} is not a parent and a child", path=path, number=number)
        children = tree.setdefault(names[0], [])
        if names[1] not in children:
            children.append(names[1])
    if not tree:
        raise DocumentError("{path}: names no parent and child", path=path)
    return tree


def tree_findings(tree: Tree, series: Sequence[Series]) -> Iterator[Finding]:
    """Whatever is amiss between parents and the sums of their children, year by year."""
    by_issuer = {one.issuer: one.by_year for one in series}
    for parent, children in tree.items():
        if parent not in by_issuer:
            yield Finding(
                rule="tree.parent",
                severity="note",
                issuer=parent,
                years=(),
                sources=(),
                message=sentence("tree.parent", issuer=parent),
            )
            continue
        for year, result in by_issuer[parent].items():
            present = [by_issuer[c][year] for c in children if year in by_issuer.get(c, {})]
            missing = [c for c in children if year not in by_issuer.get(c, {})]
            yield from _of_year(parent, year, result, present, missing)


def _of_year(
    parent: str, year: int, result: Result, present: Sequence[Result], missing: Sequence[str]
) -> Iterator[Finding]:
    if missing:
        yield Finding(
            rule="tree.missing",
            severity="note",
            issuer=parent,
            years=(year,),
            sources=(result.source,),
            message=sentence("tree.missing", issuer=parent, year=year, missing="、".join(missing)),
        )
    if not present:
        return
    tables = {name for name, info in result.report.tables.items() if info.found}
    parts = [one.values() for one in present]
    open_cells: list[str] = []
    for cell, value in result.values().items():
        if CellId(cell).table not in tables:
            continue
        numbers = [part.get(cell) for part in parts]
        known = [number for number in numbers if number is not None]
        if value is None or len(known) < len(numbers):
            open_cells.append(cell)
        elif (
            finding := _sum(parent, year, result, present, cell, value, sum(known), bool(missing))
        ) is not None:
            yield finding
    if open_cells:
        yield Finding(
            rule="tree.not_assessable",
            severity="note",
            issuer=parent,
            years=(year,),
            sources=(result.source, *(one.source for one in present)),
            cells=tuple(open_cells),
            message=sentence("tree.not_assessable", issuer=parent, year=year, count=len(open_cells)),
        )


def _sum(
    parent: str,
    year: int,
    result: Result,
    present: Sequence[Result],
    cell: str,
    value: Number,
    total: Number,
    incomplete: bool,
) -> Finding | None:
    """A broken sum; with children missing only one that more children would not mend."""
    if abs(total - value) < TOLERANCE or (incomplete and total <= value):
        return None
    template = "tree.exceeds" if incomplete else "tree.sum"
    return Finding(
        rule="tree.sum",
        severity="advice" if incomplete else "error",
        issuer=parent,
        years=(year,),
        sources=(result.source, *(one.source for one in present)),
        cells=(cell,),
        left=value,
        right=total,
        difference=value - total,
        message=sentence(
            template,
            issuer=parent,
            year=year,
            label=label(result, cell),
            count=len(present),
            left=value,
            right=total,
            difference=abs(value - total),
        ),
    )

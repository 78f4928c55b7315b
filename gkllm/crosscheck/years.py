"""A year held against the one before: the rules over years, and numbers whose size alone is strange."""

from collections import Counter
from collections.abc import Iterator, Mapping

from gkllm.checking.evaluate import Number, Residual, found_tables, residuals
from gkllm.crosscheck.series import Finding, Result, Series, sentence
from gkllm.form import BEFORE, CellId, Scale, Table

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
        yield from (
            _broken(series, year, now, before, one) for one in found if one.assessable and not one.holds
        )
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

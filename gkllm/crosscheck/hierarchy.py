"""Issuers above and below one another: a parent's cells are the sums of its children's."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from gkllm.checking.evaluate import TOLERANCE, Number
from gkllm.crosscheck.series import Finding, Result, Series, sentence
from gkllm.crosscheck.years import label
from gkllm.errors import DocumentError
from gkllm.form import CellId
from gkllm.language import reason_of

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

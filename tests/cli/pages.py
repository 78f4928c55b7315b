"""A clean report as a page of `|` tables, every printed cell a 0."""

from collections.abc import Sequence

from gkllm.form import Table
from tests.forms import FORM


def clean_page(tables: Sequence[Table] | None = None) -> str:
    """The tables under a title; the form's three in their newest edition, if null."""
    printed = tables or [FORM.in_all_editions(table_id)[-1] for table_id in FORM.table_ids]
    return "\n\n".join(["某局2023年政府信息公开工作年度报告", *map(_table, printed)]) + "\n"


def _table(table: Table) -> str:
    lines = [f"{table.section}、{table.title}", ""]
    if table.layout == "single_row":
        pairs = [(row, column) for row in table.rows for column in row.columns]
        lines.append(_line([row.label for row, _ in pairs]))
        lines.append(_line([column.label for _, column in pairs]))
        lines.append(_line(["0"] * len(pairs)))
        return "\n".join(lines)
    columns = None
    for row in table.rows:
        if row.columns != columns:
            columns = row.columns
            lines.append(_line(["信息内容", *(column.label for column in columns)]))
        lines.append(_line([*row.groups, row.label, *("0" for _ in row.columns)]))
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"

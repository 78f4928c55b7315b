"""Values, labels and verdicts in words."""

from gkllm.form import Rule, Table, load_rules, load_table, split_cell_id
from gkllm.report import Report, Verdict, Violation

VERDICTS = {
    Verdict.SUSPECT_READING: "probably misread: another reading of a printed cell would satisfy it",
    Verdict.SOURCE_INCONSISTENCY: "the document contradicts itself: no reading of its digits satisfies it",
    Verdict.BLANK_TOTAL: "the total was left blank although its parts are not zero",
    Verdict.NOT_ASSESSABLE: "cannot be checked: a cell is missing or unreadable",
}


def printable(text: str) -> str:
    """The text with control characters made visible, so that a document cannot steer the terminal."""
    return "".join(
        character if character.isprintable() or character == "\u3000" else _visible(character)
        for character in text
    )


def _visible(character: str) -> str:
    if character in "\n\t\r":
        return " "
    return chr(0x2400 + ord(character)) if ord(character) < 32 else "\ufffd"


def number(value: int | float | None) -> str:
    """A value as digits, without the decimals of a whole number; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def table_of(report: Report, table_id: str) -> Table:
    """The form's table in the edition the report says the document has."""
    return load_table(table_id, report.tables[table_id].edition)


def cell_label(report: Report, cell_id: str) -> str:
    """The row's and the column's printed labels, the section's number before them."""
    table_id, row_id, column_id = split_cell_id(cell_id)
    table = table_of(report, table_id)
    for row in table.rows:
        for column in row.columns:
            if (row.id, column.id) == (row_id, column_id):
                return f"{table.section}/{short(row.label)}/{column.label}"
    return cell_id


def scope_label(report: Report, violation: Violation) -> str:
    """The row, column or cell a violation is about, in the form's words."""
    rule = _rule(violation)
    if rule is None or not violation.cells:
        return violation.scope
    table = table_of(report, split_cell_id(violation.cells[0])[0])
    if rule.for_each == "cell":
        return cell_label(report, violation.cells[0])
    for row in table.rows:
        if rule.for_each == "row" and row.id == violation.scope:
            return f"{table.section}/{short(row.label)}"
        for column in row.columns:
            if rule.for_each == "column" and column.id == violation.scope:
                return f"{table.section}/{column.label}"
    return violation.scope


def comparison(violation: Violation) -> str:
    """How the two sides stand to each other, where both are known."""
    if violation.left is None or violation.right is None:
        return ""
    left, right = number(violation.left), number(violation.right)
    rule = _rule(violation)
    if rule is not None and rule.relation == "whole":
        return f"{left} is not a whole number"
    if rule is not None and rule.relation == ">=":
        return f"{left} < {right}"
    if rule is not None and rule.relation == "<=":
        return f"{left} > {right}"
    return f"{left} ≠ {right} (difference {number(violation.difference)})"


def short(label: str) -> str:
    """A row's label without the explanation in brackets that may follow it; a number in brackets stays."""
    explanation = label.find("（", 1)
    return label if explanation < 0 else label[:explanation]


def _rule(violation: Violation) -> Rule | None:
    return next((rule for rule in load_rules() if rule.id == violation.rule), None)

"""The view `reports_wide`: a row a report, a column a cell. Its columns are the cells that the store's reports have."""

from sqlalchemy import Connection, select

from gkllm.store.tables import FORM_CELLS

_ABOUT = ("source", "title", "issuer", "year", "published", "form", "sha256", "part", "to_review", "broken")


def widen(connection: Connection) -> None:
    """Make the view anew, with a column for every cell that is known by now; within a transaction that writes."""
    f = FORM_CELLS.c
    ids: dict[str, list[int]] = {}
    for row in connection.execute(select(f.id, f.cell).order_by(f.id)):
        ids.setdefault(row.cell, []).append(row.id)
    about = ", ".join(f"r.{name}" for name in _ABOUT)
    values = ",\n".join(
        f'max(CASE WHEN c.cell_id IN ({", ".join(map(str, known))}) THEN c.value END) AS "{_quoted(cell)}"'
        for cell, known in ids.items()
    )
    connection.exec_driver_sql("DROP VIEW IF EXISTS reports_wide")
    connection.exec_driver_sql(
        f"CREATE VIEW reports_wide AS SELECT r.id AS report_id, {about},\n{values}\n"
        f"FROM current_reports AS r JOIN cells AS c ON c.report_id = r.id GROUP BY r.id, {about}",
        execution_options={"no_parameters": True},
    )


def _quoted(name: str) -> str:
    return name.replace('"', '""')

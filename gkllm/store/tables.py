"""The tables as queries name them; what they are is told by the migrations, and a test holds the two together."""

from typing import Final

from sqlalchemy import TableClause, column, table

VERSION: Final = 3
"""The newest migration, which a store that is opened is brought to."""


def _table(name: str, columns: str) -> TableClause:
    return table(name, *map(column, columns.split()))


SETTINGS = _table("settings", "id sha256 content")
RUNS = _table("runs", "id settings_id program host process started finished")
DOCUMENTS = _table("documents", "id path sha256 attachment name size content")
READINGS = _table(
    "readings", "id document_id settings_id run_id finished seconds reports failures broken to_review"
)
FAILURES = _table("failures", "reading_id position name kind message")
REPORTS = _table(
    "reports",
    "id reading_id position source sha256 part parts media_type form title issuer year published cells to_review "
    "broken model calls prompt_tokens completion_tokens json",
)
REPORT_TABLES = _table("report_tables", "report_id form_table found edition")
FORM_CELLS = _table("form_cells", "id form cell label form_table form_row form_column")
CELLS = _table(
    "cells",
    "report_id position cell_id raw value state reading confidence needs_review span_start span_end page box",
)
CANDIDATES = _table("candidates", "report_id cell_position position value reading")
DOUBTS = _table("doubts", "report_id cell_position position kind detail")
VIOLATIONS = _table(
    "violations",
    "report_id position rule scope severity left_side right_side difference verdict cells message message_zh quote",
)
SUGGESTIONS = _table("suggestions", "report_id violation_position position cost changes")
CLAIMS = _table("claims", "report_id position meaning value quote certainty agrees reader readings")
DECISIONS = _table("decisions", "id entry_id entry sha256 part cell reviewer time value state undoes json")
OVERRULED = _table("overruled", "decision_id reviewer")
TOKENS = _table("tokens", "id name sha256 access created revoked")
JOBS = _table("jobs", "id owner content created finished")
JOB_FILES = _table("job_files", "job_id position name document_id finished")
QUEUED_REPORTS = _table(
    "queued_reports", "sha256 part report_id decided_to made_by cells in_groups questions"
)
QUEUED = _table(
    "queued",
    "sha256 part cell together document_id position in_group worth place words told",
)

CURRENT_READINGS = _table("current_readings", "id document_id path finished failures")
CURRENT_REPORTS = _table(
    "current_reports",
    "id reading_id position source sha256 part parts media_type form title issuer year published cells to_review "
    "broken json document_id path",
)

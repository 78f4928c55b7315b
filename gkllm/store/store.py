"""The store: what runs write into it, and what is read from it."""

import hashlib
import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final, Self

from sqlalchemy import Connection, Select, TableClause, and_, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from gkllm.errors import StoreUnusable
from gkllm.report import Report
from gkllm.store import Counts, FileKey, Reading, Registered, Run, StoredLine, hidden
from gkllm.store.catalogue import Catalogue
from gkllm.store.holding import Holds, open_holds
from gkllm.store.opening import Connected, alone, file_of, migrate, open_engine, telling, timestamp, url_of
from gkllm.store.review import Decisions, Queue
from gkllm.store.rows import Row, form_cell_row, line_of, report_row, rows_of, widen
from gkllm.store.service import Jobs, Tokens
from gkllm.store.tables import (
    CURRENT_READINGS,
    DECISIONS,
    DOCUMENTS,
    FAILURES,
    FORM_CELLS,
    READINGS,
    REPORTS,
    RUNS,
    SETTINGS,
)

_AT_ONCE: Final = 200
"""Reports read back in one transaction: one that stays open keeps a SQLite store's log from being folded in."""


_FILE_FIELDS: Final = ("path", "sha256", "attachment", "name", "size", "content")


# Put together once: that takes SQLAlchemy longer than SQLite takes to keep the row.
_INSERT_READING: Final = insert(READINGS).returning(READINGS.c.id)
_INSERT_REPORT: Final = insert(REPORTS).returning(REPORTS.c.id)


class Store(Connected):
    """A SQLite file or a PostgreSQL database. Used by one thread of a process at a time for each transaction.

    Raises, from every method:
        StoreUnusable: the database refuses or cannot be reached.
    """

    def __init__(self, address: str, *, create: bool, patience: float) -> None:
        url = url_of(address)
        file = file_of(url)
        if file is not None and not create and not file.is_file():
            raise StoreUnusable("{file}: no such file", file=file)
        super().__init__(hidden(address), open_engine(url, patience))
        try:
            with telling(self.address):
                migrate(self._engine, create=create)
        except BaseException:
            self._engine.dispose()
            raise
        self.holds: Holds = open_holds(self._engine)
        self.decisions = Decisions(self.address, self._engine)
        self.tokens = Tokens(self.address, self._engine)
        self.jobs = Jobs(self.address, self._engine)
        self.queue = Queue(self.address, self._engine)
        self.catalogue = Catalogue(self.address, self._engine)
        self._cell_ids: dict[str, dict[tuple[str, str], int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and of what is held."""
        self.holds.close()
        self._engine.dispose()

    def begin(self, settings: Mapping[str, object]) -> Run:
        """Begin a run under settings, which tell results apart: the same document is read once for each."""
        content = json.dumps(settings, ensure_ascii=False, sort_keys=True)
        row = {"sha256": _sha256(content), "content": content}
        with self._writing() as connection:
            connection.execute(self._insert_new(SETTINGS, row))
            same = select(SETTINGS.c.id).where(SETTINGS.c.sha256 == row["sha256"])
            known = int(connection.execute(same).scalar_one())
            run = {
                "settings_id": known,
                "program": version("gkllm"),
                "host": socket.gethostname(),
                "process": os.getpid(),
                "started": timestamp(),
            }
            began = connection.execute(insert(RUNS).values(run).returning(RUNS.c.id))
            return Run(int(began.scalar_one()), known)

    def finish(self, run: Run) -> None:
        """Note that a run came to its end by itself."""
        with self._writing() as connection:
            connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(finished=timestamp()))

    def register(self, run: Run, files: Sequence[FileKey]) -> list[Registered]:
        """Note files that are to be read, in the order of the inputs, which exports keep to.

        What failed is to be read again, for what it failed of may be mended.
        """
        found: list[Registered] = []
        d = DOCUMENTS.c
        with self._writing() as connection:
            for file in files:
                row = {field: getattr(file, field) for field in _FILE_FIELDS}
                connection.execute(self._insert_new(DOCUMENTS, row))
                same = (d.path == file.path, d.sha256 == file.sha256, d.attachment == file.attachment)
                document = int(connection.execute(select(d.id).where(*same)).scalar_one())
                found.append(Registered(document, _standing(connection, run, document)))
        return found

    def standing(self, run: Run, document: int) -> Counts | None:
        """What a document came to under the run's settings, null where that is not known or some of it failed."""
        with self._reading() as connection:
            return _standing(connection, run, document)

    def write(self, run: Run, reading: Reading) -> bool:
        """Add what reading a document came to, all of it in one transaction; whether it was not there already.

        A reading with failures gives way to a new one; one without stands.
        """
        for report, _ in reading.reports:
            self._know_cells(report)
        counts, r = reading.counts(), READINGS.c
        same = (r.document_id == reading.document, r.settings_id == run.settings)
        try:
            with self._writing() as connection:
                connection.execute(delete(READINGS).where(*same, r.failures > 0))
                if connection.scalar(select(r.id).where(*same)) is not None:
                    return False
                row = {
                    "document_id": reading.document,
                    "settings_id": run.settings,
                    "run_id": run.id,
                    "finished": timestamp(),
                    "seconds": round(reading.seconds, 4),
                    "reports": counts.reports,
                    "failures": counts.failures,
                    "broken": counts.broken,
                    "to_review": counts.to_review,
                }
                made = connection.execute(_INSERT_READING, row)
                self._add_reports(connection, int(made.scalar_one()), reading)
        except IntegrityError:
            # Another writer of a server's store was first; a file's writers wait for each other.
            return False
        return True

    def lines(self, *, in_review: bool = False) -> Iterator[StoredLine]:
        """The reports read last of each path, in the order of the inputs; with `in_review` those alone that hold a
        cell to review or that a decision is about.
        """
        at = (0, -1)
        while True:
            with self._reading() as connection:
                rows = connection.execute(_next_reports(at, in_review=in_review)).all()
            for row in rows:
                yield StoredLine(row.path, line_of(row.json))
            if len(rows) < _AT_ONCE:
                return
            at = (rows[-1].document_id, rows[-1].position)

    def count(self) -> int:
        """How many reports `lines` gives."""
        with self._reading() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM current_reports").scalar_one())

    def _add_reports(self, connection: Connection, reading: int, found: Reading) -> None:
        for position, (report, line) in enumerate(found.reports):
            row: Row = {"reading_id": reading, "position": position, **report_row(report, line)}
            made = connection.execute(_INSERT_REPORT, row)
            number = int(made.scalar_one())
            for table, rows in rows_of(report, number, self._cell_ids[report.form]).items():
                if rows:
                    connection.exec_driver_sql(self._inserting(table), list(rows))
        if found.failures:
            failures = [
                {"reading_id": reading, "position": n, "name": f.name, "kind": f.kind, "message": f.message}
                for n, f in enumerate(found.failures)
            ]
            connection.execute(insert(FAILURES), failures)

    def _know_cells(self, report: Report) -> None:
        """Learn the ids of the report's cells; new ones are added by a transaction of their own."""
        known = self._cell_ids.setdefault(report.form, {})
        new = [(cell.id, cell.label) for cell in report.cells if (cell.id, cell.label) not in known]
        if not new:
            return
        f = FORM_CELLS.c
        with self._writing() as connection:
            alone(connection)
            before = connection.exec_driver_sql("SELECT count(*) FROM form_cells").scalar_one()
            for cell, label in new:
                connection.execute(self._insert_new(FORM_CELLS, form_cell_row(report.form, cell, label)))
            if connection.exec_driver_sql("SELECT count(*) FROM form_cells").scalar_one() != before:
                widen(connection)
            for row in connection.execute(select(f.id, f.cell, f.label).where(f.form == report.form)):
                known[row.cell, row.label] = row.id

    def _inserting(self, table: TableClause) -> str:
        """The statement for many rows: SQLAlchemy's own takes longer for each than SQLite takes to keep it."""
        place = "%s" if self._engine.dialect.name == "postgresql" else "?"
        names = [column.name for column in table.columns]
        places = ", ".join([place] * len(names))
        return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own names

    def _insert_new(self, table: TableClause, row: Row) -> Any:
        """Adds the row if it is not there."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table).values(row).on_conflict_do_nothing()


def _standing(connection: Connection, run: Run, document: int) -> Counts | None:
    r = READINGS.c
    found = select(r.reports, r.failures, r.broken, r.to_review).where(
        r.document_id == document, r.settings_id == run.settings, r.failures == 0
    )
    row = connection.execute(found).one_or_none()
    return Counts(*row) if row else None


def _next_reports(after: tuple[int, int], *, in_review: bool) -> Select[Any]:
    """Reports after a document's id and a place among its reports."""
    document, position = after
    r, c = REPORTS.c, CURRENT_READINGS.c
    found = (
        select(r.json, r.position, c.document_id, c.path)
        .select_from(REPORTS.join(CURRENT_READINGS, c.id == r.reading_id))
        .where(or_(c.document_id > document, and_(c.document_id == document, r.position > position)))
        .order_by(c.document_id, r.position)
        .limit(_AT_ONCE)
    )
    if in_review:
        decided = exists().where(DECISIONS.c.sha256 == r.sha256)
        found = found.where(or_(r.to_review > 0, decided))
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

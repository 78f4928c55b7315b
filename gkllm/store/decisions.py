"""What people decided: only ever added to, in one order for all who read it."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, exists, func, insert, select

from gkllm.store import DecisionRow
from gkllm.store.opening import Connected
from gkllm.store.tables import CURRENT_REPORTS, DECISIONS, OVERRULED


class Decisions(Connected):
    """The decisions in a store.

    Raises, from every method:
        StoreUnusable: the database refuses or cannot be reached; of entries being added none stands then.
    """

    def append(self, rows: Sequence[DecisionRow]) -> None:
        """Add entries, all in one transaction."""
        with self._writing(lone=True) as connection:
            # Else one that began earlier could come to stand before what was read already.
            for row in rows:
                values = asdict(row)
                overrules = values.pop("overrules")
                number = connection.scalar(insert(DECISIONS).values(values).returning(DECISIONS.c.id))
                for reviewer in dict.fromkeys(overrules):
                    connection.execute(
                        insert(OVERRULED).values({"decision_id": number, "reviewer": reviewer})
                    )

    def newest(self) -> int:
        """The number of the last entry, 0 where there is none."""
        with self._reading() as connection:
            return int(connection.scalar(select(func.max(DECISIONS.c.id))) or 0)

    def since(self, number: int, of: tuple[str, int | None] | None = None) -> list[tuple[int, str]]:
        """The entries added after the one of that number, 0 for all, or those of them that are about a report, named by
        its file's hash and its part: each number, and its line."""
        d = DECISIONS.c
        which = [d.id > number] if of is None else [d.id > number, *_about(of)]
        with self._reading() as connection:
            rows = connection.execute(select(d.id, d.json).where(*which).order_by(d.id))
            return [(row.id, row.json) for row in rows]

    def about(self, number: int) -> list[tuple[str, int | None]]:
        """The reports that the entries after the one of that number are about, each once."""
        d = DECISIONS.c
        with self._reading() as connection:
            rows = connection.execute(select(d.sha256, d.part).where(d.id > number).distinct())
            return [(row.sha256, row.part) for row in rows]

    def last_of(self, reviewer: str) -> tuple[str, int | None] | None:
        """The report of the reviewer's latest decision that is not taken back, about what the store holds."""
        d, undo, r = DECISIONS.c, DECISIONS.alias().c, CURRENT_REPORTS.c
        found = select(d.sha256, d.part).where(
            d.reviewer == reviewer,
            d.entry == "decision",
            ~exists().where(undo.undoes == d.entry_id),
            exists().where(r.sha256 == d.sha256, func.coalesce(r.part, 0) == func.coalesce(d.part, 0)),
        )
        with self._reading() as connection:
            row = connection.execute(found.order_by(d.id.desc()).limit(1)).first()
        return (row.sha256, row.part) if row else None


def _about(report: tuple[str, int | None]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    sha256, part = report
    d = DECISIONS.c
    return d.sha256 == sha256, d.part.is_(None) if part is None else d.part == part

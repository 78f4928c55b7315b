"""What people decided: only ever added to, in one order for all who read it."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, func, insert, select

from gkllm.store.opening import alone, telling
from gkllm.store.records import DecisionRow
from gkllm.store.tables import DECISIONS, OVERRULED


class Decisions:
    """The decisions in a store.

    Raises, from every method:
        StoreUnusable: the database refuses or cannot be reached; of entries being added none stands then.
    """

    def __init__(self, address: str, writer: Engine) -> None:
        self._address = address
        self._writer = writer
        self._reader = writer.execution_options(writing=False)

    def append(self, rows: Sequence[DecisionRow]) -> None:
        """Add entries, all in one transaction."""
        with telling(self._address), self._writer.begin() as connection:
            # Else one that began earlier could come to stand before what was read already.
            alone(connection)
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
        with telling(self._address), self._reader.connect() as connection:
            return int(connection.scalar(select(func.max(DECISIONS.c.id))) or 0)

    def since(self, number: int) -> list[tuple[int, str]]:
        """The entries added after the one of that number, 0 for all: each number, and its line."""
        d = DECISIONS.c
        with telling(self._address), self._reader.connect() as connection:
            rows = connection.execute(select(d.id, d.json).where(d.id > number).order_by(d.id))
            return [(row.id, row.json) for row in rows]

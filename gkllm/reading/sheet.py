"""A question about rows of a section in few tokens: runs of like cells written short, one string a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, create_model

from gkllm.form import Row, Table
from gkllm.reading.questions import RowsPart
from gkllm.reading.short_lines import cells_of, written

_LONGEST_LINE = 96
"""Characters of a line that an answer may hold: seven numbers of ten digits take no more."""


def _joined(line: Any) -> Any:
    """What a model writes for a line that is a list of cells."""
    return written(map(str, line)) if isinstance(line, list) else line


_Line = Annotated[str, BeforeValidator(_joined), StringConstraints(max_length=_LONGEST_LINE)]
"""How many cells a line has is no matter of the schema: an answer that miscounts a row is as good in the others."""


@dataclass(frozen=True)
class SheetPart(RowsPart):
    """Rows of one table over its section, whose lines are written short. Only the answer's schema names the rows asked,
    which an endpoint enforces, or which stands in the prompt.
    """

    @property
    def response_model(self) -> type[BaseModel]:
        """One required string a row, named by the form's label: its cells, with `|` between them."""
        return _response_model(self.table, self.rows)

    def _strings(self, row: Row, told: Any) -> Sequence[str] | None:
        line = _joined(told)
        return cells_of(line, len(row.columns)) if isinstance(line, str) else None


@lru_cache(maxsize=256)
def _response_model(table: Table, rows: tuple[Row, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {row.id: (_Line, Field(alias=table.name_of(row))) for row in rows}
    return create_model(f"Table_{table.id}", __config__=ConfigDict(extra="ignore"), **fields)

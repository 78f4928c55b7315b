"""What is known of an imagined office, loaded from `office.toml`."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Requests(_Part):
    """The applications' table: its rows and columns by what they mean, and how their numbers are spread."""

    table: str
    received: str
    carried_in: str
    carried_out: str
    results_total: str
    commonest: str
    applicant: str
    total: str
    shares: dict[str, float]
    weights: dict[str, float]


class Proceedings(_Part):
    """The table of a few counts and their totals."""

    table: str


class Draw(_Part):
    """One number, given to all of `columns`: few or none, of any size up to `most`, money, or one of `values`."""

    columns: tuple[str, ...]
    kind: Literal["few", "wide", "money", "choice"]
    most: int | dict[str, int] = 0
    share: float = 0.0
    values: tuple[int, ...] = ()
    on_top_of: str | None = None


class Disclosure(_Part):
    """The table of what was issued and decided; `empty_rows` are 0 throughout."""

    table: str
    empty_rows: tuple[str, ...]
    draws: tuple[Draw, ...]


class Stated(_Part):
    """A sentence that states a cell's number."""

    cell: str
    sentence: str


class Office(_Part):
    """How large the office is (least, most, weight), and how each table's numbers are drawn."""

    sizes: tuple[tuple[int, int, float], ...]
    requests: Requests
    proceedings: Proceedings
    disclosure: Disclosure
    prose: Stated


@cache
def load_office() -> Office:
    """The office as the data file describes it."""
    text = (resources.files(__package__) / "office.toml").read_text(encoding="utf-8")
    return Office.model_validate(tomllib.loads(text))

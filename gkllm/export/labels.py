"""What the columns of wide data are called, in the language in force."""

from collections.abc import Mapping
from typing import Final

from gkllm.errors import FormError
from gkllm.form import CellId, CellPlace, Forms
from gkllm.language import later, said, spoken

_ABOUT: Final[Mapping[str, str]] = {
    "issuer": later("issuer"),
    "year": later("year"),
    "title": later("title"),
    "published": later("published on"),
    "source": later("source"),
    "part": later("number among the file's reports"),
    "sha256": later("SHA-256 of the file"),
    "form": later("form"),
    "to_review": later("cells to review"),
    "broken": later("broken relations"),
    "review_cells": later("which cells are to be reviewed"),
}
_YUAN: Final[Mapping[str, str]] = {"元": later("yuan"), "万元": later("10,000 yuan")}


def about_label(name: str) -> str:
    """What a column about the report is called."""
    return said(_ABOUT[name])


def edition_label(column: str, form: str, forms: Forms) -> str:
    """What the column with a table's edition is called: after the table's title, or its id in a form not known here."""
    name = column.partition(".")[0]
    try:
        table = forms[form].untold(name)
    except FormError:
        title = name
    else:
        title = table.title if spoken() == "zh" else table.english
    return said("edition of table {table}", table=title)


def edition_value(edition: str) -> str:
    """What the number of an edition stands for."""
    return said("edition {edition}", edition=edition)


def cell_label(cell: str, printed: str, form: str, edition: str | None, forms: Forms) -> str:
    """What the column of a cell is called: its labels as the edition prints them or in English, with a unit of money.

    `printed` is the label in the report, which is all there is of a form that is not known here.
    """
    place = _place(cell, form, edition, forms)
    if place is None:
        return printed if spoken() == "zh" else " / ".join(cell.replace("_", " ").split("."))
    label = place.printed if spoken() == "zh" else f"{place.row.english} / {place.column.english}"
    unit = place.column.unit
    if unit is None or unit not in _YUAN or (spoken() == "zh" and unit in label):
        return label
    return said("{label} ({unit})", label=label, unit=said(_YUAN[unit]))


def _place(cell: str, form: str, edition: str | None, forms: Forms) -> CellPlace | None:
    try:
        table = forms[form].table(CellId(cell).table, edition or "")
    except FormError:
        return None
    return table.places.get(cell)

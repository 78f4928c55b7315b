"""The designs of a prompt that reads tables: what one question holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from gkllm.errors import PromptError
from gkllm.form import CellId, Row
from gkllm.prompts import Prompt, load_prompt
from gkllm.reading.choices import ChoicesPart, open_choices
from gkllm.reading.excerpt import PrintedTable
from gkllm.reading.questions import Part, RowsPart, SheetPart, Shown

RowsDesign = Literal["sheet", "section", "table", "rows", "row"]
"""`sheet`: all rows asked in one question, over the section in reading order, one string a row. `section`: the same,
one a cell. `table`: rows under the same headings, over the table's raw text. `rows`: the same over their lines with
numbered blanks. `row`: one row, over its lines."""
_SHOWN: Mapping[RowsDesign, Shown] = {
    "sheet": "sheet",
    "section": "section",
    "table": "text",
    "rows": "lines",
    "row": "lines",
}
_OPEN = "open"
"""Only the open cells that have candidates, over their rows' lines."""


@dataclass(frozen=True, slots=True)
class TablePrompts:
    """The prompt that reads rows, and the one, if any, that is asked first about open cells with candidates."""

    rows: Prompt
    design: RowsDesign
    open: Prompt | None

    def questions(self, printed: PrintedTable, cells: Sequence[str]) -> list[tuple[Prompt, Part]]:
        """What to ask about some cells of a table; nothing of what the document shows no text of."""
        asked: list[tuple[Prompt, Part]] = []
        if self.open is not None:
            choices, cells = open_choices(printed, cells)
            if choices:
                asked.append((self.open, ChoicesPart(printed, tuple(choices))))
        wanted = {CellId(cell).row for cell in cells}
        rows = [row for row in printed.table.rows if row.id in wanted]
        asked += [(self.rows, part) for part in _rows_parts(self.design, printed, rows)]
        return [(prompt, part) for prompt, part in asked if part.source.strip()]


def table_prompts(name_or_path: str, *, whole_tables: bool) -> TablePrompts:
    """The prompts that a prompt's front matter asks for: `reads` names its design, and `otherwise` the prompt that
    whole tables are read with, if not with itself. One that reads open cells names there the prompt for rows whose
    cells have no candidates.

    Raises PromptError where a prompt is missing or its front matter does not say.
    """
    prompt = load_prompt(name_or_path)
    otherwise, picks = prompt.front_matter.get("otherwise"), prompt.front_matter.get("reads") == _OPEN
    if picks and not isinstance(otherwise, str):
        raise PromptError(
            "{path}:1: a prompt that reads open cells names in 'otherwise' one for rows", path=prompt.path
        )
    rows = load_prompt(otherwise) if isinstance(otherwise, str) and (picks or whole_tables) else prompt
    return TablePrompts(rows, _rows_design(rows), prompt if picks and not whole_tables else None)


def _rows_design(prompt: Prompt) -> RowsDesign:
    reads = prompt.front_matter.get("reads")
    for design in get_args(RowsDesign):
        if reads == design:
            return design  # type: ignore[no-any-return]
    designs = ", ".join((*get_args(RowsDesign), _OPEN))
    raise PromptError(
        "{path}:1: 'reads' is {reads!r}; a prompt for tables reads one of {designs}",
        path=prompt.path,
        reads=reads,
        designs=designs,
    )


def _rows_parts(design: RowsDesign, printed: PrintedTable, rows: Iterable[Row]) -> list[RowsPart]:
    """The rows that go into one question together."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        together = {"sheet": "", "section": "", "row": row.id}.get(design, row.headed_by)
        groups.setdefault(together, []).append(row)
    part = SheetPart if design == "sheet" else RowsPart
    return [part(printed, tuple(group), _SHOWN[design]) for group in groups.values()]

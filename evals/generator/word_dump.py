"""Word text dumps: a cell opens with newline and tab, an empty line ends a row."""

from evals.generator.grids import Grid, Slot, grids_of
from evals.generator.pages import Page, section_title

BREAKS = ("\n", "\n", " ", "\n\n")


def write_word_dump(page: Page) -> None:
    """Prose paragraphs one a line, then each table under its section title, if that is printed."""
    rng, write = page.rng, page.writer.write
    title = page.heading.title
    write(title if rng.random() < 0.6 else title.replace("年度报告", "\n年度报告"))
    write("\n")
    gap = rng.choice(("\n", "\n\n"))
    for paragraph in page.prose.opening:
        write(paragraph + gap)
    expanded, stacked = rng.random() < 0.3, rng.random() < 0.3
    for table in page.tables():
        if table.id != "disclosure" or rng.random() < 0.85:
            write(section_title(table) + gap)
        for grid in grids_of(rng, table, page.labels):
            _write_grid(page, grid, expanded=expanded, stacked=stacked)
        write("\n" * rng.choice((1, 1, 2, 8)))
    write(gap.join(page.prose.closing) + "\n")


def _write_grid(page: Page, grid: Grid, *, expanded: bool, stacked: bool) -> None:
    """`expanded` prints the rest of an area merged sideways as blank cells, in the disclosure table alone."""
    for index, row in enumerate(grid.rows):
        header = index in grid.header_rows
        for slot in row:
            if slot.covered == "across" and not (expanded and grid.table == "disclosure"):
                continue
            page.writer.write("\t")
            if slot.cell:
                page.writer.cell(slot.cell)
            else:
                page.writer.write(
                    _label(slot, repeated=grid.repeated and not header, stacked=stacked and header)
                )
            page.writer.write("\n")
        page.writer.write("\n")


def _label(slot: Slot, *, repeated: bool, stacked: bool) -> str:
    """A label as its cell prints it; narrow header cells stack their characters."""
    if slot.covered == "across" or (slot.covered == "down" and not repeated):
        return ""
    return "\n".join(slot.text) if stacked and len(slot.text) <= 4 else slot.text

"""Markdown tables."""

from evals.generator.grids import Grid, GridRow, grids_of, unmerged_label
from evals.generator.pages import Page, section_title

BREAKS = ("<br>", "<br>", "<br/>", " ")


def write_pipe(page: Page) -> None:
    """Markdown headings and paragraphs; the disclosure table's blocks are tables of their own, or one."""
    rng, write = page.rng, page.writer.write
    mark = rng.choice(("# ", "## ", ""))
    write(f"{mark}{page.heading.title}\n\n")
    for paragraph in page.prose.opening:
        write(paragraph + "\n\n")
    compact, padded, joined = rng.random() < 0.4, rng.random() < 0.7, rng.random() < 0.5
    repeated = not compact and rng.random() < 0.3
    for table in page.tables():
        write(f"{'#' + mark if mark else ''}{section_title(table)}\n\n")
        grids = grids_of(rng, table, page.labels, compact=compact)
        if joined and table.id == "disclosure":
            grids = [Grid(table.id, tuple(row for grid in grids for row in grid.rows))]
        for grid in grids:
            _write_grid(page, grid, padded=padded, repeated=repeated)
    write("\n\n".join(page.prose.closing) + "\n")


def _write_grid(page: Page, grid: Grid, *, padded: bool, repeated: bool) -> None:
    """The first row is Markdown's header, whatever it holds."""
    pad = " " if padded else ""
    rule = page.rng.choice(("---", ":---:", "-----"))
    for index, row in enumerate(grid.rows):
        _write_row(page, row, pad=pad, repeated=repeated or grid.repeated)
        if index == 0:
            page.writer.write("|" + f"{pad}{rule}{pad}|" * len(row) + "\n")
    page.writer.write("\n")


def _write_row(page: Page, row: GridRow, *, pad: str, repeated: bool) -> None:
    page.writer.write("|")
    for slot in row:
        page.writer.write(pad)
        if slot.cell:
            page.writer.cell(slot.cell)
        else:
            page.writer.write(unmerged_label(slot, repeated=repeated))
        page.writer.write(pad + "|")
    page.writer.write("\n")

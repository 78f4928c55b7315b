"""Tables pasted as tab- or comma-separated values, prose and all."""

from evals.generator.grids import GridRow, Slot, grids_of, unmerged_label
from evals.generator.pages import Page, section_title

BREAKS = (" ", "\u3000")


def write_delimited(page: Page) -> None:
    """One separator for the whole text; a sheet saved whole pads its prose lines to the table's width."""
    rng = page.rng
    separator = rng.choice(("\t", ","))
    compact, dropped, quoted = rng.random() < 0.4, rng.random() < 0.35, rng.random() < 0.2
    filler = separator * 14 if rng.random() < 0.3 and not dropped else ""
    gap = rng.choice(("\n", filler + "\n"))
    for paragraph in (page.heading.title, *page.prose.opening):
        page.writer.write(paragraph + filler + "\n")
    for table in page.tables():
        page.writer.write(gap + section_title(table) + filler + "\n")
        for grid in grids_of(rng, table, page.labels, compact=compact):
            for row in grid.rows:
                slots = _without_trailing(page, row) if dropped else row
                _write_row(page, slots, separator, repeated=grid.repeated, quoted=quoted and separator == ",")
    page.writer.write(gap)
    for paragraph in page.prose.closing:
        page.writer.write(paragraph + filler + "\n")


def _without_trailing(page: Page, row: GridRow) -> GridRow:
    """The row up to its last slot that prints something."""
    filled = [index for index, slot in enumerate(row) if _text(page, slot, repeated=False)]
    return row[: filled[-1] + 1] if filled else ()


def _write_row(page: Page, row: GridRow, separator: str, *, repeated: bool, quoted: bool) -> None:
    for index, slot in enumerate(row):
        page.writer.write(separator if index else "")
        text = _text(page, slot, repeated=repeated)
        quote = (
            '"' if (quoted and text) or (separator == "," and any(mark in text for mark in ',"\n')) else ""
        )
        page.writer.write(quote)
        if slot.cell:
            page.writer.cell(slot.cell)
        else:
            page.writer.write(text.replace('"', '""') if quote else text)
        page.writer.write(quote)
    page.writer.write("\n")


def _text(page: Page, slot: Slot, *, repeated: bool) -> str:
    return page.content(slot.cell) if slot.cell else unmerged_label(slot, repeated=repeated)

"""Excel workbooks until 2003, and those of WPS (.xls, .et), read by xlrd into sheets as Excel shows them."""

import io
from typing import Any

from gkllm.documents.document import Document
from gkllm.documents.workbook.sheet import Sheet, Shown, document_of, shown_number
from gkllm.errors import UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind

MEDIA_TYPE = "application/vnd.ms-excel"
_WHITE = (255, 255, 255)
_NO_FILL = 0


def read_xls(content: bytes, name: str) -> Document:
    """The document in a workbook's bytes.

    Raises:
        EmptyDocument: no visible sheet shows anything.
        DocumentTooLarge: a sheet has more cells than any report.
        UnsupportedFormat: the file is damaged or encrypted.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
        sheets = [_sheet(book, sheet) for sheet in book.sheets() if not sheet.visibility]
    except MemoryError:
        raise
    except Exception as error:
        # Of a damaged file the library raises whatever it stumbles over.
        what = "encrypted" if "encrypted" in str(error) else "damaged"
        raise UnsupportedFormat(f"{name}: the workbook is {what}") from error
    hidden = [sheet.name for sheet in book.sheets() if sheet.visibility]
    doubts = [Doubt.of(DoubtKind.SHEET_HIDDEN, sheet=title) for title in hidden]
    return document_of(sheets, content, name, MEDIA_TYPE, *doubts)


def _sheet(book: Any, found: Any) -> Sheet:
    sheet = Sheet(found.name)
    sheet.hidden_rows.update(
        row for row, info in found.rowinfo_map.items() if info.hidden or info.height == 0
    )
    sheet.hidden_columns.update(
        column for column, info in found.colinfo_map.items() if info.hidden or info.width == 0
    )
    sheet.merged += [(top, left, bottom - 1, right - 1) for top, bottom, left, right in found.merged_cells]
    for row in range(found.nrows):
        for column in range(found.row_len(row)):
            shown = _shown(book, found, row, column)
            if shown.text or shown.doubt:
                sheet.cells[row, column] = shown
    return sheet


def _shown(book: Any, sheet: Any, row: int, column: int) -> Shown:
    import xlrd

    cell = sheet.cell(row, column)
    style = book.xf_list[cell.xf_index]
    if cell.ctype == xlrd.XL_CELL_TEXT:
        shown = _text(book, cell.value, sheet.rich_text_runlist_map.get((row, column), ()))
    elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        known = book.format_map.get(style.format_key)
        code = known.format_str if known is not None else None
        shown = shown_number(cell.value, code, since_1904=bool(book.datemode))
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        shown = Shown("TRUE" if cell.value else "FALSE")
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        shown = Shown(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    else:
        return Shown("")
    left_out = _left_out(book, style.font_index)
    if left_out is DoubtKind.FAINT_LEFT_OUT and style.background.fill_pattern != _NO_FILL:
        left_out = None
    return Shown("", Doubt(left_out)) if shown.text and left_out else shown


def _text(book: Any, text: str, runs: Any) -> Shown:
    """A string but for runs that are struck out or raised. `runs` are (first character, font) after the first."""
    told, doubt = "", None
    starts = [(0, None), *runs]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    for (start, font), end in zip(starts, ends, strict=True):
        left_out = None if font is None else _left_out(book, font)
        told += "" if left_out else text[start:end]
        if left_out and text[start:end].strip():
            doubt = doubt or Doubt(left_out)
    return Shown(told, doubt)


def _left_out(book: Any, font_index: int) -> DoubtKind | None:
    """Why text in a font is left out, null where it is not; white text is seen only where something is behind it."""
    font = book.font_list[font_index]
    if font.struck_out:
        return DoubtKind.STRUCK_LEFT_OUT
    if font.escapement == 1:
        return DoubtKind.RAISED_LEFT_OUT
    return DoubtKind.FAINT_LEFT_OUT if book.colour_map.get(font.colour_index) == _WHITE else None

"""What form fields and notes of a PDF page hold, so that none of it is lost where the page does not draw it."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gkllm.documents.document import collapse
from gkllm.documents.paged.page import Box, Glyph
from gkllm.documents.pdf.display import PageFrame
from gkllm.facts import Doubt, DoubtKind

_HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_WITH_TEXT = frozenset(
    {raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
)
_NOT_SHOWN = Doubt(DoubtKind.FIELD_NOT_SHOWN)
_TYPE = 10.0
"""Height of type, in points, of a text that the page does not draw."""


@dataclass(frozen=True, slots=True)
class Note:
    """A form field or a note on the page, and the text it holds."""

    box: Box
    text: str


def notes_of(page: pdfium.PdfPage) -> Iterator[Note]:
    """The page's visible fields and notes with a text, in the frame of the page as displayed."""
    frame = PageFrame(page)
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, index)
        try:
            found = raw.FS_RECTF()
            if raw.FPDFAnnot_GetFlags(note) & _HIDDEN or not raw.FPDFAnnot_GetRect(note, found):
                continue
            text = collapse(_text(page, note))
            if text:
                yield Note(frame.box(found.left, found.top, found.right, found.bottom), text)
        finally:
            raw.FPDFPage_CloseAnnot(note)


def _text(page: pdfium.PdfPage, note: object) -> str:
    kind = raw.FPDFAnnot_GetSubtype(note)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return _string(raw.FPDFAnnot_GetStringValue, note, b"Contents")
    if kind != raw.FPDF_ANNOT_WIDGET:
        return ""
    if page.formenv is None:
        return _string(raw.FPDFAnnot_GetStringValue, note, b"V")
    if raw.FPDFAnnot_GetFormFieldType(page.formenv, note) not in _WITH_TEXT:
        return ""
    return _string(raw.FPDFAnnot_GetFormFieldValue, page.formenv, note)


def _string(ask: object, *arguments: object) -> str:
    """What PDFium answers in UTF-16."""
    size = ask(*arguments, None, 0)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(size + 2)
    ask(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)  # type: ignore[operator]
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")


def with_notes(glyphs: Sequence[Glyph], notes: Sequence[Note]) -> list[Glyph]:
    """The characters, those doubted that differ from what a field there holds; and what none of them shows."""
    glyphs = list(glyphs)
    for note in notes:
        inside = [index for index, glyph in enumerate(glyphs) if note.box.holds(*glyph.box.centre)]
        if not inside:
            size = min(_TYPE, note.box.height)
            glyphs.append(Glyph(note.text, note.box, size, doubt=_NOT_SHOWN))
        elif sorted("".join(glyphs[index].text for index in inside)) != sorted("".join(note.text.split())):
            for index in inside:
                glyphs[index] = replace(glyphs[index], doubt=glyphs[index].doubt or _NOT_SHOWN)
    return glyphs

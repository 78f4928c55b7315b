"""Excel workbooks since 2007 (.xlsx, .xlsm): the parts of the container become sheets as Excel shows them."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element

from gkllm.documents.document import Document
from gkllm.documents.workbook.number_format import BUILT_IN
from gkllm.documents.workbook.sheet import Area, Sheet, Shown, document_of, shown_number
from gkllm.documents.zipped import (
    attribute_of,
    open_container,
    parse_xml,
    part_of,
    parts_of,
    read_part,
    value_of,
)
from gkllm.errors import UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
T = TypeVar("T")
_ON = frozenset(("1", "true", "on"))
_WHITE = re.compile(r"(?:[0-9A-F]{2})?FFFFFF$", re.IGNORECASE)
_MOST_COLUMNS = 16_384
"""A sheet has no more (ECMA-376, 18.3.1.13)."""


def read_xlsx(content: bytes, name: str) -> Document:
    """The document in a workbook's bytes.

    Raises:
        EmptyDocument: no visible sheet shows anything.
        DocumentTooLarge: a part unpacks to more, or a sheet has more cells, than any report.
        UnsupportedFormat: the file is damaged, encrypted or declares entities.
    """
    workbook = _Workbook(open_container(content, name), name)
    sheets = [workbook.sheet(*named) for named in workbook.visible]
    return document_of(sheets, content, name, MEDIA_TYPE, *workbook.doubts)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a cell's style says: its number format, null where it is not known, and how its text is drawn."""

    code: str | None = BUILT_IN[0]
    struck: bool = False
    raised: bool = False
    white: bool = False

    @property
    def left_out(self) -> DoubtKind | None:
        """Why text drawn so is left out, null where it is not."""
        if self.struck:
            return DoubtKind.STRUCK_LEFT_OUT
        if self.raised:
            return DoubtKind.RAISED_LEFT_OUT
        return DoubtKind.FAINT_LEFT_OUT if self.white else None


class _Workbook:
    """The parts of a workbook. `visible` are its sheets that are not hidden, each with its name and path."""

    def __init__(self, container: zipfile.ZipFile, name: str) -> None:
        self._container, self._name = container, name
        self._known = set(container.namelist())
        main = next(
            (target for kind, target in self._related("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        root = self._xml(main)
        if root is None:
            raise UnsupportedFormat("{name}: the workbook has no body", name=name)
        related = self._related(main)
        properties = part_of(root, "workbookPr")
        self._since_1904 = properties is not None and attribute_of(properties, "date1904") in _ON
        parts = dict(related.values())
        self._styles = tuple(_styles(self._xml(parts.get("styles", ""))))
        shared = self._xml(parts.get("sharedStrings", ""))
        self._strings = tuple(_text(item) for item in parts_of(shared, "si"))
        self.visible: list[tuple[str, str]] = []
        hidden: list[str] = []
        for sheet in parts_of(part_of(root, "sheets"), "sheet"):
            kind, target = related.get(attribute_of(sheet, "id") or "", ("", ""))
            title = attribute_of(sheet, "name") or ""
            if kind == "worksheet":
                if attribute_of(sheet, "state") in (None, "visible"):
                    self.visible.append((title, target))
                else:
                    hidden.append(title)
        self.doubts = [Doubt.of(DoubtKind.SHEET_HIDDEN, sheet=title) for title in hidden]
        if pictures := sum(path.startswith("xl/media/") for path in self._known):
            self.doubts.append(Doubt.of(DoubtKind.PICTURES_SHOWN, pictures=pictures))

    def sheet(self, title: str, path: str) -> Sheet:
        """The sheet as Excel shows it."""
        root = self._xml(path)
        sheet = Sheet(title)
        for columns in parts_of(part_of(root, "cols"), "col"):
            if attribute_of(columns, "hidden") in _ON or attribute_of(columns, "width") == "0":
                first, last = _number(attribute_of(columns, "min")), _number(attribute_of(columns, "max"))
                sheet.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
        default = part_of(root, "sheetFormatPr")
        unless_said = default is not None and attribute_of(default, "zeroHeight") in _ON
        at = -1
        for row in parts_of(part_of(root, "sheetData"), "row"):
            said = attribute_of(row, "r")
            at = _number(said) - 1 if said else at + 1
            hidden = attribute_of(row, "hidden")
            if (
                hidden in _ON
                or attribute_of(row, "ht") == "0"
                or (hidden is None and unless_said and said is None)
            ):
                sheet.hidden_rows.add(at)
            for place, cell in _placed(row, at):
                shown = self._shown(cell)
                if shown.text or shown.doubt:
                    sheet.cells[place] = shown
        for merged in parts_of(part_of(root, "mergeCells"), "mergeCell"):
            if area := _area(attribute_of(merged, "ref") or ""):
                sheet.merged.append(area)
        return sheet

    def _shown(self, cell: Element) -> Shown:
        kind, value = attribute_of(cell, "t") or "n", part_of(cell, "v")
        style = _item(self._styles, attribute_of(cell, "s"), _Style())
        text = (value.text or "") if value is not None else ""
        if kind == "inlineStr":
            shown = _text(part_of(cell, "is"))
        elif kind == "s":
            shown = _item(self._strings, text, Shown("\ufffd"))
        elif kind == "b":
            shown = Shown("TRUE" if text in _ON else "FALSE")
        elif kind == "d":
            shown = Shown(text.partition("T")[0])
        elif kind == "n" and text:
            shown = self._number(text, style.code)
        else:
            formula = part_of(cell, "f")
            # One that was never worked out shows a number all the same.
            shown = Shown(f"={formula.text or ''}" if formula is not None and not text else text)
        if shown.text and style.left_out is not None:
            return Shown("", Doubt(style.left_out))
        return shown

    def _number(self, text: str, code: str | None) -> Shown:
        try:
            return shown_number(float(text), code, since_1904=self._since_1904)
        except (ValueError, ArithmeticError):
            return Shown(text)

    def _related(self, path: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: by id, the kind and the path."""
        folder, _, file = path.rpartition("/")
        root = self._xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            attribute_of(relation, "Id") or "": (
                (attribute_of(relation, "Type") or "").rpartition("/")[2],
                posixpath.normpath(
                    posixpath.join("/", folder, attribute_of(relation, "Target") or "")
                ).lstrip("/"),
            )
            for relation in parts_of(root, "Relationship")
        }

    def _xml(self, path: str) -> Element | None:
        if path not in self._known:
            return None
        return parse_xml(read_part(self._container, self._container.getinfo(path), self._name), self._name)


def _placed(row: Element, at: int) -> Iterator[tuple[tuple[int, int], Element]]:
    """The row's cells with their places; one that names none stands after the one before."""
    column = -1
    for cell in parts_of(row, "c"):
        found = _REFERENCE.match(attribute_of(cell, "r") or "")
        column = _column(found[1]) if found else column + 1
        yield (at, column), cell


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _area(reference: str) -> Area | None:
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.match(first), _REFERENCE.match(last)
    if start is None or end is None:
        return None
    return int(start[2]) - 1, _column(start[1]), int(end[2]) - 1, _column(end[1])


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _item(items: Sequence[T], index: str | None, otherwise: T) -> T:
    number = _number(index)
    return items[number] if number < len(items) else otherwise


def _text(element: Element | None) -> Shown:
    """A string: its runs but for those struck out or raised, without how it is pronounced."""
    if element is None:
        return Shown("")
    told, doubt = "", None
    for part in element:
        properties = part_of(part, "rPr")
        left_out = _drawn(properties).left_out if part.tag == "r" and properties is not None else None
        text = (part.text if part.tag == "t" else getattr(part_of(part, "t"), "text", None)) or ""
        if part.tag in ("t", "r"):
            told += "" if left_out else text
            doubt = doubt or (Doubt(left_out) if left_out and text.strip() else None)
    return Shown(told.replace("_x000D_", ""), doubt)


def _styles(root: Element | None) -> Iterator[_Style]:
    codes: Mapping[int, str] = BUILT_IN | {
        _number(attribute_of(own, "numFmtId")): attribute_of(own, "formatCode") or ""
        for own in parts_of(part_of(root, "numFmts"), "numFmt")
    }
    fonts = [_drawn(font) for font in parts_of(part_of(root, "fonts"), "font")]
    filled = [
        (pattern := part_of(fill, "patternFill")) is None
        or attribute_of(pattern, "patternType") not in (None, "none")
        for fill in parts_of(part_of(root, "fills"), "fill")
    ]
    for style in parts_of(part_of(root, "cellXfs"), "xf"):
        font = _item(fonts, attribute_of(style, "fontId"), _Style())
        white = font.white and not _item(filled, attribute_of(style, "fillId"), False)
        code = codes.get(_number(attribute_of(style, "numFmtId")))
        yield _Style(code, font.struck, font.raised, white)


def _drawn(font: Element) -> _Style:
    """How a font draws: `white` is right only where nothing is behind it."""
    strike, colour, align = part_of(font, "strike"), part_of(font, "color"), part_of(font, "vertAlign")
    return _Style(
        struck=strike is not None and (value_of(strike) or "1") in _ON,
        raised=align is not None and value_of(align) == "superscript",
        white=colour is not None
        and (bool(_WHITE.match(attribute_of(colour, "rgb") or "")) or attribute_of(colour, "theme") == "0")
        and attribute_of(colour, "tint") is None,
    )

"""The parts of a Word file: of a zip container, of the same parts in one XML file, or of Word 2003's XML."""

import base64
import binascii
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from gkllm.documents.zipped import SIGNATURE, attribute_of, open_container, parse_xml, part_of, read_part
from gkllm.errors import UnsupportedFormat

_MAIN_PART = "word/document.xml"
_USUAL = re.compile(rb"<(?:\?xml[^>]*encoding=.(?:UTF|utf)-8[^>]*>\s*<)?w:")
_TELLING = re.compile(rb"<w:(?:vanish|d?strike|vertAlign|webHidden|color w:val=.[Ff].[Ff])")
"""Styles are long: looked for with the prefix that all office programs write, it takes a tenth of the time."""


@dataclass(frozen=True, slots=True)
class WordPackage:
    """The body of a Word file, its styles, and how to read parts that the body refers to.

    `targets` are the paths of parts by the id that the body names them with.
    """

    body: Element
    styles: Element | None
    targets: Mapping[str, str]
    _parts: "_Parts | None" = None

    def content(self, reference: str) -> tuple[str, bytes] | None:
        """The path and the bytes of a part that the body refers to; null where there is none."""
        path = self.targets.get(reference)
        content = self._parts.content(path) if self._parts is not None and path is not None else None
        return (path, content) if path is not None and content is not None else None


def open_package(content: bytes, name: str) -> WordPackage:
    """The parts of a Word file.

    Raises:
        DocumentTooLarge: a part unpacks to more than any report's.
        UnsupportedFormat: the file is damaged, encrypted or declares entities, or has no body.
    """
    parts: _Parts
    if content.startswith(SIGNATURE):
        parts = _Zipped(open_container(content, name), name)
    else:
        root = parse_xml(content, name)
        if root.tag != "package":
            body = part_of(root, "body")
            return WordPackage(_some(body, name), part_of(root, "styles"), {})
        parts = _Flat(root, name)
    path = _main_path(parts)
    body = parts.xml(path)
    folder = posixpath.dirname(path)
    related = _relations(parts, path)
    targets = {
        key: posixpath.normpath(posixpath.join(folder, target)) for key, (_, target) in related.items()
    }
    styles = next((targets[key] for key, (kind, _) in related.items() if kind.endswith("/styles")), None)
    return WordPackage(_some(body, name), _styles(parts, styles or "word/styles.xml"), targets, parts)


def _styles(parts: "_Parts", path: str) -> Element | None:
    """The styles, where they say anything of what is read: most files' say much else."""
    content = parts.content(path)
    return None if content is not None and not _tells(content) else parts.xml(path)


def _tells(styles: bytes) -> bool:
    """Whether a style may hide text or set it apart; those of tables do not say how text is read."""
    if not _USUAL.match(styles):
        return True
    for found in _TELLING.finditer(styles):
        begin = styles.rfind(b"<w:style ", 0, found.start())
        if b'w:type="table"' not in styles[begin : styles.find(b">", begin)]:
            return True
    return False


def _some(body: Element | None, name: str) -> Element:
    if body is None:
        raise UnsupportedFormat("{name}: the Word file has no body", name=name)
    return body


class _Parts:
    """Where parts come from."""

    def __init__(self, name: str) -> None:
        self._name = name

    def content(self, path: str) -> bytes | None:
        """A part's bytes, null where there is no such part."""
        raise NotImplementedError

    def xml(self, path: str) -> Element | None:
        """A part that is XML, null where there is no such part."""
        content = self.content(path)
        return None if content is None else parse_xml(content, self._name)


class _Zipped(_Parts):
    def __init__(self, container: zipfile.ZipFile, name: str) -> None:
        super().__init__(name)
        self._container = container
        self._entries = {entry.filename: entry for entry in container.infolist()}

    def content(self, path: str) -> bytes | None:
        entry = self._entries.get(path.lstrip("/"))
        return None if entry is None else read_part(self._container, entry, self._name)


class _Flat(_Parts):
    """Word's "flat" XML: every part of the container as an element."""

    def __init__(self, root: Element, name: str) -> None:
        super().__init__(name)
        self._elements = {(attribute_of(part, "name") or "").lstrip("/"): part for part in root}

    def content(self, path: str) -> bytes | None:
        binary = part_of(self._elements.get(path.lstrip("/")), "binaryData")
        try:
            return None if binary is None else base64.b64decode("".join((binary.text or "").split()))
        except binascii.Error:
            return None

    def xml(self, path: str) -> Element | None:
        data = part_of(self._elements.get(path.lstrip("/")), "xmlData")
        return next(iter(data), None) if data is not None else None


def _relations(parts: _Parts, path: str) -> dict[str, tuple[str, str]]:
    """(type, target) of what the part at a path refers to, by id."""
    folder, _, file = path.rpartition("/")
    root = parts.xml(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
    return {
        relation.get("Id", ""): (relation.get("Type", ""), relation.get("Target", ""))
        for relation in (root if root is not None else ())
    }


def _main_path(parts: _Parts) -> str:
    found = (target for kind, target in _relations(parts, "").values() if kind.endswith("/officeDocument"))
    return next(found, _MAIN_PART).lstrip("/")

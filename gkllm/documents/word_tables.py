"""What a Word file says of its tables and their cells."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gkllm.documents.xml import attribute_of, part_of, value_of


def is_shaded(properties: Element | None) -> bool:
    """Whether a cell has a background of its own."""
    shading = part_of(properties, "shd")
    fill = (attribute_of(shading, "fill") or "auto").lower() if shading is not None else "auto"
    return fill not in ("auto", "ffffff")


def number_of(element: Element | None, default: int) -> int:
    """The whole number that an element holds."""
    value = value_of(element) if element is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else default


def extent(table: Element) -> tuple[int, int]:
    """How many rows the table has, and how many cells the longest; tables inside it do not count."""
    rows = longest = 0
    for row in _inner(table, "tr"):
        rows += 1
        longest = max(longest, sum(1 for _ in _inner(row, "tc")))
    return rows, longest


def _inner(element: Element, kind: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, content controls and the like looked through."""
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag == kind:
            yield child
        elif child.tag not in ("tbl", "tr", "tc", "p"):
            waiting.extend(reversed(child))

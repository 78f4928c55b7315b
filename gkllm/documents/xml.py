"""XML of Office files, parsed without entities: a part that declares any is refused."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from gkllm.errors import UnsupportedFormat


class _Declared(Exception):
    """A document type is declared, and with it perhaps entities."""


class _Builder(TreeBuilder):
    def doctype(self, *_declaration: str | None) -> None:
        raise _Declared


def parse_xml(content: bytes, name: str) -> Element:
    """The root element. Every element's tag is its name without a namespace.

    Those of the transitional and the strict format differ, and names are the same in all.

    Raises:
        UnsupportedFormat: it is not well-formed, or declares a document type, which no Office file does.
    """
    # Entities need a document type, which the builder refuses; expat never fetches anything by itself.
    parser = XMLParser(target=_Builder())  # noqa: S314
    try:
        parser.feed(content)
        root = parser.close()
    except _Declared as error:
        raise UnsupportedFormat(
            "{name}: its XML declares entities, which no Office file does", name=name
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnsupportedFormat("{name}: its XML is damaged", name=name) from error
    assert isinstance(root, Element)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def parts_of(element: Element | None, kind: str) -> Iterator[Element]:
    """The element's children of a kind."""
    return iter(element.findall(kind) if element is not None else ())


def part_of(element: Element | None, *kinds: str) -> Element | None:
    """The element's first child of one of the kinds; null where there is none."""
    for child in element if element is not None else ():
        if child.tag in kinds:
            return child
    return None


def attribute_of(element: Element, name: str) -> str | None:
    """An attribute's value, whatever its namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def value_of(element: Element) -> str | None:
    """The attribute that most elements of Word keep their value in."""
    return attribute_of(element, "val")

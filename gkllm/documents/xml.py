"""XML of Office files, parsed without entities: a part that declares any is refused."""

from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from gkllm.errors import UnsupportedFormat


class _Declared(Exception):
    """A document type is declared, and with it perhaps entities."""


class _Builder(TreeBuilder):
    def doctype(self, *_declaration: str | None) -> None:
        raise _Declared


def parse_xml(content: bytes, name: str) -> Element:
    """The root element.

    Raises:
        UnsupportedFormat: it is not well-formed, or declares a document type, which no Office file does.
    """
    # Entities need a document type, which the builder refuses; expat never fetches anything by itself.
    parser = XMLParser(target=_Builder())  # noqa: S314
    try:
        parser.feed(content)
        root = parser.close()
    except _Declared as error:
        raise UnsupportedFormat(f"{name}: its XML declares entities, which no Office file does") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnsupportedFormat(f"{name}: its XML is damaged") from error
    assert isinstance(root, Element)
    return root

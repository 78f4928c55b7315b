"""What the styles of a Word file say of a run of text: hidden, struck through, raised."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from gkllm.documents.xml import attribute_of, part_of, value_of

_OFF = frozenset(("0", "false", "off", "none"))
_TOGGLES = ("vanish", "strike", "dstrike", "webHidden")
_STATED = ("vertAlign", "color")
_WHITE = re.compile(r"(?:f.){3}|white")
_LEGIBLE = 2
"""Digits of a legible size in half points."""
_RAISED = frozenset(("superscript", "subscript"))
_LONGEST_CHAIN = 30
"""Styles that may be based on each other; Word refuses more than eleven."""


@dataclass(frozen=True, slots=True)
class RunLook:
    """How a run's text is shown; `faint` where it is white, tiny, or not shown in a browser."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False
    faint: bool = False

    @property
    def apart(self) -> bool:
        """Whether the text may not be a part of a number beside it."""
        return self.struck or self.raised or self.faint


_PLAIN = RunLook()


class WordStyles:
    """The styles of one file; null where it has none."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._defaults: dict[str, str] = {}
        self._looks: dict[tuple[str, str], dict[str, str]] = {}
        everywhere = part_of(part_of(part_of(root, "docDefaults"), "rPrDefault"), "rPr")
        self._everywhere = _declared(everywhere)
        for style in root if root is not None else ():
            name = attribute_of(style, "styleId")
            if style.tag == "style" and name:
                self._styles.setdefault(name, style)
                if attribute_of(style, "default") not in (None, *_OFF):
                    self._defaults.setdefault(attribute_of(style, "type") or "", name)

    def look(self, run: Element | None, paragraph: Element | None) -> RunLook:
        """How a run with these properties is shown in a paragraph with those.

        A switch that a paragraph's style and a character's style both turn on is off (ECMA-376, toggle properties);
        what the run itself says holds.
        """
        own = _declared(run)
        if not own and not self._styles and not self._everywhere:
            return _PLAIN
        levels = [
            self._of_style(paragraph, "pStyle", "paragraph"),
            self._of_style(run, "rStyle", "character"),
        ]

        def on(name: str) -> bool:
            if name in own:
                return own[name] not in _OFF
            styled = sum(level.get(name, "off") not in _OFF for level in levels) % 2 == 1
            return styled or self._everywhere.get(name, "off") not in _OFF

        def stated(name: str) -> str:
            return next((level[name].lower() for level in (own, *reversed(levels)) if name in level), "")

        faint = on("webHidden") or _WHITE.fullmatch(stated("color")) is not None or stated("sz") != ""
        return RunLook(on("vanish"), on("strike") or on("dstrike"), stated("vertAlign") in _RAISED, faint)

    def _of_style(self, properties: Element | None, reference: str, family: str) -> dict[str, str]:
        named = part_of(properties, reference)
        name = (value_of(named) if named is not None else None) or self._defaults.get(family, "")
        if not name:
            return {}
        known = self._looks.get((family, name))
        if known is None:
            known = {}
            for style in self._chain(name):
                known = {**_declared(part_of(style, "rPr")), **known}
            self._looks[family, name] = known
        return known

    def _chain(self, name: str) -> Iterator[Element]:
        """The style and those it is based on, nearest first."""
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            base = part_of(style, "basedOn")
            name = (value_of(base) if base is not None else None) or ""


def _declared(properties: Element | None) -> dict[str, str]:
    if properties is None:
        return {}
    return {
        kind: (value_of(child) or "on")
        for child in properties
        if (kind := child.tag) in _TOGGLES
        or kind in _STATED
        or (kind == "sz" and len(value_of(child) or "") < _LEGIBLE)
    }

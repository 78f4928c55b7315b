"""A page as print: characters, straight lines and other ink, each with its box."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from gkllm.facts import Doubt


class Box(NamedTuple):
    """A rectangle in points, measured from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height."""
        return self.width, self.height

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether the point is inside, or outside by at most `slack`."""
        return self.left - slack <= x <= self.right + slack and self.top - slack <= y <= self.bottom + slack

    def common(self, other: "Box") -> "Box":
        """The area the two have in common; empty where there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(
            left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom))
        )

    def overlap(self, other: "Box") -> float:
        """The area the two have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)


def around_points(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box that holds all of them."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them."""
    boxes = list(boxes)
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


@dataclass(frozen=True, slots=True)
class Glyph:
    """Printed characters that stand together: one of a PDF, a recognised string of a scan.

    `size` is the height of the type in points, `turned` the quarter turns clockwise by which the characters are
    turned. `spaced` where white space was printed before them, `twice` where they are printed again in the same
    place. `doubt` says why they may not be what is printed.
    """

    text: str
    box: Box
    size: float
    turned: int = 0
    spaced: bool = False
    twice: bool = False
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line along an axis: horizontal at height `at` from x `start` to `end`, or vertical at x `at`."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed on a page. Most of its text stands upright in its frame, which may be turned.

    `ink` are boxes of other marks (drawings, pictures) that may be writing. `turned` is by how many quarter turns
    clockwise the frame must be turned to give the page as displayed; `width` and `height` are the frame's, in
    points. `number` counts from 1. `skew` is by how many degrees, counter-clockwise, the page was turned to be level.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    strokes: tuple[Stroke, ...] = ()
    ink: tuple[Box, ...] = ()
    turned: int = 0
    skew: float = 0.0

    def displayed(self, box: Box) -> tuple[float, float, float, float]:
        """A box of the frame as (left, top, right, bottom) on the page as displayed, to a tenth of a point."""
        shown = turn_box(self._tilted(box), self.turned, self.width, self.height)
        return (round(shown.left, 1), round(shown.top, 1), round(shown.right, 1), round(shown.bottom, 1))

    def _tilted(self, box: Box) -> Box:
        """The box around the same area before the page was made level."""
        if not self.skew:
            return box
        angle = math.radians(self.skew)
        x0, y0 = self.width / 2, self.height / 2
        corners = [(x - x0, y - y0) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        back = [
            (x * math.cos(angle) - y * math.sin(angle) + x0, x * math.sin(angle) + y * math.cos(angle) + y0)
            for x, y in corners
        ]
        return around_points(back)


def turn_box(box: Box, quarters: int, width: float, height: float) -> Box:
    """The box after its frame of that width and height was turned clockwise by quarter turns."""
    for _ in range(quarters % 4):
        box = Box(height - box.bottom, box.left, height - box.top, box.right)
        width, height = height, width
    return box


def turned_upright(page: Page, quarters: int) -> Page:
    """The page in the frame in which glyphs turned clockwise by `quarters` stand upright."""
    back = -quarters % 4
    if not back:
        return page

    def turn(box: Box) -> Box:
        return turn_box(box, back, page.width, page.height)

    def turn_stroke(stroke: Stroke) -> Stroke:
        if stroke.horizontal:
            box = turn(Box(stroke.start, stroke.at, stroke.end, stroke.at))
        else:
            box = turn(Box(stroke.at, stroke.start, stroke.at, stroke.end))
        horizontal = stroke.horizontal != bool(back % 2)
        return Stroke(
            horizontal, *((box.top, box.left, box.right) if horizontal else (box.left, box.top, box.bottom))
        )

    swapped = back % 2
    return Page(
        page.number,
        page.height if swapped else page.width,
        page.width if swapped else page.height,
        tuple(replace(g, box=turn(g.box), turned=(g.turned + back) % 4) for g in page.glyphs),
        tuple(map(turn_stroke, page.strokes)),
        tuple(map(turn, page.ink)),
        (page.turned + quarters) % 4,
    )

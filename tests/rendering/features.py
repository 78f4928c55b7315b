"""What PDF files do to a number besides printing it: each is planted into cells of drawn reports."""

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Print:
    """A number about to be drawn (or nothing, in a blank cell): its text, place, font and size."""

    canvas: Canvas
    text: str
    x: float
    y: float
    font: str
    size: float

    def draw(self, text: str, x: float, y: float, size: float) -> None:
        self.canvas.setFont(self.font, size)
        self.canvas.drawString(x, y, text)

    def width(self, text: str) -> float:
        return float(pdfmetrics.stringWidth(text, self.font, self.size))


Feature = Callable[[Print], None]


def _plain(one: Print) -> None:
    one.draw(one.text, one.x, one.y, one.size)


def _paint(one: Print, colour: colors.Color) -> None:
    one.canvas.saveState()
    one.canvas.setFillColor(colour)
    one.canvas.rect(one.x - 8, one.y - 3, one.width(one.text) + 16, one.size + 3, stroke=0, fill=1)
    one.canvas.restoreState()


def whitened(one: Print) -> None:
    """An old number under a white box, the number typed over it, a little off."""
    one.draw("92", one.x - 3, one.y, one.size)
    _paint(one, colors.white)
    _plain(one)


def marked_out(one: Print) -> None:
    """A transparent marker over the number."""
    _plain(one)
    _paint(one, colors.Color(1, 1, 0, alpha=0.4))


def overprinted(one: Print) -> None:
    """An old number and the new one over it, with nothing between them, where it begins to be seen."""
    number = one.text.lstrip()
    if number:
        one.draw("92", one.x + one.width(one.text) - one.width(number) - 2, one.y, one.size)
    _plain(one)


def clipped(one: Print) -> None:
    """A number outside of what is shown."""
    one.canvas.saveState()
    clip = one.canvas.beginPath()
    clip.rect(one.x + 40, one.y - 40, 10, 10)
    one.canvas.clipPath(clip, stroke=0, fill=0)
    one.draw("7", one.x, one.y, one.size)
    one.canvas.restoreState()
    _plain(one)


def white(one: Print) -> None:
    """A white number beside it."""
    one.canvas.saveState()
    one.canvas.setFillColor(colors.white)
    one.draw("7", one.x + one.width(one.text), one.y, one.size)
    one.canvas.restoreState()
    _plain(one)


def noted(one: Print) -> None:
    """The raised mark of a note."""
    _plain(one)
    if one.text.isdigit():
        one.draw("2", one.x + one.width(one.text), one.y + 0.4 * one.size, 0.6 * one.size)


def alone(one: Print) -> None:
    """Every character a piece of text of its own."""
    for index, character in enumerate(one.text):
        one.draw(character, one.x + one.width(one.text[:index]), one.y, one.size)


def filled(one: Print) -> None:
    """A number in a form's field."""
    if not (one.text.isascii() and one.text.isdigit()):
        _plain(one)
        return
    one.canvas.acroForm.textfield(
        value=one.text,
        x=one.x,
        y=one.y - 2,
        width=one.width(one.text) + 4,
        height=one.size + 3,
        borderWidth=0,
        fontSize=one.size,
    )


def slanted(one: Print) -> None:
    """A slanted watermark of digits through the cell."""
    _plain(one)
    one.canvas.saveState()
    one.canvas.setFillGray(0.8)
    one.canvas.translate(one.x - 8, one.y - 4)
    one.canvas.rotate(35)
    one.draw("2023", 0, 0, 1.6 * one.size)
    one.canvas.restoreState()


def pale(one: Print) -> None:
    """A pale watermark across the cell."""
    _plain(one)
    one.canvas.saveState()
    one.canvas.setFillColor(colors.Color(0, 0, 0, alpha=0.15))
    one.draw("2023", one.x - 10, one.y - 2, 1.8 * one.size)
    one.canvas.restoreState()


FEATURES: tuple[Feature, ...] = (
    whitened,
    marked_out,
    overprinted,
    clipped,
    white,
    noted,
    alone,
    filled,
    slanted,
    pale,
)

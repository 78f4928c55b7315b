"""The reliability diagram and the risk-coverage curve as SVG."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from evals.fitting.calibrate import Measured

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Told apart by colour-blind readers too (Okabe and Ito)."""
_WIDTH, _HEIGHT = 640, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 20, 40, 60
_LEAST_KEPT = 0.9
_LEAST_RISK, _MOST_RISK = -6, -1
"""Powers of ten."""


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where a value stands, in units of the picture, for values from `low` to `high` on each axis."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            round(_LEFT + across * (_WIDTH - _LEFT - _RIGHT), 1),
            round(_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM), 1),
        )


def reliability_chart(sets: Sequence[Measured]) -> str:
    """Accuracy over confidence, a point a bin with its 95 % interval; on the diagonal a promise is kept."""
    axes = _Axes((0, 1), (0, 1))
    parts = [*_frame(axes, "confidence", "share right", _tenths(), _tenths())]
    parts.append(_line([axes.at(0, 0), axes.at(1, 1)], "#999999", dashed=True))
    for index, one in enumerate(sets):
        colour = _COLOURS[index % len(_COLOURS)]
        for group in one.reliability.bins:
            low, high = group.interval()
            parts.append(_line([axes.at(group.confidence, low), axes.at(group.confidence, high)], colour))
            parts.append(_point(axes.at(group.confidence, group.accuracy), colour, f"{group.cells} cells"))
    return _picture("Confidence and accuracy on reports held out", parts, [one.name for one in sets])


def risk_coverage_chart(sets: Sequence[Measured]) -> str:
    """The share of wrong cells among the surest, over how many of them are kept; at the foot there is none."""
    axes = _Axes((_LEAST_KEPT, 1), (_LEAST_RISK, _MOST_RISK))
    steps = [(_LEAST_KEPT + 0.02 * step, f"{_LEAST_KEPT + 0.02 * step:.0%}") for step in range(6)]
    powers = [(power, "0" if power == _LEAST_RISK else f"{10.0**power:g}") for power in range(_LEAST_RISK, 0)]
    parts = [*_frame(axes, "cells kept, the surest first", "share wrong among them", steps, powers)]
    for index, one in enumerate(sets):
        shown = [
            axes.at(kept, max(_LEAST_RISK, log10(risk)) if risk else _LEAST_RISK)
            for kept, risk in one.coverage
            if kept >= _LEAST_KEPT
        ]
        parts.append(_line(shown, _COLOURS[index % len(_COLOURS)]))
    return _picture("Wrong cells among those kept, on reports held out", parts, [one.name for one in sets])


def _tenths() -> list[tuple[float, str]]:
    return [(step / 5, f"{step / 5:g}") for step in range(6)]


def _frame(
    axes: _Axes,
    x_name: str,
    y_name: str,
    x_steps: Iterable[tuple[float, str]],
    y_steps: Iterable[tuple[float, str]],
) -> Iterator[str]:
    (left, bottom), (right, top) = axes.at(axes.x[0], axes.y[0]), axes.at(axes.x[1], axes.y[1])
    for value, name in x_steps:
        x, _ = axes.at(value, axes.y[0])
        yield _line([(x, bottom), (x, top)], "#e0e0e0")
        yield _text((x, bottom + 18), name, "middle")
    for value, name in y_steps:
        _, y = axes.at(axes.x[0], value)
        yield _line([(left, y), (right, y)], "#e0e0e0")
        yield _text((left - 8, y + 4), name, "end")
    yield _text(((left + right) / 2, bottom + 42), x_name, "middle")
    middle = (top + bottom) / 2
    yield f'<g transform="rotate(-90 20 {middle:g})">{_text((20, middle), y_name, "middle")}</g>'


def _picture(title: str, parts: Sequence[str], names: Sequence[str]) -> str:
    legend: list[str] = []
    for index, name in enumerate(names):
        y = _TOP + 22 + 20 * index
        legend.append(_point((_LEFT + 18, y - 4), _COLOURS[index % len(_COLOURS)], name))
        legend.append(_text((_LEFT + 30, y), name, "start"))
    body = "\n".join([_text((_WIDTH / 2, 22), title, "middle"), *parts, *legend])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _line(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'


def _point(at: tuple[float, float], colour: str, told: str) -> str:
    return (
        f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="4" fill="{colour}"><title>{escape(told)}</title></circle>'
    )


def _text(at: tuple[float, float], text: str, anchor: str) -> str:
    return f'<text x="{at[0]:g}" y="{at[1]:g}" text-anchor="{anchor}">{escape(text)}</text>'

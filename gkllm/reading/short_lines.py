"""Cells side by side written in few characters, as a model is shown them and answers them."""

import re
from collections.abc import Iterable
from itertools import groupby

from gkllm.documents.values import is_number

BLANK = "空"
"""How a blank cell is written."""
_LEAST_RUN = 3
"""Like cells side by side that take fewer tokens when they are counted."""
_RUN = re.compile(r"(.*?)\s*[×xX*]\s*(\d{1,2})")
_BAR = re.compile(r"[|｜]")


def written(cells: Iterable[str]) -> str:
    """Cells as a line of a sheet: `34|0×5|34`, blank ones as 空."""
    parts: list[str] = []
    for content, run in groupby(cell or BLANK for cell in cells):
        count = len(list(run))
        parts += [f"{content}×{count}"] if count >= _LEAST_RUN else [content] * count
    return "|".join(parts)


def cells_of(line: str, width: int) -> list[str] | None:
    """The cells of a line as `written` writes it, with its label before it or none, or with spaces between them; null
    where they are not so many. Small models count badly: of one content throughout there are as many as there must be.
    """
    if _BAR.search(line) is None:
        words = _all_repeated(line.split())[-width:]
        return words if len(words) == width and all(map(_is_content, words)) else None
    cells = _all_repeated(_BAR.split(line))
    if len(cells) == width + 2 and not cells[0] and not cells[-1]:
        # Bars around the line are no cells.
        cells = cells[1:-1]
    own = cells if len(cells) == width or _is_content(cells[0]) else cells[1:]
    if len(own) >= _LEAST_RUN and len(set(own)) == 1:
        return own[:1] * width
    return own if len(own) == width else None


def _is_content(text: str) -> bool:
    return text in ("", BLANK) or is_number(text)


def _all_repeated(parts: Iterable[str]) -> list[str]:
    return [cell for part in parts for cell in _repeated(part.strip())]


def _repeated(part: str) -> list[str]:
    run = _RUN.fullmatch(part)
    return [run[1]] * int(run[2]) if run else [part]


def unnumbered(printed: str) -> str:
    """A copied string with a numbered blank turned back into nothing."""
    text = " ".join(printed.split())
    return "" if text.startswith(BLANK) and (text[1:].isdigit() or text == BLANK) else text

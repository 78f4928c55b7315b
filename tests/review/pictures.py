"""Pictures of the review screen, to be looked at.

Draw them anew, and look at every one, after a change that is meant:

    python -m tests.review.pictures
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tests.review.desk import YINZHOU, open_session, write_results, yinzhou
from tests.review.driving import drive, press

FOLDER = Path(__file__).parent / "pictures"
_TEXT = re.compile(r'<text [^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')


@dataclass(frozen=True)
class Picture:
    """A screen after some keys."""

    name: str
    size: tuple[int, int]
    light: bool = False
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("queue-80x24-dark", (80, 24)),
    Picture("queue-80x24-light", (80, 24), light=True),
    Picture("queue-200x50-dark", (200, 50)),
    Picture("queue-200x50-light", (200, 50), light=True),
    Picture("value-80x24-dark", (80, 24), keys=("t", "7", "enter")),
    Picture("confirm-80x24-light", (80, 24), light=True, keys=("a",)),
    Picture("help-80x24-dark", (80, 24), keys=("question_mark",)),
    Picture("empty-80x24-dark", (80, 24), keys=("c", "c", "c")),
)


def draw(picture: Picture, folder: Path) -> str:
    """The picture as SVG; `folder` is an empty one to work in."""
    (folder / YINZHOU.name).write_bytes(YINZHOU.read_bytes())
    named = yinzhou().source.model_copy(update={"name": YINZHOU.name})
    unexplained = [violation.model_copy(update={"suggestions": ()}) for violation in yinzhou().violations]
    shown = {"source": named, "violations": tuple(unexplained)}
    results = write_results(folder, yinzhou().model_copy(update=shown))
    drawn: list[str] = []

    async def keys(pilot: Pilot[None]) -> None:
        await press(pilot, *picture.keys)
        drawn.append(pilot.app.export_screenshot())

    drive(results, open_session(results), keys, picture.size, light=picture.light)
    return drawn[0]


def texts(svg: str) -> list[tuple[float, float, str]]:
    """What stands where in a picture: x, y and text, without colours, which a new Textual may shade otherwise."""
    found = ((float(x), float(y), text.replace("&#160;", " ").rstrip()) for x, y, text in _TEXT.findall(svg))
    return sorted((y, x, text) for x, y, text in found if text.strip())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in PICTURES:
        with tempfile.TemporaryDirectory() as name:
            (FOLDER / f"{one.name}.svg").write_text(draw(one, Path(name)), encoding="utf-8")
        sys.stdout.write(f"{one.name}\n")

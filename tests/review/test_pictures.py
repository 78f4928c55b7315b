"""The screens look as they did when they were last looked at."""

import re
from pathlib import Path

import pytest

from tests.review.pictures import FOLDER, PICTURES, Picture, draw, texts


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_screen_is_as_pictured(picture: Picture, tmp_path: Path) -> None:
    pictured = (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8")
    assert len(texts(pictured)) > 10
    assert texts(draw(picture, tmp_path)) == texts(pictured)


def test_light_and_dark_are_what_they_are_called() -> None:
    """Most of a light screen is lighter than most of a dark one."""
    for size in ("80x24", "200x50"):
        dark, light = (_ground(FOLDER / f"queue-{size}-{kind}.svg") for kind in ("dark", "light"))
        assert dark < 0x40 < 0xC0 < light


def _ground(path: Path) -> int:
    """The brightness, 0 to 255, of the colour that fills the most of a picture."""
    areas: dict[str, float] = {}
    pattern = r'<rect fill="#([0-9a-f]{6})" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)" shape'
    for colour, width, height in re.findall(pattern, path.read_text(encoding="utf-8")):
        areas[colour] = areas.get(colour, 0) + float(width) * float(height)
    widest = max(areas, key=lambda colour: areas[colour])
    return sum(int(widest[place : place + 2], 16) for place in (0, 2, 4)) // 3

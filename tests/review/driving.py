"""The review screen driven as a person would: by its keys."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from gkllm.results import read_results
from gkllm.review.screen.app import ReviewApp
from gkllm.review.screen.source_view import SourceView
from gkllm.review.session import Session
from gkllm.review.source_lines import find_sources

Drive = Callable[[Pilot[None]], Awaitable[None]]


def drive(
    path: Path,
    session: Session,
    keys: Drive,
    size: tuple[int, int] = (80, 24),
    *,
    light: bool = False,
) -> None:
    """Open the screen over results, and hand it to `keys`."""
    found = find_sources(read_results(path))

    async def run() -> None:
        app = ReviewApp(session, found, light=light)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await settle(pilot)
            await keys(pilot)

    asyncio.run(run())


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the document is open and everything is drawn."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, a letter of a text each its own."""
    await pilot.press(*keys)
    await settle(pilot)


def drawn(pilot: Pilot[None]) -> list[str]:
    """The screen's lines as text."""
    width, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()
    assert len(strips) == height
    assert {strip.cell_length for strip in strips} == {width}, "a line is not as wide as the screen"
    return [strip.text for strip in strips]


def source_of(pilot: Pilot[None]) -> SourceView:
    """The pane of the document."""
    return pilot.app.query_one(SourceView)

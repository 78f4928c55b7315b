"""An extractor that hands out prepared outcomes, for what the command does around extraction."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import ClassVar

from gkllm.documents.source import Source
from gkllm.errors import DocumentError
from gkllm.extraction import Outcome
from gkllm.form import Forms
from gkllm.report import Report
from gkllm.settings import Settings
from tests.forms import FORMS
from tests.terminal.reports import make_report


class StubExtractor:
    """Answers a source with what `answer` makes of it; the last source is the first to complete.

    After `hang_after` sources it says so and waits, or with `busy` goes on without ever pausing.
    """

    answer: ClassVar[Callable[[Source], Report]] = staticmethod(lambda source: make_report(name=source.name))
    hang_after: ClassVar[int | None] = None
    busy: ClassVar[bool] = False
    seen: ClassVar[list[Settings]] = []
    closed: ClassVar[int] = 0

    forms: ClassVar[Forms] = FORMS

    def __init__(self, settings: Settings) -> None:
        type(self).seen.append(settings)

    async def extract_all(self, sources: Iterable[Source]) -> AsyncIterator[Outcome]:
        for done, source in enumerate(reversed(list(sources))):
            if done == self.hang_after:
                print("hanging", flush=True)
                if not self.busy:
                    await asyncio.sleep(30)
            if self.busy:
                time.sleep(0.1)
            try:
                text = source.load().decode("utf-8-sig", errors="replace")
                yield Outcome(source.name, type(self).answer(source), failure=None, text=text)
            except DocumentError as error:
                yield Outcome(source.name, report=None, failure=error, exchanges=())

    async def aclose(self) -> None:
        type(self).closed += 1


def write_reports(folder: Path, *names: str) -> list[str]:
    """Files of those names, each with a content of its own."""
    for name in names:
        (folder / name).write_text(f"report {name}", encoding="utf-8")
    return [str(folder / name) for name in names]

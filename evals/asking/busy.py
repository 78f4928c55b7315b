"""How busy an endpoint's slots are kept: python -m evals.asking.busy. On an idle machine; seconds are by the clock."""

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any, get_args

from evals.asking.damaged import DAMAGES, damaged
from evals.asking.endpoint import Endpoint
from gkllm import Extractor, ModelSettings, Settings
from gkllm.documents.source import Source
from gkllm.settings import ReaderChoice

Span = tuple[float, float]


class _Slow(Endpoint):
    """Answers zeros after so many seconds, and keeps from when to when each request was under way."""

    def __init__(self, seconds: float) -> None:
        super().__init__("zero")
        self.spans: list[Span] = []
        self._seconds = seconds

    def answer(self, body: Mapping[str, Any]) -> str:
        began = time.monotonic()
        content = super().answer(body)
        time.sleep(max(0.0, began + self._seconds - time.monotonic()))
        self.spans.append((began, time.monotonic()))
        return content


def _serve(here: Connection, seconds: float) -> None:
    with _Slow(seconds) as endpoint:
        here.send(endpoint.base_url)
        here.recv()
        here.send(endpoint.spans)


def busy_share(spans: Sequence[Span], slots: int) -> tuple[float, float]:
    """Over how many seconds requests were sent, from the first one's beginning to the last one's end; and the share of
    all slots' time within them in which a request was under way, beginning and end included.
    """
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    return seconds, sum(end - start for start, end in spans) / (slots * seconds)


async def _read(reader: ReaderChoice, base_url: str, slots: int, reports: int, seed: int) -> None:
    model = ModelSettings("scripted", base_url=base_url, api_key="unused", reasks=0)
    extractor = Extractor(Settings(reader=reader, model=model, concurrency=slots))
    kinds = tuple(DAMAGES)
    documents = (damaged(seed + number, kinds[number % len(kinds)]) for number in range(reports))
    try:
        sources = (Source(one.name, None, one.text.encode()) for one in documents)
        async for _ in extractor.extract_all(sources):
            pass
    finally:
        await extractor.aclose()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the busy share; the exit status is 1 where it is under `--least`."""
    parser = argparse.ArgumentParser(prog="python -m evals.asking.busy", description=__doc__)
    parser.add_argument("--reader", choices=get_args(ReaderChoice), default="auto")
    parser.add_argument("--reports", type=int, default=1200)
    parser.add_argument("--slots", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long an answer takes")
    parser.add_argument("--seed", type=int, default=4000)
    parser.add_argument("--least", type=float, default=0.9)
    options = parser.parse_args(arguments)
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    server = spawning.Process(target=_serve, args=(there, options.seconds), daemon=True)
    server.start()
    asyncio.run(_read(options.reader, here.recv(), options.slots, options.reports, options.seed))
    here.send(None)
    spans = here.recv()
    server.join()
    seconds, share = busy_share(spans, options.slots)
    print(
        f"{options.reader}: {options.reports} reports, {len(spans)} requests, busy {share:.3f}: seconds of requests"
        f" under way by {options.slots} slots times {seconds:.1f} s from the first request to the last answer"
    )
    return int(share < options.least)


if __name__ == "__main__":
    sys.exit(main())

"""Computing beside waiting: what a document needs of the processor does not hold up what waits for a model."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """One thread that computes, made with the first work; without `threaded` the work is done where it is asked for.

    One thread only: PDFium must never be entered by two, and Python runs but one at a time anyway.
    """

    def __init__(self, *, threaded: bool) -> None:
        self._threaded = threaded
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What the work gives or raises, while the event loop goes on."""
        if not self._threaded:
            return work(*args, **options)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="gkllm-document")
        return await asyncio.wrap_future(self._pool.submit(work, *args, **options))

    def close(self) -> None:
        """Begin no more work; what is under way is left to end by itself."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

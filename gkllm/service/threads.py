"""Work in a thread, which cannot be cancelled."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import to_thread

_T = TypeVar("_T")
_Args = TypeVarTuple("_Args")


async def in_thread(function: Callable[[Unpack[_Args]], _T], *args: *_Args) -> _T:
    """What a function returns that is called in a thread. One who is cancelled meanwhile still waits for its end: else
    the store would be closed under it, and a connection left open.
    """
    work = asyncio.ensure_future(to_thread.run_sync(function, *args))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise

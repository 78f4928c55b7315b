"""A response's body, cut off where no answer of a model can be as long.

This module imports httpx2, which openai brings; it is loaded with the first question.
"""

from collections.abc import AsyncIterator

import httpx2

from gkllm.errors import AnswerInvalid

_LONGEST_BODY = 4_000_000
"""Bytes: a thousand times the longest answer seen, thoughts included."""
_LONGEST_COMPRESSED = 64_000
"""Bytes of a body compressed although that was not asked for: deflate packs at most a thousand into one."""


async def bounded(response: httpx2.Response) -> None:
    """An event hook: reading the response's body fails beyond the bound."""
    compressed = response.headers.get("content-encoding", "identity").lower() != "identity"
    stream = response.stream
    if isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(stream, _LONGEST_COMPRESSED if compressed else _LONGEST_BODY)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, longest: int) -> None:
        self._stream = stream
        self._longest = longest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for piece in self._stream:
            length += len(piece)
            if length > self._longest:
                raise AnswerInvalid("the endpoint's answer is longer than {most} bytes", most=self._longest)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()

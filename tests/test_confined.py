"""What a child process with limits does, and what it refuses."""

import os
import time
from collections.abc import Callable

import pytest

from gkllm.confined import Child
from gkllm.errors import LimitExceeded, UnsupportedFormat


def _double(number: int, *, plus: int = 0) -> int:
    print("a library's chatter")
    return 2 * number + plus


def _fail() -> None:
    raise UnsupportedFormat("x: broken")


def _spin() -> None:
    while True:
        pass


def _swell() -> int:
    held = []
    while True:
        held.append(bytearray(10_000_000))


def _die() -> None:
    os.abort()


def test_calls_are_answered_one_after_another_by_one_process() -> None:
    child = Child(seconds=5, memory=1_000_000_000)
    assert child.call(_double, 21, plus=1) == 43
    one = child.call(os.getpid)
    with pytest.raises(UnsupportedFormat, match=r"^x: broken$"):
        child.call(_fail)
    assert child.call(os.getpid) == one != os.getpid()


@pytest.mark.parametrize(
    ("harm", "said"), [(_spin, "more than 1 s of work"), (_swell, "memory"), (_die, "broke")]
)
def test_harm_ends_the_child_alone_and_the_next_call_is_answered(
    harm: Callable[[], object], said: str
) -> None:
    child = Child(seconds=1, memory=300_000_000)
    started = time.monotonic()
    with pytest.raises(LimitExceeded, match=said):
        child.call(harm)
    assert time.monotonic() - started < 60
    assert child.call(_double, 4) == 8

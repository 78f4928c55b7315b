"""What a child process with limits does, and what it refuses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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


def _keep(size: int) -> int:
    _KEPT.append(bytearray(size))
    return os.getpid()


_KEPT: list[bytearray] = []


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds"
)
def test_what_a_large_call_leaves_behind_is_not_missing_in_the_next() -> None:
    child = Child(seconds=5, memory=400_000_000)
    first = child.call(_keep, 1_000_000)
    assert child.call(_keep, 300_000_000) == first
    assert child.call(_keep, 300_000_000) != first


REPOSITORY = Path(__file__).parents[1]
SCRIPT = """
import os, time
from gkllm.confined import Child
from tests.test_confined import _spin
child = Child(seconds={seconds}, memory=1_000_000_000)
print(child.call(os.getpid), flush=True)
{last}
"""


def _start(last: str, seconds: int = 5) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(last=last, seconds=seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def _gone(process: int) -> bool:
    """Whether there is no such process any more, after a while."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    "last", ["pass", "raise SystemExit(3)", "os._exit(0)", "time.sleep(61)", "child.call(_spin)"]
)
def test_no_child_is_left_behind_however_its_parent_ends(last: str) -> None:
    with _start(last, seconds=1 if "spin" in last else 5) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        if "sleep" in last or "spin" in last:
            time.sleep(0.5)
            parent.kill()
        parent.wait(timeout=60)
    assert _gone(process)


def test_an_interrupt_ends_parent_and_child_at_once() -> None:
    with _start("child.call(_spin)", seconds=50) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.send_signal(signal.SIGINT)
        parent.wait(timeout=20)
    assert _gone(process)


def test_a_child_whose_parent_ended_while_it_worked_tells_nobody() -> None:
    with _start("child.call(time.sleep, 1)", seconds=50) as parent:
        assert parent.stdout is not None and parent.stderr is not None
        process = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.kill()
        assert parent.stderr.read() == ""
    assert _gone(process)

"""Calls run in a child process with limits: what takes more time or memory ends the child, and not the program."""

import atexit
import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Timer
from typing import IO, Any, ParamSpec, TypeVar
from weakref import WeakSet

from gkllm.errors import LimitExceeded, ProcessDied
from gkllm.language import speak, spoken

_PATIENCE = 900
"""Seconds that every call is given by the clock: its processor time may be given on a busy machine."""
_LAST_WORDS = 5
"""Seconds for a process that has closed its pipe to be gone, so that it is known what of."""
_NEW_OBJECTS = 100_000
"""A report's parts are some ten thousand objects, freed without the collector's help, for none points back."""
_OUT_OF_MEMORY = 3
"""The status of a process whose memory did not suffice for a call."""
_START = "import sys; sys.path[:] = {path!r}; from gkllm.confined import serve; serve({memory})"

_limited: list[int] = []
"""In a child, the bytes that were last allowed."""

P = ParamSpec("P")
T = TypeVar("T")


_children: "WeakSet[Child]" = WeakSet()


class Child:
    """A process that runs one call after another. It starts with the first, and anew after one that ended it.

    `seconds` of processor time and `memory` bytes are what one call may take, and `patience` seconds by the clock. All
    but the last are the system's own limits and are not kept on Windows, where the clock alone ends a call.
    """

    def __init__(self, *, seconds: int, memory: int, patience: float = _PATIENCE) -> None:
        self._seconds, self._memory, self._patience = seconds, memory, patience
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = Lock()
        _children.add(self)

    def call(self, function: Callable[P, T], /, *arguments: P.args, **options: P.kwargs) -> T:
        """What the function returns or raises. It is a module's own; what goes in and out is pickled.

        Raises:
            LimitExceeded: the call took too much time or memory.
            ProcessDied: it broke its process down, or somebody else ended that.
        """
        with self._lock:
            process = self._running()
            overdue = Event()
            timer = Timer(self._patience, _end_overdue, (process, overdue))
            timer.daemon = True
            timer.start()
            try:
                pickle.dump(
                    (self._seconds, spoken(), function, arguments, options), _pipe(process.stdin), protocol=5
                )
                _pipe(process.stdin).flush()
                answer: T | BaseException
                succeeded, answer, worn = pickle.load(_pipe(process.stdout))  # noqa: S301 - our own child's
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LAST_WORDS)
                self.end()
                raise self._failure(process.returncode, overdue=overdue.is_set()) from error
            except BaseException:
                # An answer that nobody took would be taken for the next call's.
                self.end()
                raise
            finally:
                timer.cancel()
            if worn:
                self.end()
        if not succeeded:
            raise answer  # type: ignore[misc]
        return answer  # type: ignore[return-value]

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            # A copy of this process has the same pipes; two that write to one child would mix their calls.
            self.end()
            self._owner = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-c", _START.format(path=sys.path, memory=self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            atexit.register(self.end)
        return self._process

    def end(self) -> None:
        """End the process, at work or not; a call after that starts another."""
        process, self._process = self._process, None
        atexit.unregister(self.end)
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()

    def _failure(self, status: int | None, *, overdue: bool) -> LimitExceeded:
        """What a call failed of whose process ended with that status."""
        if overdue:
            return LimitExceeded("more than {seconds:g} s by the clock", seconds=self._patience)
        if hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
            return LimitExceeded("more than {seconds} s of work", seconds=self._seconds)
        if status == _OUT_OF_MEMORY:
            return LimitExceeded("more than {most} MB of memory", most=self._memory // 1_000_000)
        return ProcessDied("more time or memory than is given, or the library broke down")


def _end_overdue(process: "subprocess.Popen[bytes]", overdue: Event) -> None:
    overdue.set()
    process.kill()


def collect_seldom() -> None:
    """Look for cycles only after many new objects: at Python's own pace that takes an eighth of reading by rules."""
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def end_children() -> None:
    """End every child of this process, at work or not, for a program that leaves in haste."""
    for child in list(_children):
        child.end()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("the process has no pipe")
    return pipe


def serve(memory: int) -> None:
    """Answer calls on standard input until it ends. What a library prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limited.append(memory)
    collect_seldom()
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            call = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent's
        except EOFError:
            return
        seconds, language, function, arguments, options = call
        speak(language)
        allow(seconds=seconds, memory=memory)
        answer: tuple[bool, Any]
        try:
            answer = (True, function(*arguments, **options))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except Exception as error:
            answer = (False, error)
        # What a large call leaves behind would be missing in the next one's memory; who asked for more may keep it.
        worn = _held() > max(memory // 4, _limited[0] - memory)
        try:
            answers.write(pickle.dumps((*answer, worn), protocol=5))
            answers.flush()
        except BrokenPipeError:
            # The parent ended meanwhile; nothing is to be flushed, or told, to nobody.
            os._exit(0)


def _held() -> int:
    """The bytes of data that this process holds, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def allow(*, seconds: int, memory: int = 0) -> None:
    """Within a child: take so many seconds of processor time from now on, and hold so many bytes; elsewhere nothing.

    A call whose work has parts, such as pages, asks for more with each.
    """
    if not _limited:
        return
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, most))
        if memory:
            _limited[0] = memory
            _, most = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (memory, most))

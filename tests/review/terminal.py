"""A real terminal: a program behind a pseudo terminal, and the screen that its output draws."""

import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

KEYS = {"enter": "\r", "escape": "\x1b", "down": "\x1b[B", "up": "\x1b[A", "tab": "\t"}
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""


class Terminal:
    """A program that believes to have a terminal of so many columns and rows; leaving the context ends it."""

    def __init__(
        self, command: Sequence[str | Path], size: tuple[int, int], variables: Mapping[str, str], cwd: Path
    ) -> None:
        import fcntl
        import struct
        import termios

        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._process = subprocess.Popen(
            list(map(str, command)),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**kept, "TERM": "xterm-256color", **variables},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)
        os.close(self._master)

    def press(self, *keys: str) -> None:
        """Press keys, named ones or letters."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def lines(self) -> list[str]:
        """The screen as it is now, a string a row."""
        while select.select([self._master], [], [], 0)[0] and self._read():
            pass
        rows, buffer = range(self._screen.lines), self._screen.buffer
        # The second half of a wide character is empty.
        return ["".join(buffer[y][x].data for x in range(self._screen.columns)).rstrip() for y in rows]

    def wait_for(self, *texts: str) -> str:
        """The screen as one string, as soon as it shows all texts."""
        return self.wait_until(lambda shown: all(text in shown for text in texts), " and ".join(texts))

    def wait_until(self, holds: Callable[[str], bool], awaited: str) -> str:
        """The screen as one string, as soon as what is awaited holds of it."""
        give_up = time.monotonic() + PATIENCE
        while not holds(shown := "\n".join(self.lines())):
            ended = self._process.poll() is not None
            assert not ended and time.monotonic() < give_up, f"{awaited} never came; the screen was:\n{shown}"
            select.select([self._master], [], [], 0.2)
        return shown

    def end(self) -> int:
        """The exit status of the program, which is about to end by itself; the screen is what it left."""
        give_up = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < give_up:
            self.lines()
            time.sleep(0.05)
        self.lines()
        return self._process.wait(0)

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self._stream.feed(data)
        return bool(data)

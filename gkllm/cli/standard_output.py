"""Standard output: it may be of any encoding, be full, or be read by nobody any more."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

BROKEN_PIPE = 141
"""The exit status where nobody reads on, as shells give it."""
STANDARD_OUTPUT = "-"


def take_any_text() -> None:
    """Let a terminal or a pipe of another encoding show what it can rather than fail."""
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="replace")


def print_data(text: str) -> None:
    """Write text that programs read: it is UTF-8 whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="replace"))
    sys.stdout.buffer.flush()


def end_output() -> None:
    """Let nothing more be printed, not even at exit: nobody reads it, or it cannot be written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def streamed_to(output: str | None) -> Literal["jsonl"] | None:
    """The format of data for standard output where none is named; null for any other output."""
    return "jsonl" if output == STANDARD_OUTPUT else None


def place_of(output: str | None) -> Path | None:
    """The file that an output names, null for standard output."""
    return None if output in (None, STANDARD_OUTPUT) else Path(str(output))

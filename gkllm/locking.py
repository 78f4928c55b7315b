"""A file that one process holds alone, or a byte of it, on every system."""

import sys
import time

from gkllm.language import said

if sys.platform == "win32":
    import msvcrt
    import os
else:
    import fcntl

_UNREAD = 2**31 - 2
"""Locks of Windows are mandatory, so the byte that stands for a whole file must be one that nobody reads."""


def hold(descriptor: int, patience: float = 0.0) -> None:
    """Lock the open file, waiting so many seconds for whoever holds it; closing it ends the lock.

    Raises:
        OSError: another program holds it still.
    """
    give_up = time.monotonic() + patience
    while not try_lock(descriptor):
        if time.monotonic() >= give_up:
            raise OSError(0, said("another program holds it"))
        time.sleep(0.01)


def try_lock(descriptor: int, byte: int | None = None) -> bool:
    """Lock the open file, or that byte of it, which need not be there; whether no other process has it."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _UNREAD if byte is None else byte, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        elif byte is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):
        return False
    return True


def unlock(descriptor: int, byte: int) -> None:
    """Let go of a byte."""
    if sys.platform == "win32":
        os.lseek(descriptor, byte, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, byte)

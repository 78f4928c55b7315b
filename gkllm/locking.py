"""A file that one process holds alone, on every system."""

import sys
import time

from gkllm.language import said

if sys.platform == "win32":
    import msvcrt
    import os
else:
    import fcntl


def hold(descriptor: int, patience: float = 0.0) -> None:
    """Lock the open file, waiting so many seconds for whoever holds it; closing it ends the lock.

    Raises:
        OSError: another program holds it still.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            if sys.platform == "win32":
                # Locks there are mandatory, so the locked byte must be one that nobody reads.
                os.lseek(descriptor, 2**31 - 2, os.SEEK_SET)
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except (BlockingIOError, PermissionError):
            if time.monotonic() >= give_up:
                raise OSError(0, said("another program holds it")) from None
            time.sleep(0.01)

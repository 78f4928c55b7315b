"""What a worker does with documents whose names say that they do harm: nothing in gkllm is replaced but its call."""

import os
import time
from typing import Any

from gkllm.batch import Finished, work

READ_ONE = work.read_one


def read_one_or_do_harm(given: Any) -> Finished:
    """Reads the document, unless its name says otherwise."""
    name = given[1].source.name
    if "hangs" in name:
        time.sleep(600)
    if "swells" in name:
        held = []
        while True:
            held.append(bytearray(10_000_000))
    if "crashes" in name:
        os.abort()
    return READ_ONE(given)


def read_text_or_do_harm(given: Any) -> Any:
    """The same on a cluster."""
    from gkllm.cluster.reading import read_text

    if "crashes" in given[1]:
        os.abort()
    return read_text(given)

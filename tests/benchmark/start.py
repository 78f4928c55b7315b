"""How long `gkllm --help` takes, beside importing the library its command line is made of."""

import subprocess
import sys
from statistics import median
from time import perf_counter

_TIMEOUT = 60.0


def measure_start(runs: int) -> tuple[float, float]:
    """Median seconds of (`gkllm --help`, `import typer`), run by turns in processes of their own."""
    commands = ([sys.executable, "-m", "gkllm", "--help"], [sys.executable, "-c", "import typer"])
    seconds: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for command, taken in zip(commands, seconds, strict=True):
            started = perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=_TIMEOUT)
            if run:
                taken.append(perf_counter() - started)
    return median(seconds[0]), median(seconds[1])

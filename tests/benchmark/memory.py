"""How far memory grows with the number of reports: python -m tests.benchmark.memory FEW MANY."""

import json
import resource
import subprocess
import sys
from pathlib import Path

from evals.generator import NoiseLevel, generate

_TIMEOUT = 900.0


def measure_memory(few: int, many: int) -> tuple[float, float]:
    """Peak MiB of one process after `few` and after `many` different reports."""
    command = [sys.executable, "-m", "tests.benchmark.memory", str(few), str(many)]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT).stdout
    first, last = json.loads(printed)
    return first, last


def _peaks(counts: list[int]) -> list[float]:
    from gkllm import Settings, extract_text
    from gkllm.confined import collect_seldom

    collect_seldom()
    settings = Settings(reader="rules")
    peaks: list[float] = []
    done = 0
    for count in counts:
        for seed in range(done, count):
            report = generate(seed, layout="word_dump", noise=NoiseLevel.MODERATE)
            extract_text(report.text, f"{seed}.txt", settings).to_json()
        done = count
        peaks.append(_peak())
    return peaks


def _peak() -> float:
    # On Linux ru_maxrss starts from the parent's size: a process keeps it over exec. VmHWM does not.
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(fields["VmHWM"].split()[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


if __name__ == "__main__":
    print(json.dumps(_peaks([int(argument) for argument in sys.argv[1:]])))

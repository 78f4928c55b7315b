"""The command line as a process of its own, as a shell starts it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "fixtures" / "yinzhou-2019.txt"


def gkllm(
    *arguments: str | Path,
    variables: Mapping[str, str] | None = None,
    stdout: int | IO[bytes] = subprocess.PIPE,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run it and wait; its variables are the machine's and `variables`."""
    code = "import sys; sys.argv[0] = 'gkllm'; from gkllm.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GKLLM_LANG": "", **(variables or {})},
        timeout=120,
    )

"""Makes the committed recording of evals/recorded.toml anew: python -m tests.evaluation.record.

The answers are those that tests/reading keeps of a real model; they are asked for over HTTP, as from the model.
"""

import re
import tempfile
from pathlib import Path

from typer.testing import CliRunner

from gkllm.cli import app
from tests.wire.replay import ReplayServer

ROOT = Path(__file__).parents[2]
EXCHANGES = ROOT / "tests" / "reading" / "exchanges" / "qwen-1.5b.json"
RECORDED = ROOT / "evals" / "recorded.toml"
RECORDING = ROOT / "evals" / "exchanges" / "qwen-1.5b.jsonl"
PORT = 8091


def main() -> None:
    """Replace the recording, then the result that is measured with it."""
    RECORDING.unlink(missing_ok=True)
    online = RECORDED.with_name("recording.toml")
    online.write_text(
        RECORDED.read_text(encoding="utf-8").replace("offline = true", "offline = false"), encoding="utf-8"
    )
    try:
        with ReplayServer(EXCHANGES, PORT) as server, tempfile.TemporaryDirectory() as folder:
            done = CliRunner().invoke(app, ["eval", str(online), "-q", "-o", f"{folder}/result"])
        if done.exit_code or server.unknown:
            raise SystemExit(f"{len(server.unknown)} questions are not among the exchanges\n{done.output}")
    finally:
        online.unlink()
    # How long a replay took says nothing of the model.
    content = RECORDING.read_text(encoding="utf-8")
    RECORDING.write_text(re.sub(r'"seconds": [0-9.]+', '"seconds": 0.0', content), encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", str(RECORDED)])
    print(done.output)


if __name__ == "__main__":
    main()

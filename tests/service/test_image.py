"""The image and what runs it: linted, and of one mind with each other and with the command."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from gkllm.cli import app
from tests.service.asking import FIXTURES

ROOT = FIXTURES.parent
_LINTER = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(_LINTER is None, reason="needs hadolint")
def test_the_image_is_built_as_images_are() -> None:
    assert _LINTER is not None
    done = subprocess.run([_LINTER, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_what_the_image_copies_is_there_and_let_in() -> None:
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line.startswith("!")
    }
    assert all((ROOT / name).exists() for name in let_in)
    assert {
        "gkllm",
        "prompts",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "hatch_build.py",
        "deploy",
    } <= let_in
    done = subprocess.run(["sh", "-n", str(ROOT / "deploy" / "install.sh")], capture_output=True, timeout=10)
    assert done.returncode == 0, done.stderr


def test_the_services_of_compose_find_each_other() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service, store = composed["services"]["service"], composed["services"]["store"]
    address = service["command"][-1]
    assert re.fullmatch(r"postgresql://(\w+)@store/(\w+)", address)
    assert store["environment"]["POSTGRES_USER"] == store["environment"]["POSTGRES_DB"] == "gkllm"
    assert service["environment"]["PGPASSWORD"] == store["environment"]["POSTGRES_PASSWORD"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["depends_on"]["store"]["condition"] == "service_healthy" and "healthcheck" in store
    assert set(composed["volumes"]) == {volume.split(":")[0] for volume in store["volumes"]}


def test_what_they_start_is_refused_until_there_is_a_token(tmp_path: Path) -> None:
    started = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    assert started is not None
    arguments = [part.replace("/data", str(tmp_path)) for part in yaml.safe_load(started[1])]
    done = CliRunner().invoke(app, ["serve", *arguments, "--reader", "rules"], env=dict(os.environ))
    assert done.exit_code == 2 and "token" in done.stderr

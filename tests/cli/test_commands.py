"""The small commands."""

import json

import pytest
from typer.testing import CliRunner

from gkllm.cli import app
from gkllm.prompts import list_prompts
from tests.terminal.reports import noisy_report


def test_schema_describes_the_output() -> None:
    done = CliRunner().invoke(app, ["schema"])
    schema = json.loads(done.stdout)
    assert done.exit_code == 0
    assert schema["properties"].keys() == json.loads(noisy_report().to_json()).keys()
    assert {"cell", "from", "to", "slip"} == schema["$defs"]["Change"]["properties"].keys()
    assert {"source", "report", "tables", "cells", "violations"} <= set(schema["required"])


def test_prompts_lists_every_shipped_prompt_with_its_idea() -> None:
    done = CliRunner().invoke(app, ["prompts"])
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert [line.split()[0] for line in lines] == list(list_prompts())
    assert all(len(line.split(maxsplit=2)) == 3 for line in lines)


def test_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert CliRunner().invoke(app, ["--version"]).stdout == f"gkllm {version('gkllm')}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"], ["-h"]])
def test_help_is_status_0(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert "Usage: " in done.stdout

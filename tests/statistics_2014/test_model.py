"""A language model asked about the statistical table: what stands on the wire, and what `--explain` prints of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gkllm.cli import app
from tests.statistics_2014.reading import TABLE
from tests.wire.scripted import Received, Reply, ScriptedServer, completion

DOCUMENT = Path(__file__).with_name("documents") / "liuping-2016.txt"
TRUTH = json.loads(DOCUMENT.with_suffix(".truth.json").read_text(encoding="utf-8"))["reports"][0]["cells"]
NUMBERS = {TABLE.name_of(row): TRUTH[f"statistics.{row.id}.{row.columns[0].id}"] for row in TABLE.rows}


class Transcriber(ScriptedServer):
    """Answers every row it is asked about with what is printed; of a row in `misread`, with that."""

    def __init__(self, misread: dict[str, str]) -> None:
        super().__init__(completion("{}"))
        self._misread = misread

    def reply_to(self, received: Received) -> Reply:
        """The rows of the request's own schema."""
        return completion(json.dumps({name: [self._printed(name)] for name in asked(received)}))

    def _printed(self, name: str) -> str:
        value = NUMBERS[name]["value"]
        return self._misread.get(name, "" if value is None else f"{value:g}")


def asked(received: Received) -> list[str]:
    """The rows that a request asks about."""
    return list(received.body["response_format"]["json_schema"]["schema"]["properties"])


def extract(server: ScriptedServer, *options: str) -> Result:
    model = ("--model", "scripted", "--base-url", server.base_url, "--no-cache")
    done = CliRunner().invoke(app, ["extract", str(DOCUMENT), *model, *options])
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_row_is_asked_by_its_own_label_and_both_readers_agree() -> None:
    with Transcriber({}) as server:
        report = json.loads(extract(server, "--reader", "both", "--format", "json").stdout)
    assert report["form"] == "statistics_2014"
    assert [name for received in server.received for name in asked(received)] == list(NUMBERS)
    assert {cell["id"]: cell["value"] for cell in report["cells"]} == {
        cell: truth["value"] for cell, truth in TRUTH.items()
    }
    assert all(set(cell["readers"]) == {"rules", "model"} for cell in report["cells"])


def test_a_number_that_the_model_saw_otherwise_is_explained_and_sent_to_review() -> None:
    label, known = next((label, known) for label, known in NUMBERS.items() if (known["value"] or 0) > 9)
    with Transcriber({label: "7"}) as server:
        told = extract(server, "--reader", "both", "--explain").stdout
        report = json.loads(extract(server, "--reader", "both", "--format", "json").stdout)
    shown = server.received[0].body["messages"][-1]["content"]
    assert TABLE.title in shown and label in shown
    # The terminal's width breaks lines where it will.
    assert "".join(shown.split()) in "".join(told.split())
    assert "request 1: statistics" in told and "relations" in told
    (doubted,) = [cell for cell in report["cells"] if TRUTH[cell["id"]] is known]
    assert doubted["needs_review"] and doubted["value"] == known["value"]

"""A client that another program generates from the interface's description does what ours does.

The generator (openapi-python-client) has an environment of its own, for it needs older versions of what gkllm needs;
where it is not on the path, nothing is tried.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gkllm.service.app import create_app
from gkllm.service.configuration import Configuration
from tests.service.asking import YINZHOU
from tests.service.process import running

GENERATOR = shutil.which("openapi-python-client")
pytestmark = pytest.mark.skipif(GENERATOR is None, reason="openapi-python-client is not on the path")

USE = """
import io, sys
from generated import Client
from generated.models import *
from generated.types import UNSET, File
from generated.api.reports import hand_over, report, reports
from generated.api.review import make_decision, report_in_review, review_queue, take_back
from generated.api.jobs import job
from generated.api.documents import document
from generated.api.numbers import stats

client = Client(base_url=sys.argv[1])
with open(sys.argv[2], "rb") as stream:
    files = HandOverBody(files=[File(payload=stream, file_name="report.txt", mime_type="text/plain")])
    answer = hand_over.sync_detailed(client=client, body=files)
assert answer.status_code in (200, 202), answer
made = answer.parsed
while made.state != "done":
    made = job.sync(made.id, client=client)
(ref,) = made.files[0].reports
assert reports.sync(client=client).total == 1
assert len(report.sync(ref, client=client).cells) > 100
item = review_queue.sync(client=client).items[0]
assert item.report == ref and item.last is None and item.question
asked = Deciding(cell=item.cell, value=7, expected=None)
decided = make_decision.sync(ref, client=client, body=asked)
assert decided.settled and decided.decisions[0].value == 7, decided
refused = make_decision.sync_detailed(ref, client=client, body=asked)
assert refused.status_code == 409 and isinstance(refused.parsed, ProblemInfo), refused
assert refused.parsed.type_ == "urn:gkllm:problem:conflict" and refused.parsed.additional_properties["current"]
assert report_in_review.sync(ref, client=client).cells[item.cell].decisions[0].value == 7
assert take_back.sync(client=client).undone.cell == item.cell
assert document.sync(ref, client=client).available
assert stats.sync(client=client).reports == 1
assert report.sync_detailed("0" * 64, client=client).status_code == 404
print("done")
"""


def test_a_generated_client_hands_over_reviews_and_meets_a_conflict(tmp_path: Path) -> None:
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(create_app(Configuration("none.db")).openapi()), encoding="utf-8")
    assert GENERATOR is not None
    options = ["--path", str(described), "--meta", "none", "--output-path", str(tmp_path / "generated")]
    done = subprocess.run([GENERATOR, "generate", *options], capture_output=True, text=True, check=False)
    # A page's picture has no type that it knows; nothing else may be left out.
    said = done.stdout + done.stderr
    omitted = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]
    assert [line.split(" within ")[0] for line in omitted] == [
        "WARNING parsing GET /v1/reports/{ref}/pages/{number}.png"
    ], said
    interpreter = Path(GENERATOR).read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")
    with running(tmp_path / "a.db", jobs=1) as server:
        address = f"http://127.0.0.1:{server.port}"
        used = subprocess.run(
            [interpreter, "-c", USE, address, str(YINZHOU)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
    assert used.stdout == "done\n", used.stderr

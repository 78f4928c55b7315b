"""A service in this process, and ways to ask it."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

import gkllm
from gkllm.report import Report
from gkllm.service.app import create_app
from gkllm.service.configuration import Bounds, Configuration
from gkllm.settings import Settings
from gkllm.store import FileKey, Reading, open_store

FIXTURES = Path(__file__).parents[2] / "fixtures"
YINZHOU = FIXTURES / "yinzhou-2019.txt"
PATIENT = Bounds(sync_seconds=120.0)
"""A machine that is busy with other tests takes longer than a client would wait."""
HERE = "http://127.0.0.1:8001"


@contextmanager
def serving(folder: Path, bounds: Bounds = PATIENT, **options: Any) -> Iterator[TestClient]:
    """A service at work on a store in the folder, which may be there already."""
    given = {"settings": Settings(reader="rules"), **options}
    configuration = Configuration(str(folder / "reports.db"), bounds=bounds, **given)
    with TestClient(create_app(configuration), base_url=HERE, raise_server_exceptions=False) as client:
        yield client


@cache
def read(name: str) -> Report:
    """The report of a fixture."""
    return gkllm.extract(FIXTURES / name, Settings(reader="rules"))


def keep(folder: Path, *names: str) -> Path:
    """A store with the reports of fixtures, as extract leaves it there."""
    path = folder / "reports.db"
    with open_store(path, create=True) as store:
        run = store.begin({"reader": "rules"})
        for name in names:
            report, place = read(name), FIXTURES / name
            (file,) = store.register(run, [FileKey(str(place), report.source.sha256, str(place))])
            store.write(run, Reading(file.document, [(report, report.to_json().encode())]))
    return path


def hand_over(client: TestClient, *files: tuple[str, bytes], **headers: str) -> Any:
    """The answer to files that are handed over."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/reports", files=[("files", file) for file in files], headers=named)


def packed(**files: bytes) -> bytes:
    """A zip archive; two underscores in a name are a point."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def told(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer is, which has that status and every member that the standard names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:gkllm:problem:") and problem["title"] and problem["detail"]
    assert problem["instance"].startswith("/")
    return problem

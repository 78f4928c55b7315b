"""A service in this process, and ways to ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from gkllm.service.app import create_app
from gkllm.service.configuration import Bounds, Configuration
from gkllm.settings import Settings

FIXTURES = Path(__file__).parents[2] / "fixtures"
YINZHOU = FIXTURES / "yinzhou-2019.txt"
HERE = "http://127.0.0.1:8001"


@contextmanager
def serving(folder: Path, bounds: Bounds = Bounds(), **options: Any) -> Iterator[TestClient]:  # noqa: B008 - frozen
    """A service at work on a store in the folder."""
    configuration = Configuration(
        str(folder / "reports.db"), Settings(reader="rules"), bounds=bounds, **options
    )
    with TestClient(create_app(configuration), base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def hand_over(client: TestClient, *files: tuple[str, bytes], **headers: str) -> Any:
    """The answer to files that are handed over."""
    parts = [("files", file) for file in files]
    return client.post(
        "/v1/reports", files=parts, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )

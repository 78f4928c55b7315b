"""What the tests of the client share."""

import pytest

from tests.llm.asking import GOOD, ask
from tests.wire.scripted import ScriptedServer, completion


@pytest.fixture(scope="session", autouse=True)
def libraries_loaded(loopback_only: None) -> None:
    """The first question loads openai and instructor for a second or two, which no test means to time."""
    with ScriptedServer(completion(GOOD)) as server:
        assert ask(server.base_url, request_timeout=60.0, deadline=60.0).error is None

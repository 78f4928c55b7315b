"""Documents and questions under way: how many, and that computing holds up no waiting."""

import asyncio
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from gkllm import Extractor, ModelSettings, Report, Settings
from gkllm.ahead import Worker
from gkllm.documents.source import Source
from gkllm.errors import DocumentError
from tests.wire.scripted import Received, Reply, ScriptedServer, completion

TEXT = (Path(__file__).parents[1] / "fixtures" / "yinzhou-2019.txt").read_bytes()


@dataclass
class Watched(ScriptedServer):
    """Answers after a while, and says how many documents were begun when the first answer left."""

    begun: list[str] = field(default_factory=list)
    begun_before_an_answer: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def reply_to(self, received: Received) -> Reply:
        self.begun_before_an_answer = self.begun_before_an_answer or len(self.begun)
        return completion("{}", delay=0.3)


@dataclass(frozen=True)
class Counted(Source):
    """A source that tells when it is begun."""

    begun: list[str] = field(default_factory=list)

    def load(self) -> bytes:
        self.begun.append(self.name)
        return TEXT + self.name.encode()


def test_no_more_documents_are_begun_than_twice_the_questions_that_may_be_under_way() -> None:
    async def run(server: Watched) -> int:
        model = ModelSettings("m", base_url=server.base_url, transport_attempts=1, reasks=0)
        extractor = Extractor(Settings(reader="both", model=model, concurrency=3))
        sources = [Counted(f"{n}.txt", None, TEXT, begun=server.begun) for n in range(12)]
        done = 0
        async for _ in extractor.extract_all(sources):
            done += 1
            assert len(server.begun) <= done + 6
        await extractor.aclose()
        return done

    with Watched() as server:
        assert asyncio.run(run(server)) == 12
    assert 1 <= server.begun_before_an_answer <= 6


@dataclass(frozen=True)
class Traced(Source):
    """A source that notes by which process it is read."""

    trace: Path = Path()

    def load(self) -> bytes:
        with self.trace.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        if self.name == "broken":
            raise DocumentError("{name}: torn", name=self.name)
        return TEXT + self.name.encode()


def test_what_is_read_ahead_by_another_process_is_what_this_one_reads(tmp_path: Path) -> None:
    names = [*(f"{n}.txt" for n in range(5)), "broken"]
    trace = tmp_path / "trace"

    async def read(server: ScriptedServer, concurrency: int) -> dict[str, tuple[Report | None, str]]:
        model = ModelSettings("m", base_url=server.base_url, transport_attempts=1, reasks=0)
        extractor = Extractor(Settings(reader="auto", model=model, concurrency=concurrency))
        sources = [Traced(name, None, TEXT, trace=trace) for name in names]
        found = {
            outcome.source: (outcome.report, f"{outcome.failure} {outcome.exchanges}")
            async for outcome in extractor.extract_all(sources)
        }
        await extractor.aclose()
        return found

    with ScriptedServer(completion('{"（七）总计": "66|空×5|6"}')) as server:
        here = asyncio.run(read(server, len(names)))
        assert set(trace.read_text().split()) == {str(os.getpid())}
        ahead = asyncio.run(read(server, 1))
    assert len(set(trace.read_text().split())) > 1
    assert ahead == here and "torn" in here["broken"][1]


def test_computing_holds_up_nothing_that_waits() -> None:
    async def run() -> float:
        worker = Worker(threaded=True)
        slow = asyncio.ensure_future(worker.run(time.sleep, 2.0))
        started = time.monotonic()
        await asyncio.sleep(0.05)
        elapsed = time.monotonic() - started
        assert not slow.done()
        await slow
        worker.close()
        return elapsed

    assert asyncio.run(run()) < 1.8


def test_one_thread_computes_and_without_one_it_is_done_where_it_is_asked_for() -> None:
    async def run(*, threaded: bool) -> set[int]:
        worker = Worker(threaded=threaded)
        idents = await asyncio.gather(*(worker.run(threading.get_ident) for _ in range(8)))
        worker.close()
        return set(idents)

    assert asyncio.run(run(threaded=False)) == {threading.get_ident()}
    (other,) = asyncio.run(run(threaded=True))
    assert other != threading.get_ident()

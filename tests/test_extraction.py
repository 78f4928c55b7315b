"""The Python interface, from wherever it is called."""

import asyncio
from pathlib import Path
from threading import Thread

import gkllm

YINZHOU = Path(__file__).parents[1] / "fixtures" / "yinzhou-2019.txt"
RULES = gkllm.Settings(reader="rules")


def test_a_thread_and_a_running_loop_get_the_report_that_a_script_gets() -> None:
    """A notebook's cells are run by a loop."""
    expected = gkllm.extract(YINZHOU, RULES)
    assert expected.violations[0].suggestions
    found = []

    async def cell() -> None:
        found.append(gkllm.extract(YINZHOU, RULES))

    asyncio.run(cell())
    thread = Thread(target=lambda: found.append(gkllm.extract(YINZHOU, RULES)))
    thread.start()
    thread.join()
    assert found == [expected, expected]

"""The Python interface, from wherever it is called."""

import asyncio
from pathlib import Path
from threading import Thread

import gkllm
from gkllm.form import load_forms

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


def test_the_shipped_forms_are_read_once() -> None:
    # What is remembered of a form is remembered for each object that stands for it: a megabyte a report otherwise.
    assert all(one is other for one, other in zip(load_forms(), load_forms(), strict=True))

"""The prose prompt as a real model of 1.5 billion parameters answered it; how to record again: see CONTRIBUTING.

Ask with `python -m tests.prose.test_recorded URL` at the address of `tests.wire.record`.
"""

import asyncio
import sys
from pathlib import Path

from gkllm import ModelSettings
from gkllm.documents.formats import open_document
from gkllm.llm import Budget, LanguageModel, Limits
from gkllm.prompts import load_prompt
from gkllm.prose.llm_claims import ProseReader, ProseReading
from gkllm.prose.meanings import load_meanings
from gkllm.prose.passages import passages, sentences
from gkllm.reading.particulars import read_particulars
from gkllm.reading.rules_reader import read_by_rules
from gkllm.reading.table_lines import table_lines
from tests.forms import FORM
from tests.prose.labelled import REPORTS
from tests.wire.replay import ReplayServer

EXCHANGES = Path(__file__).with_name("exchanges") / "qwen-1.5b.json"
TEXT = (REPORTS / "prose-alone.txt").read_bytes()


def read(base_url: str) -> ProseReading:
    """What the model at an address states of the report that is prose alone, the rules' claims unknown to it."""
    document = open_document(TEXT, "prose-alone.txt")
    lines = table_lines(document)
    readings = read_by_rules(document.text, lines, FORM)
    around = list(sentences(passages(document, lines, readings.values()).paragraphs))
    tables = {table_id: reading.table for table_id, reading in readings.items()}
    settings = ModelSettings("qwen2.5-coder-1.5b", base_url=base_url, api_key="unused")

    async def ask() -> ProseReading:
        model = LanguageModel(settings, concurrency=1, cache=None)
        try:
            reader = ProseReader(model, load_prompt("prose-v1"), 0)
            about, budget = read_particulars(document.text, FORM), Budget("a report", Limits())
            return await reader.read(document, around, about, tables, (), load_meanings(FORM), budget)
        finally:
            await model.aclose()

    return asyncio.run(ask())


def test_what_the_recorded_model_states_is_grounded() -> None:
    with ReplayServer(EXCHANGES) as server:
        reading = read(server.base_url)
    assert server.unknown == []
    text = TEXT.decode()
    assert reading.claims
    for claim in reading.claims:
        assert " ".join(text[claim.span.start : claim.span.end].split()) == claim.quote
        assert claim.certainty != "explicit" and claim.reader == "model"


if __name__ == "__main__":
    for stated in read(sys.argv[1]).claims:
        print(stated.meaning, stated.value, stated.certainty, stated.quote)

"""What the committed comparison of prompts says, and that its answers can be replayed without the model."""

import asyncio
from pathlib import Path

import pytest

from gkllm import ModelSettings, Settings
from gkllm.documents.source import Source
from gkllm.evaluation.results import SystemResult, load_result
from gkllm.extraction import Extractor, Outcome
from gkllm.llm import Recording
from gkllm.prompts import load_prompt

ROOT = Path(__file__).parents[2]
EVALS = ROOT / "evals"
SUITES = ("prompts", "prompts-requests")


def systems(suite: str) -> dict[str, SystemResult]:
    """The systems by reader and prompt, such as `model rows-v1`."""
    found = load_result(EVALS / "results" / f"{suite}.json").systems
    return {system.name.removesuffix(" qwen-1.5b"): system for system in found}


def test_four_designs_were_measured_on_twelve_reports() -> None:
    measured = systems("prompts")
    whole = {"model table-v1", "model rows-v1", "model row-v1"}
    assert set(measured) == {"rules", "auto section-v2", *whole}
    assert all(system.reports >= 12 and system.counts.silent == 0 for system in measured.values())


def test_whole_tables_are_read_with_the_winner() -> None:
    whole = [
        {name: system.counts.right for name, system in systems(suite).items() if system.reader == "model"}
        for suite in SUITES
    ]
    total = {name: sum(counts[name] for counts in whole) for name in whole[0]}
    assert max(total, key=total.__getitem__) == "model rows-v1"
    assert load_prompt(Settings().prompt).front_matter["otherwise"] == "rows-v1"


def test_auto_asks_of_these_reports_what_the_rules_left_open_and_changes_nothing_for_the_worse() -> None:
    requests = systems("prompts-requests")
    auto, rules = requests["auto section-v2"], requests["rules"]
    assert 0 < auto.calls <= auto.reports
    assert (auto.prompt_tokens + auto.completion_tokens) / auto.calls < 600
    assert auto.counts.silent == 0 and auto.counts.right >= rules.counts.right
    assert auto.counts.flagged <= rules.counts.flagged


@pytest.mark.parametrize(("prompt", "questions"), [("table-v1", 6), ("rows-v1", 6), ("row-v1", 11)])
def test_the_recording_answers_every_question(prompt: str, questions: int) -> None:
    recording = Recording(EVALS / "exchanges" / "prompts-qwen-1.5b.jsonl", offline=True)
    model = ModelSettings("qwen2.5-coder-1.5b", base_url="http://127.0.0.1:8099/v1")
    settings = Settings(reader="model", model=model, prompt=prompt, tables=("disclosure", "proceedings"))

    async def run() -> list[Outcome]:
        extractor = Extractor(settings, recording)
        source = Source("yunxi", ROOT / "fixtures" / "yunxi-2019.txt")
        try:
            return [outcome async for outcome in extractor.extract_all([source])]
        finally:
            await extractor.aclose()

    (outcome,) = asyncio.run(run())
    assert len(outcome.exchanges) == questions
    assert [exchange.error for exchange in outcome.exchanges] == [None] * questions

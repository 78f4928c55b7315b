"""What a run is told: the reader, the model, and their limits. Values only; the command line resolves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gkllm.language import Language

ReaderChoice = Literal["auto", "rules", "model", "both"]


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model and how patiently it is asked.

    `name` is what the endpoint calls the model, or `local:PATH.gguf` for weights run in this process.
    Times are in seconds: `request_timeout` bounds one HTTP request, `deadline` one question with all its
    attempts. `transport_attempts` counts requests in all, `reasks` those after a first answer that does not
    fit the schema. `extra_body` goes into every request as it is, such as `enable_thinking = false`. `threads` run
    local weights; all physical cores but one where it is null.
    """

    name: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    request_timeout: float = 180.0
    deadline: float = 600.0
    transport_attempts: int = 4
    reasks: int = 1
    max_tokens: int = 4096
    temperature: float = 0.0
    extra_body: Mapping[str, object] = field(default_factory=dict, hash=False)
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """The most that a model may cost; null is no limit.

    Tokens are the prompt's and the answer's together, seconds those since the first question. Prices are for a million
    tokens, in the currency of `max_cost`. A report's default is twenty times what reading it whole costs
    (evals/results/recorded.md).
    """

    max_tokens_per_report: int | None = 100_000
    max_seconds_per_report: float | None = None
    max_tokens_per_run: int | None = None
    max_seconds_per_run: float | None = None
    max_cost: float | None = None
    prompt_price: float | None = None
    completion_price: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an extractor is built with.

    `model` is null where none is configured. `cache_dir` is null where answers are not cached. `sample`
    tells repeated measurements of the same request apart in the cache. `concurrency` bounds the requests
    under way at once, over all reports. `review_risk` is the share of wrong cells to expect
    among those that are not sent to review; the calibration's own target where it is null. `rules` is a file of
    edit rules that hold besides the form's own, and `form` the folder of a form that is known besides those
    shipped. `tables` are the ids of the tables that a model may be asked about, null for all; the others are left to
    the rules. `language` is that of the reasons.
    """

    reader: ReaderChoice = "auto"
    model: ModelSettings | None = None
    prompt: str = "section-v2"
    concurrency: int = 4
    cache_dir: Path | None = None
    sample: int = 0
    review_risk: float | None = None
    prose_prompt: str = "prose-v1"
    rules: Path | None = None
    form: Path | None = None
    tables: tuple[str, ...] | None = None
    language: Language = "en"
    spending: Spending = Spending()

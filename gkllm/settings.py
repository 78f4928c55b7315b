"""What a run is told: the reader, the model, and their limits. Values only; the command line resolves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from annotated_types import Ge, Gt, Le

from gkllm.errors import ConfigurationError
from gkllm.language import Language, said

if TYPE_CHECKING:
    from pydantic import BaseModel

ReaderChoice = Literal["auto", "rules", "model", "both"]
Seconds = Annotated[float, Gt(0)]
Amount = Annotated[float, Ge(0)]
Share = Annotated[float, Ge(0), Le(1)]
Warmth = Annotated[float, Ge(0), Le(2)]
Tries = Annotated[int, Ge(0)]
Many = Annotated[int, Ge(1)]


class _Held:
    """Settings that refuse, as they are made, a value that is not of its field's type.

    Raises ConfigurationError, which names the field and does not show what is secret.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        # Loaded here: the command line answers --help without it.
        from pydantic import ValidationError

        from gkllm.data_file import told

        of_class: Any = self
        try:
            held = _shape(of_class.__class__).model_validate(
                {each.name: getattr(self, each.name) for each in fields(of_class)}
            )
        except ValidationError as error:
            flaw = error.errors(include_url=False)[0]
            name = str(flaw["loc"][0])
            secret = any(each.name == name and not each.repr for each in fields(of_class))
            shown = "" if secret else said("{value!r} is not usable: ", value=getattr(self, name))
            raise ConfigurationError(
                "{place}: {shown}{flaw}", place=name, shown=shown, flaw=told(flaw)
            ) from None
        for each in fields(of_class):
            object.__setattr__(self, each.name, getattr(held, each.name))


@cache
def _shape(settings: type[Any]) -> "type[BaseModel]":
    """What the values of settings must be."""
    from pydantic import ConfigDict, create_model

    hints = get_type_hints(settings, include_extras=True)
    content: dict[str, Any] = {name: (hint, ...) for name, hint in hints.items()}
    return create_model(settings.__name__, __config__=ConfigDict(allow_inf_nan=False), **content)


@dataclass(frozen=True, slots=True)
class ModelSettings(_Held):
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
    request_timeout: Seconds = 180.0
    deadline: Seconds = 600.0
    transport_attempts: Many = 4
    reasks: Tries = 1
    max_tokens: Many = 4096
    temperature: Warmth = 0.0
    extra_body: Mapping[str, object] = field(default_factory=dict, hash=False)
    threads: Many | None = None


@dataclass(frozen=True, slots=True)
class Spending(_Held):
    """The most that a model may cost; null is no limit.

    Tokens are the prompt's and the answer's together, seconds those since the first question. Prices are for a million
    tokens, in the currency of `max_cost`. A report's default is twenty times what reading it whole costs
    (evals/results/recorded.md).
    """

    max_tokens_per_report: Many | None = 100_000
    max_seconds_per_report: Seconds | None = None
    max_tokens_per_run: Many | None = None
    max_seconds_per_run: Seconds | None = None
    max_cost: Amount | None = None
    prompt_price: Amount | None = None
    completion_price: Amount | None = None


@dataclass(frozen=True, slots=True)
class Settings(_Held):
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
    concurrency: Many = 4
    cache_dir: Path | None = None
    sample: int = 0
    review_risk: Share | None = None
    prose_prompt: str = "prose-v1"
    rules: Path | None = None
    form: Path | None = None
    tables: tuple[str, ...] | None = None
    language: Language = "en"
    spending: Spending = field(default_factory=Spending)

"""Settings from options, the environment and `gkllm.toml`, the strongest first.

A file in the working directory is stronger than the one in the user's configuration folder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_cache_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    ValidationError,
    field_validator,
)

from gkllm.cli.program import code_of
from gkllm.data_file import read_entries, told
from gkllm.errors import ConfigurationError, ModelNotConfigured
from gkllm.language import Language, later, said, spoken
from gkllm.settings import (
    Amount,
    Many,
    ModelSettings,
    ReaderChoice,
    Seconds,
    Settings,
    Share,
    Spending,
    Tries,
    Warmth,
)

_ENVIRONMENT = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}
"""The keys that other programs configure too; any other key's variable is GKLLM_ and its name."""

_PREFIX = "GKLLM_"

_HOW_TO_CONFIGURE = later(
    "name one with --model, GKLLM_MODEL or model in gkllm.toml (what its endpoint calls it, or "
    "local:PATH.gguf for weights run here); the endpoint is OpenAI with OPENAI_API_KEY, or any other with "
    "--base-url or OPENAI_BASE_URL"
)

_Place = Annotated[Path, AfterValidator(Path.expanduser)]
_Language = Annotated[Language, BeforeValidator(lambda name: code_of(name) or name)]


class Keys(BaseModel):
    """Every key of `gkllm.toml`, and what its value must be; a text may stand for a number, as in the environment."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    reader: ReaderChoice | None = None
    model: str = ""
    base_url: str = ""
    api_key: str = ""
    prompt: str = ""
    concurrency: Many = 1
    cache_dir: _Place = Path()
    review_risk: Share = 0
    rules: _Place = Path()
    form: _Place = Path()
    lang: _Language = "en"
    request_timeout: Seconds = 1
    deadline: Seconds = 1
    max_tokens: Many = 1
    reasks: Tries = 0
    transport_attempts: Many = 1
    temperature: Warmth = 0
    extra_body: dict[str, Any] | Json[dict[str, Any]] = Field(default_factory=dict)
    threads: Many = 1
    max_tokens_per_report: Many = 1
    max_seconds_per_report: Seconds = 1
    max_tokens_per_run: Many = 1
    max_seconds_per_run: Seconds = 1
    max_cost: Amount = 0
    prompt_price: Amount = 0
    completion_price: Amount = 0

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_nothing(cls, value: object) -> object:
        if isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
            raise ValueError(said("input should be neither empty nor true or false"))
        return value


_OF_MODEL = (
    "base_url",
    "api_key",
    "request_timeout",
    "deadline",
    "max_tokens",
    "reasks",
    "transport_attempts",
    "temperature",
    "extra_body",
    "threads",
)
_OF_SPENDING = (
    "max_tokens_per_report",
    "max_seconds_per_report",
    "max_tokens_per_run",
    "max_seconds_per_run",
    "max_cost",
    "prompt_price",
    "completion_price",
)
_OF_RUN = ("reader", "prompt", "concurrency", "cache_dir", "review_risk", "rules", "form")


def configure(
    options: Mapping[str, object],
    environment: Mapping[str, str],
    files: Sequence[Path],
    *,
    use_cache: bool = True,
) -> Settings:
    """The settings that all sources together ask for; `files` are the configuration files, strongest first.

    Raises:
        ModelNotConfigured: the reader needs a model, or a model an endpoint, and none is named.
        ConfigurationError: a key is unknown or a value unusable; the message names where it stands.
    """
    values: dict[str, Any] = {"cache_dir": user_cache_path("gkllm", appauthor=False)}
    values |= {key: setting.value for key, setting in given(options, environment, files).items()}
    if not use_cache:
        values["cache_dir"] = None
    _require_model(values, named_endpoint="base_url" in options)
    model = None
    if "model" in values:
        model = ModelSettings(values["model"], **{key: values[key] for key in _OF_MODEL if key in values})
    spending = Spending(**{key: values[key] for key in _OF_SPENDING if key in values})
    of_run = {key: values[key] for key in _OF_RUN if key in values}
    return Settings(model=model, spending=spending, language=spoken(), **of_run)


@dataclass(frozen=True, slots=True)
class Setting:
    """A key's value, and where it is set: an option, a variable or a file."""

    value: Any
    place: str


def given(
    options: Mapping[str, object], environment: Mapping[str, str], files: Sequence[Path]
) -> dict[str, Setting]:
    """Every key that is set, as the strongest of all sources sets it.

    Raises:
        ConfigurationError: a key or a variable is unknown or a value unusable; the message names where it stands.
    """
    found: dict[str, Setting] = {}
    for file in reversed(files):
        if file.exists():
            found |= _fitting(read_entries(file)[0], lambda _, file=file: str(file), lambda key: f": {key}")  # type: ignore[misc]
    found |= _from_environment(environment)
    return found | _fitting(options, lambda key: f"--{key.replace('_', '-')}")


def _from_environment(environment: Mapping[str, str]) -> dict[str, Setting]:
    names = {key: _ENVIRONMENT.get(key, f"{_PREFIX}{key.upper()}") for key in Keys.model_fields}
    # An empty variable is how a shell takes one back for a single command.
    filled = {name: value for name, value in environment.items() if value}
    for name in sorted(filled):
        if name.startswith(_PREFIX) and name not in names.values():
            known = get_close_matches(name, names.values(), 1, 0.0)
            raise ConfigurationError(
                "{name}: gkllm knows no such variable; the nearest is {known}", name=name, known=known[0]
            )
    return _fitting({key: filled[name] for key, name in names.items() if name in filled}, names.__getitem__)


def _fitting(
    entries: Mapping[str, object],
    origin: Callable[[str], str],
    within: Callable[[str], str] = lambda _: "",
) -> dict[str, Setting]:
    """The entries as values; `origin` says where a key stands, and `within` where in it."""
    try:
        values = Keys.model_validate(entries).model_dump(exclude_unset=True)
    except ValidationError as error:
        flaw = error.errors(include_url=False)[0]
        key = str(flaw["loc"][0])
        place = origin(key) + within(key)
        if flaw["type"] == "extra_forbidden":
            raise ConfigurationError(
                "{place}: there is no such key; allowed are {allowed}",
                place=place,
                allowed=", ".join(Keys.model_fields),
            ) from None
        shown = "" if key == "api_key" else said("{value!r} is not usable: ", value=str(flaw["input"]))
        raise ConfigurationError(
            "{place}: {shown}{flaw}", place=place, shown=shown, flaw=told(flaw)
        ) from None
    return {key: Setting(value, origin(key)) for key, value in values.items()}


def _require_model(values: Mapping[str, Any], *, named_endpoint: bool) -> None:
    reader = values.get("reader", "auto")
    if reader == "rules":
        return
    if "model" not in values:
        if reader != "auto":
            raise ModelNotConfigured(
                "--reader {reader} needs a language model: {hint}",
                reader=reader,
                hint=said(_HOW_TO_CONFIGURE),
            )
        if named_endpoint:
            raise ModelNotConfigured(
                "--base-url names an endpoint but no model of it: add --model or GKLLM_MODEL"
            )
    elif not values["model"].startswith("local:") and not {"base_url", "api_key"} & values.keys():
        raise ModelNotConfigured(
            "the model {name!r} has no endpoint: set OPENAI_API_KEY for OpenAI, or --base-url or "
            "OPENAI_BASE_URL for any other",
            name=values["model"],
        )

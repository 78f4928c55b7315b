"""Settings from options, the environment and `gkllm.toml`, the strongest first.

A file in the working directory is stronger than the one in the user's configuration folder.
"""

import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from gkllm.errors import ConfigurationError, ModelNotConfigured
from gkllm.settings import ModelSettings, ReaderChoice, Settings

FILE_NAME = "gkllm.toml"

_ENVIRONMENT = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}
"""The keys that other programs configure too; any other key's variable is GKLLM_ and its name."""

_HOW_TO_CONFIGURE = (
    "name one with --model, GKLLM_MODEL or model in gkllm.toml (what its endpoint calls it, or "
    "local:PATH.gguf for weights run here); the endpoint is OpenAI with OPENAI_API_KEY, or any other with "
    "--base-url or OPENAI_BASE_URL"
)


def _choice(value: object) -> object:
    if value not in get_args(ReaderChoice):
        raise ValueError(f"one of {', '.join(get_args(ReaderChoice))}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    return value


def _path(value: object) -> Path:
    return Path(_text(os.fspath(value) if isinstance(value, Path) else value)).expanduser()


def _whole(least: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = _number(value)
        if number is None or number < least or not number.is_integer():
            raise ValueError(f"a whole number of at least {least}")
        return int(number)

    return parse


def _between(least: float, most: float) -> Callable[[object], float]:
    def parse(value: object) -> float:
        number = _number(value)
        if number is None or not least <= number <= most:
            raise ValueError(f"a number from {least:g} to {most:g}")
        return number

    return parse


def _seconds(value: object) -> float:
    number = _number(value)
    if number is None or not 0 < number < float("inf"):
        raise ValueError("a number of seconds above 0")
    return number


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


PARSERS: Mapping[str, Callable[[object], object]] = {
    "reader": _choice,
    "model": _text,
    "base_url": _text,
    "api_key": _text,
    "prompt": _text,
    "concurrency": _whole(1),
    "cache_dir": _path,
    "review_risk": _between(0, 1),
    "rules": _path,
    "request_timeout": _seconds,
    "deadline": _seconds,
    "max_tokens": _whole(1),
    "reasks": _whole(0),
    "transport_attempts": _whole(1),
    "temperature": _between(0, 2),
}
"""Every key of `gkllm.toml`, and what its value must be."""

_OF_MODEL = (
    "base_url",
    "api_key",
    "request_timeout",
    "deadline",
    "max_tokens",
    "reasks",
    "transport_attempts",
    "temperature",
)
_OF_RUN = ("reader", "prompt", "concurrency", "cache_dir", "review_risk", "rules")


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
    values: dict[str, Any] = {"cache_dir": default_cache_dir(environment)}
    for file in reversed(files):
        values |= _from_file(file)
    values |= _from_environment(environment)
    for key, value in options.items():
        values[key] = _parse(key, value, f"--{key.replace('_', '-')}")
    if not use_cache:
        values["cache_dir"] = None
    _require_model(values, named_endpoint="base_url" in options)
    model = None
    if "model" in values:
        model = ModelSettings(values["model"], **{key: values[key] for key in _OF_MODEL if key in values})
    return Settings(model=model, **{key: values[key] for key in _OF_RUN if key in values})


def configuration_files(user_folder: Path) -> tuple[Path, ...]:
    """Where `gkllm.toml` may stand, strongest first."""
    return (Path(FILE_NAME), user_folder / FILE_NAME)


def default_cache_dir(environment: Mapping[str, str]) -> Path:
    """The user's cache folder, by the system's custom."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "gkllm" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gkllm"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gkllm"


def _from_file(file: Path) -> dict[str, object]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from error
    for key in entries:
        if key not in PARSERS:
            raise ConfigurationError(f"{file}: unknown key {key!r}; allowed are {', '.join(PARSERS)}")
    return {key: _parse(key, value, f"{file}: {key}") for key, value in entries.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key in PARSERS:
        name = _ENVIRONMENT.get(key, f"GKLLM_{key.upper()}")
        # An empty variable is how a shell takes one back for a single command.
        if environment.get(name):
            values[key] = _parse(key, environment[name], name)
    return values


def _parse(key: str, value: object, origin: str) -> object:
    try:
        return PARSERS[key](value)
    except ValueError as error:
        shown = "" if key == "api_key" else f"{str(value)!r} is not usable; "
        raise ConfigurationError(f"{origin}: {shown}it must be {error}") from None


def _require_model(values: Mapping[str, Any], *, named_endpoint: bool) -> None:
    reader = values.get("reader", "auto")
    if reader == "rules":
        return
    if "model" not in values:
        if reader != "auto":
            raise ModelNotConfigured(f"--reader {reader} needs a language model: {_HOW_TO_CONFIGURE}")
        if named_endpoint:
            raise ModelNotConfigured(
                "--base-url names an endpoint but no model of it: add --model or GKLLM_MODEL"
            )
    elif not values["model"].startswith("local:") and not {"base_url", "api_key"} & values.keys():
        raise ModelNotConfigured(
            f"the model {values['model']!r} has no endpoint: set OPENAI_API_KEY for OpenAI, or --base-url or "
            "OPENAI_BASE_URL for any other"
        )

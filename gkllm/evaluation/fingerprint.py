"""Hashes of what a measurement depends on."""

import hashlib
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import gkllm
from gkllm.evaluation.suite import Suite
from gkllm.llm.cache import digest

_LIBRARIES = ("gkllm", "pydantic", "rapidfuzz", "openai", "instructor")


def measurement(suite: Suite, systems: Iterable[str]) -> str:
    """Changes with the suite, its documents and truths, its prompts, and with the program."""
    return digest(
        {
            "suite": suite.sha256,
            "documents": [[one.id, one.sha256, one.truth_sha256] for one in suite.documents],
            "prompts": sorted({system.prompt.reference for system in suite.systems if system.prompt}),
            "systems": list(systems),
            "program": program(),
        }
    )


@cache
def form() -> str:
    """The forms' data files: tables, labels, edit rules."""
    return _of_files((_package() / "forms").rglob("*.toml"))


@cache
def program() -> str:
    """Every module and data file of the package."""
    return _of_files(path for path in _package().rglob("*") if path.suffix in (".py", ".toml", ".json"))


def environment() -> dict[str, str]:
    """Versions of what the measurement ran on, and the program's hash; a repetition may have others."""
    return {"python": platform.python_version(), **dict(_versions()), "program": program()}


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _package() -> Path:
    return Path(gkllm.__file__).parent


def _of_files(paths: Iterable[Path]) -> str:
    summed = hashlib.sha256()
    for path in sorted(paths):
        summed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{summed.hexdigest()}"

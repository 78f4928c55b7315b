"""The lock file of the development environment: it fits what pyproject.toml asks for, on every Python and system."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def _pins() -> list[Requirement]:
    return [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"[A-Za-z]", line)]


def _asked() -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    return [
        Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    ]


def _applies(requirement: Requirement, python: str, system: str) -> bool:
    machine = {
        "os_name": "nt" if system == "win32" else "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
        "platform_machine": "x86_64",
        "extra": "",
    }
    return requirement.marker is None or requirement.marker.evaluate(machine)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_asked_for_is_pinned_once_and_within_its_bounds(python: str, system: str) -> None:
    pinned: dict[str, Version] = {}
    for pin in _pins():
        if not _applies(pin, python, system):
            continue
        (exactly,) = pin.specifier
        name = canonicalize_name(pin.name)
        assert exactly.operator == "==" and name not in pinned, pin
        pinned[name] = Version(exactly.version)
    for asked in _asked():
        if _applies(asked, python, system):
            found = pinned.get(canonicalize_name(asked.name), Version("0"))
            assert asked.specifier.contains(found, prereleases=True), (
                f"{asked}: see CONTRIBUTING.md on the lock"
            )


def test_every_pin_has_hashes_and_nothing_says_where_from() -> None:
    blocks = re.split(r"\n(?=[A-Za-z])", LOCK[LOCK.index("\n", LOCK.index("-o ")) :])
    assert len(blocks) == len(_pins()) + 1 > 100
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|^\s*--?(?:index|extra-index|find-links|i|f)\b", LOCK, re.MULTILINE)


def test_the_command_in_its_head_is_the_one_that_contributors_are_told() -> None:
    (command,) = re.findall(r"^#\s+(uv pip compile .+)$", LOCK, re.MULTILINE)
    assert command in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

"""What pip resolves, and what the wheel carries."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    (built,) = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"]
    )
    return Path(built)


def _files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _release(name: str) -> tuple[int, int]:
    major, minor, *_ = version(name).split(".")
    return int(major), int(minor)


@pytest.mark.parametrize(
    ("name", "major"), [("instructor", 1), ("openai", 3), ("pydantic", 2), ("tenacity", 9)]
)
def test_the_resolved_majors(name: str, major: int) -> None:
    assert _release(name)[0] == major


def test_instructor_is_no_older_than_the_reasks_need() -> None:
    assert _release("instructor") >= (1, 17)


@pytest.mark.parametrize("name", ["gkllm", "instructor", "openai"])
def test_the_resolved_versions_fit_each_other(name: str) -> None:
    requirements = [Requirement(text) for text in distribution(name).requires or ()]
    plain = [found for found in requirements if found.marker is None or found.marker.evaluate({"extra": ""})]
    assert plain
    for requirement in plain:
        assert requirement.specifier.contains(version(requirement.name), prereleases=True), str(requirement)


def test_the_wheel_is_typed_and_holds_the_form(wheel: Path) -> None:
    files = _files(wheel)
    assert files["gkllm/py.typed"] == b""
    data = [path for path in (ROOT / "gkllm" / "forms").rglob("*") if path.suffix in (".toml", ".json")]
    assert {"form.toml", "requests.toml", "edit_rules.toml", "phrases.toml", "meanings.toml"} <= {
        path.name for path in data
    }
    for path in data:
        assert files[path.relative_to(ROOT).as_posix()] == path.read_bytes()


def test_the_wheel_holds_every_prompt(wheel: Path) -> None:
    prefix = "gkllm/shipped_prompts/"
    shipped = {
        name.removeprefix(prefix): data for name, data in _files(wheel).items() if name.startswith(prefix)
    }
    prompts = {path.name: path.read_bytes() for path in (ROOT / "prompts").iterdir() if path.is_file()}
    assert any(name.endswith(".md") for name in prompts)
    assert shipped == prompts


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    package = ROOT / "gkllm"
    files = {path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.is_file()}
    shipped = {name for name in files if "__pycache__" not in name and not name.endswith(".po")}
    assert any(name.endswith(".tcss") for name in shipped)
    assert "gkllm/locale/zh/LC_MESSAGES/gkllm.mo" in shipped
    assert shipped <= _files(wheel).keys()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    information = f"gkllm-{_project_version()}.dist-info/"
    files = _files(wheel)
    assert all(name.startswith(("gkllm/", information)) for name in files)
    assert not [name for name in files if name.endswith(".pyc")]
    assert f"{information}licenses/LICENSE" in files
    assert b"gkllm = gkllm.cli:main" in files[f"{information}entry_points.txt"]


def test_the_unpacked_wheel_extracts_a_report(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys, gkllm; from gkllm.prompts import list_prompts;"
        "report = gkllm.extract(sys.argv[1], gkllm.Settings(reader='rules'));"
        "print(gkllm.__file__); print(len(report.cells)); print(*sorted(list_prompts()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "fixtures" / "hongze-2023.txt")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    place, cells, prompts = done.stdout.splitlines()
    assert Path(place) == tmp_path / "gkllm" / "__init__.py"
    assert int(cells) == 186
    assert prompts.split() == sorted(path.stem for path in (ROOT / "prompts").glob("*.md"))


def test_the_installed_version_is_the_project_version() -> None:
    assert version("gkllm") == _project_version()


def _project_version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: str = tomllib.load(file)["project"]["version"]
    return found


def test_no_file_of_the_wheel_is_over_300_lines(wheel: Path) -> None:
    texts = (".py", ".toml", ".json", ".md", ".css", ".tcss", ".html", ".js")
    lines = {name: data.count(b"\n") for name, data in _files(wheel).items() if name.endswith(texts)}
    assert len(lines) > 100
    assert {name: count for name, count in lines.items() if count > 300} == {}


def _requirements() -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        held = tomllib.load(file)
    extras = held["project"]["optional-dependencies"].values()
    listed = [*held["build-system"]["requires"], *held["project"]["dependencies"]]
    return [Requirement(text) for text in (*listed, *(text for extra in extras for text in extra))]


@pytest.mark.parametrize("requirement", sorted(set(map(str, _requirements()))))
def test_every_dependency_is_bounded_on_both_sides_and_what_is_installed_fits(requirement: str) -> None:
    needed = Requirement(requirement)
    operators = {specifier.operator for specifier in needed.specifier}
    assert operators & {"<", "<="} and operators & {">", ">="}
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return
    assert needed.specifier.contains(found, prereleases=True), found


PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Zlib|HPND|Unlicense|LGPL", re.IGNORECASE)
"""LGPL: psycopg, which is asked for by an extra alone and is no part of the package. Tools may be under others."""


def test_every_dependencys_licence_is_listed_and_what_users_install_is_permissive() -> None:
    table = (ROOT / "LICENCES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    assert {name for name, _, _ in rows} == {needed.name for needed in _requirements()}
    used = {name: licence for name, licence, asked in rows if asked != "dev"}
    assert {name: licence for name, licence in used.items() if not PERMISSIVE.search(licence)} == {}


@pytest.mark.filterwarnings("ignore")
def test_the_wheel_passes_the_checks_that_an_index_makes(wheel: Path) -> None:
    for tool in (["twine", "check", "--strict"], ["check_wheel_contents", "--ignore", "W004,W009"]):
        done = subprocess.run(
            [sys.executable, "-m", *tool, str(wheel)], capture_output=True, encoding="utf-8", timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr

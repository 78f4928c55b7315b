"""What the confidence is fitted on, and what it is measured on: a TOML file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from evals.converters.bench import LEVELS
from evals.converters.converters import CONVERTERS, FILES, Converter
from evals.generator.drawn import draw
from evals.generator.levels import LAYOUTS
from evals.generator.request import SyntheticRequest
from gkllm.data_file import read_toml
from gkllm.errors import FixtureError
from gkllm.evaluation.fixture import Fixture, Truth, dump_truth, find_fixtures, load_fixture, problems
from gkllm.evaluation.truth import TrueReport
from gkllm.form import load_forms
from gkllm.llm.cache import digest


class Mix(SyntheticRequest):
    """A set of generated reports. `target`: the threshold is chosen on its cells."""

    name: str
    target: bool = False


class Converted(BaseModel):
    """A set of generated reports as files, each as it is and as the converters of the bench make it text: the
    `libraries`, or `all` with the programs that are installed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    noise: Literal["none", "moderate"]
    reports: int = Field(ge=1)
    seed: int
    converters: Literal["libraries", "all"] = "libraries"
    target: bool = False

    @property
    def chosen(self) -> tuple[Converter, ...]:
        """The converters that are there."""
        programs = self.converters == "all"
        return tuple(one for one in CONVERTERS if (one.installed if programs else one.program is None))

    @property
    def documents(self) -> int:
        """How many documents these are."""
        return self.reports * (len(FILES) + len(self.chosen))


AnyMix = Mix | Converted


class Plan(BaseModel):
    """`risk` is the share of wrong cells to expect among those not sent to review, in the `target` mixes.

    `fit`, `converted` and the reports in `fixtures` are what the parameters are fitted on, in `folds` parts for the
    cross-validation; `held_out` and `converted_held_out` are only measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    risk: float = Field(ge=0, le=1)
    folds: int = Field(ge=2)
    fixtures: list[str]
    fit: list[Mix] = Field(min_length=1)
    held_out: list[Mix] = Field(min_length=1)
    converted: list[Converted] = []
    converted_held_out: list[Converted] = []

    @property
    def fitted_on(self) -> tuple[AnyMix, ...]:
        """Every mix that takes part in the fit."""
        return (*self.fit, *self.converted)

    @property
    def measured_on(self) -> tuple[AnyMix, ...]:
        """Every mix that takes none."""
        return (*self.held_out, *self.converted_held_out)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its truth. `layout` is what its text was printed as, or the converter that made it; documents
    of one `report` print the same numbers."""

    name: str
    content: bytes
    truths: tuple[TrueReport, ...]
    layout: str
    report: str


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan with its fixtures."""

    plan: Plan
    fixtures: tuple[Fixture, ...]

    def labelled(self) -> Iterator[Labelled]:
        """The fixtures' documents."""
        for fixture in self.fixtures:
            name = fixture.document.name
            yield Labelled(name, fixture.document.read_bytes(), fixture.truth.reports, "labelled", name)

    def data(self) -> str:
        """A hash of all that the parameters are fitted on.

        Generated reports are known by their options and by what the generator prints for the first of each layout.
        """
        return digest(
            {
                "plan": self.plan.model_dump(mode="json", exclude={"held_out", "converted_held_out"}),
                "fixtures": [
                    [one.id, _sha256(one.document.read_bytes()), dump_truth(one.truth)]
                    for one in self.fixtures
                ],
                "generated": [_first_printed(mix) for mix in self.plan.fit],
                "converted": [_first_page(mix) for mix in self.plan.converted],
            }
        )


def generated(mix: AnyMix) -> Iterator[Labelled]:
    """The mix's documents."""
    if isinstance(mix, Converted):
        for seed in range(mix.seed, mix.seed + mix.reports):
            yield from _converted(mix, seed)
        return
    for report in mix.generate():
        name = f"{report.layout}-{report.seed}.txt"
        yield Labelled(name, report.text.encode(), (report.truth(),), report.layout, name)


def _converted(mix: Converted, seed: int) -> Iterator[Labelled]:
    report = draw(seed, LEVELS[mix.noise])
    truths = (report.truth.truth(),)
    files = {name: file(report) for name, file in FILES.items()}
    for name, content in files.items():
        yield Labelled(f"{seed}.{name}", content, truths, f"{name} itself", str(seed))
    for one in mix.chosen:
        text = one.convert(files[one.format])
        yield Labelled(f"{one.name}-{seed}.txt", text.encode(), truths, one.name, str(seed))


def load_plan(path: Path) -> LoadedPlan:
    """The plan in a file.

    Raises ConfigurationError where it cannot be read or is not one, and FixtureError where a fixture is invalid.
    """
    plan, _ = read_toml(path, TypeAdapter(Plan))
    fixtures = [
        load_fixture(truth) for folder in plan.fixtures for truth in find_fixtures(path.parent / folder)
    ]
    forms = load_forms()
    for fixture in fixtures:
        if found := problems(fixture, forms):
            raise FixtureError(f"{fixture.document}: {found[0]}")
    return LoadedPlan(plan, tuple(fixtures))


def _first_printed(mix: Mix) -> str:
    few = mix.model_copy(update={"reports": min(mix.reports, len(LAYOUTS))})
    printed = [one.content.decode() + dump_truth(Truth("", one.truths)) for one in generated(few)]
    return _sha256("".join(printed).encode())


def _first_page(mix: Converted) -> str:
    return _sha256(FILES["html"](draw(mix.seed, LEVELS[mix.noise])))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

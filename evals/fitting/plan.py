"""What the confidence is fitted on, and what it is measured on: a TOML file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

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


class Plan(BaseModel):
    """`risk` is the share of wrong cells to expect among those not sent to review, in the `target` mixes.

    `fit` and the reports in `fixtures` are what the parameters are fitted on, in `folds` parts for the
    cross-validation; `held_out` is only measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    risk: float = Field(ge=0, le=1)
    folds: int = Field(ge=2)
    fixtures: list[str]
    fit: list[Mix] = Field(min_length=1)
    held_out: list[Mix] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its truth."""

    name: str
    content: bytes
    truths: tuple[TrueReport, ...]


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan with its fixtures."""

    plan: Plan
    fixtures: tuple[Fixture, ...]

    def labelled(self) -> Iterator[Labelled]:
        """The fixtures' documents."""
        for fixture in self.fixtures:
            yield Labelled(fixture.document.name, fixture.document.read_bytes(), fixture.truth.reports)

    def data(self) -> str:
        """A hash of all that the parameters are fitted on.

        Generated reports are known by their options and by what the generator prints for the first of each layout.
        """
        return digest(
            {
                "plan": self.plan.model_dump(mode="json", exclude={"held_out"}),
                "fixtures": [
                    [one.id, _sha256(one.document.read_bytes()), dump_truth(one.truth)]
                    for one in self.fixtures
                ],
                "generated": [_first_printed(mix) for mix in self.plan.fit],
            }
        )


def generated(mix: Mix) -> Iterator[Labelled]:
    """The mix's reports."""
    for report in mix.generate():
        name = f"{report.layout}-{report.seed}.txt"
        yield Labelled(name, report.text.encode(), (report.truth(),))


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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""What the confidence is fitted on, and what it is measured on: a TOML file."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from evals.fitting.mixes import Labelled, Mix
from gkllm.data_file import read_toml
from gkllm.errors import FixtureError
from gkllm.evaluation.fixture import Fixture, Truth, dump_truth, find_fixtures, load_fixture, problems
from gkllm.form import load_forms
from gkllm.forms import FIRST
from gkllm.llm.cache import digest


class Plan(BaseModel):
    """`risk` is the share of wrong cells to expect among those not sent to review, in the `target` mixes.

    `fit` and the reports in `fixtures` are what the parameters of the form are fitted on, in `folds` parts for the
    cross-validation; `held_out` and the reports in `held_out_fixtures` are only measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    form: str = FIRST
    risk: float = Field(ge=0, le=1)
    folds: int = Field(ge=2)
    fixtures: list[str] = []
    held_out_fixtures: list[str] = []
    fit: list[Mix] = Field(min_length=1)
    held_out: list[Mix] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan with its fixtures."""

    plan: Plan
    fixtures: tuple[Fixture, ...]
    held_out_fixtures: tuple[Fixture, ...]

    @property
    def documents(self) -> int:
        """How many documents are fitted on."""
        return len(self.fixtures) + sum(mix.documents for mix in self.plan.fit)

    @property
    def held_out_documents(self) -> int:
        """How many are only measured."""
        return len(self.held_out_fixtures) + sum(mix.documents for mix in self.plan.held_out)

    def data(self) -> str:
        """A hash of all that the parameters are fitted on.

        Generated reports are known by their options and by what the generator prints for the first of each layout,
        which tells the form and the source too.
        """
        return digest(
            {
                "plan": self.plan.model_dump(mode="json", include={"risk", "folds", "fixtures"})
                | {"fit": [mix.model_dump(mode="json", exclude={"source"}) for mix in self.plan.fit]},
                "fixtures": [
                    [one.id, _sha256(one.document.read_bytes()), dump_truth(one.truth)]
                    for one in self.fixtures
                ],
                "generated": [_first_printed(mix) for mix in self.plan.fit],
            }
        )


def load_plan(path: Path) -> LoadedPlan:
    """The plan in a file.

    Raises ConfigurationError where it cannot be read or is not one, and FixtureError where a fixture is invalid.
    """
    plan, _ = read_toml(path, TypeAdapter(Plan))
    return LoadedPlan(plan, _fixtures(path, plan.fixtures), _fixtures(path, plan.held_out_fixtures))


def labelled(fixtures: Iterable[Fixture]) -> Iterator[Labelled]:
    """The fixtures' documents."""
    for fixture in fixtures:
        name = fixture.document.name
        yield Labelled(name, fixture.document.read_bytes(), fixture.truth.reports, "labelled", name)


def _fixtures(path: Path, folders: Sequence[str]) -> tuple[Fixture, ...]:
    fixtures = [load_fixture(truth) for folder in folders for truth in find_fixtures(path.parent / folder)]
    forms = load_forms()
    for fixture in fixtures:
        if found := problems(fixture, forms):
            raise FixtureError(f"{fixture.document}: {found[0]}")
    return tuple(fixtures)


def _first_printed(mix: Mix) -> str:
    printed = [one.content.decode() + dump_truth(Truth("", one.truths)) for one in mix.printed()]
    return _sha256("".join(printed).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

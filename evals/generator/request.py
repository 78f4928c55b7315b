"""A set of generated reports as it is asked for, by a person, a suite or a plan."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evals.generator.generator import generate
from evals.generator.levels import ALL_KINDS, LAYOUTS, LEVELS, Layout, NoiseLevel
from evals.generator.truth import SyntheticReport
from gkllm.evaluation.fixture import Truth, write_fixture


class SyntheticRequest(BaseModel):
    """`reports` reports with seeds from `seed` on; `all` layouts take turns.

    `noise` names a level; `noise_kinds` gives kinds a rate of their own, `without` leaves kinds out, and `mistakes` is
    another share of reports that contradict themselves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reports: int = Field(ge=1)
    seed: int
    layout: Layout | Literal["all"] = "all"
    noise: Literal["clean", "moderate", "heavy"] = "moderate"
    noise_kinds: dict[str, float] = {}
    without: list[str] = []
    mistakes: float | None = None

    @model_validator(mode="after")
    def _refuse_unknown_kinds(self) -> Self:
        named = {*self.without, *self.noise_kinds}
        if unknown := sorted(named - ALL_KINDS):
            raise ValueError(
                f"unknown kind of noise {unknown[0]!r}; known are {', '.join(sorted(ALL_KINDS))}"
            )
        if both := sorted(set(self.without) & self.noise_kinds.keys()):
            raise ValueError(f"the kind of noise {both[0]!r} is both given a rate and left out")
        self.level()
        return self

    def level(self) -> NoiseLevel:
        """The named level with the changes."""
        level = LEVELS[self.noise]
        return replace(
            level,
            mistake_rate=level.mistake_rate if self.mistakes is None else self.mistakes,
            kinds=level.kinds - {*self.without},
            own_rates=self.noise_kinds,
        )

    def generate(self) -> Iterator[SyntheticReport]:
        """The reports, in the order of their seeds."""
        layouts: Sequence[Layout] = LAYOUTS if self.layout == "all" else (self.layout,)
        level = self.level()
        for index in range(self.reports):
            yield generate(self.seed + index, layout=layouts[index % len(layouts)], noise=level)


def write_reports(folder: Path, request: SyntheticRequest, told: Callable[[], None]) -> None:
    """Write every report as `LAYOUT-SEED.txt` with its truth beside it; `told` is called after each."""
    for report in request.generate():
        note = f"generated: seed {report.seed}, layout {report.layout}, noise {request.noise}"
        truth = Truth(note, (report.truth(),))
        name = f"{report.layout}-{report.seed:05d}"
        write_fixture(folder, name, ".txt", report.text.encode(), truth)
        told()

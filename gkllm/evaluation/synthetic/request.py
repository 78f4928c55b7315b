"""A set of generated reports as it is asked for, by a person or by a suite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gkllm.errors import ConfigurationError
from gkllm.evaluation.fixture import Truth, write_fixture
from gkllm.evaluation.synthetic.generator import generate
from gkllm.evaluation.synthetic.levels import ALL_KINDS, LAYOUTS, LEVELS, Layout, NoiseLevel
from gkllm.evaluation.synthetic.truth import SyntheticReport


@dataclass(frozen=True, slots=True)
class SyntheticRequest:
    """`reports` reports with seeds from `seed` on; `all` layouts take turns. `name` is the noise level's."""

    reports: int
    seed: int
    layout: Layout | Literal["all"]
    noise: NoiseLevel
    name: str

    def generate(self) -> Iterator[SyntheticReport]:
        """The reports, in the order of their seeds."""
        layouts: Sequence[Layout] = LAYOUTS if self.layout == "all" else (self.layout,)
        for index in range(self.reports):
            yield generate(self.seed + index, layout=layouts[index % len(layouts)], noise=self.noise)


def noise_level(
    name: str, own_rates: Iterable[str], without: Iterable[str], mistakes: float | None
) -> NoiseLevel:
    """A named level with changes: `own_rates` as NAME=RATE, kinds left out, another share of mistakes.

    Raises ConfigurationError for an unknown kind and a rate that is no probability.
    """
    level = LEVELS[name]
    rates = dict(_own_rate(text) for text in own_rates)
    left_out = frozenset(without)
    if unknown := sorted((left_out | rates.keys()) - ALL_KINDS):
        raise ConfigurationError(
            f"unknown kind of noise {unknown[0]!r}; known are {', '.join(sorted(ALL_KINDS))}"
        )
    if both := sorted(left_out & rates.keys()):
        raise ConfigurationError(f"the kind of noise {both[0]!r} is both given a rate and left out")
    if mistakes is not None:
        level = replace(level, mistake_rate=mistakes)
    return replace(level, kinds=level.kinds - left_out, own_rates=rates)


def _own_rate(text: str) -> tuple[str, float]:
    kind, _, rate = text.partition("=")
    try:
        share = float(rate)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigurationError(f"{text!r} is not NAME=RATE with a rate from 0 to 1")
    return kind, share


def write_reports(folder: Path, request: SyntheticRequest, told: Callable[[], None]) -> None:
    """Write every report as `LAYOUT-SEED.txt` with its truth beside it; `told` is called after each."""
    for report in request.generate():
        note = f"generated: seed {report.seed}, layout {report.layout}, noise {request.name}"
        truth = Truth(note, (report.truth(),))
        name = f"{report.layout}-{report.seed:05d}"
        write_fixture(folder, name, ".txt", report.text.encode(), truth)
        told()

"""The documents that a confidence is fitted and measured on: printed texts, files with what converters make of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.converters.bench import LEVELS
from evals.converters.converters import CONVERTERS, FILES, Converter
from evals.generator import statistics
from evals.generator.drawn import draw
from evals.generator.levels import LAYOUTS
from evals.generator.request import SyntheticRequest
from gkllm.evaluation.truth import TrueReport


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its truth. `layout` is what its text was printed as, or the converter that made it; documents
    of one `report` print the same numbers."""

    name: str
    content: bytes
    truths: tuple[TrueReport, ...]
    layout: str
    report: str


class Printed(SyntheticRequest):
    """A set of generated reports as text. `target`: the threshold is chosen on its cells."""

    source: Literal["printed"]
    name: str
    target: bool = False

    @property
    def documents(self) -> int:
        """How many documents these are."""
        return self.reports

    def labelled(self) -> Iterator[Labelled]:
        """The documents."""
        for report in self.generate():
            name = f"{report.layout}-{report.seed}.txt"
            yield Labelled(name, report.text.encode(), (report.truth(),), report.layout, name)

    def printed(self) -> Iterator[Labelled]:
        """What tells the mix from others of the same options: the first document of each layout."""
        yield from self.model_copy(update={"reports": min(self.reports, len(LAYOUTS))}).labelled()


class Converted(BaseModel):
    """A set of generated reports as files, each as it is and as the converters of the bench make it text: the
    `libraries`, or `all` with the programs that are installed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: Literal["converted"]
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

    def labelled(self) -> Iterator[Labelled]:
        """The documents."""
        for seed in range(self.seed, self.seed + self.reports):
            report = draw(seed, LEVELS[self.noise])
            truths = (report.truth.truth(),)
            files = {name: file(report) for name, file in FILES.items()}
            for name, content in files.items():
                yield Labelled(f"{seed}.{name}", content, truths, f"{name} itself", str(seed))
            for one in self.chosen:
                text = one.convert(files[one.format])
                yield Labelled(f"{one.name}-{seed}.txt", text.encode(), truths, one.name, str(seed))

    def printed(self) -> Iterator[Labelled]:
        """What tells the mix from others of the same options: the first web page; its bytes are the same everywhere."""
        report = draw(self.seed, LEVELS[self.noise])
        yield Labelled("page", FILES["html"](report), (report.truth.truth(),), "html itself", str(self.seed))


class Statistics(BaseModel):
    """A set of generated reports with the statistical table; `damage` is how much noise they bear, 1 for the usual."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: Literal["statistics"]
    name: str
    damage: float = Field(ge=0)
    reports: int = Field(ge=1)
    seed: int
    target: bool = False

    @property
    def documents(self) -> int:
        """How many documents these are."""
        return self.reports

    def labelled(self) -> Iterator[Labelled]:
        """The documents."""
        for seed in range(self.seed, self.seed + self.reports):
            report = statistics.generate(seed, self.damage)
            name = f"{seed}.{report.suffix}"
            yield Labelled(name, report.text.encode(), (report.truth(),), report.style.layout, name)

    def printed(self) -> Iterator[Labelled]:
        """What tells the mix from others of the same options: its first documents."""
        yield from self.model_copy(update={"reports": min(self.reports, len(LAYOUTS))}).labelled()


Mix = Annotated[Printed | Converted | Statistics, Field(discriminator="source")]

"""Puts a report together: figures, mistakes, noise, labels, prose, layout."""

from random import Random

from evals.generator import delimited, fixed_width, pipe, word_dump
from evals.generator.figures import draw_figures, draw_mistake
from evals.generator.generated_form import relations_in
from evals.generator.labels import LabelPrinter
from evals.generator.levels import Layout, NoiseLevel
from evals.generator.noise import print_cells
from evals.generator.pages import Page
from evals.generator.prose import draw_heading, draw_prose
from evals.generator.truth import SyntheticReport
from evals.generator.writer import TextWriter
from gkllm.evaluation.truth import TrueCell, assess

_LAYOUTS = {
    "word_dump": (word_dump.write_word_dump, word_dump.BREAKS),
    "pipe": (pipe.write_pipe, pipe.BREAKS),
    "fixed_width": (fixed_width.write_fixed_width, fixed_width.BREAKS),
    "delimited": (delimited.write_delimited, delimited.BREAKS),
}

_STREAMS: dict[Layout, str] = {"word_dump": "word", "fixed_width": "aligned"}
"""What seeds the draws of a layout, where it is not the layout's name: recorded answers of a model are to the reports
that these words draw."""

_EDITIONS: tuple[tuple[str, str], ...] = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))
"""(disclosure, requests): the third is the mixed template that real reports of 2023 and 2024 use."""


def generate(seed: int, *, layout: Layout, noise: NoiseLevel) -> SyntheticReport:
    """A report and its truth; the same arguments always give the same text.

    The figures and the heading depend on the seed alone, so that layouts and noise levels can be compared on
    the same numbers.
    """
    disclosure, requests = Random(f"{seed}/editions").choices(_EDITIONS, (4, 4, 2))[0]
    editions: dict[str, str] = {"disclosure": disclosure, "requests": requests, "proceedings": disclosure}
    figures = draw_figures(Random(f"{seed}/figures"), editions)
    heading = draw_heading(Random(f"{seed}/heading"), disclosure)
    luck = Random(f"{seed}/mistake")
    mistake = draw_mistake(luck, figures, editions) if luck.random() < noise.mistake_rate else None
    stream = _STREAMS.get(layout, layout)
    printed = print_cells(Random(f"{seed}/{stream}/noise"), figures, mistake, editions, layout, noise)

    writer = TextWriter(printed)
    write, breaks = _LAYOUTS[layout]
    labels = LabelPrinter(Random(f"{seed}/{stream}/labels"), noise, breaks)
    rng = Random(f"{seed}/{stream}/layout")
    prose = draw_prose(rng, heading, printed, mistaken=mistake is not None)
    write(Page(rng, writer, labels, heading, prose, editions))

    cells = {cell_id: _located(cell.truth, writer.spans.get(cell_id)) for cell_id, cell in printed.items()}
    broken, not_assessable = assess(relations_in(editions), cells)
    return SyntheticReport(
        seed=seed,
        layout=layout,
        text=writer.text,
        cells=cells,
        editions=editions,
        mistakes=tuple(mistake.printed) if mistake else (),
        broken=broken,
        not_assessable=not_assessable,
        issuer=heading.issuer,
        year=heading.year,
        title=heading.title,
        published=heading.published,
        labels=tuple(labels.printed),
        table_damage=tuple(labels.table_damage),
    )


def _located(cell: TrueCell, span: tuple[int, int] | None) -> TrueCell:
    return TrueCell(cell.value, cell.state, cell.raw, cell.noise, span)

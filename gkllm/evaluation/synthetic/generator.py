"""Puts a report together: figures, mistakes, noise, labels, prose, layout."""

from random import Random

from gkllm.evaluation.synthetic import aligned, delimited, pipe, word
from gkllm.evaluation.synthetic.figures import draw_figures, draw_mistake
from gkllm.evaluation.synthetic.generated_form import relations_in
from gkllm.evaluation.synthetic.labels import LabelPrinter
from gkllm.evaluation.synthetic.levels import Layout, NoiseLevel
from gkllm.evaluation.synthetic.noise import print_cells
from gkllm.evaluation.synthetic.pages import Page
from gkllm.evaluation.synthetic.prose import draw_heading, draw_prose
from gkllm.evaluation.synthetic.truth import SyntheticReport
from gkllm.evaluation.synthetic.writer import TextWriter
from gkllm.evaluation.truth import TrueCell, assess

_LAYOUTS = {
    "word": (word.write_word, word.BREAKS),
    "pipe": (pipe.write_pipe, pipe.BREAKS),
    "aligned": (aligned.write_aligned, aligned.BREAKS),
    "delimited": (delimited.write_delimited, delimited.BREAKS),
}

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
    printed = print_cells(Random(f"{seed}/{layout}/noise"), figures, mistake, editions, layout, noise)

    writer = TextWriter(printed)
    write, breaks = _LAYOUTS[layout]
    labels = LabelPrinter(Random(f"{seed}/{layout}/labels"), noise, breaks)
    rng = Random(f"{seed}/{layout}/layout")
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

"""What a layout is given to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from evals.generator.generated_form import FORM
from evals.generator.labels import LabelPrinter
from evals.generator.prose import Heading, Prose
from evals.generator.writer import TextWriter
from gkllm.form import Table


@dataclass(frozen=True, slots=True)
class Page:
    """A report before it is laid out: `rng` draws the layout's own variety."""

    rng: Random
    writer: TextWriter
    labels: LabelPrinter
    heading: Heading
    prose: Prose
    editions: Mapping[str, str]

    def tables(self) -> tuple[Table, ...]:
        """The three tables in printed order."""
        return tuple(FORM.table(table_id, self.editions[table_id]) for table_id in FORM.table_ids)

    def content(self, cell_id: str) -> str:
        """What is printed in a cell, white space included."""
        return self.writer.cells[cell_id].content


def section_title(table: Table) -> str:
    """Such as 三、收到和处理政府信息公开申请情况."""
    return f"{table.section}、{table.title}"

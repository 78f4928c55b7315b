"""Reports on their way to a file or to standard output."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from gkllm.export.destination import open_destination
from gkllm.export.formats import Format, format_of, open_exporter, require_wide
from gkllm.export.tables import Wide
from gkllm.form import load_forms
from gkllm.report import Report


def to_file(
    reports: Iterable[Report],
    path: str | os.PathLike[str],
    format: Format | None = None,
    *,
    wide: bool = False,
    labels: bool = False,
) -> None:
    """Write reports as `gkllm export` does; the path's suffix tells the format where that is null.

    With `wide`, and always in Stata's files, a row is a report and a column a cell; `labels` then head the columns of
    csv and parquet. Tables of violations and claims go into the workbook, or into files beside.

    Raises:
        ConfigurationError: one cannot write there, or not in this format.
    """
    path = Path(path)
    chosen = format or format_of(path)
    layout = Wide(load_forms(), labels=labels) if wide or chosen == "dta" else None
    with Writing(path, chosen, wide=layout) as writing:
        for report in reports:
            writing.write(report)


class Writing:
    """A file that stands at the end, or is as it was; JSON lines stand one by one. As a context it ends by itself."""

    def __init__(
        self,
        path: Path | None,
        format_: Format,
        *,
        single: bool = False,
        append: bool = False,
        wide: Wide | None = None,
    ) -> None:
        """Begin to write to the path, or for null to standard output; `single` and `wide` as for `open_exporter`.

        Raises:
            ConfigurationError: one cannot write there, or not in this format.
        """
        if wide is not None:
            # Before the output is opened, which may empty it.
            require_wide(format_)
        self._destination = open_destination(path, format_, append=append)
        self._lines = format_ == "jsonl"
        try:
            self._exporter = open_exporter(
                format_, self._destination.stream, single=single, wide=wide, beside=self._destination.beside
            )
        except BaseException:
            self._destination.discard()
            raise

    def write(self, report: Report, *, line: Callable[[], bytes] | None = None) -> None:
        """Add a report; `line` gives it as it stood in JSON lines, where those are written."""
        if self._lines and line is not None:
            self._destination.stream.write(line() + b"\n")
        else:
            self._exporter.write(report)

    @property
    def beside(self) -> tuple[str, ...]:
        """The names of the files beside the output, all of which are known once it is finished."""
        return self._destination.besides

    def finish(self) -> None:
        """Complete the file, and let it stand."""
        self._exporter.finish()
        self._destination.commit()

    def discard(self) -> None:
        """Leave things as they were before, as far as that can be."""
        self._destination.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.discard()
            return
        try:
            self.finish()
        except BaseException:
            self.discard()
            raise

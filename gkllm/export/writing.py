"""Reports on their way to a file replaced as a whole, a file that grows line by line, or standard output."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, Protocol, Self, cast

from gkllm.errors import ConfigurationError
from gkllm.export.formats import BINARY, Format, format_of, open_exporter, require_wide
from gkllm.export.tables import BESIDE, Beside, Wide
from gkllm.form import Forms, load_forms
from gkllm.language import reason_of, said
from gkllm.locking import hold
from gkllm.report import Report

_NOT_IN_A_NAME = re.compile(r"[^\w.-]")
"""What a form may be called, and no file on every system."""


class Destination(Protocol):
    """A binary stream to write to, and what becomes of it."""

    @property
    def stream(self) -> BinaryIO:
        """Where to write."""

    @property
    def beside(self) -> Beside | None:
        """Opens a file beside this one, which stands or falls with it; null where there can be none."""

    @property
    def besides(self) -> tuple[str, ...]:
        """The names of the files beside."""

    def commit(self) -> None:
        """Let what was written stand."""

    def discard(self) -> None:
        """Leave things as they were before, as far as that can be."""


def beside(path: Path, name: str) -> Path:
    """The file beside an output that holds the table of that name: `reports.claims.csv` beside `reports.csv`."""
    return path.with_name(f"{path.stem}.{_NOT_IN_A_NAME.sub('_', name)}{path.suffix}")


def tables_beside(path: Path, forms: Forms) -> frozenset[Path]:
    """Every file that may stand beside an output."""
    return frozenset(beside(path, name) for name in (*BESIDE, *(form.id for form in forms)))


def open_destination(path: Path | None, format_: Format, *, append: bool = False) -> Destination:
    """The place `path` names, or standard output for None, opened now so that a bad path is known at once.

    JSON lines grow in place, after what the file holds with `append`; any other format replaces the file when
    committed. A device or a pipe is written to as it is.

    Raises:
        ConfigurationError: the folder does not exist, or one may not write there.
    """
    if path is None:
        return _StandardOutput(spooled=format_ in BINARY)
    if path.is_dir():
        raise ConfigurationError("cannot write {path}: it is a folder", path=path)
    try:
        # Through a link to the file it stands for: replacing would put a file where the link was.
        target = Path(os.path.realpath(path))
        if format_ == "jsonl" or (target.exists() and not target.is_file()):
            return _GrowingFile(target, append=append)
        return _ReplacedFile(target)
    except FileNotFoundError as error:
        raise ConfigurationError(
            "cannot write {path}: the folder {parent} does not exist", path=path, parent=path.parent
        ) from error
    except OSError as error:
        raise ConfigurationError(
            "cannot write {path}: {reason}", path=path, reason=reason_of(error)
        ) from error


class _StandardOutput:
    beside = None
    besides = ()

    def __init__(self, *, spooled: bool) -> None:
        self._output = sys.stdout.buffer
        self._spool: IO[bytes] | None = tempfile.TemporaryFile() if spooled else None  # noqa: SIM115

    @property
    def stream(self) -> BinaryIO:
        return cast(BinaryIO, self._spool or self._output)

    def commit(self) -> None:
        if self._spool:
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, self._output)
        self._output.flush()
        self.discard()

    def discard(self) -> None:
        if self._spool:
            self._spool.close()


class _ReplacedFile:
    """Written beside its target and moved over it at the end, so that no reader ever sees half of it; the files beside
    it are moved before it.
    """

    def __init__(self, target: Path) -> None:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(0, said("it is read-only"))
        self._target = target
        self._part = target.with_name(f".{target.name}.{os.getpid()}.part")
        self.stream: BinaryIO = self._part.open("w+b")
        self._besides: list[_ReplacedFile] = []

    @property
    def besides(self) -> tuple[str, ...]:
        return tuple(sorted(file._target.name for file in self._besides))

    def beside(self, name: str) -> BinaryIO:
        path = beside(self._target, name)
        if path.is_dir():
            raise ConfigurationError("cannot write {path}: it is a folder", path=path)
        try:
            self._besides.append(_ReplacedFile(path))
        except OSError as error:
            raise ConfigurationError(
                "cannot write {path}: {reason}", path=path, reason=reason_of(error)
            ) from error
        return self._besides[-1].stream

    def commit(self) -> None:
        every = (*self._besides, self)
        for file in every:
            file.stream.flush()
            os.fsync(file.stream.fileno())
            file.stream.close()
        for file in every:
            file._move()

    def _move(self) -> None:
        if self._target.exists() and self._target.stat().st_nlink > 1:
            # Its other names are to have the new content too.
            with self._part.open("rb") as part, self._target.open("r+b") as target:
                shutil.copyfileobj(part, target)
                target.truncate()
            self._part.unlink()
        else:
            self._part.replace(self._target)

    def discard(self) -> None:
        for file in (*self._besides, self):
            _close(file.stream)
            file._part.unlink(missing_ok=True)


class _GrowingFile:
    beside = None
    besides = ()

    def __init__(self, target: Path, *, append: bool) -> None:
        self.stream: BinaryIO = target.open("ab")
        try:
            if target.is_file():
                hold(self.stream.fileno())
            if not append and target.is_file():
                self.stream.truncate(0)
        except BaseException:
            self.stream.close()
            raise

    def commit(self) -> None:
        self.stream.close()

    def discard(self) -> None:
        _close(self.stream)


def _close(stream: BinaryIO) -> None:
    # Closing writes what was not written yet, which may be what could not be.
    with suppress(OSError):
        stream.close()


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

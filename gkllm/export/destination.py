"""Where data goes: a file replaced as a whole, a file that grows line by line, or standard output."""

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from gkllm.errors import ConfigurationError
from gkllm.export.formats import Format
from gkllm.language import reason_of, said
from gkllm.locking import hold

_NEEDS_SEEK: frozenset[Format] = frozenset({"xlsx", "parquet"})


class Destination(Protocol):
    """A binary stream to write to, and what becomes of it."""

    @property
    def stream(self) -> BinaryIO:
        """Where to write."""

    def commit(self) -> None:
        """Let what was written stand."""

    def discard(self) -> None:
        """Leave things as they were before, as far as that can be."""


def open_destination(path: Path | None, format_: Format, *, append: bool = False) -> Destination:
    """The place `path` names, or standard output for None, opened now so that a bad path is known at once.

    JSON lines grow in place, after what the file holds with `append`; any other format replaces the file when
    committed. A device or a pipe is written to as it is.

    Raises:
        ConfigurationError: the folder does not exist, or one may not write there.
    """
    if path is None:
        return _StandardOutput(spooled=format_ in _NEEDS_SEEK)
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
    """Written beside its target and moved over it at the end, so that no reader ever sees half of it."""

    def __init__(self, target: Path) -> None:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(0, said("it is read-only"))
        self._target = target
        self._part = target.with_name(f".{target.name}.{os.getpid()}.part")
        self.stream: BinaryIO = self._part.open("w+b")

    def commit(self) -> None:
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        if self._target.exists() and self._target.stat().st_nlink > 1:
            # Its other names are to have the new content too.
            with self._part.open("rb") as part, self._target.open("r+b") as target:
                shutil.copyfileobj(part, target)
                target.truncate()
            self._part.unlink()
        else:
            self._part.replace(self._target)

    def discard(self) -> None:
        _close(self.stream)
        self._part.unlink(missing_ok=True)


class _GrowingFile:
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

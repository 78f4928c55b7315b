"""Which of the inputs are read: neither the output of an earlier run, nor what it holds already."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from gkllm.cli.request import Request
from gkllm.documents.source import Refused, Source
from gkllm.errors import ConfigurationError
from gkllm.export import Standing
from gkllm.export.destination import tables_beside
from gkllm.form import Forms


def without_output(
    inputs: Iterable[Source | Refused], request: Request, forms: Forms
) -> Iterator[Source | Refused]:
    """The inputs but for the output of an earlier run, which may lie in a folder that is searched."""
    written: dict[Path, Path] = {}
    if request.output is not None:
        every = (request.output, *tables_beside(request.output, forms))
        written = {Path(os.path.realpath(path)): path for path in every}
    for source in inputs:
        path = Path(os.path.realpath(source.path)) if isinstance(source, Source) and source.path else None
        if path is None or path not in written:
            yield source
        elif source.name in request.files:
            raise ConfigurationError("cannot write {output}: it is one of the inputs", output=written[path])


def not_standing(inputs: Iterable[Source | Refused], standing: Standing) -> Iterator[Source | Refused]:
    """The inputs whose reports do not all stand in the output already."""
    for source in inputs:
        if not (isinstance(source, Source) and standing.complete and _stands(source, standing)):
            yield source


def _stands(source: Source, standing: Standing) -> bool:
    # An attachment's reports are written after the page's own.
    last = source.attachment or source
    try:
        return standing.holds_all_of(last.name, hashlib.sha256(last.load()).hexdigest())
    except Exception:
        # Reading it again tells why.
        return False

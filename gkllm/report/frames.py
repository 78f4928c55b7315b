"""Reports as data frames of pandas or polars, which are loaded when a frame is first asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, Literal, NamedTuple, get_args, get_type_hints

from gkllm.errors import ConfigurationError, require_choice
from gkllm.report.report import Report
from gkllm.report.rows import AboutRow, CellRow, cell_rows, wide_table

Library = Literal["pandas", "polars"]

_LONGEST_WHOLE: Final = 2**63
_EXACT_IN_A_FLOAT: Final = 2**53


def to_frame(reports: Iterable[Report], library: Library = "pandas", *, wide: bool = False) -> Any:
    """Reports as one data frame: a row a cell, or with `wide` a row a report and a column a cell.

    The columns are those of the files that `gkllm extract` writes. Whole numbers stay whole, and a blank cell is null.

    Raises:
        ConfigurationError: the library is not installed, or none of the two.
    """
    if wide:
        return frame(wide_table(reports), library, _texts(AboutRow))
    rows = [row for report in reports for row in cell_rows(report)]
    columns = {name: [row[index] for row in rows] for index, name in enumerate(CellRow._fields)}
    return frame(columns, library, _texts(CellRow))


def frame(columns: Mapping[str, Sequence[object]], library: Library, texts: Collection[str] = ()) -> Any:
    """A data frame of these columns, each typed by what it holds; one that holds nothing, by whether it is of `texts`.

    Raises:
        ConfigurationError: the library is not installed.
    """
    require_choice(library, Library)
    try:
        module = import_module(library)
    except ImportError as error:
        raise ConfigurationError(
            "a data frame of {library} needs it installed: pip install 'gkllm[{library}]'", library=library
        ) from error
    make: Callable[[Any, Sequence[object], str], Any] = _polars if library == "polars" else _pandas
    series = {name: make(module, values, _kind(values, name in texts)) for name, values in columns.items()}
    return module.DataFrame(series)


def _texts(row: type[NamedTuple]) -> list[str]:
    """The fields that hold text, or nothing."""
    return [name for name, hint in get_type_hints(row).items() if str in (hint, *get_args(hint))]


def _pandas(pandas: Any, values: Sequence[object], kind: str) -> Any:
    types = {"whole": "Int64", "number": "Float64", "flag": "boolean"}
    # A text that is null must not become one that is "nan".
    return pandas.Series(list(values), dtype=types.get(kind, "object"))


def _polars(polars: Any, values: Sequence[object], kind: str) -> Any:
    types = {
        "whole": polars.Int64,
        "number": polars.Float64,
        "flag": polars.Boolean,
        "text": polars.String,
        "texts": polars.List(polars.String),
    }
    plain = [list(value) if isinstance(value, tuple) else value for value in values]
    return polars.Series(plain, dtype=types.get(kind, polars.Object), strict=False)


def _kind(values: Sequence[object], of_text: bool) -> str:
    """What a column holds: a whole number that a machine's does not hold exactly makes it one of objects."""
    types = {type(value).__name__ for value in values if value is not None}
    whole = [abs(value) for value in values if type(value) is int]
    match sorted(types):
        case []:
            return "text" if of_text else "whole"
        case ["bool"]:
            return "flag"
        case ["str"]:
            return "text"
        case ["tuple"]:
            return "texts"
        case ["int"] if max(whole) < _LONGEST_WHOLE:
            return "whole"
        case ["float"] | ["float", "int"] if max(whole, default=0) <= _EXACT_IN_A_FLOAT:
            return "number"
        case _:
            return "object"

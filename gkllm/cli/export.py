"""`gkllm export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gkllm.cli.extract import FormatOption, Labels, Wide
from gkllm.cli.process import streamed_to
from gkllm.language import counted, named, said

if TYPE_CHECKING:
    from gkllm.cli.request import Layout
    from gkllm.export import Format
    from gkllm.results import StoredReport

Results = Annotated[
    str,
    typer.Argument(
        metavar="RESULTS",
        help="A store, a .json or .jsonl file that extract wrote, or a folder.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Write here; the suffix tells the format if --format does not. A .db file, or a postgresql:// URL, is a "
        "store, to which the reports are added.",
    ),
]
UNUSABLE, USAGE = 1, 2
_IMPORTED = {"imported": True}
"""What results were read under that a file does not say."""


def export_command(
    results: Results,
    output: Output = None,
    format_: FormatOption = None,
    wide: Wide = False,
    labels: Labels = False,
) -> None:
    """Write results in another format, or into a store.

    Of a store, each document's newest reading is written, in the order in which the documents were given. JSON lines
    come out of a store as they went in.

    Exit status: 0 written; 1 the results cannot be read; 2 wrong usage.
    """
    from gkllm.cli.request import Layout

    raise typer.Exit(_export(results, output, format_ or streamed_to(output), Layout(wide, labels)))


def _export(results: str, output: str | None, format_: "Format | None", layout: "Layout") -> int:
    from gkllm.cli.messages import complain, complain_unwritable
    from gkllm.cli.process import BROKEN_PIPE, end_output, place_of
    from gkllm.errors import ConfigurationError, ResultsUnusable
    from gkllm.store import is_store

    try:
        if output is not None and is_store(output):
            if format_ is not None or layout.wide:
                raise ConfigurationError(
                    "--format and --wide are for files, and {output} is a store", output=output
                )
            _into_store(results, output)
        else:
            _into_file(results, place_of(output), format_, layout)
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except ResultsUnusable as error:
        complain(str(error))
        return UNUSABLE
    except BrokenPipeError:
        end_output()
        return BROKEN_PIPE
    except OSError as error:
        complain_unwritable(output, error)
        return UNUSABLE
    return 0


def _into_store(results: str, output: str) -> None:
    """Put results of an earlier run into a store as they are, those of one document together."""
    import os
    from itertools import groupby

    from gkllm.cli.messages import complain
    from gkllm.errors import ConfigurationError
    from gkllm.results import stream_results
    from gkllm.store import FileKey, Reading, open_store

    if results == output:
        raise ConfigurationError("cannot write {output}: it is the input", output=output)
    added = 0
    with open_store(output, create=True) as store:
        run = store.begin(_IMPORTED)
        documents = groupby(stream_results(results, complain), key=_document)
        for (name, sha256), group in documents:
            found = [(stored.report, stored.as_line()) for stored in group]
            path = os.path.abspath(name)  # noqa: PTH100 - no ".." is followed
            (known,) = store.register(run, [FileKey(path, sha256, name)])
            if store.write(run, Reading(known.document, found)):
                added += len(found)
            else:
                complain(
                    said("{name}: stands in {address} already; left out", name=name, address=store.address)
                )
        store.finish(run)
        complain(said("{added} reports added to {address}", added=added, address=store.address))


def _document(stored: "StoredReport") -> tuple[str, str]:
    return stored.report.source.file, stored.report.source.sha256


def _into_file(results: str, output: Path | None, format_: "Format | None", layout: "Layout") -> None:
    from gkllm.cli.messages import complain
    from gkllm.cli.output import choose_format, choose_layout, told_beside
    from gkllm.errors import ConfigurationError
    from gkllm.export import Writing
    from gkllm.form import load_forms
    from gkllm.results import stream_results

    chosen = choose_format(format_, output, resume=False)
    if chosen is None:
        raise ConfigurationError("add --format, or -o PATH whose suffix tells it")
    if output is not None and output.resolve() == Path(results).resolve():
        raise ConfigurationError("cannot write {output}: it is the input", output=output)
    written = 0
    with Writing(output, chosen, wide=choose_layout(chosen, load_forms, layout)) as writing:
        for stored in stream_results(results, complain):
            writing.write(stored.report, line=stored.as_line)
            written += 1
    if output is not None:
        told = counted("{count} report written", "{count} reports written", written)
        complain(named(output, told))
        if beside := told_beside(writing.beside):
            complain(beside)

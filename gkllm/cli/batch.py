"""`gkllm batch`."""

from typing import Annotated, Literal

import typer

from gkllm.cli.extract import BaseUrl, DocumentMemory, DocumentSeconds, Model, Quiet, Reader
from gkllm.language import said

UNREAD, USAGE = 1, 2
Places = Annotated[
    list[str], typer.Argument(metavar="URL", help="Files or folders, local or at any fsspec URL (s3://…).")
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="URL", help="The folder for results, too.")]
Engine = Annotated[Literal["ray"], typer.Option(help="What runs it.")]
Address = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Ray cluster; this machine alone if left out.")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", metavar="N", min=1, help="Actors that read text and PDF.")
]
PictureJobs = Annotated[
    int | None, typer.Option("--picture-jobs", metavar="N", min=0, help="Actors that read pictures by OCR.")
]
ShardSize = Annotated[
    int, typer.Option("--shard-size", metavar="N", min=1, help="Documents that are written together.")
]


def batch_command(
    places: Places,
    output: Output,
    engine: Engine = "ray",  # noqa: ARG001 - there is one
    address: Address = None,
    jobs: Jobs = None,
    picture_jobs: PictureJobs = None,
    shard_size: ShardSize = 64,
    reader: Reader = None,
    model: Model = None,
    base_url: BaseUrl = None,
    max_seconds_per_document: DocumentSeconds = None,
    max_memory_per_document: DocumentMemory = None,
    quiet: Quiet = False,
) -> None:
    """Read documents on a cluster, into a folder of Parquet files.

    The same command again reads what is new, and what an ended run left. On one machine, extract -o NAME.db does the
    same into a store.

    Exit status: 0 every document was read; 1 at least one was not (the others are written); 2 wrong usage; 130
    interrupted.
    """
    options = {"reader": reader, "model": model, "base_url": base_url}
    given = {name: value for name, value in options.items() if value is not None}
    limits = (max_seconds_per_document, max_memory_per_document)
    raise typer.Exit(
        _run(tuple(places), output, given, limits, (jobs, picture_jobs, shard_size), address, quiet=quiet)
    )


def _run(
    places: tuple[str, ...],
    output: str,
    options: dict[str, str],
    limits: tuple[float | None, int | None],
    sizes: tuple[int | None, int | None, int],
    address: str | None,
    *,
    quiet: bool,
) -> int:
    import os
    from importlib.util import find_spec

    from gkllm.batch import Limits
    from gkllm.cli.configuration import configure
    from gkllm.cli.messages import Messages, complain
    from gkllm.cli.process import INTERRUPTED
    from gkllm.cli.program import configuration_files
    from gkllm.errors import ConfigurationError

    try:
        settings = configure(options, os.environ, configuration_files())
        if find_spec("ray") is None:
            raise ConfigurationError("--engine ray needs Ray: pip install 'gkllm[ray]'")
        from gkllm.cluster.reading import Job
        from gkllm.cluster.run import Count, Sizes, run

        messages: Messages | None = None

        def done(count: Count, total: int) -> None:
            nonlocal messages
            messages = messages or Messages(total, quiet=quiet)
            messages.done(said("shards of documents, {count} failed in the last", count=count["failures"]))

        counts = run(places, Job(settings, output, Limits.given(*limits)), Sizes(*sizes), address, done)
    except ConfigurationError as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt:
        complain(said("interrupted: the shards that are finished are kept in {output}", output=output))
        return INTERRUPTED
    documents, reports, failures = (
        sum(count[what] for count in counts) for what in ("documents", "reports", "failures")
    )
    if not quiet:
        complain(
            said(
                "{documents} documents in {output}: {reports} reports, {failures} failures",
                documents=documents,
                output=output,
                reports=reports,
                failures=failures,
            )
        )
    return UNREAD if failures else 0

"""`gkllm extract`: its options, some of which other commands have too."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gkllm.settings import ReaderChoice

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE", help="Files, folders, zip archives, or - for standard input.", show_default=False
    ),
]
Reader = Annotated[
    ReaderChoice | None,
    typer.Option(help="Who reads: rules alone, a language model, both, or rules first (auto, the default)."),
]
FormatOption = Annotated[
    Literal["json", "jsonl", "csv", "xlsx", "parquet", "dta"] | None,
    typer.Option(
        "--format",
        help="Write data instead of the tables. JSON is one object for one file, an array for several or a "
        "folder. CSV, xlsx and Parquet have a row a cell, or see --wide; dta is Stata's, and wide.",
    ),
]
Wide = Annotated[
    bool,
    typer.Option(
        "--wide",
        help="For csv, xlsx, parquet and dta: a row a report, a column a cell, with labels in --lang.",
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Write data here; the suffix tells the format if --format does not. A .db file, or a postgresql:// URL, "
        "is a store: what it holds already is not read again; - is standard output.",
    ),
]
Labels = Annotated[
    bool,
    typer.Option("--labels", help="Head the columns of wide csv and parquet with labels, not with ids."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", min=1, help="Processes that read into a store; the cores if left out."
    ),
]
DocumentSeconds = Annotated[
    float | None,
    typer.Option(
        "--max-seconds-per-document",
        metavar="S",
        min=1,
        help="What reading one document into a store may take.",
    ),
]
DocumentMemory = Annotated[
    int | None,
    typer.Option(
        "--max-memory-per-document", metavar="MB", min=100, help="The memory that may take; for a store too."
    ),
]
LogFormat = Annotated[
    Literal["text", "json"], typer.Option("--log-format", help="How messages and progress are written.")
]
Model = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The model's name at the endpoint, or local:PATH.gguf."),
]
BaseUrl = Annotated[str | None, typer.Option(metavar="URL", help="An OpenAI-compatible endpoint.")]
Prompt = Annotated[
    str | None,
    typer.Option(metavar="NAME|PATH", help="A shipped prompt (see gkllm prompts) or a prompt file."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep answers of the model.")]
CacheDir = Annotated[Path | None, typer.Option(metavar="PATH", help="Where answers of the model are kept.")]
Concurrency = Annotated[
    str | None, typer.Option(metavar="N", help="Requests to the model under way at once, over all files.")
]
MaxTokens = Annotated[
    str | None,
    typer.Option("--max-tokens-per-report", metavar="N", help="The most tokens one report may cost."),
]
MaxCost = Annotated[
    str | None,
    typer.Option(
        metavar="MONEY",
        help="The most the run may cost; needs prompt_price and completion_price (docs/endpoints.md).",
    ),
]
InOrder = Annotated[
    bool,
    typer.Option(
        "--in-order",
        help="Give results in the order of the inputs, however long one keeps the others waiting.",
    ),
]
ReviewRisk = Annotated[
    str | None,
    typer.Option(
        metavar="R",
        help="The share of wrong cells to expect among those not sent to review; 0 sends every cell.",
    ),
]
FailOn = Annotated[
    Literal["error", "review"] | None,
    typer.Option(
        help="Exit with status 3 if a relation is broken (error), or if a cell needs review as well."
    ),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain", help="For one file: also print requests, answers and every relation's residual."
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="A TOML file of relations to check besides the form's own."),
]
OwnForm = Annotated[
    Path | None,
    typer.Option("--form", metavar="FOLDER", help="A form of your own, besides those that are shipped."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="With a .jsonl output: skip what it holds already, and add the rest.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no messages besides failures.")]


def extract_command(
    files: Files,
    reader: Reader = None,
    format_: FormatOption = None,
    wide: Wide = False,
    labels: Labels = False,
    output: Output = None,
    model: Model = None,
    base_url: BaseUrl = None,
    prompt: Prompt = None,
    no_cache: NoCache = False,
    cache_dir: CacheDir = None,
    concurrency: Concurrency = None,
    max_tokens_per_report: MaxTokens = None,
    max_cost: MaxCost = None,
    review_risk: ReviewRisk = None,
    rules: Rules = None,
    form: OwnForm = None,
    fail_on: FailOn = None,
    explain: Explain = False,
    in_order: InOrder = False,
    resume: Resume = False,
    jobs: Jobs = None,
    max_seconds_per_document: DocumentSeconds = None,
    max_memory_per_document: DocumentMemory = None,
    log_format: LogFormat = "text",
    quiet: Quiet = False,
) -> None:
    """Extract the form's tables from yearly reports, and check them.

    Exit status: 0 every file was read; 1 at least one was not (the others are still written); 2 wrong usage;
    3 see --fail-on; 4 the reader model or both was asked for and the model gave a report no usable answer (the rules'
    reading is written); 130 interrupted (what was finished is still written).
    """
    from gkllm.cli.process import place_of, streamed_to
    from gkllm.cli.request import BatchOptions, Layout, Request
    from gkllm.cli.run import run
    from gkllm.store import is_store

    into_store = output is not None and is_store(output)
    batch = BatchOptions(jobs, max_seconds_per_document, max_memory_per_document)
    options = {
        "reader": reader,
        "model": model,
        "base_url": base_url,
        "prompt": prompt,
        "cache_dir": cache_dir,
        "concurrency": concurrency,
        "max_tokens_per_report": max_tokens_per_report,
        "max_cost": max_cost,
        "review_risk": review_risk,
        "rules": rules,
        "form": form,
    }
    request = Request(
        files=tuple(files),
        options={name: value for name, value in options.items() if value is not None},
        use_cache=not no_cache,
        format_=format_ or streamed_to(output),
        layout=Layout(wide, labels),
        output=None if into_store else place_of(output),
        fail_on=fail_on,
        explain=explain,
        in_order=in_order,
        resume=resume,
        quiet=quiet,
        json_log=log_format == "json",
        store=output if into_store else None,
        batch=batch,
    )
    raise typer.Exit(run(request))

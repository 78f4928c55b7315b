"""`gkllm check`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gkllm.cli.extract import FailOn, OwnForm, Rules

if TYPE_CHECKING:
    from gkllm.crosscheck import Checked
    from gkllm.crosscheck.findings import Tree
    from gkllm.crosscheck.series import Result

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE", help="Results of gkllm extract: stores, .json or .jsonl.", show_default=False
    ),
]
Hierarchy = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="A CSV file of parent,child by issuer: a parent is its children's sum."
    ),
]
FormatOption = Annotated[
    Literal["json"] | None, typer.Option("--format", help="Write the findings as data instead of sentences.")
]


def check_command(
    files: Files,
    tree: Hierarchy = None,
    rules: Rules = None,
    form: OwnForm = None,
    format_: FormatOption = None,
    fail_on: FailOn = None,
) -> None:
    """Check results again, and against each other: over the years of an issuer, and over a hierarchy.

    Exit status: 0 every file was read; 1 at least one was not (the others are still checked); 2 wrong usage;
    3 see --fail-on.
    """
    raise typer.Exit(_check(tuple(files), tree, rules, form, format_, fail_on))


def _check(
    files: tuple[str, ...],
    tree_path: Path | None,
    rules_path: Path | None,
    form_path: Path | None,
    format_: Literal["json"] | None,
    fail_on: FailOn,
) -> int:
    """Check what can be read, write what was found, and return the exit status."""
    from gkllm.cli.messages import complain
    from gkllm.cli.run import FINDINGS, UNREAD, USAGE
    from gkllm.crosscheck import check
    from gkllm.crosscheck.findings import read_tree
    from gkllm.crosscheck.series import checked_again
    from gkllm.errors import DocumentError, FormError, ResultsUnusable, RulesError
    from gkllm.form import load_forms
    from gkllm.results import read_results

    unread = 0
    try:
        forms = load_forms(rules_path, form_path)
    except (FormError, RulesError) as error:
        complain(str(error))
        return USAGE
    tree: Tree | None = None
    if tree_path is not None:
        try:
            tree = read_tree(tree_path)
        except DocumentError as error:
            complain(str(error))
            unread += 1
    results: list[Result] = []
    for file in dict.fromkeys(files):
        try:
            read = read_results(file)
            results += checked_again(file, read.reports, forms)
            for warning in read.warnings:
                complain(warning)
        except ResultsUnusable as error:
            complain(str(error))
            unread += 1
    checked = check(results, tree)
    if results:
        _write(checked, format_)
    if unread:
        return UNREAD
    to_review = any(cell.needs_review for result in checked.results for cell in result.report.cells)
    if (fail_on and checked.has_errors) or (fail_on == "review" and to_review):
        return FINDINGS
    return 0


def _write(checked: "Checked", format_: Literal["json"] | None) -> None:
    if format_ == "json":
        from gkllm.cli.process import print_data

        print_data(json.dumps(_data(checked), ensure_ascii=False, indent=2) + "\n")
        return
    from rich.console import Console

    from gkllm.terminal.checked import render_checked

    console = Console(markup=False, highlight=False, emoji=False)
    for line in render_checked(checked):
        console.print(line)


def _data(checked: "Checked") -> dict[str, object]:
    return {
        "reports": [
            {
                "file": result.file,
                "source": result.source,
                "issuer": result.report.report.issuer,
                "year": result.report.report.year,
                "violations": [
                    violation.model_dump(mode="json", by_alias=True) for violation in result.report.violations
                ],
            }
            for result in checked.results
        ],
        "findings": [finding.model_dump(mode="json") for finding in checked.findings],
    }

"""What the program knows, printed: `gkllm rules`, `gkllm prompts` and `gkllm schema`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gkllm.language import said

if TYPE_CHECKING:
    from gkllm.form.edit_rules import EditRule

File = Annotated[
    Path | None,
    typer.Option("--rules", metavar="PATH", help="A TOML file of relations; it is checked and listed too."),
]
Form = Annotated[
    Path | None,
    typer.Option("--form", metavar="FOLDER", help="A form of your own, besides those that are shipped."),
]
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="Lines to read, or data.")]


def rules_command(rules: File = None, form: Form = None, format_: FormatOption = "text") -> None:
    """List the relations that reports are checked against, each with its source.

    The cells that none of them ties to another follow: nothing can be said of a wrong number there.
    """
    import json
    from dataclasses import asdict

    from gkllm.cli.messages import complain
    from gkllm.cli.standard_output import print_data
    from gkllm.errors import FormError, RulesError
    from gkllm.form import load_forms

    try:
        forms = load_forms(rules, form)
    except (FormError, RulesError) as error:
        complain(str(error))
        raise typer.Exit(2) from error
    listed = [(one.id, rule) for one in forms for rule in (*one.edit_rules, *one.across_years.rules)]
    if format_ == "json":
        entries = [{"form": of, **asdict(rule), "message": dict(rule.message)} for of, rule in listed]
        print_data(json.dumps(entries, ensure_ascii=False, indent=2) + "\n")
        return
    for _, rule in listed:
        typer.echo(f"{rule.id}  {rule.severity}  {_scope(rule)}")
        typer.echo(f"    {rule.stated}")
        for words in dict.fromkeys(words for _, words in rule.message):
            typer.echo(f"    {words}")
        typer.echo(said("    source: {source}", source=rule.source))
    typer.echo(said("Cells that no relation ties to another, so that a wrong number there goes unseen:"))
    for one in forms:
        for table in one.all_tables():
            cells = one.unrelated_cells(table)
            shown = ", ".join(cell.removeprefix(f"{table.id}.") for cell in cells) or said("none")
            typer.echo(
                said("    {id}, edition {edition}: {shown}", id=table.id, edition=table.edition, shown=shown)
            )


def _scope(rule: "EditRule") -> str:
    """What a rule is held against: each of what, of which table, in which editions."""
    scope = said("for each {what}", what=said(rule.for_each))
    if rule.table:
        scope = said("{scope} of {table}", scope=scope, table=rule.table)
    if rule.editions:
        scope = said("{scope}, edition {editions}", scope=scope, editions="/".join(rule.editions))
    return scope


def prompts_command() -> None:
    """List the shipped prompts, each with its hash and its idea."""
    from gkllm.cli.messages import complain
    from gkllm.errors import PromptError
    from gkllm.prompts import list_prompts, load_prompt

    try:
        for name in list_prompts():
            prompt = load_prompt(name)
            typer.echo(f"{prompt.name}  {prompt.hash}  {prompt.idea}")
    except PromptError as error:
        complain(str(error))
        raise typer.Exit(2) from error


def schema_command() -> None:
    """Print the JSON Schema of the JSON output."""
    import json

    from gkllm.cli.standard_output import print_data
    from gkllm.report import Report

    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    print_data(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")

"""What the program knows, printed: `gkllm rules`, `gkllm prompts`, `gkllm schema` and `gkllm config`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gkllm.cli.extract import OwnForm
from gkllm.language import named, said

if TYPE_CHECKING:
    from gkllm.form.edit_rules import EditRule


USAGE = 2
File = Annotated[
    Path | None,
    typer.Option("--rules", metavar="PATH", help="A TOML file of relations; it is checked and listed too."),
]
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="Lines to read, or data.")]


def rules_command(rules: File = None, form: OwnForm = None, format_: FormatOption = "text") -> None:
    """List the relations that reports are checked against, each with its source.

    The cells that none of them ties to another follow: nothing can be said of a wrong number there.
    """
    import json
    from dataclasses import asdict

    from gkllm.cli.messages import complain
    from gkllm.cli.process import print_data
    from gkllm.errors import FormError, RulesError
    from gkllm.form import load_forms

    try:
        forms = load_forms(rules, form)
    except (FormError, RulesError) as error:
        complain(str(error))
        raise typer.Exit(USAGE) from error
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
        raise typer.Exit(USAGE) from error


def schema_command() -> None:
    """Print the JSON Schema of the JSON output."""
    import json

    from gkllm.cli.process import print_data
    from gkllm.report import Report

    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    print_data(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")


def config_command(format_: FormatOption = "text") -> None:
    """Show every setting, its value, and where it comes from: a variable, a configuration file, or nowhere.

    Exit status: 0 shown; 2 a setting is unknown or unusable.
    """
    import json
    import os

    from gkllm.cli.configuration import given
    from gkllm.cli.messages import complain
    from gkllm.cli.process import print_data
    from gkllm.cli.program import configuration_files
    from gkllm.errors import ConfigurationError
    from gkllm.terminal.words import printable

    files = configuration_files()
    try:
        found = given({}, os.environ, files)
    except ConfigurationError as error:
        complain(str(error))
        raise typer.Exit(USAGE) from error
    rows = {
        key: (_shown(key, found[key].value), found[key].place) if key in found else (default, None)
        for key, default in _defaults().items()
    }
    if format_ == "json":
        data = {key: {"value": value, "from": place} for key, (value, place) in rows.items()}
        print_data(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
        return
    width = max(map(len, rows))
    for key, (value, place) in rows.items():
        value = "-" if value in (None, "") else value
        origin = place or said("default")
        typer.echo(printable(f"{key:{width}}  {value}  ({origin})"))
    for file in files:
        there = said("read") if file.exists() else said("not there")
        typer.echo(printable(named(file, there)))


def _shown(key: str, value: Any) -> Any:
    """A value as it may be seen by others."""
    return "***" if key == "api_key" else value


def _defaults() -> dict[str, Any]:
    """What holds for each key that is not set, null where nothing does."""
    from dataclasses import asdict

    from platformdirs import user_cache_path

    from gkllm.cli.configuration import Keys
    from gkllm.language import spoken
    from gkllm.settings import ModelSettings, Settings, Spending

    known = {**asdict(ModelSettings("")), **asdict(Spending()), **asdict(Settings())}
    cache = user_cache_path("gkllm", appauthor=False)
    known |= {"lang": spoken(), "cache_dir": cache, "model": None, "extra_body": None}
    return {key: known[key] for key in Keys.model_fields}

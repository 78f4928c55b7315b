"""`gkllm config`."""

from typing import Annotated, Any, Literal

import typer

from gkllm.language import named, said

USAGE = 2
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="Lines to read, or data.")]


def config_command(format_: FormatOption = "text") -> None:
    """Show every setting, its value, and where it comes from: a variable, a configuration file, or nowhere.

    Exit status: 0 shown; 2 a setting is unknown or unusable.
    """
    import json
    import os

    from gkllm.cli.configuration import given
    from gkllm.cli.messages import complain
    from gkllm.cli.program import configuration_files
    from gkllm.cli.standard_output import print_data
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

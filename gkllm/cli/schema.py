"""`gkllm schema`."""

import typer


def schema_command() -> None:
    """Print the JSON Schema of the JSON output."""
    import json

    from gkllm.report import Report

    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    typer.echo(json.dumps(schema, ensure_ascii=False, indent=2))

"""`gkllm prompts`."""

import typer


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

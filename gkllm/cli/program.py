"""The command line in the language of whoever uses it: its help, its complaints about usage, and `--lang`."""

import os
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer
from platformdirs import user_config_path
from typer._click import Context, HelpFormatter, Parameter
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup

from gkllm.cli.process import BROKEN_PIPE, end_output, take_any_text
from gkllm.language import Language, later, lead_libraries, of_locale, retold, said, speak, spoken

VARIABLE, KEY = "GKLLM_LANG", "lang"
FILE_NAME = "gkllm.toml"


def configuration_files() -> tuple[Path, ...]:
    """Where `gkllm.toml` may stand, strongest first."""
    return (Path(FILE_NAME), user_config_path("gkllm", appauthor=False, roaming=True) / FILE_NAME)


def asked_for(arguments: Sequence[str], environment: Mapping[str, str], files: Sequence[Path]) -> Language:
    """The language that `--lang`, the variable, a configuration file or the system asks for, the strongest first.

    What is unusable is passed over here, and refused where settings are made of it.
    """
    given = [*_given(arguments), environment.get(VARIABLE, ""), *_configured(files)]
    return next((code for value in given if (code := code_of(value))), None) or of_locale(environment)


def code_of(value: object) -> Language | None:
    """The language that a name such as zh, zh_CN or zh-Hans stands for."""
    name = re.split(r"[-_.]", str(value).strip().lower())[0]
    return next((language for language in get_args(Language) if language == name), None)


def _given(arguments: Sequence[str]) -> Iterator[str]:
    for index, argument in enumerate(arguments):
        if argument == "--":
            return
        if argument == "--lang":
            yield from arguments[index + 1 : index + 2]
        elif argument.startswith("--lang="):
            yield argument.partition("=")[2]


def _configured(files: Sequence[Path]) -> Iterator[object]:
    for file in files:
        with suppress(OSError, ValueError, RecursionError):
            yield tomllib.loads(file.read_bytes().decode("utf-8-sig")).get(KEY, "")


_LIBRARY = (
    later("No such command {name}. Did you mean {names}?"),
    later("No such command {name}."),
    later("No such option: {name} (Possible options: {names})"),
    later("No such option: {name}"),
    later("Option {name} requires an argument."),
    later("Option {name} does not take a value."),
    later("Missing argument {name}."),
    later("Missing option {name}."),
    later("Got unexpected extra argument(s) ({names})"),
    later("Invalid value for {name}: {flaw}"),
    later("{value} is not one of {names}."),
)
"""What the library complains of."""


def complaint(error: ClickException) -> str:
    """What is wrong with the usage, in the language that is spoken."""
    from pydantic import ValidationError

    from gkllm.data_file import told

    flaw = {}
    if isinstance(error.__cause__, ValidationError):
        flaw["flaw"] = retold(told(error.__cause__.errors(include_url=False)[0]), _LIBRARY)
    return retold(error.format_message(), _LIBRARY, **flaw)


class Formatter(HelpFormatter):
    """Help whose lines fit the terminal: a Chinese character takes two places, and may end a line."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how a command is called."""
        super().write_usage(prog, args, prefix or said("Usage: "))

    def write_text(self, text: str) -> None:
        """Paragraphs, each wrapped anew."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
            self.write("\n" if number else "")
            for line in wrapped(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with what it is for."""
        first = min(max(width_of(name) for name, _ in rows), col_max) + col_spacing
        for name, text in rows:
            lines = list(wrapped(text, max(self.width - first - self.current_indent, 10)))
            room = first - width_of(name)
            if room < col_spacing or not lines:
                self.write(f"{'':{self.current_indent}}{name}\n")
            else:
                self.write(f"{'':{self.current_indent}}{name}{'':{room}}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{'':{self.current_indent + first}}{line}\n")


def width_of(text: str) -> int:
    """The terminal cells that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


_UNBROKEN = re.compile(
    r"\s+|[\u3000-\u9fff\uff00-\uffef][，。、；：！？）》”]*|[^\s\u3000-\u9fff\uff00-\uffef]+[，。、；：！？）》”]*"
)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` cells, broken at spaces and after Chinese characters."""
    line = ""
    for part in _UNBROKEN.findall(" ".join(text.split())):
        if line and width_of(line + part.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += part if line else part.lstrip()
    if line.rstrip():
        yield line.rstrip()


_ONE_LINE: Final = 60
"""Cells that a shell has room for beside what it completes."""


class _Spoken:
    """What commands and groups of them have in common."""

    help: str | None
    params: list[Parameter]

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(_lang_option())

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The options and arguments, their help in the language that is spoken."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            param.help = param.help and said(param.help)
        return params

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """What follows the command's name in the line that says how it is called."""
        return [said(piece) for piece in super().collect_usage_pieces(ctx)]  # type: ignore[misc]

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - a line that is too long is wrapped
        """The first sentence of the help."""
        first = said(next(self._paragraphs(), ""))
        return re.split(r"(?<=。)|(?<=\.)\s", first, maxsplit=1)[0].rstrip("。.")

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """What a shell may complete, each with a line on it: shells take what breaks a line for another one."""
        found: list[CompletionItem] = super().shell_complete(ctx, incomplete)  # type: ignore[misc]
        for item in found:
            item.help = item.help and next(wrapped(re.split(r"[;:(\[；：（]|\.\s", item.help)[0], _ONE_LINE))
        return found

    def get_help(self, ctx: Context) -> str:
        """The whole help."""
        formatter = Formatter(width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_help(ctx, formatter)  # type: ignore[attr-defined]
        return formatter.getvalue().rstrip("\n")

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - the library's own
        """What the command does, a paragraph after the other."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(said, self._paragraphs())))

    def _paragraphs(self) -> Iterator[str]:
        return (" ".join(text.split()) for text in re.split(r"\n\s*\n", self.help or ""))


class Command(_Spoken, TyperCommand):
    """A command."""


class Group(_Spoken, TyperGroup):
    """A group of commands."""


class Program(Group):
    """The whole command line."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The options; the one that installs completion says so in the language that is spoken."""
        params = super().get_params(ctx)
        for param in params:
            if param.name == "install_completion":
                param.callback = _install_completion
        return params

    def main(self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **options: Any) -> Any:  # type: ignore[override]
        """Run a command; in standalone mode exit with its status, having said what is wrong with the usage."""
        arguments = sys.argv[1:] if args is None else list(args)
        speak(asked_for(arguments, os.environ, configuration_files()))
        lead_libraries(spoken())
        if not standalone_mode:
            return super().main(arguments, standalone_mode=False, **options)
        take_any_text()
        try:
            status = super().main(arguments, standalone_mode=False, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            end_output()
            sys.exit(BROKEN_PIPE)
        except OSError as error:
            from gkllm.cli.messages import complain_unwritable

            complain_unwritable(error.filename, error)
            end_output()
            sys.exit(1)
        except NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except ClickException as error:
            _complain(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            typer.echo(said("Aborted!"), err=True)
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


def _complain(error: ClickException) -> None:
    context = error.ctx if isinstance(error, UsageError) else None
    if context is not None:
        formatter = Formatter(width=context.terminal_width, max_width=context.max_content_width)
        context.command.format_usage(context, formatter)
        hint = said(
            "Try '{command} {option}' for help.",
            command=context.command_path,
            option=context.help_option_names[0],
        )
        typer.echo(f"{formatter.getvalue()}{hint}\n", err=True)
    typer.echo(said("Error: {sentence}", sentence=complaint(error)), err=True)


def _install_completion(ctx: Context, param: Parameter, value: object) -> object:  # noqa: ARG001 - the library's own
    if not value or ctx.resilient_parsing:
        return value
    from typer._completion_shared import install

    shell, path = install(shell=value if isinstance(value, str) else None)
    typer.echo(said("{shell} completes gkllm in new terminals: see {path}", shell=shell, path=path))
    raise typer.Exit


def _lang_option() -> Parameter:
    """`--lang`, which has been obeyed when it is parsed; every command takes it."""

    def taking(
        lang: Annotated[
            Language | None,
            typer.Option("--lang", help="The language: zh for Chinese, en for English.", expose_value=False),
        ] = None,
    ) -> None:
        del lang

    app = typer.Typer(add_completion=False)
    app.command()(taking)
    return typer.main.get_command(app).params[0]

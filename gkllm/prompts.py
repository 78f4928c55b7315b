"""Finds, renders and versions the prompt files.

A prompt file is Markdown: TOML front matter between `+++` lines, then sections `## system`, `## user` and
`## assistant`, one for each message and in their order; user and assistant may repeat, as examples do. Each
section is a Jinja2 template. A line that holds only a block tag leaves no trace, and empty lines at a
section's ends are no part of its message.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, cast

from gkllm.data_file import entries_of
from gkllm.errors import PromptError

if TYPE_CHECKING:
    from jinja2 import Template

Role = Literal["system", "user", "assistant"]

_FENCE = "+++"
_HEADING = re.compile(r"^## (system|user|assistant)[ \t]*$", re.MULTILINE)
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt.

    `hash` is the first 12 hexadecimal digits of the file's SHA-256, `idea` its one-sentence summary, and
    `front_matter` everything the front matter says, the idea included.
    """

    name: str
    hash: str
    idea: str
    front_matter: Mapping[str, object]
    path: Path
    _sections: tuple[tuple[Role, "Template"], ...]

    @property
    def reference(self) -> str:
        """`name@hash`, which names this very text."""
        return f"{self.name}@{self.hash}"

    def render(self, **variables: object) -> tuple[tuple[Role, str], ...]:
        """The messages as (role, content), each exactly as it goes on the wire.

        Raises PromptError, with file and line, where a template names a variable that is not given or fails.
        """
        return tuple((role, self._render_section(template, variables)) for role, template in self._sections)

    def _render_section(self, template: "Template", variables: Mapping[str, object]) -> str:
        import jinja2

        try:
            return template.render(variables).strip("\n")
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            line = _template_line(error.__traceback__, template)
            raise PromptError("{path}:{line}: {error}", path=self.path, line=line, error=error) from None


def load_prompt(name_or_path: str | Path) -> Prompt:
    """The prompt of that name among the shipped ones, or the file at that path.

    What ends in `.md` or holds a path separator is a path. Raises PromptError where there is none, naming
    those there are, and for a malformed file, with the line.
    """
    path = Path(name_or_path)
    if path.suffix != ".md" and path.name == str(name_or_path):
        path = _shipped_directory() / f"{name_or_path}.md"
    try:
        content = path.read_bytes()
    except OSError:
        there_are = ", ".join(list_prompts()) or "none"
        raise PromptError(
            "there is no prompt {name!r}; shipped prompts: {shipped}",
            name=str(name_or_path),
            shipped=there_are,
        ) from None
    return _parse(path, content)


def list_prompts() -> tuple[str, ...]:
    """The names of the shipped prompts, sorted."""
    return tuple(sorted(path.stem for path in _shipped_directory().glob("*.md")))


def _shipped_directory() -> Path:
    package = Path(__file__).parent
    shipped = package / "shipped_prompts"
    # An editable installation runs from the repository, where the wheel's copy does not exist.
    return shipped if shipped.is_dir() else package.parent / "prompts"


def _parse(path: Path, content: bytes) -> Prompt:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PromptError("{path}:{line}: not UTF-8", path=path, line=line) from None
    front_matter, body_start = _front_matter(path, text)
    idea = front_matter.get("idea")
    if not isinstance(idea, str) or not idea.strip():
        raise PromptError("{path}:1: the front matter needs an idea, in a sentence", path=path)
    return Prompt(
        name=path.stem,
        hash=hashlib.sha256(content).hexdigest()[:_HASH_DIGITS],
        idea=idea,
        front_matter=MappingProxyType(front_matter),
        path=path,
        _sections=_sections(path, text, body_start),
    )


def _front_matter(path: Path, text: str) -> tuple[dict[str, object], int]:
    """The front matter and where the text after it starts."""
    opening = f"{_FENCE}\n"
    end = text.find(f"\n{_FENCE}\n", len(opening) - 1)
    if not text.startswith(opening) or end < 0:
        raise PromptError(
            "{path}:1: the file must start with front matter between {fence} lines", path=path, fence=_FENCE
        )
    # The fence's own line is kept, empty, so that the error's line is the file's.
    return entries_of("\n" + text[len(opening) : end + 1], str(path), PromptError), end + len(opening) + 1


def _sections(path: Path, text: str, start: int) -> tuple[tuple[Role, "Template"], ...]:
    headings = list(_HEADING.finditer(text, start))
    preamble_end = headings[0].start() if headings else len(text)
    if text[start:preamble_end].strip():
        line = text.count("\n", 0, start) + 1
        raise PromptError(
            "{path}:{line}: text before the first section would never be sent", path=path, line=line
        )
    if not any(heading[1] == "user" for heading in headings):
        raise PromptError(
            "{path}:{line}: there is no '## user' section", path=path, line=text.count(chr(10)) + 1
        )
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    return tuple(
        (cast(Role, heading[1]), _compile(path, text, heading.end(), end))
        for heading, end in zip(headings, ends, strict=True)
    )


def _compile(path: Path, text: str, start: int, end: int) -> "Template":
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    # Line breaks in place of everything above give errors the file's own line; rendering drops them.
    source = "\n" * text.count("\n", 0, start) + text[start:end]
    try:
        return environment.from_string(source)
    except jinja2.TemplateSyntaxError as error:
        raise PromptError(
            "{path}:{line}: {error}", path=path, line=error.lineno, error=error.message
        ) from None


def _template_line(traceback: TracebackType | None, template: "Template") -> int:
    """The line of the innermost frame that belongs to the template; Jinja2 maps those to its source."""
    line = 1
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == (template.filename or "<template>"):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line

"""Prompt files: found, versioned, rendered."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from gkllm import prompts
from gkllm.errors import PromptError
from gkllm.prompts import list_prompts, load_prompt

FRONT = '+++\nidea = "Copies rows."\nreads = "rows"\n+++\n'
ROWS = (
    FRONT
    + """
## system

Copy the cells of {{ table }}.
{% for row in rows %}
- {{ row.label }}
{% endfor %}

### A heading of the prompt's own

## user
1
## assistant
{"cells": ["1"]}
## user

{{ text }}
"""
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the shipped prompts."""
    monkeypatch.setattr(prompts, "_shipped_directory", lambda: tmp_path)
    return tmp_path


def _write(folder: Path, content: str, name: str = "rows-v1") -> Path:
    path = folder / f"{name}.md"
    path.write_text(content, encoding="utf-8", newline="")
    return path


def test_the_messages_are_the_rendered_sections(folder: Path) -> None:
    _write(folder, ROWS)
    rendered = load_prompt("rows-v1").render(
        table="三、", rows=[{"label": "（一）予以公开"}, {"label": "<b> & {{ x }}"}], text="予以公开\t{{ y }}"
    )
    assert rendered == (
        (
            "system",
            "Copy the cells of 三、.\n- （一）予以公开\n- <b> & {{ x }}\n\n### A heading of the prompt's own",
        ),
        ("user", "1"),
        ("assistant", '{"cells": ["1"]}'),
        ("user", "予以公开\t{{ y }}"),
    )


def test_a_prompt_is_named_and_versioned_by_its_bytes(folder: Path) -> None:
    path = _write(folder, ROWS)
    prompt = load_prompt("rows-v1")
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert (prompt.name, prompt.hash, prompt.reference) == ("rows-v1", digits, f"rows-v1@{digits}")
    assert prompt.idea == "Copies rows."
    assert prompt.front_matter == {"idea": "Copies rows.", "reads": "rows"}
    _write(folder, ROWS + "\n")
    assert load_prompt("rows-v1").hash != digits


def test_a_prompt_is_found_by_path_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, ROWS, "mine")
    monkeypatch.chdir(tmp_path)
    expected = load_prompt(path).hash
    assert [load_prompt(each).hash for each in (str(path), "mine.md", "./mine.md")] == [expected] * 3
    with pytest.raises(PromptError, match="'mine'"):
        load_prompt("mine")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_rendered(folder: Path) -> None:
    _write(folder, ROWS)
    _write(folder, "\ufeff" + ROWS.replace("\n", "\r\n"), "windows")
    variables: dict[str, Any] = {"table": "t", "rows": [{"label": "l"}], "text": "x"}
    assert load_prompt("windows").render(**variables) == load_prompt("rows-v1").render(**variables)


def test_a_missing_prompt_is_named_with_those_there_are(folder: Path) -> None:
    _write(folder, ROWS, "cells-v2")
    _write(folder, ROWS)
    assert list_prompts() == ("cells-v2", "rows-v1")
    with pytest.raises(PromptError, match=r"'rows-v9'; shipped prompts: cells-v2, rows-v1"):
        load_prompt("rows-v9")


def test_every_shipped_prompt_loads() -> None:
    for name in list_prompts():
        prompt = load_prompt(name)
        assert prompt.name == name and prompt.idea


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("## user\nhello", ":1: the file must start with front matter"),
        ('+++\nidea = "x"\n## user\nhello', ":1: the file must start with front matter"),
        ('+++\nreads = "rows"\n+++\n## user\n', ":1: the front matter needs an idea"),
        ("+++\nidea = 3\n+++\n## user\n", ":1: the front matter needs an idea"),
        ('+++\n\nidea = "x\n+++\n## user\n', "line 3"),
        (FRONT + "## system\nhello", ":6: there is no '## user' section"),
        (FRONT + "stray\n## user\nhello", ":5: text before the first section"),
        (FRONT + "## user\n\n{% if x %}\n", ":7: Unexpected end of template"),
        (FRONT + "## system\nfine\n## user\n{{ a b }}\n", ":8: expected token"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(folder: Path, content: str, message: str) -> None:
    path = _write(folder, content)
    with pytest.raises(PromptError) as caught:
        load_prompt("rows-v1")
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_bytes_that_are_no_utf8_are_refused_with_their_line(folder: Path) -> None:
    (folder / "rows-v1.md").write_bytes(FRONT.encode() + "## user\n公开".encode("gb18030"))
    with pytest.raises(PromptError, match=r"rows-v1\.md:6: not UTF-8"):
        load_prompt("rows-v1")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ unknown }}", "'unknown' is undefined"),
        ("{{ known.missing }}", "missing"),
        ("{{ known + 1 }}", "unsupported operand"),
        ("{% for x in known.a %}{{ 1 // 0 }}{% endfor %}", "zero"),
        ("{{ known.__class__.__mro__ }}", "unsafe"),
        ("{{ known.a.append(2) }}", "unsafe"),
    ],
)
def test_a_template_that_fails_is_told_with_its_line(folder: Path, template: str, message: str) -> None:
    path = _write(folder, f"{FRONT}## system\nfine\n\n## user\nfine\n{template}\n")
    with pytest.raises(PromptError) as caught:
        load_prompt("rows-v1").render(known={"a": [1]})
    assert str(caught.value).startswith(f"{path}:10: ")
    assert message in str(caught.value)

"""What the documentation holds that is made from the program and its data: pictures, and the tables of form pages.

Make it anew after a change that is meant, and look at it:

    python -m tests.documentation.made
"""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from gkllm.form import Form, Table, load_forms
from gkllm.language import Language
from tests.documentation.pictures import ROOT, pictures

DOCS = ROOT / "docs"
_FORM = "disclosure"
_HEADS: dict[Language, tuple[str, str]] = {
    "en": ("| row | as printed | in English | editions |", "| relation | severity | what holds | editions |"),
    "zh": ("| 行 id | 表上的标签 | 版本 |", "| 关系 | 级别 | 内容 | 版本 |"),
}


def made() -> Iterator[tuple[Path, str]]:
    """Every file that is made, in whole or in part, and its text."""
    for language in get_args(Language):
        for name, drawn in pictures(language):
            yield DOCS / "pictures" / name, drawn
        page = DOCS / ("form.md" if language == "en" else f"form.{language}.md")
        text = page.read_text(encoding="utf-8")
        form = next(form for form in load_forms() if form.id == _FORM)
        for marker, lines in (("tables", _tables(form, language)), ("relations", _relations(form, language))):
            before, _, rest = text.partition(f"<!-- made: {marker} -->\n")
            text = "\n".join(
                (
                    f"{before}<!-- made: {marker} -->",
                    *lines,
                    "<!-- end -->" + rest.partition("<!-- end -->")[2],
                )
            )
        yield page, text


def _tables(form: Form, language: Language) -> Iterator[str]:
    head = _HEADS[language][0]
    for table_id in form.table_ids:
        editions = [table for table in form.all_tables() if table.id == table_id]
        first = editions[0]
        english = f" {first.english}" if language == "en" else ""
        yield from ("", f"### {first.section}、{first.title}{english} (`{table_id}`)", "")
        yield from (head, "|---" * (head.count("|") - 1) + "|")
        rows = {row.id: (table, row) for table in editions for row in table.rows}
        for row_id, (table, row) in rows.items():
            printed = ", ".join(e.edition for e in editions if any(r.id == row_id for r in e.rows))
            cells = [f"`{row_id}`", table.name_of(row), row.english, printed]
            yield "| " + " | ".join(cells if language == "en" else [*cells[:2], cells[3]]) + " |"
        yield from ("", _columns(editions, language))
    yield ""


def _columns(editions: list[Table], language: Language) -> str:
    found = {c.id: c for table in editions for row in table.rows for c in row.columns}
    shown = (
        f"`{column.id}` {column.label}" + (f" ({column.english})" if language == "en" else "")
        for column in found.values()
    )
    return ("Columns: " if language == "en" else "列：") + ("; " if language == "en" else "；").join(shown)


def _relations(form: Form, language: Language) -> Iterator[str]:
    head = _HEADS[language][1]
    yield from ("", head, "|---" * (head.count("|") - 1) + "|")
    for rule in (*form.edit_rules, *form.across_years.rules):
        told = dict(rule.message)[language]
        yield f"| `{rule.id}` | {rule.severity} | {told}: `{rule.stated}` | {', '.join(rule.editions or ())} |"
    yield ""


def main() -> None:
    (DOCS / "pictures").mkdir(exist_ok=True)
    for path, text in list(made()):
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Forms as data: editions, tables, rows, columns, labels, edit rules. A form is passed to whoever needs it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gkllm.errors import FormError, RulesError
from gkllm.form.edit_rules import BEFORE, EditRule, Relation, Scale
from gkllm.form.edit_rules_file import parse_rules
from gkllm.form.form import Form, Titles, load_form
from gkllm.form.tables import CellId, CellPlace, Column, ColumnKind, Row, Table, short
from gkllm.forms import FIRST, FOLDER
from gkllm.language import reason_of

__all__ = [
    "BEFORE",
    "CellId",
    "CellPlace",
    "Column",
    "ColumnKind",
    "EditRule",
    "Form",
    "Forms",
    "Relation",
    "Row",
    "Scale",
    "Table",
    "Titles",
    "load_form",
    "load_forms",
    "short",
]


class Forms:
    """The known forms by id; the first is what a document is taken for where nothing tells."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = {form.id: form for form in forms}

    @property
    def first(self) -> Form:
        """The form that a document is taken for where nothing tells."""
        return next(iter(self))

    def __getitem__(self, form_id: str) -> Form:
        """The form of that id, as a report names it.

        Raises:
            FormError: there is none.
        """
        if form_id not in self._forms:
            known = ", ".join(self._forms)
            raise FormError(
                "no form {form_id!r}; known are {known}, and --form FOLDER adds your own",
                form_id=form_id,
                known=known,
            )
        return self._forms[form_id]

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())

    def told_in(self, text: str) -> tuple[Form, ...]:
        """The forms that a text has a telltale of; the first alone where it has none of any."""
        if len(self._forms) == 1:
            return (self.first,)
        solid = "".join(text.split())
        return tuple(form for form in self if form.may_be_in(solid)) or (self.first,)

    def unread(self, year: int | None) -> str | None:
        """Why reports of a year are not read on any form, null where they are."""
        return next((why for form in self if (why := form.unread(year))), None)

    def with_rules(self, file: Path) -> "Forms":
        """The forms with the rules of a user's file besides their own, each with those that speak of its tables.

        Raises:
            RulesError: the file cannot be read, is no TOML, or states a rule that no form has cells for; the
                message names the file and the line.
        """
        try:
            text = file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise RulesError("{file}: {reason}", file=file, reason=reason_of(error)) from error
        except UnicodeDecodeError as error:
            raise RulesError("{file}: not UTF-8 text", file=file) from error
        tables = [table for form in self for table in form.all_tables()]
        taken = [rule.id for form in self for rule in form.edit_rules]
        rules = parse_rules(text, str(file), tables, taken)
        return Forms(
            tuple(
                form.ruled_by(form.edit_rules + tuple(rule for rule in rules if _is_for(rule, form)))
                for form in self
            )
        )


def _is_for(rule: EditRule, form: Form) -> bool:
    """Whether a rule speaks of a form's tables."""
    if rule.for_each == "report":
        cells = {cell for table in form.all_tables() for cell in table.places}
        return cells.issuperset(rule.left + rule.right)
    return rule.table is None or rule.table in form.table_ids


def load_forms(rules: Path | None = None, own: Path | None = None) -> Forms:
    """The shipped forms; before them, or in place of the one with its id, that of a user's folder, and all with the
    rules of a user's file besides their own.

    Raises:
        FormError: a form's folder is broken.
        RulesError: the file of rules cannot be used.
    """
    shipped = _shipped()
    if own is not None:
        added = load_form(own)
        shipped = (added, *(form for form in shipped if form.id != added.id))
    forms = Forms(shipped)
    return forms.with_rules(rules) if rules else forms


@cache
def _shipped() -> tuple[Form, ...]:
    """Read once: what is remembered of a form is kept for as long as the process lives, a megabyte for each reading."""
    folders = sorted(
        (path.parent for path in FOLDER.glob("*/form.toml")), key=lambda path: path.name != FIRST
    )
    return tuple(load_form(folder) for folder in folders)

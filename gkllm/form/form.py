"""A form: everything that its folder says, loaded once and passed to whoever needs it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gkllm.data_file import checked_data, read_data
from gkllm.errors import FormError, RulesError
from gkllm.form.edit_rules import (
    AcrossYears,
    EditRule,
    Relation,
    ground_across_years,
    ground_in_report,
    ground_in_table,
)
from gkllm.form.edit_rules_file import parse_rules
from gkllm.form.tables import Table, tables_of
from gkllm.forms import FIRST, FOLDER


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Titles(_Part):
    """Regular expressions for what the title of a report on the form says.

    `subject`, then what such a report is `called`; `loosely` are names that count beside the subject alone, `yearly`
    what else a title must have then, and `endings` the characters that a title ends in.
    """

    subject: str
    called: str
    loosely: str
    yearly: str
    endings: str


class Unread(_Part):
    """Reports of some years, both included, that print another form, which no form's folder describes."""

    years: tuple[int, int]
    why: str


class SectionTitle(_Part):
    """The heading of a section of the report that holds no table: its printed numeral and what follows it."""

    number: str
    title: str


class FormFile(_Part):
    """`form.toml`. `untold` is the edition that a table is given in where nothing tells.

    A document with one of the `telltales` may be on the form; one that has none of the words `spoken_of_as` is no
    report on it. White space in a document does not count. `unread` reports are told by their year, and not read.
    """

    id: str
    english: str
    tables: tuple[str, ...] = Field(min_length=1)
    untold: str
    telltales: tuple[str, ...] = Field(min_length=1)
    spoken_of_as: tuple[str, ...] = Field(min_length=1)
    titles: Titles
    sections: tuple[SectionTitle, ...] = ()
    unread: tuple[Unread, ...] = ()


class Form:
    """One national form: its tables by edition, its rules, and the data that others read and keep beside it.

    What is worked out from a form is kept with it, or by it as a key: a form is the same as itself alone.
    `edit_rules` are its own and those of a user's file.
    """

    def __init__(
        self,
        folder: Path,
        file: FormFile,
        tables: Mapping[str, Mapping[str, Table]],
        edit_rules: tuple[EditRule, ...],
    ) -> None:
        self.folder = folder
        self.id = file.id
        self.titles = file.titles
        self.edit_rules = edit_rules
        self._file = file
        self._tables = tables
        self._relations: dict[Table, tuple[Relation, ...]] = {}
        self._across: dict[tuple[Table, Table], tuple[Relation, ...]] = {}

    @cached_property
    def section_titles(self) -> Mapping[str, str]:
        """The titles of the report's sections by their printed numerals: those that hold the tables, and the others."""
        tables = map(self.untold, self._tables)
        return {
            **{section.number: section.title for section in self._file.sections},
            **{table.section: table.title for table in tables},
        }

    @property
    def table_ids(self) -> tuple[str, ...]:
        """Every table, in the order the form prints them."""
        return tuple(self._tables)

    def editions_of(self, table_id: str) -> tuple[str, ...]:
        """The editions a table differs in, oldest first."""
        return tuple(self._editions(table_id))

    def table(self, table_id: str, edition: str) -> Table:
        """The table as the given edition prints it.

        Raises:
            FormError: the form has no such table or edition.
        """
        editions = self._editions(table_id)
        if edition not in editions:
            raise FormError(
                "table {table_id!r} has no edition {edition!r}", table_id=table_id, edition=edition
            )
        return editions[edition]

    def untold(self, table_id: str) -> Table:
        """The table in the edition that is taken where nothing tells."""
        editions = self._editions(table_id)
        return editions.get(self._file.untold) or next(iter(editions.values()))

    def in_all_editions(self, table_id: str) -> tuple[Table, ...]:
        """The table in each of its editions, oldest first."""
        return tuple(self._editions(table_id).values())

    def all_tables(self) -> Iterator[Table]:
        """Every table in every edition."""
        for editions in self._tables.values():
            yield from editions.values()

    def may_be_in(self, text: str) -> bool:
        """Whether a text, its white space gone, has a word that tells the form."""
        return any(word in text for word in self._file.telltales)

    def unread(self, year: int | None) -> str | None:
        """Why reports of a year are not read, null where they are."""
        return next(
            (one.why for one in self._file.unread if year in range(one.years[0], one.years[1] + 1)),
            None,
        )

    def spoken_of_in(self, text: str) -> bool:
        """Whether a text has one of the words without which no document is a report on this form."""
        return any(word in text for word in self._file.spoken_of_as)

    def relations_of(self, table: Table) -> tuple[Relation, ...]:
        """Every relation that the rules state within one table, in rule order, then printed order.

        Raises:
            FormError: a rule names a row, column or role that the table does not have.
        """
        if table not in self._relations:
            self._relations[table] = tuple(
                relation
                for rule in self.edit_rules
                if rule.for_each != "report" and rule.speaks_of(table.id, table.edition)
                for relation in ground_in_table(rule, table)
            )
        return self._relations[table]

    def relations_over(self, tables: Iterable[Table]) -> tuple[Relation, ...]:
        """Every relation that the rules state for these tables.

        Those within a table come table by table, then those of the whole report. A rule for the report is left out
        where one of its cells is in none of the tables.
        """
        tables = list(tables)
        within = [relation for table in tables for relation in self.relations_of(table)]
        across = [rule for rule in self.edit_rules if rule.for_each == "report"]
        if across:
            cells = {cell for table in tables for cell in table.cell_ids()}
            within += [ground_in_report(rule) for rule in across if cells.issuperset(rule.left + rule.right)]
        return tuple(within)

    def unrelated_cells(self, table: Table) -> tuple[str, ...]:
        """The cells that no rule ties to another cell, in printed order: a wrong number there satisfies all rules."""
        relations = self.relations_of(table)
        tied = {cell for relation in relations if len(relation.cells) > 1 for cell in relation.cells}
        return tuple(cell for cell in table.cell_ids() if cell not in tied)

    @cached_property
    def across_years(self) -> AcrossYears:
        """What is said of a year and the one before."""
        path = self.folder / "across_years.toml"
        return checked_data(path, AcrossYears) if path.exists() else AcrossYears()

    def relations_across_years(self, now: Table, before: Table) -> tuple[Relation, ...]:
        """What the rules over years state for a table and the same one of the year before."""
        key = (now, before)
        if key not in self._across:
            self._across[key] = ground_across_years(self.across_years.rules, now, before)
        return self._across[key]

    @cached_property
    def phrases(self) -> Mapping[str, Any] | None:
        """What sentences say about cells of the form, as its files have it; null where it has none."""
        path = self.folder / "phrases.toml"
        return (
            {**read_data(path)[0], **read_data(self.folder / "meanings.toml")[0]} if path.exists() else None
        )

    @property
    def calibration_file(self) -> Path:
        """The parameters of the confidence in cells of this form; the first form's where it has none of its own."""
        own = self.own_calibration_file
        return own if own.exists() else FOLDER / FIRST / own.name

    @property
    def own_calibration_file(self) -> Path:
        """Where the form's own are kept, or would be."""
        return self.folder / "calibration.json"

    def ruled_by(self, edit_rules: tuple[EditRule, ...]) -> "Form":
        """The form with these edit rules instead of its own."""
        return Form(self.folder, self._file, self._tables, edit_rules)

    def _editions(self, table_id: str) -> Mapping[str, Table]:
        if table_id not in self._tables:
            raise FormError("no table {table_id!r} in the form {id!r}", table_id=table_id, id=self.id)
        return self._tables[table_id]


def load_form(folder: Path) -> Form:
    """The form that a folder describes.

    Raises:
        FormError: a file of it is missing or broken.
    """
    file = checked_data(folder / "form.toml", FormFile)
    tables = {name: tables_of(folder / "tables" / f"{name}.toml") for name in file.tables}
    for name, editions in tables.items():
        if any(table.id != name for table in editions.values()):
            raise FormError("{file}.toml: its id is not {name!r}", file=folder / "tables" / name, name=name)
    path = folder / "edit_rules.toml"
    every = [table for editions in tables.values() for table in editions.values()]
    try:
        rules = parse_rules(read_data(path)[1], path.name, every) if path.exists() else ()
    except RulesError as error:
        raise FormError("{folder}/{error}", folder=folder, error=error) from error
    return Form(folder, file, tables, rules)

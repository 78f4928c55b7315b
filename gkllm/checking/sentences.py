"""Violations and suggestions in words a clerk understands, from the templates in `sentences.toml`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from gkllm.checking.evaluate import CheckedCell, Number, Residual
from gkllm.data_file import shipped_toml
from gkllm.form import CellPlace, Relation, short
from gkllm.language import Language
from gkllm.report import CellState, Change, Message, Slip, Suggestion, Verdict

Describe = Callable[[str], CheckedCell]
Places = Mapping[str, CellPlace]
_MOST_TERMS = 2
"""So many parts are all written out; of a longer sum, those that are zero are counted."""


def number(value: Number | None) -> str:
    """A value as digits, without the decimals of a whole number; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def message(found: Residual, verdict: Verdict, describe: Describe, places: Places) -> Message:
    """One sentence on a violation in each language: where, both sides' numbers, what is printed, the verdict."""
    return Message(
        **{language: _sentence(language, found, verdict, describe, places) for language in get_args(Language)}
    )


def slip_in_words(slip: Slip, language: Language) -> str:
    """A slip's name for a person."""
    return str(_templates()[language]["slip"][slip.value])


def verdict_in_words(verdict: Verdict, language: Language) -> str:
    """Why a relation is broken, in a sentence; of one that cannot be assessed there is none."""
    return str(_templates()[language]["verdict"].get(verdict.value, ""))


def suggestion_in_words(suggestion: Suggestion, places: Places, language: Language) -> str:
    """A suggestion's changes in one line."""
    templates = _templates()[language]["suggestion"]
    changes = templates["separator"].join(_change(change, places, language) for change in suggestion.changes)
    return str(templates["prefix"].format(changes=changes))


def unlisted_in_words(count: int, complete: bool, language: Language) -> Iterator[str]:
    """What is said after the suggestions shown: how many more there are, or that there may be some."""
    templates = _templates()[language]["suggestion"]
    if count:
        yield templates["more"].format(count=count)
    if not complete:
        yield templates["incomplete"]


def _templates() -> dict[str, Any]:
    templates: dict[str, Any] = shipped_toml("gkllm.checking", "sentences.toml")
    return templates


def _change(change: Change, places: Places, language: Language) -> str:
    templates = _templates()[language]["suggestion"]
    text = templates["change"].format(
        label=places[change.cell].label if change.cell in places else change.cell,
        before=templates["blank"] if change.before is None else number(change.before),
        after=templates["open"] if change.after is None else number(change.after),
    )
    if change.slip is not None:
        text += templates["slip"].format(slip=slip_in_words(change.slip, language))
    return str(text)


def _sentence(language: str, found: Residual, verdict: Verdict, describe: Describe, places: Places) -> str:
    templates, relation = _templates()[language], found.relation
    place = _place(templates, relation, places)
    if not found.assessable:
        unknown = [
            _label(relation, cell, places) for cell in relation.cells if describe(cell).counted is None
        ]
        return str(templates["open"].format(place=place, cells=templates["cell_separator"].join(unknown)))
    kind = "negative" if relation.operator == ">=" and not relation.right else relation.operator
    comparison = templates["comparison"][kind].format(
        left=_side(templates, relation, relation.left, found.left, describe, places),
        right=_side(templates, relation, relation.right, found.right, describe, places),
        difference=number(abs(found.difference or 0)),
    )
    statement = dict(relation.message).get(language)
    return str(
        templates["sentence"].format(
            place=place,
            comparison=comparison,
            rule=templates["rule"].format(message=statement) if statement else "",
            verdict=templates["verdict"]["advice" if relation.severity == "advice" else verdict.value],
        )
    )


def _place(templates: Mapping[str, Any], relation: Relation, places: Places) -> str:
    first = places[relation.cells[0]]
    section = first.table.section
    match relation.for_each:
        case "column":
            return str(templates["column"].format(section=section, label=first.column.label))
        case "row":
            return str(templates["row"].format(section=section, label=short(first.row.label)))
        case "cell":
            label = f"{short(first.row.label)} / {first.column.label}"
            return str(templates["cell"].format(section=section, label=label))
        case "report":
            return str(templates["report"])


def _label(relation: Relation, cell: str, places: Places) -> str:
    """A cell's name where its row, its column, or neither goes without saying."""
    place = places[cell]
    match relation.for_each:
        case "column":
            return short(place.row.label)
        case "row" | "cell":
            return place.column.label
        case "report":
            return place.label


def _side(
    templates: Mapping[str, Any],
    relation: Relation,
    cells: tuple[str, ...],
    total: Number | None,
    describe: Describe,
    places: Places,
) -> str:
    shown = [
        cell
        for cell in cells
        if len(cells) <= _MOST_TERMS or describe(cell).counted or len(describe(cell).readings) > 1
    ]
    terms = [_term(templates, relation, cell, describe(cell), places) for cell in shown]
    if not shown:
        terms = [templates["all_zero"].format(count=len(cells))]
    elif len(shown) < len(cells):
        terms.append(templates["zeros"].format(count=len(cells) - len(shown)))
    if len(cells) == 1:
        return terms[0]
    return str(templates["sum"].format(terms=templates["plus"].join(terms), sum=number(total)))


def _noted(cell: CheckedCell) -> bool:
    """Whether what is printed is more than the value taken as it is."""
    return cell.state is CellState.REPORTED and cell.raw != number(cell.value)


def _term(
    templates: Mapping[str, Any], relation: Relation, name: str, cell: CheckedCell, places: Places
) -> str:
    term = templates["term"].format(label=_label(relation, name, places), value=number(cell.counted))
    if _noted(cell):
        return str(term + templates["printed"].format(raw=cell.raw))
    return str(term + templates["blank"]) if cell.state is CellState.BLANK else str(term)

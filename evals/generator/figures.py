"""Numbers of an imagined office that satisfy every edit rule, and mistakes that break some."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from evals.generator.generated_form import FORM, relations_in
from evals.generator.office import Disclosure, Draw, Requests, load_office
from gkllm.checking.evaluate import Number
from gkllm.evaluation.truth import holds
from gkllm.form import Table

Figures = dict[str, Number]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Printed numbers that are the source's own error; null where a total was left blank."""

    printed: dict[str, Number | None]


def draw_figures(rng: Random, editions: Mapping[str, str]) -> Figures:
    """A number for every cell of the three tables, every relation holding."""
    office = load_office()
    least, most, _ = rng.choices(office.sizes, [weight for *_, weight in office.sizes])[0]
    size = rng.randint(least, most)
    figures = _disclosure(rng, office.disclosure, editions[office.disclosure.table])
    figures |= _requests(rng, office.requests, editions[office.requests.table], size)
    table = FORM.table(office.proceedings.table, editions[office.proceedings.table])
    return figures | _proceedings(rng, table, size)


def _requests(rng: Random, office: Requests, edition: str, size: int) -> Figures:
    table = FORM.table(office.table, edition)
    results = [row.id for row in table.rows if row.role == "result"]
    active = rng.sample(results, k=min(len(results), 2 + (size > 5) * 4 + (size > 40) * 8))
    weights = {
        row: office.weights.get(row, 1.0) * rng.uniform(0.3, 1.5) for row in (office.commonest, *active)
    }
    applicants = [column.id for column in table.rows[0].columns if column.id != office.total]
    figures: Figures = {}
    for column in applicants:
        received = size if column == office.applicant else _applicants(rng, office.shares[column], size)
        carried_in = rng.randint(0, max(1, received // 10)) if received and rng.random() < 0.4 else 0
        carried_out = min(received, rng.randint(1, max(1, received // 8))) if rng.random() < 0.4 else 0
        counts = dict.fromkeys(results, 0)
        done = received + carried_in - carried_out
        for row in rng.choices(list(weights), list(weights.values()), k=done):
            counts[row] += 1
        counts |= {
            office.received: received,
            office.carried_in: carried_in,
            office.carried_out: carried_out,
            office.results_total: done,
        }
        figures |= {f"{table.id}.{row}.{column}": count for row, count in counts.items()}
    for row in (row.id for row in table.rows):
        parts = [figures[f"{table.id}.{row}.{column}"] for column in applicants]
        figures[f"{table.id}.{row}.{office.total}"] = sum(parts)
    return {cell: figures[cell] for cell in table.cell_ids()}


def _applicants(rng: Random, share: float, size: int) -> int:
    if size == 0 or rng.random() > 5 * share:
        return 0
    return rng.randint(1, max(1, round(2 * share * size)))


def _proceedings(rng: Random, table: Table, size: int) -> Figures:
    figures: Figures = {}
    for row in table.rows:
        counts = [_few(rng, size // 15 + 1, 0.25) for _ in row.columns[:-1]]
        for column, count in zip(row.columns, [*counts, sum(counts)], strict=True):
            figures[f"{table.id}.{row.id}.{column.id}"] = count
    return figures


def _few(rng: Random, most: int, share: float) -> int:
    return rng.randint(1, max(1, most)) if rng.random() < share else 0


def _wide(rng: Random, most: int) -> int:
    """Zero often, else any order of magnitude up to `most`."""
    return int(most ** rng.random()) if rng.random() < 0.6 else 0


def _money(rng: Random, most: int) -> Number:
    """Zero often, else an amount with up to two decimals."""
    if rng.random() < 0.4:
        return 0
    amount = round(most ** rng.uniform(0.3, 1), rng.choice((0, 1, 2)))
    return int(amount) if amount.is_integer() else amount


def _disclosure(rng: Random, office: Disclosure, edition: str) -> Figures:
    figures: Figures = {}
    for row in FORM.table(office.table, edition).rows:
        drawn: Figures = {}
        for draw in office.draws:
            number = _draw(rng, draw, edition) + (drawn[draw.on_top_of] if draw.on_top_of else 0)
            drawn |= dict.fromkeys(draw.columns, number)
        if row.id in office.empty_rows:
            drawn = dict.fromkeys(drawn, 0)
        figures |= {f"{office.table}.{row.id}.{column.id}": drawn[column.id] for column in row.columns}
    return figures


def _draw(rng: Random, draw: Draw, edition: str) -> Number:
    most = draw.most if isinstance(draw.most, int) else draw.most[edition]
    match draw.kind:
        case "few":
            return _few(rng, most, draw.share)
        case "wide":
            return _wide(rng, most)
        case "money":
            return _money(rng, most)
        case "choice":
            return rng.choice(draw.values)


def draw_mistake(rng: Random, figures: Figures, editions: Mapping[str, str]) -> Mistake:
    """An error of the kind that real reports hold; at least one relation breaks by it."""
    while True:
        printed = rng.choice((_empty_total, _slipped_number, _slipped_number, _stale_results))(rng, figures)
        changed = {cell: value for cell, value in printed.items() if value != figures[cell]}
        if changed and not any(_looks_doubled(figures[cell], value) for cell, value in changed.items()):
            values: Mapping[str, Number | None] = {**figures, **changed}
            if not all(holds(relation, values) for relation in relations_in(editions)):
                return Mistake(changed)


def _looks_doubled(meant: Number, printed: Number | None) -> bool:
    """Whether the wrong number is what noise would make of the right one: then nobody can tell."""
    return str(printed) == f"{meant}{meant}"


def _empty_total(rng: Random, figures: Figures) -> dict[str, Number | None]:
    column = load_office().requests.total
    totals = [cell for cell, value in figures.items() if value and cell.endswith(f".{column}")]
    return {rng.choice(totals): rng.choice((0, 0, None))} if totals else {}


def _slipped_number(rng: Random, figures: Figures) -> dict[str, Number | None]:
    uncounted = load_office().disclosure.table
    counted = [cell for cell in figures if not cell.startswith(f"{uncounted}.")]
    filled = [cell for cell in counted if figures[cell]]
    cell = rng.choice(filled if filled and rng.random() < 0.8 else counted)
    digits = str(figures[cell])
    slips = [int(figures[cell]) + rng.randint(1, 3), max(0, int(figures[cell]) - rng.randint(1, 3))]
    if len(digits) > 1:
        slips += [int(digits[::-1]), int(digits[:-1])]
    return {cell: rng.choice(slips)}


def _stale_results(rng: Random, figures: Figures) -> dict[str, Number | None]:
    """The total of all results adds up across its row but not down the columns."""
    surplus = rng.randint(1, 4)
    office = load_office().requests
    row = f"{office.table}.{office.results_total}"
    return {cell: figures[cell] + surplus for cell in (f"{row}.{office.applicant}", f"{row}.{office.total}")}

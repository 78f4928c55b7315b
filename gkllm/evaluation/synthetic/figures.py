"""Numbers of an imagined office that satisfy every edit rule, and mistakes that break some."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from gkllm.evaluation.truth import Number, all_relations, holds
from gkllm.form import Edition, Table, load_table

Figures = dict[str, Number]

_SIZES = ((0, 0, 3), (1, 5, 5), (6, 40, 3), (41, 400, 1.5), (1000, 4000, 1))
"""(least, most, weight) of the requests that natural persons filed in a year: most offices get none or a handful,
the two seats of a county seen here 3 and 0, a whole district 21, a few cities thousands."""

_APPLICANT_SHARES = {
    "business": 0.15,
    "research": 0.02,
    "social": 0.03,
    "legal_service": 0.06,
    "other_org": 0.04,
}
_COMMON_RESULTS = {"granted": 8.0, "partially_granted": 2.0, "unavailable_not_held": 4.0}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Printed numbers that are the source's own error; null where a total was left blank."""

    printed: dict[str, Number | None]


def draw_figures(rng: Random, editions: Mapping[str, Edition]) -> Figures:
    """A number for every cell of the three tables, every relation holding."""
    least, most, _ = rng.choices(_SIZES, [weight for *_, weight in _SIZES])[0]
    size = rng.randint(least, most)
    figures = _disclosure(rng, editions["disclosure"])
    figures |= _requests(rng, load_table("requests", editions["requests"]), size)
    return figures | _proceedings(rng, size)


def _requests(rng: Random, table: Table, size: int) -> Figures:
    results = [row.id for row in table.rows if row.role == "result"]
    active = rng.sample(results, k=min(len(results), 2 + (size > 5) * 4 + (size > 40) * 8))
    weights = {row: _COMMON_RESULTS.get(row, 1.0) * rng.uniform(0.3, 1.5) for row in ("granted", *active)}
    figures: Figures = {}
    for column in (column.id for column in table.rows[0].columns if column.id != "total"):
        received = size if column == "natural_person" else _applicants(rng, column, size)
        carried_in = rng.randint(0, max(1, received // 10)) if received and rng.random() < 0.4 else 0
        carried_out = min(received, rng.randint(1, max(1, received // 8))) if rng.random() < 0.4 else 0
        counts = dict.fromkeys(results, 0)
        done = received + carried_in - carried_out
        for row in rng.choices(list(weights), list(weights.values()), k=done):
            counts[row] += 1
        counts |= {
            "received": received,
            "carried_in": carried_in,
            "carried_out": carried_out,
            "results_total": done,
        }
        figures |= {f"requests.{row}.{column}": count for row, count in counts.items()}
    for row in (row.id for row in table.rows):
        figures[f"requests.{row}.total"] = sum(
            figures[f"requests.{row}.{column.id}"] for column in table.rows[0].columns if column.id != "total"
        )
    return {cell: figures[cell] for cell in table.cell_ids()}


def _applicants(rng: Random, column: str, size: int) -> int:
    share = _APPLICANT_SHARES[column]
    if size == 0 or rng.random() > 5 * share:
        return 0
    return rng.randint(1, max(1, round(2 * share * size)))


def _proceedings(rng: Random, size: int) -> Figures:
    figures: Figures = {}
    for row in load_table("proceedings", "2021").rows:
        counts = [_few(rng, size // 15 + 1, 0.25) for _ in row.columns[:-1]]
        for column, count in zip(row.columns, [*counts, sum(counts)], strict=True):
            figures[f"proceedings.{row.id}.{column.id}"] = count
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


def _disclosure(rng: Random, edition: Edition) -> Figures:
    figures: Figures = {}
    for row in load_table("disclosure", edition).rows:
        draw: Figures = {
            "made": _few(rng, 12, 0.5),
            "repealed": _few(rng, 6, 0.2),
            "last_year_items": _wide(rng, 400),
            "change": rng.choice((0, 0, 0, 1, 2, 14, -1, -3, -20, 1036)),
            "decisions": _wide(rng, 120_000),
            "items": _few(rng, 60, 0.6),
        }
        draw["newly_disclosed"] = draw["made"]
        draw["in_force"] = draw["disclosed_total"] = draw["made"] + _wide(rng, 300)
        draw["amount"] = _money(rng, 30_000_000 if edition == "2019" else 20_000)
        if row.id == "regulations":
            draw = dict.fromkeys(draw, 0)
        figures |= {f"disclosure.{row.id}.{column.id}": draw[column.id] for column in row.columns}
    return figures


def draw_mistake(rng: Random, figures: Figures, editions: Mapping[str, Edition]) -> Mistake:
    """An error of the kind that real reports hold; at least one relation breaks by it."""
    while True:
        printed = rng.choice((_empty_total, _slipped_number, _slipped_number, _stale_results))(rng, figures)
        changed = {cell: value for cell, value in printed.items() if value != figures[cell]}
        if changed and not any(_looks_doubled(figures[cell], value) for cell, value in changed.items()):
            values: Mapping[str, Number | None] = {**figures, **changed}
            if not all(holds(relation, values) for relation in all_relations(editions)):
                return Mistake(changed)


def _looks_doubled(meant: Number, printed: Number | None) -> bool:
    """Whether the wrong number is what noise would make of the right one: then nobody can tell."""
    return str(printed) == f"{meant}{meant}"


def _empty_total(rng: Random, figures: Figures) -> dict[str, Number | None]:
    totals = [cell for cell, value in figures.items() if value and cell.endswith(".total")]
    return {rng.choice(totals): rng.choice((0, 0, None))} if totals else {}


def _slipped_number(rng: Random, figures: Figures) -> dict[str, Number | None]:
    counted = [cell for cell in figures if not cell.startswith("disclosure.")]
    filled = [cell for cell in counted if figures[cell]]
    cell = rng.choice(filled if filled and rng.random() < 0.8 else counted)
    digits = str(figures[cell])
    slips = [int(figures[cell]) + rng.randint(1, 3), max(0, int(figures[cell]) - rng.randint(1, 3))]
    if len(digits) > 1:
        slips += [int(digits[::-1]), int(digits[:-1])]
    return {cell: rng.choice(slips)}


def _stale_results(rng: Random, figures: Figures) -> dict[str, Number | None]:
    """（七）总计 adds up across the row but not down the columns."""
    surplus = rng.randint(1, 4)
    cells = ("requests.results_total.natural_person", "requests.results_total.total")
    return {cell: figures[cell] + surplus for cell in cells}

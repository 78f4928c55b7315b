"""The form's relations a second time, written out by hand and sharing nothing with `rules.toml`.

Source: the form as printed (国办公开办函〔2019〕60号 and 〔2021〕30号).
"""

from collections.abc import Iterator, Mapping
from random import Random

Number = int | float
Broken = frozenset[tuple[str, str, str]]
"""(rule, scope, severity) of everything that does not hold."""

APPLICANTS = ("natural_person", "business", "research", "social", "legal_service", "other_org")
RESULTS = (
    "granted",
    "partially_granted",
    "refused_state_secret",
    "refused_law_prohibits",
    "refused_public_security",
    "refused_third_party",
    "refused_internal_affairs",
    "refused_process_information",
    "refused_enforcement_file",
    "refused_administrative_query",
    "unavailable_not_held",
    "unavailable_needs_creation",
    "unavailable_unclear_after_correction",
    "not_processed_petition",
    "not_processed_duplicate",
    "not_processed_publication",
    "not_processed_excessive",
    "not_processed_confirmation",
)
OTHER_RESULTS = {
    "2019": ("other_processing",),
    "2021": ("other_overdue_correction", "other_overdue_fee", "other_misc"),
}
OUTCOMES = ("upheld", "corrected", "other", "pending")
PROCEEDINGS = ("review", "litigation_direct", "litigation_after_review")
DISCLOSURE = {
    "2019": {
        "regulations": ("made", "newly_disclosed", "disclosed_total"),
        "normative_documents": ("made", "newly_disclosed", "disclosed_total"),
        "licensing": ("last_year_items", "change", "decisions"),
        "other_services": ("last_year_items", "change", "decisions"),
        "penalties": ("last_year_items", "change", "decisions"),
        "coercion": ("last_year_items", "change", "decisions"),
        "fees": ("last_year_items", "change"),
        "procurement": ("items", "amount"),
    },
    "2021": {
        "regulations": ("made", "repealed", "in_force"),
        "normative_documents": ("made", "repealed", "in_force"),
        "licensing": ("decisions",),
        "penalties": ("decisions",),
        "coercion": ("decisions",),
        "fees": ("amount",),
    },
}
PART_AND_WHOLE = {"2019": ("newly_disclosed", "disclosed_total"), "2021": ("made", "in_force")}


def consistent(seed: int, edition: str) -> dict[str, Number]:
    """Numbers for every cell, all different from zero where they can be, that satisfy every relation."""
    rng = Random(seed)
    values: dict[str, Number] = {}
    results = RESULTS + OTHER_RESULTS[edition]
    for applicant in APPLICANTS:
        counts: dict[str, Number] = {row: rng.randint(1, 90) for row in results}
        done = sum(counts.values())
        counts |= {"results_total": done, "carried_out": rng.randint(1, 90), "carried_in": rng.randint(1, 90)}
        counts["received"] = done + counts["carried_out"] - counts["carried_in"]
        values |= {f"requests.{row}.{applicant}": count for row, count in counts.items()}
    for row in ("received", "carried_in", *results, "results_total", "carried_out"):
        values[f"requests.{row}.total"] = sum(values[f"requests.{row}.{one}"] for one in APPLICANTS)
    for row in PROCEEDINGS:
        parts = {outcome: rng.randint(1, 90) for outcome in OUTCOMES}
        values |= {f"proceedings.{row}.{column}": number for column, number in parts.items()}
        values[f"proceedings.{row}.total"] = sum(parts.values())
    for row, columns in DISCLOSURE[edition].items():
        values |= {f"disclosure.{row}.{column}": rng.randint(1, 90) for column in columns}
        part, whole = PART_AND_WHOLE[edition]
        if part in columns:
            values[f"disclosure.{row}.{part}"] = values[f"disclosure.{row}.{whole}"]
    return values


def broken(values: Mapping[str, Number], edition: str) -> Broken:
    """What the form's relations find wrong with the numbers."""
    return frozenset((*_broken_sums(values, edition), *_broken_rest(values, edition)))


def _broken_sums(values: Mapping[str, Number], edition: str) -> Iterator[tuple[str, str, str]]:
    results = RESULTS + OTHER_RESULTS[edition]
    for column in (*APPLICANTS, "total"):
        item = {row: values[f"requests.{row}.{column}"] for row in ("received", "carried_in", "carried_out")}
        done = values[f"requests.results_total.{column}"]
        if item["received"] + item["carried_in"] != done + item["carried_out"]:
            yield "requests.balance", column, "error"
        if done != sum(values[f"requests.{row}.{column}"] for row in results):
            yield "requests.results", column, "error"
    for row in ("received", "carried_in", *results, "results_total", "carried_out"):
        if values[f"requests.{row}.total"] != sum(values[f"requests.{row}.{one}"] for one in APPLICANTS):
            yield "requests.total", row, "error"
    for row in PROCEEDINGS:
        if values[f"proceedings.{row}.total"] != sum(values[f"proceedings.{row}.{one}"] for one in OUTCOMES):
            yield "proceedings.total", row, "error"


def _broken_rest(values: Mapping[str, Number], edition: str) -> Iterator[tuple[str, str, str]]:
    part, whole = PART_AND_WHOLE[edition]
    for row in ("regulations", "normative_documents"):
        if values[f"disclosure.{row}.{part}"] > values[f"disclosure.{row}.{whole}"]:
            yield "disclosure.consistency", row, "advice"
    for cell, value in values.items():
        scope = cell.partition(".")[2]
        if value < 0 and not cell.endswith(".change"):
            yield "non_negative", scope, "error"
        if value != int(value) and not cell.endswith(".amount"):
            yield "integer", scope, "error"

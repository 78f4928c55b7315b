"""Digits as a cell prints them, and the numbers that they can have come from: runs doubled, split or revised."""

import re

NUMBER = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?")


def digit_readings(number: str) -> list[tuple[str, str]]:
    """(digits, reading) for a text of digits, separators and white space; empty where it is no number."""
    if _THOUSANDS.fullmatch(number):
        return [(re.sub(r"[,\s]", "", number), "thousands_separator")]
    runs = number.split()
    if any(not (NUMBER.fullmatch(run) or _THOUSANDS.fullmatch(run)) for run in runs):
        return []
    runs = [run.replace(",", "") for run in runs]
    return _one_run(runs[0]) if len(runs) == 1 else _several_runs(runs)


def _one_run(run: str) -> list[tuple[str, str]]:
    if "." in run:
        return [(run, "as_printed")]
    found = [(run, "as_printed" if run == "0" or run[0] != "0" else "leading_zero")]
    if not run.strip("0"):
        return [(run, "as_printed" if run == "0" else "duplicated_run")]
    halves = _repeated(run)
    if halves is not None:
        found.append((halves, "duplicated_run"))
    stripped = run.lstrip("0")
    if stripped != run and (halves := _repeated(stripped)) is not None:
        found.append((halves, "duplicated_run"))
    return found


def _repeated(run: str) -> str | None:
    """The half of a run that is twice the same digits."""
    half, odd = divmod(len(run), 2)
    return run[:half] if not odd and half and run[:half] == run[half:] else None


def _several_runs(runs: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if len(set(runs)) == 1:
        found.append((runs[0], "duplicated_run"))
    if not any("." in run for run in runs[:-1]):
        found.append(("".join(runs), "split_run"))
    found.append((runs[-1], "revised"))
    return found

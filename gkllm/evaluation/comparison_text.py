"""A comparison as text, cell by cell."""

from collections.abc import Iterator

from gkllm.evaluation.comparison import Change, Comparison
from gkllm.evaluation.results import Said


def render_comparison(found: Comparison, *, cells: bool = True) -> str:
    """The verdict, what it rests on, and, with `cells`, every cell that got better or worse."""
    low, high = found.interval
    lines = [
        f"{found.left} -> {found.right}: {found.verdict}",
        f"  cells right {found.left_right}/{found.cells} -> {found.right_right}/{found.cells}, over "
        f"{found.reports} reports",
        f"  silent {found.left_silent} -> {found.right_silent}",
        f"  difference {(found.right_right - found.left_right) / found.cells:+.3%}, 95% interval over reports "
        f"{low:+.3%} to {high:+.3%}",
        f"  better {len(found.better)}, worse {len(found.worse)}, McNemar exact p = {found.p:.4g}",
    ]
    if found.not_shared:
        lines.append(f"  {found.not_shared} reports that only one of the two has are left out")
    if cells:
        lines += _listed("better", found.better)
        lines += _listed("worse", found.worse)
    return "\n".join(lines)


def _listed(name: str, changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        part = f"#{change.report + 1}" if change.report else ""
        wrong = _said(change.wrong) if change.wrong else "no such cell"
        marked = "flagged" if change.flagged else "silent"
        yield f"  {name}: {change.document}{part} {change.cell}: {_said(change.truth)}, not {wrong} ({marked})"


def _said(said: Said) -> str:
    value, state, raw = said
    return f"{state.value if value is None else value} {raw!r}"

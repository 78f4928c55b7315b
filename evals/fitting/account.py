"""What was measured, to be read and to be compared."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from evals.fitting.calibrate import SURE, Calibrated, HeldOut, Measured
from gkllm.confidence import Calibration
from gkllm.evaluation.markdown import share, table
from gkllm.evaluation.summary import environment

_HEADINGS = (
    "cells of",
    "documents",
    "right",
    "calibration error",
    "Brier",
    "error among the doubtful",
    "sent to review",
    "silent",
    "silent expected",
    f"wrong, unmarked, at {SURE} or more",
)


def render_table(model: Calibration, cross_validated: Sequence[Measured], held_out: HeldOut) -> str:
    """What the command prints."""
    return "\n".join(
        [
            f"Cells under a confidence of {model.threshold(model.risk):.6f} go to review, for at most "
            f"{model.risk:g} wrong among the others. silent = wrong and not sent to review.",
            "",
            *table(_HEADINGS, [_row(one) for one in (*cross_validated, *held_out.mixes)]),
            "",
            "The reports held out, by the layout of their text or by the converter that made it:",
            "",
            *table(_HEADINGS, [_row(one) for one in held_out.layouts]),
        ]
    )


def render_markdown(found: Calibrated, name: str, pictures: Sequence[str]) -> str:
    """The account, with its pictures beside it and what reproduces it."""
    return "\n".join(_markdown(found, name, pictures)) + "\n"


def dump(found: Calibrated) -> str:
    """The account as JSON."""
    measured = [asdict(one) for one in (found.cross_validated, *found.held_out.mixes)]
    layouts = [asdict(replace(one, coverage=())) for one in found.held_out.layouts]
    known = {
        "data": found.calibration.data,
        "versions": _versions(),
        "measured": measured,
        "layouts": layouts,
    }
    return json.dumps(known) + "\n"


def _markdown(found: Calibrated, name: str, pictures: Sequence[str]) -> Iterator[str]:
    yield "# How sure the confidence may be believed"
    yield ""
    yield render_table(found.calibration, (found.cross_validated,), found.held_out)
    yield ""
    yield (
        "The first line is every cell judged by a fit on other reports; the others are generated reports whose "
        "seeds and, but for the plain levels, noise mix took no part in the fit. The calibration error is over "
        "ten bins of equal width. The doubtful cells have a reason for review besides their confidence; almost "
        "all wrong cells are among them, so the error there says more than the error over all. Cells of one "
        "report err together: intervals in the pictures, which take them as independent, are too narrow."
    )
    yield ""
    yield from (f"![{picture}]({name}-{picture}.svg)\n" for picture in pictures)
    for one in found.held_out.mixes:
        yield f"## {one.name}"
        yield ""
        yield from table(
            ("confidence", "right"),
            [(f"{group.confidence:.4f}", share(group.right, group.cells)) for group in one.reliability.bins],
        )
        yield ""
    yield "## Weights"
    yield ""
    weights = sorted(found.calibration.weights.items(), key=lambda item: item[1])
    yield from table(
        ("feature", "log-odds"),
        [("(a cell nothing is said about)", f"{found.calibration.intercept:.2f}")]
        + [(name, f"{weight:.2f}") for name, weight in weights],
    )
    yield ""
    yield "## To reproduce"
    yield ""
    yield f"`python -m evals.fitting --plan evals/{name}.toml`; data `{found.calibration.data}`"
    yield ""
    yield from (f"- {key}: `{value}`" for key, value in _versions().items())


def _row(one: Measured) -> tuple[str, ...]:
    found, review = one.reliability, one.review
    return (
        one.name,
        str(one.documents),
        share(found.right, found.cells),
        f"{found.ece:.4f}",
        f"{found.brier:.4f}",
        f"{one.reviewed.ece:.3f} ({one.reviewed.cells})",
        share(review.reviewed, review.cells),
        f"{review.silent}/{review.cells}",
        f"{review.expected:.1f}",
        str(one.sure_and_wrong),
    )


def _versions() -> dict[str, str]:
    """Of what the measurement ran on. The program's hash is not among them: it holds the parameters found here."""
    return {name: value for name, value in environment().items() if name != "program"}

"""HiGHS, quiet, exact and repeatable. Loaded when first needed: most reports need no solver."""

from typing import Any

GAP = 1e-6
"""Objectives closer than this are equal."""


def new_solver() -> Any:
    """An empty programme. One thread and no gap, so that the same problem always has the same optimum."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", GAP)
    return solver

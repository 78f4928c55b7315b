"""Lines whose numbers stand by their places: where one relation shows them to be shifted, all of them may be."""

from collections.abc import Iterable, Mapping, Sequence

from gkllm.checking.evaluate import Number, Residual
from gkllm.checking.variables import tells_places


def shifted(
    lines: Iterable[frozenset[str]], found: Sequence[Residual], values: Mapping[str, Number | None]
) -> frozenset[str]:
    """The cells of lines on which a relation is broken, but for those that another confirms in their places.

    `lines` are the cells of each line that leaves out blank ones. A relation that any place would satisfy confirms
    none; `values` holds what every cell counts for.
    """
    hard = [one for one in found if one.assessable and one.relation.severity == "error"]
    broken = [one.relation.cells for one in hard if not (one.holds or one.relation.single)]
    contradicted = [line for line in (lines if broken else ()) if any(map(line.issuperset, broken))]
    confirmed = {
        cell
        for one in (hard if contradicted else ())
        if one.holds and tells_places(one.relation, values)
        for cell in one.relation.cells
    }
    return frozenset(cell for line in contradicted for cell in line - confirmed)

"""Lines whose numbers stand by their places: where one relation shows them to be shifted, all of them may be."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from gkllm.checking.evaluate import Number, Residual
from gkllm.checking.variables import tells_places


def shifted(
    lines: Iterable[frozenset[str]], found: Sequence[Residual], values: Mapping[str, Number | None]
) -> frozenset[str]:
    """The cells of lines on which a relation is broken, but for those that another confirms in their places.

    `lines` are the cells of each line that leaves out blank ones. A relation that any place would satisfy confirms
    none; `values` holds what every cell counts for.
    """
    broken = [one.relation.cells for one in found if _breaks(one)]
    if not broken:
        return frozenset()
    telling = [one.relation.cells for one in found if one.holds and tells_places(one.relation, values)]
    confirmed = frozenset(chain.from_iterable(telling))
    marked = [line - confirmed for line in lines if any(map(line.issuperset, broken))]
    return frozenset(chain.from_iterable(marked))


def _breaks(one: Residual) -> bool:
    hard = one.relation.severity == "error" and not one.relation.single
    return hard and one.assessable and not one.holds

"""What a result must keep: limits, and another result that it must be again."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from gkllm.evaluation.results import SuiteResult
from gkllm.evaluation.scoring import Counts
from gkllm.language import said


class Gate(BaseModel):
    """The least share of cells right and the most silent errors; null where nothing is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_accuracy: float | None = None
    max_silent: int | None = None

    def failures(self, system: str, counts: Counts) -> Iterator[str]:
        """What the counts fall short of, one line each."""
        accuracy = counts.right / counts.cells if counts.cells else 0.0
        if self.min_accuracy is not None and accuracy < self.min_accuracy:
            yield (
                said(
                    "{system}: {right}/{cells} cells right is {accuracy:.4%}, less than {min_accuracy:.4%}",
                    system=system,
                    right=counts.right,
                    cells=counts.cells,
                    accuracy=accuracy,
                    min_accuracy=self.min_accuracy,
                )
            )
        if self.max_silent is not None and counts.silent > self.max_silent:
            yield (
                said(
                    "{system}: {silent}/{cells} cells wrong and not marked, more than {max_silent}",
                    system=system,
                    silent=counts.silent,
                    cells=counts.cells,
                    max_silent=self.max_silent,
                )
            )


_SCALARS = (str, int, float, bool, type(None))


def differences(expected: SuiteResult, found: SuiteResult) -> Iterator[str]:
    """One line for every figure that differs, the environment aside; none where the two are the same."""
    if expected.measured() == found.measured():
        return
    told = list(_differing("", _by_name(expected), _by_name(found)))
    yield from told or [
        said("the same figures, but other records: gkllm eval compare says which cells differ")
    ]


def _by_name(result: SuiteResult) -> dict[str, Any]:
    """The result without its records, lists of named things as mappings."""
    content = result.measured()
    content["documents"] = {one["id"]: one for one in content["documents"]}
    for key in ("baselines", "systems"):
        content[key] = {one["name"]: {**one, "records": None} for one in content[key]}
    return content


def _differing(place: str, expected: Any, found: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys((*expected, *found)):
            yield from _differing(f"{place}, {key}" if place else key, expected.get(key), found.get(key))
    elif expected != found:
        plain = isinstance(expected, _SCALARS) and isinstance(found, _SCALARS)
        yield (
            said("{place}: {expected}, now {found}", place=place, expected=expected, found=found)
            if plain
            else said("{place} differs", place=place)
        )

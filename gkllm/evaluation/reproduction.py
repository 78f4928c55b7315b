"""Whether a result is another one again, and where it is not."""

from collections.abc import Iterator
from typing import Any

from gkllm.evaluation.results import SuiteResult

_SCALARS = (str, int, float, bool, type(None))


def differences(expected: SuiteResult, found: SuiteResult) -> Iterator[str]:
    """One line for every figure that differs, the environment aside; none where the two are the same."""
    if expected.measured() == found.measured():
        return
    said = list(_differing("", _by_name(expected), _by_name(found)))
    yield from said or ["the same figures, but other records: gkllm eval compare says which cells differ"]


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
        yield f"{place}: {expected}, now {found}" if plain else f"{place} differs"

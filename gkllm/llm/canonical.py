"""One spelling for one value: the text that hashes and cache keys are taken of."""

import hashlib
import json
import math
from collections.abc import Mapping


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no white space and only ASCII characters.

    Raises TypeError for anything JSON cannot hold without a conversion (an object, a key that is no string)
    and ValueError for a number that is not finite: a key that guesses could make two requests one.
    """
    _require_plain(value)
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """`sha256:` and the hexadecimal hash of the value's canonical JSON."""
    return f"sha256:{hashlib.sha256(canonical_json(value).encode('ascii')).hexdigest()}"


def _require_plain(value: object) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} has no JSON form")
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is not a string")
            _require_plain(item)
    else:
        raise TypeError(f"a {type(value).__name__} has no canonical form")

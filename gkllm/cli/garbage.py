"""How often a process that reads many reports looks for garbage."""

import gc

_OBJECTS = 100_000
"""A report's parts are some ten thousand objects, freed without the collector's help, for none points back."""


def collect_seldom() -> None:
    """Look for cycles only after many new objects: at Python's own pace that takes an eighth of reading by rules."""
    gc.set_threshold(_OBJECTS, 20, 20)

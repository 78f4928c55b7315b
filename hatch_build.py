"""Building: the catalogues of what gkllm says are compiled, so that the wheel has them. `python hatch_build.py` does it
in a checkout."""

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


def compile_catalogues() -> None:
    """Write each catalogue's compiled form beside it, where that is missing or older."""
    for source in ROOT.glob("gkllm/locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        beside = compiled.with_suffix(f".{os.getpid()}")
        with source.open("rb") as stream, beside.open("wb") as target:
            write_mo(target, read_po(stream))
        beside.replace(compiled)


class Catalogues(BuildHookInterface):
    """Hatch's hook."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's own
        """Before anything is collected."""
        compile_catalogues()


if __name__ == "__main__":
    compile_catalogues()

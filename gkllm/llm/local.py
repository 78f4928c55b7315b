"""Weights run in this process: a GGUF file behind the same interface as any endpoint.

xllamacpp's server is used rather than its direct calls, because only a dropped connection stops a generation
that has outlived its deadline. It listens on a loopback port of its own choice, behind a key of this process.
"""

import importlib.util
import os
import secrets
import threading
from pathlib import Path

from gkllm.errors import ConfigurationError, ModelUnreachable
from gkllm.language import reason_of

PREFIX = "local:"
# Enough for a report's largest table with its prompt; a model trained on less is held to its own.
_CONTEXT_TOKENS = 16384
_SILENT = -1


class LocalModel:
    """One GGUF file. The weights are loaded by `start` and stay in memory as long as this object.

    `threads` decode; all physical cores but one where it is null.

    Raises ConfigurationError where the file is missing or no GGUF, or where xllamacpp is not installed.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        _require_weights(path)
        if importlib.util.find_spec("xllamacpp") is None:
            raise ConfigurationError("running weights in this process needs: pip install 'gkllm[local]'")
        status = path.stat()
        # What tells these weights from others, for the cache; the file is too large to hash each run.
        self.identity = f"{PREFIX}{path.resolve()}:{status.st_size}:{status.st_mtime_ns}"
        self._path = path
        self._threads = threads or max(1, physical_cores() - 1)
        self._loading = threading.Lock()
        self._server: object | None = None
        self._address = ""
        self.api_key = secrets.token_hex(16)

    def start(self) -> str:
        """Load the weights if they are not loaded yet, which blocks for seconds. Returns the base URL.

        Raises ModelUnreachable where llama.cpp cannot load the file.
        """
        # A cancelled question leaves its loading thread behind, and the next one must not load a second copy.
        with self._loading:
            if self._server is None:
                self._server, self._address = _serve(self._path, self.api_key, self._threads)
            return f"{self._address}/v1"


def _require_weights(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ConfigurationError(
            "the weights {path} cannot be read: {reason}", path=path, reason=reason_of(error)
        ) from None
    if magic != b"GGUF":
        raise ConfigurationError("{path} is not a GGUF file", path=path)


def physical_cores() -> int:
    """How many cores this process may use, threads of one core counted once where the system tells them apart.

    A second thread of a core slows decoding down, and a core is left for whatever else runs: with all of them taken, a
    foreign process on one cut 25 tokens a second to less than 6.
    """
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    siblings = (Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") for cpu in usable)
    return len({path.read_text() if path.exists() else str(path) for path in siblings})


def _serve(path: Path, api_key: str, threads: int) -> tuple[object, str]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = threads
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [api_key]
    parameters.ui = False
    parameters.verbosity = _SILENT
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError:
        raise ModelUnreachable("llama.cpp cannot load {path}", path=path) from None
    return server, server.listening_address

"""What holds for every test: no socket leaves this machine, no configuration comes from outside, no case is drawn anew.

Hypothesis tries the same cases in every run; `--hypothesis-profile=default` draws new ones.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from gkllm.language import speak
from hatch_build import compile_catalogues

settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def _require_loopback(host: object) -> None:
    if host in (None, "", b"", "localhost", b"localhost"):
        return
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        allowed = ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise PermissionError(f"a test tried to reach {text}; only loopback is allowed")


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """A checkout that is not installed has its catalogues uncompiled."""
    compile_catalogues()


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse name look-ups and connections to anything but this machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _require_loopback(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _require_loopback(address[0])
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        _require_loopback(host)
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def clean_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither the developer's model, key and proxy, their configuration and cache folders nor their language reach a
    test."""
    for name in os.environ:
        if name.upper().startswith(("OPENAI_", "GKLLM_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "")
    speak("en")
    home: Path = tmp_path_factory.getbasetemp() / "no-home"
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name))

"""What the service is started with."""

import ipaddress
from dataclasses import dataclass, field

from gkllm.batch import Limits
from gkllm.errors import ConfigurationError
from gkllm.settings import Settings


@dataclass(frozen=True, slots=True)
class Bounds:
    """What clients may ask for.

    Bytes of one file, of one request with files, of any other request, of what archives unpack to, and of all requests
    that are being received;
    files in a request; documents that wait to be read, before more are refused; event streams. Files up to
    `sync_files` and `sync_bytes` are answered at once where that takes no more than `sync_seconds`. A body that stops
    for `idle_seconds`, or comes slower than `least_rate` bytes a second, is given up.
    """

    file_bytes: int = 20_000_000
    request_bytes: int = 100_000_000
    message_bytes: int = 1_000_000
    unpacked_bytes: int = 300_000_000
    received_bytes: int = 1_000_000_000
    files: int = 1_000
    waiting: int = 2_000
    streams: int = 500
    sync_files: int = 4
    sync_bytes: int = 1_000_000
    sync_seconds: float = 10.0
    idle_seconds: float = 20.0
    least_rate: int = 10_000


@dataclass(frozen=True, slots=True)
class Configuration:
    """A service: the store's address, how documents are read, where it listens, and what it allows.

    `jobs` processes read; with none, what is handed over waits for another process on the same store.
    `require_token` asks for a token on the machine itself too. `origins` are other sites whose pages may ask (CORS),
    `hosts` other names that the service is called by, as behind a proxy.
    """

    store: str
    settings: Settings = field(default_factory=Settings)
    host: str = "127.0.0.1"
    port: int = 8001
    jobs: int = 1
    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)
    require_token: bool = False
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.host)

    @property
    def needs_token(self) -> bool:
        """Whether whoever asks must have a token."""
        return self.require_token or not self.on_loopback

    def answers_to(self, name: str) -> bool:
        """Whether a name in a request is one of the service's own: else a page of another site could have it resolve
        to this machine. Where a token is needed anyway, any name will do unless some are named."""
        if name in self.hosts or name == self.host or is_loopback(name):
            return True
        return not self.on_loopback and not self.hosts


def is_loopback(host: str) -> bool:
    """Whether that is this machine alone."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_sense(configuration: Configuration, *, tokens: int) -> None:
    """Refuse to listen where anybody could ask, without a token that tells them apart.

    Raises:
        ConfigurationError: it would.
    """
    if not configuration.on_loopback and not tokens:
        raise ConfigurationError(
            "--host {host} lets other machines ask, and there is no token: gkllm serve token add NAME gives one",
            host=configuration.host,
        )

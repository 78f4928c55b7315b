"""A PostgreSQL server of a test's own: on loopback, in a folder that goes with it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _programs() -> Path | None:
    """Where a server's programs are: Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _owner() -> int | None:
    """Who the server runs as, null where nobody may: it refuses to run as root, who may be the only user there is."""
    if os.geteuid() != 0:
        return os.geteuid()
    try:
        owner = pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return None
    users = [
        tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text("utf-8").splitlines()
    ]
    return owner if any(first <= owner < first + count for first, _, count in users) else None


INSTALLED = _programs() is not None and _owner() is not None


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a database on a server that runs as long as this is entered."""
    programs, owner = _programs(), _owner()
    assert programs is not None and owner is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="gkllm-postgres-"))
    os.chown(folder, owner, -1)
    data = folder / "data"

    def run(program: str, *arguments: object) -> None:
        command = [str(programs / program), *map(str, arguments)]
        user = owner if os.geteuid() == 0 else None
        with (folder / "said").open("ab") as said:
            subprocess.run(command, check=True, timeout=120, user=user, stdout=said, stderr=said, cwd=folder)

    try:
        run("initdb", "-D", data, "-U", "gkllm", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://gkllm@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

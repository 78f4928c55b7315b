"""Word files of older and other programs (.doc, .wps, .rtf, .odt), turned into .docx by LibreOffice."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from gkllm.documents.document import Document
from gkllm.documents.docx import read_docx
from gkllm.errors import DocumentTooLarge, MissingExtra, UnsupportedFormat

_PROGRAMS = ("soffice", "libreoffice")
_TIMEOUT = 90.0
"""Seconds. The first start of LibreOffice builds its profile, which takes some ten on a slow machine."""


def read_office(content: bytes, name: str, *, suffix: str, media_type: str) -> Document:
    """The document in the bytes of a file with this suffix, converted in a folder of its own.

    Raises:
        MissingExtra: LibreOffice is not installed.
        DocumentTooLarge: the conversion takes too long.
        UnsupportedFormat: LibreOffice cannot read the file.
        EmptyDocument: the document has no text.
    """
    program = next((path for known in _PROGRAMS if (path := shutil.which(known))), None)
    if program is None:
        raise MissingExtra(
            "{name}: a {suffix} file is read through LibreOffice, which is not installed: save it as .docx",
            name=name,
            suffix=suffix,
        )
    with tempfile.TemporaryDirectory(prefix="gkllm-") as folder:
        converted = _convert(program, Path(folder), content, name, suffix)
    document = read_docx(converted, name)
    return replace(document, media_type=media_type, sha256=hashlib.sha256(content).hexdigest())


def _convert(program: str, folder: Path, content: bytes, name: str, suffix: str) -> bytes:
    source = folder / f"report{suffix}"
    source.write_bytes(content)
    # A profile of its own: another running LibreOffice would take the request over, or refuse it.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = [profile, "--headless", "--norestore", "--convert-to", "docx", "--outdir", str(folder)]
    try:
        _run([program, *options, str(source)])
        return (folder / "report.docx").read_bytes()
    except subprocess.TimeoutExpired as error:
        raise DocumentTooLarge(
            "{name}: LibreOffice took more than {seconds:g} s to convert it", name=name, seconds=_TIMEOUT
        ) from error
    except OSError as error:
        raise UnsupportedFormat(
            "{name}: LibreOffice cannot read this {suffix} file", name=name, suffix=suffix
        ) from error


def _run(command: list[str]) -> None:
    """Run the program in a session of its own, so that what it started can be ended with it."""
    process = subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the arguments are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_TIMEOUT)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise

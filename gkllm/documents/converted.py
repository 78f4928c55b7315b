"""Files that hold a document of another kind: pages saved with their parts (.mht), and Word files of older programs.

The latter (.doc, .wps, .rtf, .odt) are turned into .docx by LibreOffice.
"""

import email
import email.policy
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
from gkllm.documents.html import read_html
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


_MAX_PARTS = 2_000


def read_mhtml(content: bytes, name: str) -> Document:
    """The document in the page of a saved page with its parts.

    Raises:
        UnsupportedFormat: no part is a web page.
        DocumentError: as for a web page.
    """
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for count, part in enumerate(message.walk()):
        if count > _MAX_PARTS:
            break
        payload = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(payload, bytes) and payload.strip():
            digest = hashlib.sha256(content).hexdigest()
            return replace(read_html(payload, name), media_type="multipart/related", sha256=digest)
    raise UnsupportedFormat("{name}: a saved web page without a page in it", name=name)

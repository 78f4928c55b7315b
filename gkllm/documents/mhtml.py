"""A web page saved with its parts in one file (.mht): the page itself is read."""

import email
import email.policy
import hashlib
from dataclasses import replace

from gkllm.documents.document import Document
from gkllm.documents.html import read_html
from gkllm.errors import UnsupportedFormat

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

"""Bytes to text without being told the encoding, and bytes that are refused."""

import codecs
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkllm.documents.formats import open_document
from gkllm.documents.text import decode
from gkllm.errors import EmptyDocument, UnsupportedFormat
from gkllm.facts import Doubt, DoubtKind

TEXT = "某区教育局2021年政府信息公开工作年度报告\n一、总体情况\n本年新收申请12件，结转0件。\n" * 4


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("gb18030"), "gb18030"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(content: bytes, encoding: str) -> None:
    assert decode(content, "a.txt") == (TEXT, encoding, False)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_damaged_bytes_are_shown_and_told(encoding: str) -> None:
    long = TEXT * 20
    content = bytearray(long.encode(encoding))
    content[200] = 0xFF
    text, told, damaged = decode(bytes(content), "a.txt")
    assert (told, damaged) == (encoding, True)
    assert 1 <= text.count("\ufffd") <= 3
    assert text[200:] and text.endswith(long[-200:])
    document = open_document(bytes(content), "a.txt")
    assert document.doubts == (Doubt.of(DoubtKind.BYTES_DAMAGED, encoding=encoding),)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "JPEG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "Office file"),
    ],
)
def test_other_formats_are_named_and_refused(content: bytes, named: str) -> None:
    with pytest.raises(UnsupportedFormat, match=rf"^a\.bin: .*{named}"):
        decode(content, "a.bin")


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(seed: int) -> None:
    with pytest.raises(UnsupportedFormat):
        decode(random.Random(seed).randbytes(4096), "noise")


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, "\u3000\n".encode()]
)
def test_nothing_but_white_space_is_empty(content: bytes) -> None:
    with pytest.raises(EmptyDocument, match=r"blank\.txt"):
        decode(content, "blank.txt")


def test_text_that_opens_with_two_letters_of_a_picture_is_text() -> None:
    assert decode(b"BM meeting notes, plain text", "a.txt")[0].startswith("BM meeting")


def test_a_document_is_told_by_its_bytes() -> None:
    content = TEXT.encode("gb18030")
    document = open_document(content, "a.txt")
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert (document.text, document.encoding, document.doubts) == (TEXT, "gb18030", ())


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)))
def test_chinese_text_survives_every_encoding(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert decode((TEXT + text).encode(encoding), "a.txt")[0] == TEXT + text

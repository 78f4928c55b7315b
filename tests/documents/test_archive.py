"""Zip archives: each report in them is a source, named after its place."""

import io
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

from gkllm.documents.formats import SUFFIXES
from gkllm.documents.source import Refused, Source, discover


def archive(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in files.items():
            container.writestr(name, content)
    return path


def found(*arguments: object) -> list[Source | Refused]:
    return list(discover([str(argument) for argument in arguments]))


def test_each_report_in_an_archive_is_a_source_named_after_its_place(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "reports.zip",
        {
            "2020/乙.docx": b"2",
            "2019/甲.html": b"1",
            "__MACOSX/2019/甲.html": b"x",
            "2019/.hidden.txt": b"x",
            "2019/~$甲.docx": b"x",
            "2019/notes.exe": b"x",
        },
    )
    sources = found(path)
    assert [source.name for source in sources] == [f"{path}/2019/甲.html", f"{path}/2020/乙.docx"]
    assert [source.load() for source in sources if isinstance(source, Source)] == [b"1", b"2"]


def test_an_archive_in_a_folder_is_opened_and_one_in_an_archive_is_named(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {"a.txt": b"1", "b.zip": b"PK"})
    report, inner = found(tmp_path)
    assert report.name == f"{tmp_path}/a.zip/a.txt"
    assert isinstance(inner, Refused)
    assert str(inner.error) == f"{tmp_path}/a.zip/b.zip: an archive in an archive is not opened"


def test_an_archive_reached_twice_is_opened_once(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.txt": b"1"})
    assert len(found(path, tmp_path)) == 1


def test_an_archive_on_standard_input_is_opened(tmp_path: Path) -> None:
    content = archive(tmp_path / "a.zip", {"a.txt": b"1"}).read_bytes()
    (source,) = discover(["-"], io.BytesIO(content))
    assert isinstance(source, Source)
    assert (source.name, source.load()) == ("standard input/a.txt", b"1")


def test_an_office_file_on_standard_input_stays_one_file(tmp_path: Path) -> None:
    content = archive(tmp_path / "a", {"[Content_Types].xml": b"", "word/document.xml": b""}).read_bytes()
    (source,) = discover(["-"], io.BytesIO(content))
    assert isinstance(source, Source)
    assert (source.name, source.load()) == ("standard input", content)


def test_names_in_the_encoding_of_a_chinese_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("##.txt", b"1")
    # The same length in bytes, so that the container's offsets stay right.
    path.write_bytes(path.read_bytes().replace(b"##", "甲".encode("gb18030")))
    assert [source.name for source in found(path)] == [f"{path}/甲.txt"]


def test_a_damaged_archive_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04")
    (refused,) = found(path)
    assert isinstance(refused, Refused)
    assert str(refused.error) == f"{path}: the zip container is cut off or damaged"


def test_a_member_that_is_packed_as_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    (source,) = found(archive(tmp_path / "a.zip", {"a.txt": bytes(19_000_000)}))
    assert isinstance(source, Source)
    try:
        source.load()
    except Exception as error:
        assert str(error) == f"{source.name}: unpacks to 19000000 bytes, which no report does"
    else:
        raise AssertionError("the bomb was unpacked")


def test_an_archive_is_listed_and_unpacked_in_this_process_within_bounds(tmp_path: Path) -> None:
    pages = {f"{n}.html": b"<p>1</p>" * 100_000 for n in range(9)}
    path = archive(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(15_000)} | pages | {"a.docx": b"x"})
    begun = time.process_time()
    sources = found(path)
    assert len(sources) == 15_010
    assert time.process_time() - begun < 8
    tracemalloc.start()
    for source in sources[-12:]:
        assert isinstance(source, Source)
        assert len(source.load()) <= 800_000
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_page_and_the_file_of_its_stem_are_one_source(tmp_path: Path) -> None:
    for name in ("a.html", "a.docx", "b.html", "c.docx", "d.html", "d.docx", "d.odt"):
        (tmp_path / name).write_bytes(b"x")
    sources = {Path(source.name).name: source for source in found(tmp_path)}
    attached = {
        name: Path(source.attachment.name).name
        for name, source in sources.items()
        if isinstance(source, Source) and source.attachment
    }
    assert attached == {"a.html": "a.docx"}
    assert sorted(sources) == ["a.html", "b.html", "c.docx", "d.docx", "d.html", "d.odt"]


def test_a_pages_pictures_are_no_documents_and_nothing_attached_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(
        "<img src='logo.png'><img src=b.JPG><a href='表.docx'>附件</a>".encode()
    )
    for name in ("a.png", "a.jpeg", "logo.png", "b.JPG", "表.docx"):
        (tmp_path / name).write_bytes(b"x")
    (source,) = found(tmp_path)
    assert isinstance(source, Source)
    assert source.attachment is not None and source.attachment.name == f"{tmp_path}/表.docx"


def test_no_suffix_is_of_two_formats() -> None:
    assert len(set(SUFFIXES)) == len(SUFFIXES)


def test_a_page_that_links_to_one_file_beside_it_has_it_attached(tmp_path: Path) -> None:
    pages = {
        "a.html": "<a href='./%E8%A1%A8.docx?x=1'>附件</a>",
        "b.html": "<a href='one.docx'>1</a><a href='two.docx'>2</a>",
        "c.html": "<a href='shared.docx'>1</a>",
        "d.html": "<a href='shared.docx'>1</a>",
    }
    archive(tmp_path / "a.zip", {name: page.encode() for name, page in pages.items()} | {
        name: b"x" for name in ("表.docx", "one.docx", "two.docx", "shared.docx")
    })  # fmt: skip
    attached = {
        source.name: source.attachment.name
        for source in found(tmp_path / "a.zip")
        if isinstance(source, Source) and source.attachment
    }
    place = f"{tmp_path}/a.zip"
    assert attached == {f"{place}/a.html": f"{place}/表.docx"}

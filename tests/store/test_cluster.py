"""What a cluster's actors do, without a cluster."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="comes with Ray")
pytest.importorskip("pyarrow")

from evals.generator.drawn import draw
from gkllm.batch import Limits
from gkllm.cluster.plan import Output, Shard, find_inputs, planned
from gkllm.cluster.pools import PicturePool, Progress, TextPool
from gkllm.cluster.reading import Job
from gkllm.errors import ConfigurationError
from gkllm.settings import Settings
from tests.rendering.pdf import Style, render_pdf
from tests.store.documents import write_documents
from tests.store.hostile import read_text_or_do_harm


def job(output: Path) -> Job:
    return Job(Settings(reader="rules"), str(output), Limits(seconds=60, memory=1_000_000_000))


def shard_of(folder: Path) -> Shard:
    return Shard.of(tuple(find_inputs([str(folder)])))


def rows(output: Path, kind: str = "reports") -> list[dict[str, Any]]:
    from pyarrow import parquet

    return [row for file in (output / kind).glob("*.parquet") for row in parquet.read_table(file).to_pylist()]


def test_what_a_document_does_costs_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextPool, "read", staticmethod(read_text_or_do_harm))
    write_documents(tmp_path / "in", 3)
    (tmp_path / "in" / "00001-crashes.txt").write_text("报告", encoding="utf-8")
    shard = shard_of(tmp_path / "in")
    pool = TextPool(job(tmp_path / "out"), last=True)
    for _ in range(2):
        # Done again, as after a kill, it is the same.
        batch = pool({"state": [Progress(shard).packed()]})
    counts = json.loads(batch["manifest"][0])
    assert counts["shard"] == shard.name
    assert (counts["documents"], counts["reports"], counts["failures"]) == (4, 3, 1)
    found = rows(tmp_path / "out")
    assert len(found) == 4 and {row["shard"] for row in found} == {shard.name}
    assert [row["failure"] for row in found if row["failure"]] == ["ProcessDied"]
    cells = sum(row["cells"] or 0 for row in found)
    assert len(rows(tmp_path / "out", "cells")) == cells > 500


def test_pictures_are_left_to_their_own_pool(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    (tmp_path / "in").mkdir()
    content = render_pdf(draw(4), Style("strokes"))
    (tmp_path / "in" / "text.pdf").write_bytes(content)
    with PdfDocument(content) as pdf:
        pages = [page.render(scale=0.2, grayscale=True).to_pil() for page in pdf]
    pages[0].save(tmp_path / "in" / "scan.tif", save_all=True, append_images=pages[1:])
    shard = shard_of(tmp_path / "in")
    first = TextPool(job(tmp_path / "out"), last=False)({"state": [Progress(shard).packed()]})
    assert first["manifest"] == [""] and not (tmp_path / "out").exists()
    TextPool(job(tmp_path / "out"), last=True)(first)
    kinds = {Path(row["url"]).name: row["failure"] for row in rows(tmp_path / "out")}
    assert kinds == {"text.pdf": None, "scan.tif": "MissingExtra"}
    PicturePool(job(tmp_path / "out"), last=True)(first)
    kinds = {Path(row["url"]).name: row["failure"] for row in rows(tmp_path / "out")}
    assert kinds["text.pdf"] is None and kinds["scan.tif"] in (
        None,
        "EmptyDocument",
        "NoTablesFound",
        "MissingExtra",
    )


def test_a_plan_is_kept_and_only_added_to(tmp_path: Path) -> None:
    write_documents(tmp_path / "in", 5)
    (tmp_path / "in" / ".hidden.txt").write_text("x")
    (tmp_path / "in" / "notes.xyz").write_text("x")
    output = Output(str(tmp_path / "out"))
    first = planned(output, find_inputs([str(tmp_path / "in")]), {"reader": "rules"}, 2)
    assert [len(shard.inputs) for shard in first] == [2, 2, 1]
    assert planned(output, find_inputs([str(tmp_path / "in")]), {"reader": "rules"}, 2) == first
    write_documents(tmp_path / "in", 1, first=5)
    second = planned(output, find_inputs([str(tmp_path / "in")]), {"reader": "rules"}, 2)
    assert second[:3] == first and [len(shard.inputs) for shard in second[3:]] == [1]
    with pytest.raises(ConfigurationError, match="other settings"):
        planned(output, [], {"reader": "both"}, 2)
    with pytest.raises(ConfigurationError, match="no such file"):
        list(find_inputs([str(tmp_path / "nowhere")]))


def test_any_file_system_will_do() -> None:
    import fsspec

    with fsspec.open("memory://in/甲.txt", "wb") as stream:
        stream.write("没有表格".encode())
    (one,) = find_inputs(["memory://in"])
    assert one.url.startswith("memory://") and one.url.endswith("甲.txt")
    batch = TextPool(Job(Settings(reader="rules"), "memory://out", Limits(seconds=60)), last=True)(
        {"state": [Progress(Shard.of((one,))).packed()]}
    )
    assert json.loads(batch["manifest"][0])["failures"] == 1
    assert len(fsspec.filesystem("memory").ls("/out/reports")) == 1

"""Kinds of doubts: each documented, used, and told in both languages; and as a result carries them."""

import asyncio
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

import gkllm
from gkllm import Extractor, Settings
from gkllm.documents.source import Source
from gkllm.facts import Doubt, DoubtKind
from gkllm.report import Claim, Report
from gkllm.settings import Language
from gkllm.wording import sentence

_PACKAGE = Path(gkllm.__file__).parent
_ENTRIES: dict[str, dict[str, Any]] = {
    kind: {"by": room, **entry}
    for name in ("doubts.toml", "report_doubts.toml")
    for room, kinds in tomllib.loads((_PACKAGE / name).read_text(encoding="utf-8")).items()
    if room != "words"
    for kind, entry in kinds.items()
}
_ROOMS = {
    "facts": ["facts.py"],
    "documents": ["documents"],
    "reading": ["reading"],
    "prose": ["prose"],
    "judge": ["judge.py"],
    "pipeline": ["pipeline.py"],
    "extraction": ["extraction.py"],
    "review": ["review"],
}


def _source(*places: str) -> str:
    files = (file for place in places for file in ((_PACKAGE / place), *(_PACKAGE / place).rglob("*.py")))
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


def test_the_table_documents_the_kinds_and_nothing_else() -> None:
    assert list(_ENTRIES) == list(DoubtKind)


@pytest.mark.parametrize("kind", DoubtKind)
def test_a_kind_says_what_it_means_and_its_room_adds_it(kind: DoubtKind) -> None:
    entry = _ENTRIES[kind]
    assert len(entry["means"]) > 20
    assert f"DoubtKind.{kind.name}" in _source(*_ROOMS[entry["by"]])


@pytest.mark.parametrize("kind", DoubtKind)
def test_a_kind_is_told_in_both_languages_with_the_same_particulars(kind: DoubtKind) -> None:
    entry = _ENTRIES[kind]
    named = {
        language: sorted(name for _, name, _, _ in string.Formatter().parse(entry["told"][language]) if name)
        for language in ("en", "zh")
    }
    assert named["en"] == named["zh"]
    assert kind == "told" or (
        entry["told"]["zh"] != entry["told"]["en"] and not entry["told"]["zh"].isascii()
    )


def test_sentences_name_the_particulars_in_the_language_asked_for() -> None:
    repaired = Doubt.of(DoubtKind.REPAIRED, raw="66", value=6, reading="duplicated_run")
    assert sentence(repaired) == "printed '66', read as 6: the digits are printed twice"
    assert sentence(repaired, "zh") == "印作“66”，读作 6：数字重复印刷"
    seen = Doubt.of(DoubtKind.READERS_DISAGREE, rules="66", model=6)
    assert sentence(seen) == "the readers disagree: rules '66', model 6"
    open_ = Doubt.of(DoubtKind.UNSETTLED, **{"6": "duplicated_run", "66": "as_printed"})
    assert sentence(open_) == (
        "the relations do not settle which reading holds: 6 (the digits are printed twice), 66 (as printed)"
    )


def test_a_doubt_is_an_object_of_kind_and_detail_in_data() -> None:
    adapter = TypeAdapter(Doubt)
    doubt = Doubt.of(DoubtKind.MISCOUNTED, cells=3, expected=7)
    written = adapter.dump_json(doubt)
    assert written == b'{"kind":"miscounted","detail":{"cells":3,"expected":7}}'
    assert adapter.validate_json(written) == doubt


def test_a_report_carries_what_its_warnings_tell_in_the_language_asked_for() -> None:
    text = (Path(__file__).parents[1] / "fixtures" / "yinzhou-2019.txt").read_text(encoding="utf-8")
    content = text.encode("utf-8")
    damaged = Source("damaged.txt", None, content[:-4] + b"\xff" + content[-4:])
    told: dict[Language, str] = {
        "en": "some bytes are not valid utf-8; they read as \ufffd",
        "zh": "部分字节不是有效的 utf-8，读作 \ufffd",
    }
    for language, warning in told.items():
        report = asyncio.run(Extractor(Settings(reader="rules", language=language)).extract(damaged))
        assert report.doubts == (Doubt.of(DoubtKind.BYTES_DAMAGED, encoding="utf-8"),)
        assert report.warnings == (warning,)
        assert Report.model_validate_json(report.to_json()) == report


def test_a_claim_of_a_result_without_kinds_keeps_its_doubts_as_told() -> None:
    claim: dict[str, Any] = {
        "meaning": "received",
        "readings": [],
        "value": 3,
        "quote": "收到申请3件",
        "span": {"start": 0, "end": 6},
        "number": None,
        "certainty": "unsure",
        "doubts": ["the sentence does not say that disclosure of information is meant"],
    }
    (doubt,) = Claim.model_validate(claim).doubts
    assert sentence(doubt) == sentence(doubt, "zh") == claim["doubts"][0]

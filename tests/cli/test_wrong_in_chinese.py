"""Wrong files and wrong usage of every command, told in Chinese: what libraries and databases say among it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gkllm.cli import app
from tests.cli.test_language import ENGLISH

FILES: dict[str, bytes] = {
    "report.txt": "一、总体情况\n".encode(),
    "nothing.txt": b"hi",
    "empty.txt": b"",
    "random.bin": bytes(range(128, 256)) * 20,
    "torn.zip": b"PK\x03\x04 and no more",
    "torn.pdf": b"%PDF-1.4 and no more",
    "foreign.toml": "a = '提示'".encode("gb18030"),
    "keys.toml": b"readers = ['rules']\nnothing = 1\n",
    "rules.toml": b'[[rules]]\nid = "x"\n',
    "odd.json": b'{"a": 1}',
    "torn.json": b"[1, 2",
    "database.db": b"this is not one, by any means",
    "prompt.md": b"+++\nidea = \n+++\n## user\n{{ x }}\n",
    "no-toml-key.toml": b"reader\n",
    "no-toml-value.toml": b"reader = \n",
    "no-toml-twice.toml": b"a = 1\na = 2\n",
    "no-toml-table.toml": b"[a]\n[a]\n",
    "no-toml-string.toml": b'a = "x\n',
    "no-toml-array.toml": b"a = [1\n",
    "no-toml-inline.toml": b"a = {b = 1, b = 2}\n",
    "no-toml-end.toml": b"a = 1 b = 2\n",
    "no-toml-deep.toml": b"a = " + b"[" * 5000,
    "no-toml-date.toml": b"a = 2026-13-45\n",
    "no-toml-escape.toml": b'a = "\\q"\n',
    "no-toml-header.toml": b"[a\n",
    "no-toml-nested.toml": b"a = 1\n[a.b]\n",
}
WRONG = """
nonsense
extrct report.txt
--nonsense
extract
extract absent.txt
extract report.txt --reder rules
extract report.txt --reader nonsense
extract report.txt --format doc
extract report.txt -o report.doc
extract report.txt -o /nowhere/report.json
extract report.txt -o
extract report.txt --concurrency x
extract report.txt --concurrency -1
extract report.txt -j 0
extract report.txt --max-cost abc
extract report.txt --review-risk 3
extract report.txt --lang fr
extract report.txt --fail-on never
extract report.txt --prompt nonsense
extract report.txt --model m --base-url http://127.0.0.1:9/v1 --prompt prompt.md
extract report.txt --base-url example
extract report.txt --reader model --model local:absent.gguf
extract report.txt --reader model --model local:report.txt
extract report.txt --rules absent.toml
extract report.txt --rules rules.toml
extract report.txt --rules foreign.toml
extract report.txt --form absent
extract report.txt --resume
extract report.txt --quiet=yes
extract report.txt -o database.db
extract report.txt -o postgresql://somebody@127.0.0.1:1/none
extract report.txt --log-format xml
extract report.txt nothing.txt --explain
extract nothing.txt
extract empty.txt
extract random.bin
extract torn.zip
extract torn.pdf
extract folder
extract https://example.org/report.html
show
show absent.txt
show random.bin
show torn.pdf
show report.txt --html -o /nowhere/page.html
review
review absent.json
review odd.json
review torn.json
review database.db
review report.txt
review odd.json --apply
review odd.json --sample x
review odd.json --apply --stats -o out.json
check absent.json
check odd.json
check torn.json --tree absent.toml
check odd.json --format doc
export odd.json
export odd.json -o out.doc
export odd.json -o out.csv
export database.db -o out.csv
export postgresql:///none?host=/nowhere -o out.csv
batch report.txt
batch report.txt -o shards --engine nonsense
config nonsense
config --format xml
schema nonsense
prompts nonsense
rules --rules rules.toml
model nonsense
model check
fixture new
fixture new odd.json -o .
fixture check absent
eval absent.toml
eval keys.toml
eval compare odd.json
eval compare odd.json torn.json
serve --port x
serve --db database.db
serve token add
serve token add somebody --db database.db
serve --host 0.0.0.0 --db new.db
"""


@pytest.fixture
def wrong_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def _told(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"LANG": "zh_CN.UTF-8"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code and "Traceback" not in done.output
    # A command's name is no sentence.
    return re.sub(r"gkllm(?: [a-z]+)+", "gkllm", done.output)


@pytest.mark.parametrize("line", WRONG.strip().splitlines())
def test_it_is_told_in_chinese(wrong_files: Path, line: str) -> None:
    told = _told(*line.split())
    assert ENGLISH.findall(told) == [] and any("\u4e00" <= character <= "\u9fff" for character in told), told


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("no-toml")])
def test_what_is_wrong_with_toml_is_told_in_chinese(wrong_files: Path, name: str) -> None:
    told = _told("extract", "report.txt", "--rules", name)
    assert name in told and "TOML 有误：" in told and ENGLISH.findall(told) == [], told

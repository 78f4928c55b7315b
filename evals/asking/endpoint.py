"""An endpoint on this machine that answers from a report's truth, or wrongly to order."""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, Self

from evals.generator.generated_form import FORM
from gkllm.evaluation.truth import TrueCell
from gkllm.form import CellId, Row
from gkllm.reading.short_lines import written

Truth = Mapping[str, TrueCell]
Strings = Sequence[str]

_NUMBER = re.compile(r"(?<![\d空×])\d+(?:\.\d+)?")
PERSONAS = ("copier", "first", "last", "random", "shifted", "shifted back", "zero", "next row")
"""The perfect copier, and those that are wrong throughout: they answer one of the numbers shown, the row one column to
the right or to the left, nothing but zeros, or the row under the one asked."""


def _answered(persona: str, luck: Random, printed: Strings, shown: Strings) -> Strings:
    """What a persona answers about a row, of what it prints and of the numbers shown."""
    answers = {
        "first": [shown[0]] * len(printed),
        "last": [shown[-1]] * len(printed),
        "random": [luck.choice(shown) for _ in printed],
        "shifted": [*printed[-1:], *printed[:-1]],
        "shifted back": [*printed[1:], *printed[:1]],
        "zero": ["0"] * len(printed),
    }
    return answers.get(persona, printed)


class Endpoint:
    """Serves on 127.0.0.1 from entering the block to leaving it. `truth` is of the report that is read just now."""

    def __init__(self, persona: str) -> None:
        self.truth: Truth = {}
        self.calls = 0
        self._persona = persona
        self._luck = Random(persona)  # noqa: S311 - reproducible on purpose
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, body: Mapping[str, Any]) -> str:
        """The content of the answer to a request about rows; nothing is stated of sentences."""
        with self._lock:
            self.calls += 1
            schema = body["response_format"]["json_schema"]
            table_id = schema["name"].removeprefix("Table_")
            wanted = schema["schema"]["properties"]
            if table_id not in FORM.table_ids:
                return json.dumps({name: [] for name in wanted}, ensure_ascii=False)
            question = body["messages"][-1]["content"]
            shown = _NUMBER.findall(question) or [""]
            rows = self._rows(
                table_id, {name: each.get("minItems") for name, each in wanted.items()}, question
            )
            answers = {name: list(_answered(self._persona, self._luck, rows[name], shown)) for name in wanted}
            return json.dumps(
                {name: row if "items" in wanted[name] else written(row) for name, row in answers.items()},
                ensure_ascii=False,
            )

    def _rows(self, table_id: str, asked: Mapping[str, int | None], question: str) -> dict[str, Strings]:
        """What the rows asked print, known by label and by width, or by the columns that the question names."""
        editions = (FORM.table(table_id, edition) for edition in FORM.editions_of(table_id))
        rows = ({each.name_of(row): row for row in each.rows} for each in editions)
        by_label = next(each for each in rows if _is_asked(each, asked, question))
        table = list(by_label.values())
        below = dict(zip(table, (*table[1:], table[-1]), strict=True))
        found: dict[str, Strings] = {}
        for label in asked:
            row = by_label[label]
            source = below[row] if self._persona == "next row" else row
            own = (CellId.of(table_id, source.id, column.id) for column in source.columns)
            printed = [self.truth[cell].raw if cell in self.truth else "" for cell in own]
            found[label] = (printed + [""] * len(row.columns))[: len(row.columns)]
        return found


def _is_asked(rows: Mapping[str, Row], asked: Mapping[str, int | None], question: str) -> bool:
    return all(
        label in rows
        and width in (None, len(rows[label].columns))
        and (width or f"各列：{'、'.join(rows[label].headings)}\n" in question + "\n")
        for label, width in asked.items()
    )


def _handler_for(owner: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = owner.answer(body)
            message = {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
            }
            prompt = sum(len(turn["content"]) for turn in body["messages"])
            usage = {"prompt_tokens": prompt, "completion_tokens": len(content)}
            payload = json.dumps({"choices": [message], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said of requests."""

    return Handler

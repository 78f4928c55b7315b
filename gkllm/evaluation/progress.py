"""What an interrupted measurement has finished: one record a line, beside the result."""

import json
from pathlib import Path

from pydantic import ValidationError

from gkllm.errors import ConfigurationError
from gkllm.evaluation.results import DocumentRecord


class ProgressLog:
    """An append-only JSON lines file. Its first line names the measurement; the others are records.

    Raises ConfigurationError where the file is of another measurement: the suite, a document, a prompt or the
    program changed since.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._fingerprint = fingerprint
        self.records: dict[tuple[str, int, str], DocumentRecord] = {}
        if path.exists():
            self._load()

    def holds(self, system: str, sample: int, document: str) -> bool:
        """Whether that reading is finished."""
        return (system, sample, document) in self.records

    def add(self, record: DocumentRecord) -> None:
        """Add a finished reading, and hand it to the system at once so that it outlives this process."""
        first = not self.records and not self.path.exists()
        self.records[record.system, record.sample, record.document] = record
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            if first:
                stream.write(json.dumps({"measurement": self._fingerprint}) + "\n")
            stream.write(record.model_dump_json() + "\n")

    def remove(self) -> None:
        """The result holds everything now."""
        self.path.unlink(missing_ok=True)

    def _load(self) -> None:
        content = self.path.read_bytes()
        whole, _, _ = content.rpartition(b"\n")
        if not whole:
            self.path.unlink()
            return
        first, *lines = whole.split(b"\n")
        if not _is_of(first, self._fingerprint):
            raise ConfigurationError(
                f"{self.path} was left by another measurement (the suite, a document, a prompt or the program "
                "changed since): remove it to begin anew"
            )
        for number, line in enumerate(lines, start=2):
            try:
                record = DocumentRecord.model_validate_json(line)
            except ValidationError:
                raise ConfigurationError(f"{self.path}:{number}: not a record of gkllm eval") from None
            self.records[record.system, record.sample, record.document] = record
        # A last line that was not written to its end would otherwise run into the next record.
        self.path.write_bytes(whole + b"\n")


def _is_of(line: bytes, fingerprint: str) -> bool:
    try:
        return bool(json.loads(line) == {"measurement": fingerprint})
    except ValueError:
        return False

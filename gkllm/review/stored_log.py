"""Where decisions are kept: in the store that is reviewed, else in a file beside the results."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from gkllm.errors import LogUnusable, StoreUnusable
from gkllm.results import FOLDER_LOG, LOG_SUFFIX
from gkllm.review.log import ENTRY, Decision, DecisionLog, Log, LogContent, Note, Undo
from gkllm.store import DecisionRow, hidden, is_store, open_store

if TYPE_CHECKING:
    from gkllm.store.store import Store


def open_log(place: str, named: Path | None = None) -> Log:
    """The log of decisions about the results at `place`, or the file that is named."""
    if named is None and is_store(place):
        return StoredLog(place)
    path = Path(place)
    beside = path / FOLDER_LOG if path.is_dir() else path.with_name(path.stem + LOG_SUFFIX)
    return DecisionLog(named or beside)


class StoredLog:
    """The decisions in a store: one that is open already, or else opened anew for every read and every write. With
    `about`, those about one report alone are read, named by its file's hash and its part.

    Raises, from every method:
        LogUnusable: they cannot be read or added to, or are of another version.
    """

    def __init__(
        self, address: str, store: "Store | None" = None, about: tuple[str, int | None] | None = None
    ) -> None:
        self._address = address
        self._store = store
        self._about = about
        self._read_to = 0

    @property
    def place(self) -> str:
        """The store, without a password that its address may name."""
        return hidden(self._address)

    @property
    def read_to(self) -> int:
        """The number of the last entry that was read."""
        return self._read_to

    def read(self) -> LogContent:
        """Every entry since the last call, at first all there are."""
        entries: list[Decision | Undo | Note] = []
        try:
            with self._opened() as store:
                for number, line in store.decisions.since(self._read_to, self._about):
                    entries.append(ENTRY.validate_json(line))
                    self._read_to = number
        except StoreUnusable as error:
            raise LogUnusable(str(error)) from error
        except ValidationError as error:
            raise LogUnusable("{place}: a decision of another version of gkllm", place=self.place) from error
        return LogContent(tuple(entries))

    def require_writable(self) -> None:
        """Find out before anything is decided whether decisions can be kept."""
        self.append(())

    def append(self, entries: Sequence[Decision | Undo | Note]) -> None:
        """Add the entries in one transaction, and return once they are kept. After an error none of them stands."""
        try:
            with self._opened() as store:
                store.decisions.append([_row(entry) for entry in entries])
        except StoreUnusable as error:
            raise LogUnusable("decisions cannot be kept: {error}", error=error) from error

    def _opened(self) -> "AbstractContextManager[Store]":
        return open_store(self._address) if self._store is None else nullcontext(self._store)


def _row(entry: Decision | Undo | Note) -> DecisionRow:
    decision = entry if isinstance(entry, Decision) else None
    return DecisionRow(
        entry_id=entry.id,
        entry=entry.entry,
        sha256=entry.document,
        part=entry.part.number if entry.part else None,
        cell=entry.cell,
        reviewer=entry.reviewer,
        time=entry.time.isoformat(),
        json=entry.model_dump_json(),
        value=decision.after.value if decision else None,
        state=decision.after.state.value if decision else None,
        undoes=entry.undoes if isinstance(entry, Undo) else None,
        overrules=decision.overrules if decision else (),
    )

"""A suite: which documents, readers, prompts and models a measurement is about, read from a TOML file."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from gkllm.data_file import read_toml
from gkllm.errors import ConfigurationError, FixtureError
from gkllm.evaluation.fixture import TRUTH_SUFFIX, Truth, dump_truth, find_fixtures, load_fixture, problems
from gkllm.evaluation.results import Gate
from gkllm.evaluation.truth import TrueReport, restricted_truth
from gkllm.form import Forms, load_forms
from gkllm.prompts import Prompt, load_prompt
from gkllm.settings import ModelSettings, ReaderChoice


class Price(BaseModel):
    """Money for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    currency: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost, in the currency."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


PriceTable = Mapping[str, Price]
"""By the name that the endpoint gives a model."""


def load_prices(path: Path) -> PriceTable:
    """The price table in a TOML file: a table for each model, named as its endpoint names it.

    Raises ConfigurationError where it cannot be read or an entry is no price.
    """
    prices, _ = read_toml(path, TypeAdapter(dict[str, Price]))
    return prices


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class GeneratedEntry(BaseModel):
    """Reports that a program prints.

    `by` is a module with a function `documents`, which takes all other keys by their names and yields each report as
    (name, text, TrueReport); it raises ConfigurationError where it cannot use them.
    """

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    by: str


class ModelEntry(_Entry):
    """A model: its `label` in results, what its endpoint calls it, and where its answers are recorded.

    `recording` is a JSON lines file beside the suite; `offline` replays it and never asks the model.
    """

    label: str
    name: str
    base_url: str | None = None
    recording: str | None = None
    offline: bool = False
    request_timeout: float = 180.0
    deadline: float = 600.0
    reasks: int = 1
    transport_attempts: int = 4
    max_tokens: int = 4096
    temperature: float = 0.0

    def settings(self, api_key: str | None) -> ModelSettings:
        """What an extractor is configured with."""
        return ModelSettings(
            name=self.name,
            base_url=self.base_url,
            api_key=api_key,
            request_timeout=self.request_timeout,
            deadline=self.deadline,
            transport_attempts=self.transport_attempts,
            reasks=self.reasks,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
        )


class SystemsEntry(_Entry):
    """A reader with prompts of its own, beside the matrix of `readers` and `prompts`."""

    reader: ReaderChoice
    prompts: list[str] = []


class _File(_Entry):
    fixtures: list[str] = []
    generated: list[GeneratedEntry] = []
    readers: list[ReaderChoice] = Field(min_length=1)
    prompts: list[str] = []
    systems: list[SystemsEntry] = []
    tables: list[str] | None = None
    models: list[ModelEntry] = []
    repeats: int = Field(default=1, ge=1)
    concurrency: int = Field(default=4, ge=1)
    seed: int = 1
    prices: str | None = None
    gates: dict[str, Gate] = {}


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document with its truth. `sha256` is of the bytes and `truth_sha256` of what is said of them."""

    id: str
    name: str
    content: bytes
    truths: tuple[TrueReport, ...]
    sha256: str
    truth_sha256: str


@dataclass(frozen=True, slots=True)
class System:
    """One row of the result: a reader, with the prompt and the model where it has them."""

    name: str
    reader: ReaderChoice
    prompt: Prompt | None = None
    model: ModelEntry | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite with everything it names loaded. `invalid` are fixtures that could not be used, one line each.

    `tables` are the only ones asked about and scored, null for all.
    """

    path: Path
    sha256: str
    documents: tuple[LabelledDocument, ...]
    tables: tuple[str, ...] | None
    invalid: tuple[str, ...]
    systems: tuple[System, ...]
    concurrency: int
    seed: int
    prices: PriceTable
    gates: dict[str, Gate]

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem


def load_suite(path: Path) -> Suite:
    """The suite in a file; paths in it are relative to it.

    Raises ConfigurationError for an unreadable file, an unknown key, a prompt that does not exist, a reader that
    needs a model where none is named; and where not one fixture can be used.
    """
    file, content = read_toml(path, TypeAdapter(_File))
    forms = load_forms()
    known_tables = [table_id for form in forms for table_id in form.table_ids]
    if unknown := sorted(set(file.tables or ()).difference(known_tables)):
        raise ConfigurationError(
            "{path}: tables: no table {unknown!r}; there are {known}",
            path=path,
            unknown=unknown[0],
            known=", ".join(known_tables),
        )
    documents, invalid = _documents(path, file, forms)
    if not documents:
        raise ConfigurationError(
            "{path}: no document to measure on{reason}",
            path=path,
            reason=": " + invalid[0] if invalid else "",
        )
    systems = tuple(_systems(path, file))
    for name in file.gates:
        if name not in {system.name for system in systems}:
            known = ", ".join(system.name for system in systems)
            raise ConfigurationError(
                "{path}: gates: no system {name!r}; there are {known}", path=path, name=name, known=known
            )
    return Suite(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        documents=tuple(documents),
        tables=tuple(file.tables) if file.tables else None,
        invalid=tuple(invalid),
        systems=systems,
        concurrency=file.concurrency,
        seed=file.seed,
        prices=load_prices(path.parent / file.prices) if file.prices else {},
        gates=dict(file.gates),
    )


def _documents(path: Path, file: _File, forms: Forms) -> tuple[list[LabelledDocument], list[str]]:
    documents: list[LabelledDocument] = []
    invalid: list[str] = []
    for place in file.fixtures:
        for truth_path in _truth_paths(path.parent / place):
            try:
                document = _fixture(truth_path, file.tables, forms)
            except FixtureError as error:
                invalid.append(str(error))
            else:
                documents.append(document)
    for index, entry in enumerate(file.generated):
        documents += _generated(f"{path}: generated.{index}", entry, file.tables)
    names = [document.id for document in documents]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError("{path}: the document {name!r} is named twice", path=path, name=twice[0])
    return documents, invalid


def _truth_paths(place: Path) -> Sequence[Path]:
    try:
        return find_fixtures(place) if place.is_dir() else (place.with_name(place.name + TRUTH_SUFFIX),)
    except FixtureError as error:
        raise ConfigurationError(str(error)) from error


def _fixture(truth_path: Path, tables: Sequence[str] | None, forms: Forms) -> LabelledDocument:
    fixture = load_fixture(truth_path)
    if found := problems(fixture, forms):
        raise FixtureError("{path}: {problem}", path=truth_path, problem=found[0])
    content = fixture.document.read_bytes()
    return LabelledDocument(
        id=fixture.id,
        name=fixture.document.name,
        content=content,
        truths=tuple(restricted_truth(truth, tables) for truth in fixture.truth.reports),
        sha256=hashlib.sha256(content).hexdigest(),
        truth_sha256=hashlib.sha256(truth_path.read_bytes()).hexdigest(),
    )


def _generated(place: str, entry: GeneratedEntry, tables: Sequence[str] | None) -> Iterator[LabelledDocument]:
    try:
        documents = import_module(entry.by).documents
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            "{place}.by: {error}; a suite's generator must be importable where it runs, and gkllm's own "
            "is in its repository alone: install that with pip install -e .",
            place=place,
            error=error,
        ) from error
    try:
        for name, text, truth in documents(**entry.model_extra or {}):
            content, asked = text.encode(), restricted_truth(truth, tables)
            yield LabelledDocument(
                id=name,
                name=f"{name}.txt",
                content=content,
                truths=(asked,),
                sha256=hashlib.sha256(content).hexdigest(),
                truth_sha256=hashlib.sha256(dump_truth(Truth("", (asked,))).encode()).hexdigest(),
            )
    except ConfigurationError as error:
        raise ConfigurationError("{place}.{error}", place=place, error=error) from error


def _systems(path: Path, file: _File) -> Iterator[System]:
    entries = [SystemsEntry(reader=reader, prompts=file.prompts) for reader in file.readers]
    for entry in (*entries, *file.systems):
        reader = entry.reader
        prompts = [_prompt(path, name) for name in entry.prompts]
        if reader == "rules" or (reader == "auto" and not file.models):
            yield System(reader, reader)
            continue
        if not file.models or not prompts:
            raise ConfigurationError(
                "{path}: the reader {reader!r} needs models and prompts", path=path, reader=reader
            )
        for prompt in prompts:
            for model in file.models:
                name = f"{reader} {prompt.name} {model.label}"
                yield System(name, reader, prompt, model, file.repeats)


def _prompt(path: Path, name: str) -> Prompt:
    return load_prompt(path.parent / name if name.endswith(".md") else name)

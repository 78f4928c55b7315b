"""What the service is asked and answers, in JSON."""

import json
import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gkllm.report import ReportId, SourceInfo

_RID: Final = re.compile(r"([0-9a-f]{64})(?:-([1-9][0-9]{0,5}))?")

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

ReportRef = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}(-[1-9][0-9]{0,5})?$",
        description="A report's id: the SHA-256 of its file's bytes; where the file holds several, -N for the Nth.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-2"],
    ),
]


Words = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)]
"""What a client says in words: PostgreSQL keeps no zero byte."""
Counted = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A number that both databases can hold."""


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


class Ask(BaseModel):
    """What is asked: fields that are not known are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, given: Any) -> Any:
        # Half of a pair of surrogates is no text, and PostgreSQL keeps no zero byte in one.
        told = json.dumps(given, ensure_ascii=False)
        if _SURROGATE.search(told) or r"\u0000" in told:
            raise ValueError("a text has characters that no text has")
        return given


def ref_of(sha256: str, part: int | None) -> str:
    """How the interface calls a report."""
    return sha256 if part is None else f"{sha256}-{part}"


def ref_of_id(report: ReportId) -> str:
    """How the interface calls a report."""
    return ref_of(report.sha256, report.part.number if report.part else None)


def ref_of_source(source: SourceInfo) -> str:
    """How the interface calls the report of a source."""
    return ref_of_id(source.id)


def parts_of(ref: str) -> tuple[str, int | None] | None:
    """The file's hash and the part that a report's id names; null for what is no id."""
    found = _RID.fullmatch(ref)
    return (found[1], int(found[2]) if found[2] else None) if found else None

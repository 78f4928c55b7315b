"""What is held against a cell or a report, or merely to be known of it: kinds, told in sentences at the edge.

A new kind is a member of `DoubtKind` and an entry in `doubts.toml`, or in `report_doubts.toml` where it is about a
whole report: what it means, who adds it, and how it is told in each language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

Scalar = str | int | float


class DoubtKind(StrEnum):
    """Every kind, by the room that adds it; `doubts.toml` and `report_doubts.toml` document each."""

    # documents: what is printed may not be what the cell means
    STRUCK_LEFT_OUT = "struck_left_out"
    RAISED_LEFT_OUT = "raised_left_out"
    PICTURE = "picture"
    CAMOUFLAGED = "camouflaged"
    FAINT_LEFT_OUT = "faint_left_out"
    AUTOMATIC_NUMBER = "automatic_number"
    SHOWN_OTHERWISE = "shown_otherwise"
    STRUCK = "struck"
    DRAWN = "drawn"
    COVERED = "covered"
    PARTLY_HIDDEN = "partly_hidden"
    FIELD_NOT_SHOWN = "field_not_shown"
    PALE = "pale"
    OVERPRINTED = "overprinted"
    OVERFLOWS = "overflows"
    OPEN_FRAME = "open_frame"
    UNMAPPED_CHARACTER = "unmapped_character"
    OCR_UNREAD = "ocr_unread"
    OCR_UNSURE = "ocr_unsure"
    OCR_SLASH = "ocr_slash"

    # reading: the text may belong to another cell
    MERGED_DOWN = "merged_down"
    MERGED_ACROSS = "merged_across"
    HEADINGS_REORDERED = "headings_reordered"
    OFF_COLUMN = "off_column"
    BLANKS_VANISH = "blanks_vanish"
    MISCOUNTED = "miscounted"
    NO_COLUMNS = "no_columns"
    SEVERAL_COLUMNS = "several_columns"
    RUNNING_NUMBERS = "running_numbers"
    PARTS_UNEQUAL = "parts_unequal"
    BETWEEN_COLUMNS = "between_columns"
    BETWEEN_LABELS = "between_labels"
    LABEL_DAMAGED = "label_damaged"
    LABEL_SHARED = "label_shared"
    EDITION_UNTOLD = "edition_untold"
    STRAY_NUMBERS = "stray_numbers"
    TAKEN_APART_OTHERWISE = "taken_apart_otherwise"
    TABLE_REPEATED = "table_repeated"
    TABLE_EMPTY = "table_empty"

    # reading, of the text itself
    NOTE_MARK = "note_mark"
    OTHER_UNIT = "other_unit"
    SEVERAL_AMOUNTS = "several_amounts"
    ROUNDED = "rounded"

    # reading, of what a language model saw
    NOT_IN_ROW = "not_in_row"
    DISPLACED = "displaced"
    ROW_BY_MODEL = "row_by_model"
    OVERLOOKED = "overlooked"

    # prose, of a cell
    FROM_SENTENCE = "from_sentence"
    SENTENCE_DIFFERS = "sentence_differs"

    # prose, of what a sentence speaks of
    TOPIC_UNSAID = "topic_unsaid"
    OTHER_CASELOAD = "other_caseload"
    COUNTED_OTHERWISE = "counted_otherwise"
    PART_OF_YEAR = "part_of_year"
    PART_OF_WHOLE = "part_of_whole"
    PART_OF_ANOTHER = "part_of_another"
    OTHER_BODY = "other_body"
    OTHER_EXTENT = "other_extent"
    OWN_OFFICE = "own_office"

    # judge, from readings and relations
    MISSING = "missing"
    NO_NUMBER = "no_number"
    REPAIRED = "repaired"
    CHINESE_NUMERAL = "chinese_numeral"
    LOOK_ALIKE = "look_alike"
    UNSETTLED = "unsettled"
    AMBIGUOUS = "ambiguous"
    BLAMED = "blamed"
    READERS_DISAGREE = "readers_disagree"
    SECONDED = "seconded"
    LOW_CONFIDENCE = "low_confidence"

    # review
    REVIEWED = "reviewed"
    REVIEWERS_DISAGREE = "reviewers_disagree"

    # results written before there were kinds
    TOLD = "told"

    # of a whole document or report: documents, reading, prose, pipeline, extraction
    BYTES_DAMAGED = "bytes_damaged"
    TABLES_HIDDEN = "tables_hidden"
    ROWS_HIDDEN = "rows_hidden"
    SHEET_HIDDEN = "sheet_hidden"
    PICTURES_SHOWN = "pictures_shown"
    PAGE_OF_PICTURE = "page_of_picture"
    PART_EMBEDDED = "part_embedded"
    PART_UNREAD = "part_unread"
    ANSWER_FAILED = "answer_failed"
    FOREIGN_ROWS = "foreign_rows"
    STRINGS_REFUSED = "strings_refused"
    SENTENCES_DIFFER = "sentences_differ"
    PROSE_FAILED = "prose_failed"
    CLAIMS_DROPPED = "claims_dropped"
    UNANSWERED = "unanswered"
    TABLES_ATTACHED = "tables_attached"


NOTES = frozenset({DoubtKind.REPAIRED, DoubtKind.REVIEWED, DoubtKind.SECONDED})
"""Kinds that are told and ask for no review."""
ABOUT_PLACE = frozenset(
    {
        DoubtKind.MERGED_DOWN,
        DoubtKind.MERGED_ACROSS,
        DoubtKind.HEADINGS_REORDERED,
        DoubtKind.OFF_COLUMN,
        DoubtKind.BLANKS_VANISH,
        DoubtKind.MISCOUNTED,
        DoubtKind.NO_COLUMNS,
        DoubtKind.SEVERAL_COLUMNS,
        DoubtKind.RUNNING_NUMBERS,
        DoubtKind.PARTS_UNEQUAL,
        DoubtKind.BETWEEN_COLUMNS,
        DoubtKind.BETWEEN_LABELS,
        DoubtKind.LABEL_DAMAGED,
        DoubtKind.LABEL_SHARED,
        DoubtKind.TAKEN_APART_OTHERWISE,
        DoubtKind.ROW_BY_MODEL,
    }
)
"""Kinds that say a text may belong to another cell: a second reader who reads it in this one answers them, where the
relations hold with it."""
ABOUT_ROW = frozenset(
    {
        DoubtKind.BETWEEN_LABELS,
        DoubtKind.LABEL_DAMAGED,
        DoubtKind.LABEL_SHARED,
        DoubtKind.ROW_BY_MODEL,
    }
)
"""Those of them that leave no doubt about the column."""
BY_MODEL = frozenset(
    {DoubtKind.ROW_BY_MODEL, DoubtKind.DISPLACED, DoubtKind.NOT_IN_ROW, DoubtKind.OVERLOOKED}
)
"""Kinds of a cell that stands where it does by a language model's word alone."""
MAY_STAND_ELSEWHERE = ABOUT_PLACE | {DoubtKind.STRAY_NUMBERS}
"""Those about the place, and that something else is printed beside, which no second reading answers."""
FROM_THE_REST = frozenset(
    {
        DoubtKind.MISSING,
        DoubtKind.NO_NUMBER,
        DoubtKind.REPAIRED,
        DoubtKind.LOOK_ALIKE,
        DoubtKind.CHINESE_NUMERAL,
        DoubtKind.UNSETTLED,
        DoubtKind.AMBIGUOUS,
        DoubtKind.BLAMED,
        DoubtKind.READERS_DISAGREE,
        DoubtKind.SECONDED,
    }
)
"""Kinds that nobody states: the judge infers them anew from the rest of a record, whenever it is asked."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One fact about a cell, a claim or a report: its kind, and the particulars its sentence names, in their order."""

    kind: DoubtKind
    detail: Annotated[
        tuple[tuple[str, Scalar], ...],
        BeforeValidator(
            lambda given: tuple(given.items()) if isinstance(given, Mapping) else given,
            json_schema_input_type=dict[str, Scalar],
        ),
        PlainSerializer(dict, return_type=dict[str, Scalar]),
    ] = ()

    @classmethod
    def of(cls, kind: DoubtKind, **detail: Scalar) -> "Doubt":
        """The doubt with its particulars by name."""
        return cls(kind, tuple(detail.items()))


def as_doubt(given: Any) -> Any:
    """A doubt as results of version 1 have it: once a sentence, which is kept as it was told."""
    return Doubt.of(DoubtKind.TOLD, sentence=given) if isinstance(given, str) else given

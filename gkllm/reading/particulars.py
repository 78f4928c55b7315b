"""A report's own particulars: title, issuer, year and date, as its first and last lines state them."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from gkllm.form import Form
from gkllm.ideographs import simplified
from gkllm.report import ReportInfo

_TITLE_LINES = 12
_MARKS = re.compile(r"^[#*\s]+|[*,;\s|]+$")
"""What Markdown and delimited files put around a line of text."""
_LONGEST_TITLE = 70
_YEAR = re.compile(r"(20[0-3]\d)\s*年?")
_ANY_YEAR = re.compile(r"20[0-3]\d\s*年?\s*度?|年度")
_PERIOD = re.compile(r"(20[0-3]\d)\s*年\s*1\s*月\s*1\s*日[^。]{0,10}?12\s*月\s*31\s*日")
_DATE = re.compile(
    r"^(?!.*填[报表](?:日期|时间))[^\d自从至]{0,20}?(20[0-3]\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?\s*[)）]?$"
)
_CENTURY = "20"
_POSTED = re.compile(
    r"发(?:布|文)(?:日期|时间)\s*[:：]?\s*(20[0-3]\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
)
"""A web page says beside the title when it was put up."""


@dataclass(frozen=True, slots=True)
class TitlePatterns:
    """What titles of reports on a form match; `may_end` finds the lines with a character that they end in."""

    opening: re.Pattern[str]
    whole: re.Pattern[str]
    yearly: re.Pattern[str]
    subject: re.Pattern[str]
    may_end: re.Pattern[str]


@cache
def title_patterns(form: Form) -> TitlePatterns:
    """The patterns of a form's titles, compiled once."""
    titles = form.titles
    return TitlePatterns(
        re.compile(rf".{{0,40}}?(?:{titles.subject})[^。；]{{0,12}}?(?:{titles.loosely})"),
        re.compile(rf".{{2,40}}?(?:{titles.subject})[^。；]{{0,12}}?(?:{titles.called})"),
        re.compile(titles.yearly),
        re.compile(rf"(?:关于)?(?:的)?(?:{titles.subject}).*"),
        re.compile(rf"^[^\n]*[{titles.endings}][^\n]*$", re.MULTILINE),
    )


def read_particulars(text: str, form: Form) -> ReportInfo:
    """What the text says of itself; a field is null where it does not say. Ideographs are in their one spelling."""
    text = simplified(text)
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    title = _title(lines[:_TITLE_LINES], title_patterns(form))
    if title is None or not _YEAR.search(title):
        title = next((_tidy(line) for line in lines if whole_title(line, form)), title)
    year = _year(title, text)
    return ReportInfo(title=title, issuer=_issuer(title, form), year=year, published=_published(lines, year))


def whole_title(line: str, form: Form) -> bool:
    """Whether the line is a yearly report's title with its year, and nothing else."""
    line = simplified(line)
    return (
        len(line) <= _LONGEST_TITLE
        and _YEAR.search(line) is not None
        and title_patterns(form).whole.fullmatch(_MARKS.sub("", line)) is not None
    )


def opens_with_year(title: str) -> bool:
    """Whether the title names no issuer before its year."""
    return _YEAR.match(title) is not None


def _title(lines: list[str], patterns: TitlePatterns) -> str | None:
    """The first one to three lines that together name a yearly report."""
    for count in (1, 2, 3):
        for index in range(len(lines) - count + 1):
            joined = "".join(lines[index : index + count])
            if (
                len(joined) <= _LONGEST_TITLE
                and patterns.opening.match(_MARKS.sub("", joined))
                and patterns.yearly.search(joined)
            ):
                return _tidy(_whole_title(lines, index, joined))
    return None


def _whole_title(lines: list[str], index: int, joined: str) -> str:
    """The title with the issuer's own line before it, where the title itself opens with the year."""
    if (
        index
        and _YEAR.match(joined)
        and 2 < len(lines[index - 1]) <= 30
        and not lines[index - 1].endswith("。")
    ):
        return lines[index - 1] + joined
    return joined


def _tidy(title: str) -> str:
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", _MARKS.sub("", title)).strip()


def _year(title: str | None, text: str) -> int | None:
    match = (_YEAR.search(title) if title else None) or _PERIOD.search(text)
    return int(match[1]) if match else None


def _issuer(title: str | None, form: Form) -> str | None:
    if title is None:
        return None
    rest = title_patterns(form).subject.sub("", _ANY_YEAR.sub("", title)).strip(" 《》（）()关于的")
    return rest or None


def _published(lines: list[str], year: int | None) -> str | None:
    """The last line that is nothing but a date, as an ISO date; the day a table was filled in (填报日期) is none."""
    for line in reversed(lines):
        match = _DATE.match(line) if _CENTURY in line else None
        if match and (year is None or year <= int(match[1]) <= year + 3) and (found := _iso_date(match)):
            return found
    posted = next((match for line in lines if (match := _POSTED.search(line))), None)
    return _iso_date(posted) if posted else None


def _iso_date(match: re.Match[str]) -> str | None:
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None

"""How a workbook shows the numbers that it holds: number formats (`0.00`, `#,##0`, `yyyy"年"m"月"`, `0;-0;;@`)."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    14: "yyyy/m/d", 22: "yyyy/m/d h:mm", 20: "h:mm", 21: "h:mm:ss",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"',
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 43: "#,##0.00", 49: "@",
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that a file names by number alone, as a Chinese Excel shows them (ECMA-376, 18.8.30); of others nothing is
known."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*](?P<space>.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|'
    r"(?P<digits>[0#?][0#?,]*(?:\.[0#?]*,*)?|\.[0#?]+)|(?P<date>y+|m+|d+|h+|s+)|(?P<other>.)",
    re.IGNORECASE,
)
_SECTION_END = re.compile(r'("[^"]*"|\\.|[_*].|\[[^\]]*\])|;')
_COLOURS = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|颜色 ?\d+|[黑蓝绿红白黄]色?)$", re.I
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?$")
_UNREAD = frozenset("eE/aAbBgG@")
"""Exponents, fractions, weekdays and eras: their marks are no text of the format's own."""
_LONGEST = 255
"""Excel takes no longer format."""
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))


def plain(value: float) -> str:
    """The number as a cell without a format shows it: without an exponent, and as far as a double holds digits."""
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: float, code: str, *, since_1904: bool = False) -> str | None:
    """The number as the format shows it, which may be nothing; null where the format is not understood."""
    if len(code) > _LONGEST:
        return None
    sections = _sections(code)
    if len(sections) == 1 or value > 0:
        section, value = sections[0], value
    elif value < 0 or len(sections) == 2:
        section, value = (sections[1], -value) if value < 0 else (sections[0], value)
    else:
        section = sections[2]
    tokens = list(_TOKEN.finditer(section))
    if any(token["date"] for token in tokens):
        return _shown_date(value, tokens, _EPOCHS[since_1904])
    try:
        return _shown_number(Decimal(format(value, ".15g")), tokens)
    except InvalidOperation:
        return None


@cache
def _sections(code: str) -> tuple[str, ...]:
    ends = [match.start() for match in _SECTION_END.finditer(code) if not match[1]]
    return tuple(
        code[start:end] for start, end in zip([0, *(end + 1 for end in ends)], [*ends, None], strict=True)
    )


def _literal(token: re.Match[str]) -> str | None:
    """What a token that is neither digits nor of a date shows; null where it is not understood."""
    if token["bracket"] is not None:
        if _COLOURS.match(token["bracket"]):
            return ""
        currency = _CURRENCY.match(token["bracket"])
        return currency[1] if currency else None
    if token["other"] is not None:
        return None if token["other"] in _UNREAD else token["other"]
    if token["space"] is not None:
        return ""
    return token["quoted"] if token["quoted"] is not None else token["escaped"]


def _shown_number(value: Decimal, tokens: list[re.Match[str]]) -> str | None:
    percent = sum(token["other"] == "%" for token in tokens)
    digits = [token for token in tokens if token["digits"] or token["general"]]
    told = ""
    for token in tokens:
        if token["digits"] or token["general"]:
            number = abs(value) * 100**percent
            told += plain(float(number)) if token["general"] else _in_pattern(number, token["digits"])
        else:
            literal = _literal(token)
            if literal is None and not (token["other"] == "@" and len(tokens) == 1):
                return None
            told += plain(float(value)) if literal is None else literal
    if len(digits) > 1:
        return None
    return f"-{told}" if digits and value < 0 else told


def _in_pattern(value: Decimal, pattern: str) -> str:
    scaled = pattern.rstrip(",")
    whole, _, fraction = scaled.partition(".")
    value = value / 1000 ** (len(pattern) - len(scaled))
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    units, _, decimals = format(rounded, "f").partition(".")
    units = units.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and units:
        units = f"{int(units):,}".rjust(len(units), "0")
    least = fraction.rfind("0") + 1
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    return f"{units}.{decimals}" if decimals else units


def _shown_date(value: float, tokens: list[re.Match[str]], epoch: datetime) -> str | None:
    try:
        # Rounded to the second, as a time is a fraction of a day.
        moment = epoch + timedelta(seconds=round(value * 86_400))
    except OverflowError:
        return None
    told, clock = "", False
    for index, token in enumerate(tokens):
        part = token["date"]
        if part is None:
            literal = (
                "/" if token["other"] == "/" else "" if token["bracket"] is not None else _literal(token)
            )
            if literal is None or token["digits"] or token["general"]:
                return None
            told += literal
            continue
        following = next((later["date"] for later in tokens[index + 1 :] if later["date"]), "")
        kind = part[0].lower()
        minutes = kind == "m" and (clock or following[:1].lower() == "s")
        clock = kind == "h"
        number = {
            "y": moment.year if len(part) > 2 else moment.year % 100,
            "m": moment.minute if minutes else moment.month,
            "d": moment.day,
            "h": moment.hour,
            "s": moment.second,
        }[kind]
        if len(part) > 2 and kind != "y":
            return None
        told += str(number).zfill(len(part))
    return told

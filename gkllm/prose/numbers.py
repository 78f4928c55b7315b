"""Numbers as sentences write them: digits, thousands separators, Chinese numerals."""

from decimal import Decimal

NUMBER = (
    r"(?P<number>(?<![0-9.第〔\[])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"|(?<![第零〇一二两三四五六七八九十百千万])[零〇一二两三四五六七八九十百千万]+)"
)
"""A number on its own: no part of a longer one, no ordinal, no document's number."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = "万"


def number_value(text: str) -> Decimal | None:
    """The value of a text that NUMBER matched; null for numerals in no order that Chinese uses."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    value = _chinese(text)
    return None if value is None else Decimal(value)


def _chinese(text: str) -> int | None:
    if _MYRIAD in text:
        high, _, low = text.partition(_MYRIAD)
        values = _chinese(high), _chinese(low) if low else 0
        return None if values[0] is None or values[1] is None else values[0] * 10_000 + values[1]
    if text and all(character in _DIGITS for character in text):
        # 一二 is read digit by digit, as in years and phone numbers.
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit, last = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        unit = _UNITS[character]
        if unit >= last:
            return None
        total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
    return total + (digit or 0) if text else None

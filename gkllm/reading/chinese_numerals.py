"""Numbers written in Chinese numerals."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
"""As amounts are written where nobody is to change them."""
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = "万"


def chinese_value(text: str) -> int | None:
    """The value of a text of numerals alone; null for another text, and for an order that Chinese does not use."""
    return _value(text.translate(_FINANCIAL))


def _value(text: str) -> int | None:
    if _MYRIAD in text:
        high, _, low = text.partition(_MYRIAD)
        thousands, rest = _value(high), _value(low) if low else 0
        return None if thousands is None or rest is None else thousands * 10_000 + rest
    if text and _DIGITS.keys() >= set(text):
        # 一二 is read digit by digit, as in years and phone numbers.
        return int("".join(str(_DIGITS[character]) for character in text))
    return _with_units(text) if text else None


def _with_units(text: str) -> int | None:
    """The value of digits before their units; null where units do not fall, or no unit stands between two digits."""
    total, digit, last = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        unit = _UNITS.get(character)
        if unit is None or unit >= last:
            return None
        total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
    return total + (digit or 0)

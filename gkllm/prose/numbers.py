"""Numbers as sentences write them: digits, thousands separators, Chinese numerals."""

from decimal import Decimal

from gkllm.reading.chinese_numerals import chinese_value

NUMBER = (
    r"(?P<number>(?<![0-9.第〔\[])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"|(?<![第零〇一二两三四五六七八九十百千万])[零〇一二两三四五六七八九十百千万]+)"
)
"""A number on its own: no part of a longer one, no ordinal, no document's number."""


def number_value(text: str) -> Decimal | None:
    """The value of a text that NUMBER matched; null for numerals in no order that Chinese uses."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    value = chinese_value(text)
    return None if value is None else Decimal(value)

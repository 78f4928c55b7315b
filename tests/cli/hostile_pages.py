"""Web pages and texts made to break a reader: each swollen, nested or repeated."""

import io
import zipfile
from collections.abc import Callable

Make = Callable[[], bytes]
FULL = 19_900_000
"""Just under what is read at all."""
TITLE = "某局2023年政府信息公开年度报告\n"


def filled(unit: str, size: int = FULL, before: str = "", after: str = "") -> Make:
    """The unit over and over, up to a size in bytes."""
    return lambda: (before + unit * (size // max(1, len(unit.encode()))) + after).encode()


def page(unit: str, size: int = FULL, before: str = "", after: str = "") -> Make:
    return filled(
        unit, size, f"<!DOCTYPE html><html><head><title>{TITLE}</title></head><body>{before}", after
    )


def zipped(parts: dict[str, bytes | Make], method: int = zipfile.ZIP_DEFLATED) -> Make:
    def make() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as container:
            for name, part in parts.items():
                container.writestr(name, part if isinstance(part, bytes) else part())
        return stream.getvalue()

    return make


PAGES: dict[str, Make] = {
    "cells": page("<td>1</td>", before="<table><tr>"),
    "rows": page("<tr></tr>", before="<table>"),
    "paragraphs": page("<p>x</p>"),
    "words": page("政府信息公开"),
    "bold": page("<b>"),
    "divs": page("<div>"),
    "tables": page("<table><tr><td>"),
    "lists": page("<ul><li>", 3_000_000),
    "breaks": page("<br>"),
    "spaces": page(" "),
    "wide-spaces": page("　"),
    "zeros": page("\0"),
    "entities": page("&nbsp;"),
    "ampersands": page("&"),
    "angles": page("<"),
    "comments": page("<!--"),
    "scripts": page("<script>"),
    "areas": page("<textarea>1</textarea>"),
    "options": page("<option>1", before="<table><tr><td><select>"),
    "inputs": page("<input value=1>", before="<table><tr><td>"),
    "svg": page("<svg><g>", 6_000_000),
    "pictures": page("<img src=a>"),
    "attributes": page(" a=1", before="<p", after=">x"),
    "many-attributes": lambda: b"<html><p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x",
    "one-attribute": page("x", before="<p title='", after="'>x"),
    "style": page("color:red;", 5_000_000, before="<p style='", after="'>x"),
    "styles": page("<p style='display:none'>1</p>"),
    "classes": page("c ", 5_000_000, before="<style>.c .c{display:none}</style><p class='", after="'>x"),
    "sheet": lambda: (
        b"<html><style>"
        + b"".join(b".a%d .b%d{display:none}" % (n, n) for n in range(60_000))
        + b"</style>"
        + b"<p class='a1 b2'>1</p>" * 5_000
    ),
    "selectors": lambda: (
        b"<html><style>"
        + b"div * div * div * div * .x{display:none}" * 3_000
        + b"</style>"
        + b"<div>" * 400
        + b"<b class=x>1</b>" * 3_000
    ),
    "nots": page(":not(", 200_000, before="<style>", after="</style><p>1"),
    "medias": page("@media screen{", 2_000_000, before="<style>", after="</style><p>1"),
    "braces": page("{", 5_000_000, before="<style>", after="</style><p>1"),
    "rules": page("p{color:red}", before="<style>", after="</style><p>1"),
    "spans": page("<tr><td rowspan=60000 colspan=900>1", before="<table>"),
    "colspans": page("<tr><td colspan=1000>1<td colspan=1000>2", 400_000, before="<table>"),
    "raised": page("<sup>1</sup>2"),
    "struck": page("<s>1</s>2"),
}
WORDS: dict[str, str] = {
    "titles": TITLE,
    "headings": "一、总体情况\n",
    "six-headings": "一、甲\n二、乙\n三、丙\n四、丁\n五、戊\n六、己\n",
    "claims": "全年收到政府信息公开申请5件，其中自然人3件。\n",
    "unended": "全年收到政府信息公开申请，",
    "none": "未收到，无，没有，",
    "labels": "一、本年新收政府信息公开申请数量\n",
    "rows": "一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1\n",
    "pipes": "| 规章 | 1 | 2 | 3 |\n",
    "commas": "规章,1,2,3\n",
    "tabs": "规章\t1\t2\t3\n",
    "brackets": "（",
    "quotes": '"',
    "digits": "1",
    "spaced-digits": "1 ",
    "numerals": "一",
    "dates": "2023年1月1日\n",
    "pages": "- 1 -\n\f",
    "feeds": "\f",
    "returns": "\r",
    "blanks": " \n",
    "years": "2023年",
    "dots": "......",
    "dashes": "—",
    "nothing": "\n",
    "rules": "+----+----+\n",
    "bars": "|",
    "hashes": "#",
    "cells": "1\n",
    "joined": "\u200d",
    "radicals": "⽔務",
}

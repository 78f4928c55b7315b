"""A generated report as a web page, in the styles that offices' pages come in."""

from html import escape
from random import Random
from typing import Literal

from evals.generator.truth import SyntheticReport
from tests.rendering.structure import Form, Slot, SlotTable, sections

Style = Literal["clean", "word", "wps", "nested", "gbk"]
STYLES: tuple[Style, ...] = ("clean", "word", "wps", "nested", "gbk")

_MENU = "".join(
    f"<li><a href='/c{n}'>{word}</a></li>" for n, word in enumerate(("首页", "政务公开", "政府信息公开年报"))
)
_OTHERS = "".join(f"<li><a href='/{year}.html'>2018年政府信息公开工作年度报告</a></li>" for year in (1, 2))
_SCRIPT = "<script>if (1 < 2) { document.write('<table><tr><td>9</td><td>9</td><td>9</td></tr></table>'); }</script>"


def render_html(report: SyntheticReport, form: Form, style: Style) -> bytes:
    """The page's bytes; the same arguments always give the same page."""
    rng = Random(f"{report.seed}/{form}/{style}/html")
    body = _body(report, form, style, rng)
    charset = "gb2312" if style == "gbk" else "utf-8"
    page = (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"<title>{report.title}_某市人民政府</title><style>td{{color:red}}</style>{_SCRIPT}</head><body>"
    )
    if style == "nested":
        side = f"<ul>{_MENU}</ul><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
        page += (
            f"<table width=100%><tr><td colspan=2><table><tr><td>首页</td><td>政务公开</td><td>年报</td></tr></table>"
            f"</td></tr><tr><td>{side}</td><td><table><tr><td>{body}</td></tr></table></td></tr>"
            f"<tr><td colspan=2>备案号 12345678</td></tr></table>"
        )
    else:
        page += f"<div class=nav><ul>{_MENU}{_OTHERS}</ul></div><div id=zoom>{body}</div><div>浏览次数：{_SCRIPT}</div>"
    return (page + "</body></html>").encode("gb18030" if style == "gbk" else "utf-8")


def _body(report: SyntheticReport, form: Form, style: Style, rng: Random) -> str:
    parts = [f"<h1>{report.title}</h1>", "<p>一、总体情况</p><p>本机关依法公开政府信息。</p>"]
    for section in sections(report, form, rng):
        parts.append(f"<p>{section.heading}</p>")
        parts += [_table(table, style, rng) for table in section.tables]
    year, month, day = (int(part) for part in report.published.split("-"))
    parts += ["<p>五、存在的主要问题及改进情况</p><p>还需努力。</p>"]
    parts += [f"<p>{report.issuer}</p><p>{year}年{month}月{day}日</p>"]
    return "\n".join(parts)


def _table(table: SlotTable, style: Style, rng: Random) -> str:
    rows = "".join(f"<tr>{''.join(_cell(slot, style, rng) for slot in row)}</tr>\n" for row in table)
    width = sum(slot.across for slot in table[0])
    if style == "word":
        # Word ends a table of misaligned columns with a row that only sets widths.
        rows += f"<![if !supportMisalignedColumns]><tr height=0>{'<td width=52></td>' * width}</tr><![endif]>"
    return f"<table class=MsoNormalTable border=1><tbody>{rows}</tbody></table>"


def _cell(slot: Slot, style: Style, rng: Random) -> str:
    spans = f" colspan={slot.across}" if slot.across > 1 else ""
    spans += f' rowspan="{slot.down}"' if slot.down > 1 else ""
    return f"<td{spans}>{_content(slot, style, rng)}</td>"


def _content(slot: Slot, style: Style, rng: Random) -> str:
    text = escape(slot.text)
    gap = rng.choice((" ", "&nbsp;", "<br>", "</p><p>" if style in ("word", "wps") else "<br/>"))
    text = text.replace(" ", gap)
    if style == "word":
        inner = text or "&nbsp;"
        if slot.cell is None and len(slot.text) > 4 and "<" not in inner and "&" not in inner:
            inner = f"{inner[:3]}<span lang=EN-US>\n{inner[3]}</span>{inner[4:]}"
        return f"<p class=MsoNormal align=center><span style='font-size:10.5pt'>{inner}<o:p></o:p></span></p>"
    if style == "wps":
        dropped = "<del cite='x'>7</del>" if slot.cell and rng.random() < 0.05 else ""
        hidden = "<span style='display:none'>8</span>" if slot.cell and rng.random() < 0.05 else ""
        return f'<p align="center"><span style="mso-spacerun:\'yes\';">{dropped}{hidden}{text or "&nbsp;"}</span></p>'
    if style == "nested" and slot.cell and rng.random() < 0.1:
        return f"<table><tr><td>{text}</td></tr></table>"
    return f"\n  {text}\n" if text else rng.choice(("", "&nbsp;", "　", " "))

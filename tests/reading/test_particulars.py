"""Title, issuer, year and date, as a report's own lines state them."""

import pytest

from gkllm.reading.particulars import read_particulars
from tests.forms import FORM

BODY = "\n一、总体情况\n本局认真落实《中华人民共和国政府信息公开条例》。\n"


@pytest.mark.parametrize(
    ("head", "title", "issuer", "year"),
    [
        (
            "某区教育局2021年政府信息公开工作年度报告",
            "某区教育局2021年政府信息公开工作年度报告",
            "某区教育局",
            2021,
        ),
        (
            "某县民政局2020年政府信息公开工作\n年度报告",
            "某县民政局2020年政府信息公开工作年度报告",
            "某县民政局",
            2020,
        ),
        (
            "某市水务局\n2023年政府信息公开工作年度报告",
            "某市水务局2023年政府信息公开工作年度报告",
            "某市水务局",
            2023,
        ),
        ("某 镇 2022 年政府信息公开年报", "某镇2022年政府信息公开年报", "某镇", 2022),
        ("某街道2019年度政府信息公开工作年度报告", "某街道2019年度政府信息公开工作年度报告", "某街道", 2019),
    ],
)
def test_the_heading(head: str, title: str, issuer: str, year: int) -> None:
    found = read_particulars(head + BODY, FORM)
    assert (found.title, found.issuer, found.year) == (title, issuer, year)


def test_a_web_pages_menus_are_no_title() -> None:
    menu = "首页\n首页 > 政府信息公开年报\n"
    posted = "发布时间：2022-01-14 10:20 来源：办公室"
    found = read_particulars(f"{menu}某区教育局2021年政府信息公开工作年度报告\n{posted}{BODY}", FORM)
    assert (found.title, found.year) == ("某区教育局2021年政府信息公开工作年度报告", 2021)
    assert found.published == "2022-01-14"


def test_a_title_far_down_the_page_is_found_by_its_year() -> None:
    menu = "".join(f"栏目{number}\n" for number in range(40))
    found = read_particulars(f"{menu}某区教育局2021年政府信息公开工作年度报告{BODY}", FORM)
    assert found.title == "某区教育局2021年政府信息公开工作年度报告"


def test_nothing_is_invented() -> None:
    found = read_particulars(BODY, FORM)
    assert (found.title, found.issuer, found.year, found.published) == (None, None, None, None)


def test_the_year_may_stand_in_the_period_alone() -> None:
    found = read_particulars("数据统计期限为2022年1月1日至2022年12月31日。\n", FORM)
    assert (found.title, found.year) == (None, 2022)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2022年1月14日", "2022-01-14"),
        ("　　2022 年 1 月 4 日", "2022-01-04"),
        ("2022-01-14", "2022-01-14"),
        ("某区教育局 2022年1月14日", "2022-01-14"),
        ("2022年2月30日", None),
        ("本报告于2022年1月14日公布，供查阅。", None),
        ("2019年1月14日", None),
    ],
)
def test_the_date_is_a_line_of_its_own_in_a_year_that_fits(line: str, published: str | None) -> None:
    head = "某区教育局2021年政府信息公开工作年度报告"
    assert read_particulars(f"{head}{BODY}{line}\n", FORM).published == published


def test_the_last_date_stands() -> None:
    text = f"某局2021年政府信息公开工作年度报告\n2022年1月5日\n{BODY}2022年1月20日\n附件\n"
    assert read_particulars(text, FORM).published == "2022-01-20"


def test_an_issuers_name_has_one_spelling() -> None:
    about = read_particulars("⻘溪县⽔务局2023年政府信息公開工作年度報告\n正文", FORM)
    assert (about.issuer, about.year) == ("青溪县水务局", 2023)

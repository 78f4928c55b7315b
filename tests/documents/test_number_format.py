"""Numbers as a workbook shows them by their formats."""

import pytest

from gkllm.documents.workbook.number_format import plain, shown


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567890123.0, "General", "1234567890123"),
        (-14, "General", "-14"),
        (509.37, "0.00", "509.37"),
        (509.365, "0.00", "509.37"),
        (509.37, "0", "509"),
        (509.3, "0.00##", "509.30"),
        (0, "#", ""),
        (0, "0;-0;;@", ""),
        (5, "0;-0;;@", "5"),
        (-5, "0;(0)", "(5)"),
        (-5, "0_);[Red](0)", "(5)"),
        (7, ";;;", ""),
        (1204, "#,##0", "1,204"),
        (1204, "#,##0.0,", "1.2"),
        (5, "000", "005"),
        (0.15, "0%", "15%"),
        (8, '0"件"', "8件"),
        (8, "[$￥-804]0.00", "￥8.00"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "-"),
        (5, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "5"),
        (5, "@", "5"),
        (45292, "yyyy/m/d", "2024/1/1"),
        (45292, 'yyyy"年"m"月"d"日"', "2024年1月1日"),
        (45292, '[$-F800]yyyy"-"mm"-"dd', "2024-01-01"),
        (0.5, "h:mm", "12:00"),
        (1e12, "yyyy", None),
        (5, "# ?/?", None),
        (5, "0.00E+00", None),
        (5, "[DBNum1]General", None),
        (5, "[>=3]0;1", None),
    ],
)
def test_a_number_is_what_its_format_shows(value: float, code: str, expected: str | None) -> None:
    found = shown(value, code)
    assert (found if found is None else found.strip()) == expected


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    assert shown(43830, "yyyy/m/d", since_1904=True) == "2024/1/1"


@pytest.mark.parametrize(
    ("value", "expected"), [(1e-7, "0.0000001"), (1e20, "100000000000000000000"), (-0.5, "-0.5")]
)
def test_a_plain_number_has_no_exponent(value: float, expected: str) -> None:
    assert plain(value) == expected

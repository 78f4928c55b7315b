"""What a printed cell can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gkllm.facts import Doubt, DoubtKind
from gkllm.form import ColumnKind
from gkllm.reading.numerals import read_text
from gkllm.report import CellState

Readings = list[tuple[float, str]]


def readings(raw: str, kind: ColumnKind = "count", unit: str | None = None) -> Readings:
    text = read_text(raw, kind, unit)
    assert text.state == "reported", text.state
    return [(reading.value, reading.reading) for reading in text.readings]


@pytest.mark.parametrize(
    ("raw", "value", "reading"),
    [
        ("3", 3, "as_printed"),
        (" 3 ", 3, "as_printed"),
        ("0", 0, "as_printed"),
        ("111", 111, "as_printed"),
        ("３", 3, "full_width"),
        ("１０", 10, "full_width"),
        ("1,234", 1234, "thousands_separator"),
        ("1，234", 1234, "thousands_separator"),
        ("12,345,678", 12345678, "thousands_separator"),
        ("3件", 3, "unit"),
        ("12 宗", 12, "unit"),
        ("00", 0, "duplicated_run"),
        ("0 0", 0, "duplicated_run"),
        ("01", 1, "leading_zero"),
        ("007", 7, "leading_zero"),
    ],
)
def test_one_reading(raw: str, value: int, reading: str) -> None:
    assert readings(raw) == [(value, reading)]
    assert isinstance(read_text(raw).readings[0].value, int)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("66", [(66, "as_printed"), (6, "duplicated_run")]),
        ("11", [(11, "as_printed"), (1, "duplicated_run")]),
        ("1212", [(1212, "as_printed"), (12, "duplicated_run")]),
        ("100100", [(100100, "as_printed"), (100, "duplicated_run")]),
        ("12 12", [(12, "duplicated_run"), (1212, "split_run")]),
        ("１２\u3000１２", [(12, "duplicated_run"), (1212, "split_run")]),
        ("6<br>6", [(6, "duplicated_run"), (66, "split_run")]),
        ("1 2", [(12, "split_run"), (2, "revised")]),
        ("1 0", [(10, "split_run"), (0, "revised")]),
    ],
)
def test_several_readings_cheapest_first(raw: str, expected: Readings) -> None:
    assert readings(raw) == expected
    costs = [reading.cost for reading in read_text(raw).readings]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ("", "blank"),
        (" \n\t", "blank"),
        ("\xa0", "blank"),
        ("\u3000\u3000", "blank"),
        ("\u200b", "blank"),
        ("<br>", "blank"),
        ("暂无", "none"),
        ("无", "none"),
        ("暂 无", "none"),
        ("/", "not_applicable"),
        ("-", "not_applicable"),
        ("—", "not_applicable"),
        ("——", "not_applicable"),
        ("－", "not_applicable"),
        ("见附件", "unreadable"),
        ("abc", "unreadable"),
        ("#", "unreadable"),
        ("1,23", "unreadable"),
        ("3个工作日", "unreadable"),
        ("5万元", "unreadable"),
        ("未统计", "unreadable"),
        ("12余", "unreadable"),
        ("2023年", "unreadable"),
        ("12%", "unreadable"),
        ("3/5", "unreadable"),
        ("1、2", "unreadable"),
        ("①", "unreadable"),
        ("²", "unreadable"),
        ("注1", "unreadable"),
        ("不适用", "not_applicable"),
        ("不 适 用", "not_applicable"),
        ("nan", "blank"),
        ("NaN", "blank"),
        ("None", "blank"),
        ("NULL", "blank"),
        ("9" * 29, "unreadable"),
        ("9" * 309, "unreadable"),
    ],
)
def test_texts_that_give_no_number(raw: str, state: str) -> None:
    text = read_text(raw)
    assert (text.state, text.readings) == (state, ())


@pytest.mark.parametrize(
    ("raw", "value"),
    [("+1036", 1036), ("-14", -14), ("－3", -3), ("增3", 3), ("减2", -2), ("增加 5", 5), ("减少7件", -7)],
)
def test_changes_are_signed(raw: str, value: int) -> None:
    assert [found for found, _ in readings(raw, "signed")] == [value]


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("300", "元", 300.0),
        ("300元", "元", 300.0),
        ("12.5万元", "元", 125_000.0),
        ("1,234.56", "元", 1234.56),
        ("12.5", "万元", 12.5),
        ("5万元", "万元", 5.0),
        ("300元", "万元", 0.03),
        ("0.1万元", "元", 1000.0),
    ],
)
def test_money_is_given_in_the_columns_unit(raw: str, unit: str, value: float) -> None:
    [(found, _)] = readings(raw, "money", unit)
    assert found == value and isinstance(found, float)


@given(st.integers(0, 10**9), st.sampled_from(["{}", " {} ", "{}件", "\u3000{}"]))
def test_a_plain_number_reads_as_itself_first(number: int, frame: str) -> None:
    assert readings(frame.format(number))[0][0] == number


@given(st.integers(0, 10**7))
def test_doubling_a_number_keeps_the_number_among_its_readings(number: int) -> None:
    for raw in (f"{number}{number}", f"{number} {number}"):
        assert number in [value for value, _ in readings(raw)]


@given(st.integers(1000, 10**9))
def test_thousands_and_full_width_change_no_value(number: int) -> None:
    wide = str(number).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert [value for value, _ in readings(f"{number:,}")] == [number]
    assert readings(wide)[0][0] == number


@given(st.text(max_size=12), st.sampled_from(["count", "signed", "money"]))
def test_any_text_has_a_state(raw: str, kind: ColumnKind) -> None:
    text = read_text(raw, kind, "元" if kind == "money" else None)
    assert bool(text.readings) == (text.state == "reported")
    assert len({reading.value for reading in text.readings}) == len(text.readings)


@pytest.mark.parametrize(
    ("raw", "value"), [("O", 0), ("1O", 10), ("l2", 12), ("I", 1), ("S3", 53), ("-l", -1)]
)
def test_characters_of_a_digits_shape_stand_for_it(raw: str, value: int) -> None:
    assert readings(raw)[0] == (value, "misread_character")


def test_look_alikes_in_other_texts_are_no_digits() -> None:
    for raw in ("OK", "A1", "lo件t", "○"):
        assert read_text(raw).state == "unreadable"


@pytest.mark.parametrize(
    ("raw", "value", "mark"),
    [
        ("5①", 5, "①"),
        ("12²", 12, "²"),
        ("83⑴", 83, "⑴"),
        ("1346¹", 1346, "¹"),
        ("7 ❷", 7, "❷"),
        ("20*", 20, "*"),
        ("6[1]", 6, "[1]"),
        ("6（注2）", 6, "（注2）"),
        ("6注", 6, "注"),
        ("③9", 9, "③"),
        ("1,234②", 1234, "②"),
        ("３①", 3, "①"),
    ],
)
def test_marks_of_notes_are_no_digits(raw: str, value: int, mark: str) -> None:
    text = read_text(raw)
    assert [reading.value for reading in text.readings][:1] == [value]
    assert text.doubts == (Doubt.of(DoubtKind.NOTE_MARK, mark=mark),)


def test_a_circled_digit_within_a_number_is_no_digit() -> None:
    assert read_text("1①2").state == "unreadable"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        *(
            ("三十二", 32),
            ("零", 0),
            ("〇", 0),
            ("一百零五", 105),
            ("二千三百", 2300),
            ("十", 10),
            ("两件", 2),
        ),
        *(("壹佰贰拾", 120), ("一二", 12), ("三 十", 30), ("一万二千", 12000)),
    ],
)
def test_chinese_numerals_are_read(raw: str, value: int) -> None:
    assert readings(raw) == [(value, "chinese_numeral")]


@pytest.mark.parametrize(
    ("raw", "kind"), [("358.6 12.4", "money"), ("20517 1200", "count"), ("1200.5 3", "money")]
)
def test_several_amounts_are_not_joined(raw: str, kind: ColumnKind) -> None:
    text = read_text(raw, kind, "元" if kind == "money" else None)
    assert (text.state, text.readings) == ("unreadable", ())
    assert [doubt.kind for doubt in text.doubts] == [DoubtKind.SEVERAL_AMOUNTS]


@pytest.mark.parametrize("raw", ["12 345", "1 234 567", "12 34"])
def test_a_number_in_groups_may_be_one(raw: str) -> None:
    assert int("".join(raw.split())) in [value for value, _ in readings(raw)]


@pytest.mark.parametrize(
    ("raw", "unit", "headed", "value", "told"),
    [
        ("41.8", "元", "万元", 418_000.0, "万元"),
        ("126000", "万元", "元", 12.6, "元"),
        ("5", "万元", "亿元", 50_000.0, "亿元"),
        ("70", "元", "千元", 70_000.0, "千元"),
        ("12.5", "万元", "万元", 12.5, None),
        ("12.5", "万元", None, 12.5, None),
        ("12.5元", "元", "万元", 12.5, None),
        ("12.5万元", "元", None, 125_000.0, "万元"),
        ("12.5万", "元", "亿元", 125_000.0, "万元"),
        ("三十万元", "元", None, 300_000.0, "万元"),
    ],
)
def test_the_unit_nearest_to_an_amount_tells_it(
    raw: str, unit: str, headed: str | None, value: float, told: str | None
) -> None:
    text = read_text(raw, "money", unit, headed)
    assert text.readings[0].value == value
    expected = (Doubt.of(DoubtKind.OTHER_UNIT, unit=told, form=unit),) if told else ()
    assert text.doubts == expected


def test_an_amount_that_no_float_keeps_is_doubted() -> None:
    assert [doubt.kind for doubt in read_text("12345678901234567.89", "money", "元").doubts] == [
        DoubtKind.ROUNDED
    ]


def test_a_target_of_org_mode_is_nothing_printed() -> None:
    assert read_text("<<>>").state is CellState.BLANK
    assert [one.value for one in read_text("<<a1>>12").readings] == [12]

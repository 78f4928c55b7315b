"""Sentences as reports word them, and what the rules take from each."""

import pytest

from gkllm.documents.formats import open_document
from gkllm.facts import Doubt, DoubtKind
from gkllm.prose.meanings import load_meanings
from gkllm.prose.passages import passages, sentences
from gkllm.prose.rule_claims import claims_by_rules
from gkllm.report import Claim, ReportInfo
from tests.forms import FORM

TABLES = {table_id: FORM.table(table_id, "2021") for table_id in FORM.table_ids}


def claims(text: str, issuer: str | None = "某市生态环境局", year: int | None = 2023) -> list[Claim]:
    document = open_document(text.encode(), "text")
    about = ReportInfo(title=None, issuer=issuer, year=year, published=None)
    return claims_by_rules(
        document, sentences(passages(document, (), ()).paragraphs), about, TABLES, load_meanings(FORM)
    )


def told(text: str) -> list[tuple[str, float]]:
    return [(claim.meaning, claim.value) for claim in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，共收到公民、法人和其他组织依申请公开政府信息申请46件。", [("received", 46)]),
        ("全年共受理依申请公开事项９件，按时办结率100%。", [("accepted", 9)]),
        ("2023年我局新收到政府信息公开申请1,204件，比上年增长15%。", [("received_new", 1204)]),
        ("今年收到政府信息公开申请共计一百零二宗。", [("received", 102)]),
        ("我局收到21件政府信息公开申请。", [("received", 21)]),
        (
            "收到政府信息公开申请6件，其中1件为上年结转，5件为本年新收。",
            [("received", 6), ("carried_in", 1), ("received_new", 5)],
        ),
        (
            "收到政府信息公开申请12件，自然人申请11件，商业企业1件。",
            [("received", 12), ("received.natural_person", 11), ("received.business", 1)],
        ),
        (
            "收到依申请公开申请书3份，均为自然人申请，均予以公开。",
            [("received", 3), ("received.natural_person", 3), ("granted", 3)],
        ),
        (
            "作出答复中，予以公开5件，部分公开2件，不予公开1件，本机关不掌握相关政府信息3件，不予处理1件，其他处理2件。",
            [
                ("granted", 5),
                ("partially_granted", 2),
                ("refused", 1),
                ("unavailable_not_held", 3),
                ("not_processed", 1),
                ("other_processing", 2),
            ],
        ),
        (
            "因信息公开引发行政复议案件3起（维持2起，纠正1起），行政诉讼案件1起。",
            [("review", 3), ("review.upheld", 2), ("review.corrected", 1), ("litigation", 1)],
        ),
        ("没有因政府信息公开工作被申请行政复议或提起行政诉讼。", [("review", 0), ("litigation", 0)]),
        ("本机关未产生信息公开申请。", [("received", 0)]),
        ("收取政府信息公开信息处理费380.5元。", [("processing_fee", 380.5)]),
        ("现行有效规范性文件25件。", [("normative_documents_in_force", 25)]),
    ],
)
def test_what_sentences_state(text: str, expected: list[tuple[str, float]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全年未收到行政许可申请。",
        "收到行政许可申请420件，受理信访举报1200件，办理政协提案21件。",
        "政务微信发布信息356条，公开双公示信息1200条，其中行政许可1000条、行政处罚200条。",
        "2022年收到政府信息公开申请15件。",
        "去年收到政府信息公开申请15件。",
        "收到政府信息公开申请较上年增加5件。",
        "按照《条例》（国令第711号）第二十七条和某政办发〔2023〕30号的要求，20个工作日内答复。",
        "2023年12月1日收到政府信息公开申请答复办法。",
        "未经复议直接起诉的，按规定应诉。",
        "申请人无正当理由逾期不补正的，不再处理其申请。",
        "各项指标占比分别为63.6%、13.6%。",
    ],
)
def test_what_is_no_count_of_this_year_makes_no_claim(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "issuer", "doubt"),
    [
        ("2023年办理行政复议案件45件。", "某县司法局", Doubt(DoubtKind.OTHER_CASELOAD)),
        ("全区收到政府信息公开申请95件。", "某区人民政府", Doubt.of(DoubtKind.OTHER_EXTENT, word="全区")),
        (
            "区政府办公室收到政府信息公开申请17件。",
            "某区人民政府",
            Doubt.of(DoubtKind.OTHER_BODY, word="政府办"),
        ),
        (
            "市直各部门收到政府信息公开申请17件。",
            "某市人民政府",
            Doubt.of(DoubtKind.OTHER_BODY, word="市直"),
        ),
        ("区住建局收到政府信息公开申请17件。", "某区教育局", Doubt.of(DoubtKind.OTHER_BODY, word="区住建局")),
        ("上半年收到政府信息公开申请5件。", "某县水利局", Doubt.of(DoubtKind.PART_OF_YEAR, word="上半年")),
        (
            "条例施行以来累计收到政府信息公开申请150件。",
            "某县水利局",
            Doubt.of(DoubtKind.PART_OF_YEAR, word="以来"),
        ),
        ("收到网上提出的政府信息公开申请5件。", "某县水利局", Doubt.of(DoubtKind.PART_OF_WHOLE, word="网上")),
        ("收到申请5件。", "某县水利局", Doubt(DoubtKind.TOPIC_UNSAID)),
    ],
)
def test_an_unsure_scope_is_said(text: str, issuer: str, doubt: Doubt) -> None:
    (claim,) = claims(text, issuer)
    assert claim.certainty == "unsure"
    assert doubt in claim.doubts


@pytest.mark.parametrize(
    ("text", "issuer", "certainty"),
    [
        ("我局收到政府信息公开申请5件。", "某县水利局", "explicit"),
        ("某县水利局收到政府信息公开申请5件。", "某县水利局", "explicit"),
        ("受理政府信息公开申请5件。", "某县水利局", "implied"),
        ("收到政府信息公开申请5件。", "某县人民政府", "implied"),
        ("收到政府信息公开申请5件。", None, "implied"),
        ("（二）依申请公开情况。收到申请5件。", "某县水利局", "implied"),
    ],
)
def test_only_plain_words_of_a_single_body_are_explicit(
    text: str, issuer: str | None, certainty: str
) -> None:
    assert [claim.certainty for claim in claims(text, issuer)] == [certainty]


def test_taking_in_hand_has_several_admissible_readings() -> None:
    (claim,) = claims("受理政府信息公开申请5件。")
    assert claim.readings == (
        ("requests.received.total",),
        ("requests.received.total", "requests.carried_in.total"),
        ("requests.results_total.total",),
    )


def test_a_sentence_that_the_layout_broke_is_one() -> None:
    text = "   2023 年，我局收到政府信息公\n开申请 12 件，其中自然人\n\n        - 3 -\n\f11 件。\n"
    first, second = claims(text)
    assert (first.value, second.value) == (12, 11)
    assert first.quote == "我局收到政府信息公 开申请 12 件"
    assert second.number is not None and text[second.number.start : second.number.end] == "11"


@pytest.mark.parametrize(
    "sentence",
    [
        "本年度未发生因依申请公开被行政复议纠错或行政诉讼败诉情形。",
        "全年没有因政府信息公开被行政诉讼撤销的情况。",
        "全年无一起政府信息公开行政诉讼败诉。",
        "全年未发生败诉的行政诉讼案件。",
        "没有被纠错的行政复议案件。",
        "因信息公开引发的行政诉讼案件中败诉0件。",
        "结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉 复议后起诉",
        "行政复议 结果维持 结果纠正 其他结果 尚未审结 0",
        "截至年底，尚未审结的信息公开行政诉讼2件。",
        "已审结的信息公开行政复议3件。",
    ],
)
def test_nobody_lost_is_not_nobody_sued_and_headings_state_nothing(sentence: str) -> None:
    assert claims(sentence) == []


@pytest.mark.parametrize("verb", ["办理", "办结", "答复了", "共办理"])
def test_what_was_done_with_requests_carried_over_is_not_how_many_were(verb: str) -> None:
    assert told(f"{verb}上年度结转政府信息公开申请7件。") == []


def test_cases_that_are_pending_are_no_requests() -> None:
    text = "办理政府信息公开行政复议案件9件，其中维持4件，尚未审结的5件结转下年度。"
    tables = {reading[0].split(".")[0] for claim in claims(text) for reading in claim.readings}
    assert tables == {"proceedings"}

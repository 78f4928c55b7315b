"""What a report says around its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from evals.generator.noise import PrintedCell
from evals.generator.office import load_office

_PLACES = ("青岚县", "河湾区", "石桥市", "北原县", "云溪区", "松塔市")
_OFFICES = ("教育局", "水利局", "民政局", "交通运输局", "人民政府", "统计局", "文化和旅游局")

_OVERVIEW = (
    "（一）主动公开情况。本机关通过门户网站发布各类信息，内容包括机构职能、办事指南和通知公告。",
    "（二）依申请公开情况。本机关设有受理窗口，指定专人登记、办理和答复。",
    "（三）政府信息管理情况。信息发布前由科室初审，再由办公室复核，全年更新目录12次。",
    "（四）平台建设情况。网站栏目调整为8个，移动端页面同步更新。",
    "（五）监督保障情况。组织业务培训2场，参训人员36人次，未发生责任追究情形。",
    "行政许可、行政处罚等事项的办理结果在7个工作日内上网。",
)
_PROBLEMS = (
    "存在的问题：一是部分栏目更新不够及时；二是工作人员业务能力还需提高。",
    "改进措施：一是建立季度检查制度；二是安排专题学习；三是完善办理台账。",
)
_OTHER = (
    "本机关未收取信息处理费。",
    "没有其他需要报告的事项。",
    "本报告数据的统计期限为当年1月1日至12月31日。",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Who reports, for which year, under which title, on which day (ISO)."""

    issuer: str
    year: int
    title: str
    published: str

    @property
    def date_line(self) -> str:
        """The day as Chinese prose writes it."""
        year, month, day = (int(part) for part in self.published.split("-"))
        return f"{year}年{month}月{day}日"


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs before section 二 and after section 四, each without a line end."""

    opening: tuple[str, ...]
    closing: tuple[str, ...]


def draw_heading(rng: Random, edition: str) -> Heading:
    """A heading whose year fits the edition of the disclosure table."""
    issuer = rng.choice(_PLACES) + rng.choice(_OFFICES)
    year = rng.choice((2019, 2020) if edition == "2019" else (2021, 2022, 2023, 2024))
    title = f"{issuer}{year}年政府信息公开{rng.choice(('工作', ''))}年度报告"
    day = (
        f"{year}-12-{rng.randint(20, 31)}"
        if rng.random() < 0.15
        else f"{year + 1}-01-{rng.randint(3, 31):02d}"
    )
    return Heading(issuer, year, title, day)


def draw_prose(rng: Random, heading: Heading, cells: Mapping[str, PrintedCell], *, mistaken: bool) -> Prose:
    """Neutral sentences; a number they state for a cell agrees with it, so a mistaken report states none."""
    opening = [f"根据有关规定，{heading.issuer}编制{heading.year}年度报告，现予公布。", "一、总体情况"]
    opening += rng.sample(_OVERVIEW, k=rng.randint(2, len(_OVERVIEW)))
    stated = load_office().prose
    number = cells[stated.cell].truth.value
    if number and not mistaken and rng.random() < 0.5:
        opening.append(stated.sentence.format(year=heading.year, number=number))
    closing = ["五、存在的主要问题及改进情况", *_PROBLEMS, "六、其他需要报告的事项", rng.choice(_OTHER)]
    signature = [heading.issuer, heading.date_line]
    if rng.random() < 0.2:
        opening += signature
    else:
        closing += signature
    return Prose(tuple(opening), tuple(closing))

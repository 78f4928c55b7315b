"""The form's labels as a careless hand prints them."""

from random import Random

from evals.generator.levels import LABEL_WEIGHTS, NoiseLevel
from evals.generator.luck import draw_kind
from evals.generator.truth import PrintedLabel

_NOTE_START = "（区分处理的"


class LabelPrinter:
    """Prints labels one by one, some damaged, and remembers what it printed.

    `breaks` are the strings that an inner break may show as in the layout at hand.
    """

    def __init__(self, rng: Random, level: NoiseLevel, breaks: tuple[str, ...]) -> None:
        self._rng = rng
        self._level = level
        self._breaks = breaks
        self.printed: list[PrintedLabel] = []
        self.table_damage: list[tuple[str, str]] = []

    def label(self, label: str) -> str:
        """A row's or a column's label."""
        return self._print(label, group=False)

    def group(self, label: str) -> str:
        """A group's label, which may be missing altogether."""
        return self._print(label, group=True)

    def damages_table(self, table_id: str, kind: str) -> bool:
        """Whether the table bears damage of this kind; if so, that is remembered."""
        usual = self._level.label_rate if kind in self._level.kinds else None
        rate = self._level.own_rates.get(kind, usual)
        if rate is None or self._rng.random() >= rate:
            return False
        self.table_damage.append((table_id, kind))
        return True

    def _print(self, label: str, *, group: bool) -> str:
        level = self._level
        damage = draw_kind(
            self._rng, level, LABEL_WEIGHTS, level.label_rate, lambda kind: _bears(kind, label, group=group)
        )
        printed = self._damage(damage, label) if damage else label
        self.printed.append(PrintedLabel(label, printed, damage))
        return printed

    def _damage(self, kind: str, label: str) -> str:
        rng = self._rng
        if kind == "group_missing":
            return ""
        if kind == "dropped_note":
            return label[: label.index(_NOTE_START)]
        if kind == "quotes":
            return label.replace("“", '"').replace("”", '"')
        if kind == "half_brackets":
            return label.replace("（", "(").replace("）", ")")
        if kind == "list_mark":
            return label[0] + rng.choice(("、", "、", "．", ". ")) + label[2:]
        at = rng.randrange(_mark_length(label), len(label))
        if kind == "doubled_character":
            return label[: at + 1] + label[at:]
        if kind == "inner_break":
            return label[: max(at, 1)] + rng.choice(self._breaks) + label[max(at, 1) :]
        lost = 2 if len(label) >= 12 and rng.random() < 0.3 else 1
        return label[:at] + label[at + lost :]


def _mark_length(label: str) -> int:
    """How many characters the leading `1.`, `（一）` or `一、` takes."""
    if label.startswith("（") and label[2:3] == "）":
        return 3
    return 2 if label[1:2] in (".", "、") else 0


def _bears(kind: str, label: str, *, group: bool) -> bool:
    conditions = {
        "missing_character": len(label) - _mark_length(label) >= 4,
        "list_mark": label[0].isdigit() and label[1:2] == ".",
        "half_brackets": "（" in label,
        "quotes": "“" in label,
        "dropped_note": _NOTE_START in label,
        "group_missing": group,
    }
    return conditions.get(kind, True)

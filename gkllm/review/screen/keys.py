"""The keys of the review screen, once: what they do, and how the help and the plain prompts name them."""

from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding

from gkllm.report import CellState


@dataclass(frozen=True, slots=True)
class Key:
    """A key, the action behind it, a word for the last line of the screen, and a sentence for the help."""

    keys: str
    action: str
    word: str
    help: str
    shown: bool = False

    @property
    def name(self) -> str:
        """How the key is called on the screen."""
        return _NAMES.get(self.keys.split(",")[0], self.keys.split(",")[0])


_NAMES = {"minus": "-", "slash": "/", "question_mark": "?"}

KEYS = (
    Key("a,enter", "accept", "Accept", "accept the proposal", True),
    Key("t", "type", "Type", "type the value that is printed", True),
    Key("c", "confirm", "Confirm", "confirm as printed although a relation is broken", True),
    Key("b", f"mark('{CellState.BLANK}')", "Blank", "nothing is printed in the cell", True),
    Key("o", f"mark('{CellState.NONE}')", "None", "the cell says 无 or 暂无"),
    Key("minus", f"mark('{CellState.NOT_APPLICABLE}')", "N/A", "the cell says / or a dash"),
    Key("x", f"mark('{CellState.UNREADABLE}')", "Unreadable", "what is printed is no number"),
    Key("d", f"mark('{CellState.MISSING}')", "Absent", "the document does not print this cell"),
    Key("g", "group", "Group", "accept the proposals of the whole group"),
    Key("s", "skip", "Skip", "put the cell off to the end of the queue", True),
    Key("u", "undo", "Undo", "take back the last decision", True),
    Key("n", "note", "Note", "keep a note about the cell"),
    Key("r", "next_report", "Report", "go to the next report"),
    Key("slash", "search", "Search", "find a label, a report or a print; empty repeats"),
    Key("l", "theme", "Light", "light or dark"),
    Key("question_mark", "help", "Help", "this help", True),
    Key("q", "quit", "Quit", "leave; every decision is kept already", True),
)


def bindings() -> list[Binding]:
    """The keys as Textual binds them, the digits with them."""
    digits = [Binding(str(digit), f"candidate({digit})", show=False) for digit in range(1, 10)]
    return digits + [
        Binding(key.keys, key.action, key.word, show=key.shown, key_display=key.name) for key in KEYS
    ]


def help_text() -> Text:
    """A line for each key."""
    lines = [("1-9", "choose that candidate"), *((key.name, key.help) for key in KEYS)]
    lines += [("up down", "move in the queue; tab moves between the panes")]
    text = Text("Keys\n", style="bold")
    for name, help_ in lines:
        text.append_text(Text.assemble((f"{name:>8}  ", "bold"), (help_, "not bold"), "\n"))
    marks = "In the queue: | cells that one decision may settle, ~ drawn at random, # reviewers disagree"
    text.append_text(Text(marks, style="not bold"))
    return text

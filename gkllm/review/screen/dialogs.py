"""The keys, and what is asked over the screen: a value, a line, whether a broken relation is meant; and the help."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from gkllm.language import later, said
from gkllm.report import CellState
from gkllm.review.corrected import broken
from gkllm.review.describe import candidate_lines, in_words, labels, question, suggestions, verdict_line
from gkllm.review.log import LONGEST_NOTE, Content, Reason
from gkllm.review.plain import NotAValue, typed_content
from gkllm.review.queue import Item
from gkllm.review.session import Session


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


_NAMES = {"enter": "↵", "minus": "-", "slash": "/", "question_mark": "?"}

KEYS = (
    Key("a", "accept", later("Accept"), later("accept the proposal"), True),
    Key("g", "group", later("Accept group"), later("accept the proposals of the whole group"), True),
    Key("enter,t", "type", later("Open"), later("open the cell and type the value that is printed"), True),
    Key("c", "confirm", later("Confirm"), later("confirm as printed although a relation is broken")),
    Key("b", f"mark('{CellState.BLANK}')", later("Blank"), later("nothing is printed in the cell"), True),
    Key("o", f"mark('{CellState.NONE}')", later("None"), later("the cell says 无 or 暂无")),
    Key("minus", f"mark('{CellState.NOT_APPLICABLE}')", later("N/A"), later("the cell says / or a dash")),
    Key("x", f"mark('{CellState.UNREADABLE}')", later("Unreadable"), later("what is printed is no number")),
    Key("d", f"mark('{CellState.MISSING}')", later("Absent"), later("the document does not print this cell")),
    Key("s", "skip", later("Skip"), later("put the cell off to the end of the queue"), True),
    Key("u", "undo", later("Undo"), later("take back the last decision"), True),
    Key("n", "note", later("Note"), later("keep a note about the cell")),
    Key("r", "next_report", later("Report"), later("go to the next report")),
    Key("slash", "search", later("Search"), later("find a label, a report or a print; empty repeats")),
    Key("l", "theme", later("Light"), later("light or dark")),
    Key("question_mark", "help", later("Help"), later("this help"), True),
    Key("q", "quit", later("Quit"), later("leave; every decision is kept already"), True),
)


def bind_keys(app: App[None]) -> None:
    """Bind the keys, and the digits, with words in the language that is spoken when the program begins."""
    reading = said("Reading")
    for digit in range(1, 10):
        app.bind(str(digit), f"candidate({digit})", description=reading, show=digit == 1, key_display="1-9")
    for key in KEYS:
        app.bind(key.keys, key.action, description=said(key.word), show=key.shown, key_display=key.name)


def help_text() -> Text:
    """A line for each key."""
    lines = [("1-9", said("choose that candidate")), *((key.name, said(key.help)) for key in KEYS)]
    lines += [(said("up down"), said("move in the queue; tab moves between the panes"))]
    text = Text(said("Keys") + "\n", style="bold")
    for name, help_ in lines:
        text.append_text(Text.assemble((f"{name:>8}  ", "bold"), (help_, "not bold"), "\n"))
    marks = said(
        "In the queue: | cells that one decision may settle, ~ drawn at random, # reviewers disagree"
    )
    text.append_text(Text(marks, style="not bold"))
    return text


class TextDialog(ModalScreen[str | None]):
    """Asks for a line of text; null where it was cancelled."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """A title and an input."""
        with VerticalScroll(classes="dialog"):
            yield Label(Text(self._title), classes="title")
            yield Input(self._value, max_length=LONGEST_NOTE)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter hands the text back."""
        self.dismiss(event.value)


class ValueDialog(ModalScreen[Content | None]):
    """Asks for a value, and shows what becomes of the relations as it is typed.

    `known` is what is known of the cell; `parse` raises NotAValue; `relations` gives the lines to show under a value,
    and whether one is broken by it. A value that breaks a relation must be entered twice.
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self,
        title: str,
        known: list[Text],
        parse: Callable[[str], Content],
        relations: Callable[[Content], tuple[list[Text], bool]],
    ) -> None:
        super().__init__()
        self._title = title
        self._known = known
        self._parse = parse
        self._relations = relations
        self._warned = ""

    def compose(self) -> ComposeResult:
        """A title, what is known, an input, and what the value would do."""
        with VerticalScroll(classes="dialog"):
            yield Label(Text(self._title), classes="title")
            yield Static(Text("\n").join(self._known))
            yield Input(placeholder=said("the number that is printed"))
            yield Static(id="consequence")
            yield Label(said("Enter keeps what is typed, Escape goes back"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the relations under what is typed so far."""
        self._warned = ""
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter accepts a value; one that breaks a relation only when it is entered again."""
        try:
            content = self._parse(event.value)
        except NotAValue:
            self._show(event.value or " ")
            return
        _, broken = self._relations(content)
        if broken and self._warned != event.value:
            self._warned = event.value
            self._show(event.value)
            return
        self.dismiss(content)

    def _show(self, value: str) -> None:
        lines: list[Text] = []
        if value:
            try:
                lines, _ = self._relations(self._parse(value))
            except NotAValue as error:
                lines = [Text(str(error), style="bold red")]
        if self._warned:
            lines.append(
                Text(said("This value breaks a relation. Enter again if it is what is printed."), "bold")
            )
        self.query_one("#consequence", Static).update(Text("\n").join(lines))


class ConfirmDialog(ModalScreen[bool]):
    """Asks whether something is meant; Enter is no answer, since it also opens the next cell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
    ]

    def __init__(self, title: str, lines: list[Text]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The question, and what speaks against it."""
        with VerticalScroll(classes="dialog"):
            yield Label(Text(self._title), classes="title")
            yield Static(Text("\n").join(self._lines))
            yield Label(said("y yes   n no"))


class HelpDialog(ModalScreen[None]):
    """Every key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Close")
    ]

    def compose(self) -> ComposeResult:
        """The keys, a line each."""
        with VerticalScroll(classes="dialog"):
            yield Static(help_text())


_MOST_LISTED: Final = 12


def value_dialog(session: Session, item: Item) -> ValueDialog:
    """Asks which value is printed in an item's cell, under what is known of it."""
    report, form, cell = session.report(item), session.form(item), session.cell(item)

    def consequences(content: Content) -> tuple[list[Text], bool]:
        found = session.sides(item, content)
        return [verdict_line(report, form, residual) for residual in found], bool(broken(found))

    asked = question(cell, session.about(item).together)
    known = [*candidate_lines(cell, numbered=False), *suggestions(report, form, cell.id)]
    return ValueDialog(
        said("{label}: {sentence}", label=labels(report, form, cell.id)[0], sentence=asked),
        known,
        lambda text: typed_content(report, form, item.ref.cell, text),
        consequences,
    )


def group_dialog(session: Session, group: list[Item]) -> tuple[ConfirmDialog, Reason]:
    """Asks whether a group's proposals are all accepted; and the reason that a yes gives."""
    found = {
        residual.relation: verdict_line(session.report(one), session.form(one), residual)
        for one in group
        for residual in broken(session.sides(one, session.proposal(one)))
    }
    named = [
        (labels(session.report(i), session.form(i), i.ref.cell)[0], session.proposal(i))
        for i in group[:_MOST_LISTED]
    ]
    lines = [Text(said("{label}: {value}", label=name, value=in_words(content))) for name, content in named]
    if len(group) > _MOST_LISTED:
        lines.append(Text(said("and {number} more", number=len(group) - _MOST_LISTED)))
    asked = later("Accept these {count} cells as they are read?")
    if found:
        asked = later("Accept these {count} cells as they are read, although relations are broken?")
    dialog = ConfirmDialog(said(asked, count=len(group)), [*lines, *found.values()])
    return dialog, Reason.CONFIRMED if found else Reason.ACCEPTED

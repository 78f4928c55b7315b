"""What is asked over the screen: a value, a line of text, whether a broken relation is meant; and the help."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from gkllm.review.log import LONGEST_NOTE, Content
from gkllm.review.plain import NotAValue


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

    `parse` raises NotAValue; `relations` gives the lines to show under a value, and whether one is broken by it. A
    value that breaks a relation must be entered twice.
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self,
        title: str,
        parse: Callable[[str], Content],
        relations: Callable[[Content], tuple[list[Text], bool]],
    ) -> None:
        super().__init__()
        self._title = title
        self._parse = parse
        self._relations = relations
        self._warned = ""

    def compose(self) -> ComposeResult:
        """A title, an input, and what the value would do."""
        with VerticalScroll(classes="dialog"):
            yield Label(Text(self._title), classes="title")
            yield Input(placeholder="the number that is printed")
            yield Static(id="consequence")

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
            lines.append(Text("This value breaks a relation. Enter again if it is what is printed.", "bold"))
        self.query_one("#consequence", Static).update(Text("\n").join(lines))


class ConfirmDialog(ModalScreen[bool]):
    """Asks whether something is meant; Enter is no answer, since it also accepts the next cell."""

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
            yield Label("y yes   n no")


class HelpDialog(ModalScreen[None]):
    """Every key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Close")
    ]

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The keys, a line each."""
        with VerticalScroll(classes="dialog"):
            yield Static(self._text)

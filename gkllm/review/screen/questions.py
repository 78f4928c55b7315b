"""What is asked over the screen about a cell and about a group."""

from typing import Final

from rich.text import Text

from gkllm.language import later, said
from gkllm.review.describe import candidate_lines, in_words, labels, question, suggestions, verdict_line
from gkllm.review.log import Content, Reason
from gkllm.review.plain import typed_content
from gkllm.review.queue import Item
from gkllm.review.relations import broken
from gkllm.review.screen.dialogs import ConfirmDialog, ValueDialog
from gkllm.review.session import Session

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

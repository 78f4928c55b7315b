"""The form that reports are generated on: what offices print there is known of this one alone."""

from collections.abc import Mapping

from gkllm.form import Relation, load_form
from gkllm.forms import FIRST, FOLDER

FORM = load_form(FOLDER / FIRST)


def relations_in(editions: Mapping[str, str]) -> tuple[Relation, ...]:
    """Every relation of a report's tables, in the editions given by table id."""
    return FORM.relations_over(FORM.table(table_id, editions[table_id]) for table_id in FORM.table_ids)

"""The forms that are known: those shipped, and a user's own."""

from collections.abc import Iterator
from pathlib import Path

from gkllm.errors import FormError
from gkllm.form.form import Form, load_form
from gkllm.forms import FIRST, FOLDER


class Forms:
    """The known forms by id; the first is what a document is taken for where nothing tells."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = {form.id: form for form in forms}

    @property
    def first(self) -> Form:
        """The form that a document is taken for where nothing tells."""
        return next(iter(self))

    def __getitem__(self, form_id: str) -> Form:
        """The form of that id, as a report names it.

        Raises:
            FormError: there is none.
        """
        if form_id not in self._forms:
            known = ", ".join(self._forms)
            raise FormError(f"no form {form_id!r}; known are {known}")
        return self._forms[form_id]

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())


def load_forms(rules: Path | None = None) -> Forms:
    """The shipped forms; with the rules of a user's file besides their own.

    Raises:
        FormError: a form's folder is broken.
        RulesError: the file of rules cannot be used.
    """
    shipped = (load_form(FOLDER / FIRST),)
    return Forms(tuple(form.with_rules(rules) for form in shipped) if rules else shipped)

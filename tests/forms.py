"""The forms that the tests read by."""

from gkllm.form import load_forms

FORMS = load_forms()
FORM = FORMS.first

"""Small relations for the tests, over cells named by letters."""

from gkllm.form import Relation


def balance(left: str, right: str, scope: str = "") -> Relation:
    """sum(left) = sum(right), a letter a cell; the first cell of the left is the total."""
    return Relation("test", scope or f"{left}={right}", "=", "error", tuple(left), tuple(right), left[0])

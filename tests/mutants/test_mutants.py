"""What is printed otherwise than the form has it is followed or marked, in every layout that is read."""

import pytest

from tests.mutants.measure import mutants, read
from tests.mutants.mutations import MUTATIONS, mutant
from tests.mutants.sheets import LAYOUTS

CELLS = ("pipe", "csv", "tsv", "html", "word_file")
"""Layouts in which headings stand over their numbers."""
APART = [layout for layout in LAYOUTS if layout != "spaced"]
"""Layouts in which something stands between cells other than a space. Rows with a space between cells still hold silent
errors where blanks left nothing behind and the rows are taken for delimited ones (see the long test)."""


@pytest.mark.parametrize("kind", MUTATIONS)
def test_no_mutant_is_read_wrong_unmarked(kind: str) -> None:
    for mutated in mutants(len(APART), 9_000, APART, [kind]):
        assert not read(mutated).silent, mutated.name


@pytest.mark.long
@pytest.mark.parametrize("kind", MUTATIONS)
def test_no_mutant_of_five_thousand_is_read_wrong_unmarked(kind: str) -> None:
    for mutated in mutants(5_000 // len(MUTATIONS), 20_000, list(LAYOUTS), [kind]):
        assert not read(mutated).silent, mutated.name


@pytest.mark.parametrize("layout", CELLS)
@pytest.mark.parametrize("kind", ["swapped", "moved", "added"])
def test_headings_over_their_numbers_are_followed(kind: str, layout: str) -> None:
    counts = [read(mutant(seed, kind, layout)).counts for seed in range(4)]
    assert sum(count["right"] >= 0.95 * sum(count.values()) for count in counts) >= 3


@pytest.mark.parametrize("layout", CELLS)
def test_nothing_is_marked_where_nothing_was_done(layout: str) -> None:
    outcome = read(mutant(3, "unchanged", layout))
    assert not outcome.counts["marked"] and not outcome.counts["wrong"]


@pytest.mark.parametrize(
    ("layout", "kind", "seed"),
    [
        ("word", "repeated", 20_443),  # a heading printed twice, in two lines of headings
        ("word", "repeated", 20_843),
        ("spaced", "words", 20_135),  # a word among numbers a space apart
        ("spaced", "words", 20_615),
    ],
)
def test_what_was_once_read_wrong_unmarked_is_so_no_more(layout: str, kind: str, seed: int) -> None:
    assert not read(mutant(seed, kind, layout)).silent


@pytest.mark.parametrize("seed", [30_306, 30_546])
def test_another_year_s_numbers_under_headings_that_begin_anew_are_marked(seed: int) -> None:
    assert not read(mutant(seed, "other_year_table", "one_a_line")).silent

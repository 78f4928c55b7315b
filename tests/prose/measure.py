"""`python -m tests.prose.measure`: how the claims found in the labelled reports compare with the labels."""

import argparse

import gkllm
from tests.prose.labelled import Comparison, compare, load, names


def main() -> None:
    """Print a line for each report and one for all; with --show, what is not right."""
    parser = argparse.ArgumentParser(description="Claims found by rules against hand-made labels.")
    parser.add_argument("--show", action="store_true", help="name what is wrong, missed or not labelled")
    options = parser.parse_args()
    row = "{:26}{:>9}{:>7}{:>13}{:>8}{:>12}{:>14}"
    print(row.format("report", "labelled", "right", "wrong scope", "missed", "unlabelled", "false errors"))
    totals = [0] * 6
    for name in names():
        labelled = load(name)
        found = compare(labelled, gkllm.extract(labelled.path, gkllm.Settings(reader="rules")))
        counts = [len(labelled.claims), *counted(found)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(row.format(name, *counts))
        if options.show:
            for title, claims in (
                ("wrong scope", found.wrong_scope),
                ("missed", found.missed),
                ("unlabelled", found.unlabelled),
            ):
                for claim in claims:
                    print(f"    {title}: {claim.meaning} {claim.value} {claim.quote}")
    print(row.format("all", *totals))


def counted(found: Comparison) -> list[int]:
    """The comparison's parts, counted."""
    parts = (found.right, found.wrong_scope, found.missed, found.unlabelled, found.errors)
    return [len(part) for part in parts]


if __name__ == "__main__":
    main()

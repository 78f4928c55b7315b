"""What a model added to the rules' reading in a result of `gkllm eval`, and what it cost, by what was done to reports.

python -m evals.asking.account evals/results/asking.json
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gkllm.evaluation.comparison import bootstrap_interval, unmarked
from gkllm.evaluation.results import DocumentRecord, SuiteResult, load_result
from gkllm.evaluation.scoring import Counts

_HEADING = (
    "| reports | n | cells | right and unmarked: rules | with the model | difference (95% interval) "
    "| silent: rules | with the model | requests | tokens a request |"
)
_Reports = Mapping[str, tuple[Counts, DocumentRecord]]
"""By document; every one holds one report."""


def account(result: SuiteResult, baseline: str, system: str) -> str:
    """A table in Markdown: over all reports, and by kind of damage, which their names begin with.

    A difference is of cells right and unmarked, and its interval from drawing whole reports. Tokens are those of
    prompts and answers, of all attempts.
    """
    left, right = (_records(result, name) for name in (baseline, system))
    kinds = dict.fromkeys(document.split("-")[0] for document in left)
    rows = [_row("all", list(left), left, right, result.seed)]
    rows += [
        _row(kind, [each for each in left if each.split("-")[0] == kind], left, right, result.seed)
        for kind in kinds
    ]
    return "\n".join([_HEADING, "|" + " --- |" * 10, *rows])


def _records(result: SuiteResult, name: str) -> _Reports:
    found = next(system for system in result.systems if system.name == name)
    return {record.document: (record.reports[0].counts, record) for record in found.records}


def _row(name: str, documents: Sequence[str], left: _Reports, right: _Reports, seed: int) -> str:
    pairs = [(left[document][0], right[document][0]) for document in documents]
    cells = sum(before.cells for before, _ in pairs)
    before, after = (sum(unmarked(pair[side]) for pair in pairs) for side in (0, 1))
    silent = (str(sum(pair[side].silent for pair in pairs)) for side in (0, 1))
    low, high = bootstrap_interval([(unmarked(b) - unmarked(a), a.cells) for a, b in pairs], seed=seed)
    records = [right[document][1] for document in documents]
    calls = sum(record.calls for record in records)
    tokens = sum(record.prompt_tokens + record.completion_tokens for record in records)
    said = (
        name,
        str(len(pairs)),
        str(cells),
        f"{before} ({before / cells:.1%})",
        f"{after} ({after / cells:.1%})",
        f"{(after - before) / cells:+.1%} ({low:+.1%} … {high:+.1%})",
        *silent,
        str(calls),
        f"{tokens / calls:.0f}" if calls else "",
    )
    return "| " + " | ".join(said) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the account of every system that asked a model."""
    parser = argparse.ArgumentParser(prog="python -m evals.asking.account", description=__doc__)
    parser.add_argument("result", type=Path, help="a result's JSON file")
    result = load_result(parser.parse_args(arguments).result)
    for system in (system.name for system in result.systems if system.model):
        print(f"{system}:\n\n{account(result, 'rules', system)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

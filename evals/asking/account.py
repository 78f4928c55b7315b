"""What a model added to the rules' reading in a result of `gkllm eval`, and what it cost, place by place.

python -m evals.asking.account evals/results/asking.json
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from gkllm.evaluation.comparison import bootstrap_interval, unmarked
from gkllm.evaluation.results import DocumentRecord, SuiteResult, SystemResult, load_result
from gkllm.evaluation.scoring import TABLE, Counts

Key = tuple[str, int]


def account(result: SuiteResult, baseline: str, system: str) -> str:
    """A table in Markdown: over all reports, by what was done to them, and by table of the form.

    A difference is of cells right and unmarked, with a 95% interval from drawing whole reports. Tokens are those of
    prompts and answers, of all attempts, for each request.
    """
    left, right = (_records(result, name) for name in (baseline, system))
    kinds = sorted({document.split("-")[0] for document, _ in left})
    tables = sorted({name for _, groups, _ in left.values() for name in groups})
    rows = [_row("all", left, right, result.seed, _whole)]
    rows += [_row(kind, _of_kind(left, kind), _of_kind(right, kind), result.seed, _whole) for kind in kinds]
    rows += [_row(f"table {name}", left, right, result.seed, _in_table(name), costs=False) for name in tables]
    heading = (
        "| place | reports | cells | right and unmarked: rules | with the model | difference | silent | requests | "
        "tokens a request |"
    )
    return "\n".join([heading, "| --- " * 9 + "|", *rows]) + "\n"


_Reports = Mapping[Key, tuple[Counts, Mapping[str, Counts], DocumentRecord]]


def _records(result: SuiteResult, name: str) -> _Reports:
    found: SystemResult = next(system for system in result.systems if system.name == name)
    return {
        (record.document, report.report): (report.counts, report.groups[TABLE], record)
        for record in found.records
        for report in record.reports
    }


def _of_kind(reports: _Reports, kind: str) -> _Reports:
    return {key: each for key, each in reports.items() if key[0].split("-")[0] == kind}


def _whole(counts: Counts, _groups: Mapping[str, Counts]) -> Counts:
    return counts


def _in_table(name: str) -> Callable[[Counts, Mapping[str, Counts]], Counts]:
    return lambda _, groups: groups.get(name, Counts())


def _row(
    place: str,
    left: _Reports,
    right: _Reports,
    seed: int,
    counted: Callable[[Counts, Mapping[str, Counts]], Counts],
    *,
    costs: bool = True,
) -> str:
    pairs = [(counted(*left[key][:2]), counted(*right[key][:2])) for key in left]
    pairs = [(before, after) for before, after in pairs if before.cells]
    cells = sum(before.cells for before, _ in pairs)
    before, after = (sum(unmarked(pair[side]) for pair in pairs) for side in (0, 1))
    differences = [(unmarked(b) - unmarked(a), a.cells) for a, b in pairs]
    low, high = bootstrap_interval(differences, seed=seed)
    records = [record for _, _, record in right.values()]
    calls = sum(record.calls for record in records)
    tokens = sum(record.prompt_tokens + record.completion_tokens for record in records)
    spent = (str(calls), f"{tokens / calls:.0f}" if calls else "–") if costs else ("", "")
    said = (
        place,
        str(len(pairs)),
        str(cells),
        f"{before} ({before / cells:.1%})",
        f"{after} ({after / cells:.1%})",
        f"{(after - before) / cells:+.1%} ({low:+.1%} … {high:+.1%})",
        str(sum(after.silent for _, after in pairs)),
        *spent,
    )
    return "| " + " | ".join(said) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the account of every system that asked a model."""
    parser = argparse.ArgumentParser(prog="python -m evals.asking.account", description=account.__doc__)
    parser.add_argument("result", type=Path, help="a result's JSON file")
    result = load_result(parser.parse_args(arguments).result)
    for system in _asking(result):
        print(f"{system}:\n\n{account(result, 'rules', system)}")
    return 0


def _asking(result: SuiteResult) -> Iterator[str]:
    return (system.name for system in result.systems if system.model)


if __name__ == "__main__":
    sys.exit(main())

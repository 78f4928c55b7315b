"""`gkllm review` in lines: the queue, the statistics, and what the log holds that was not applied."""

from collections.abc import Iterable

from gkllm.review.describe import in_words, report_name
from gkllm.review.log import Decision
from gkllm.review.session import Session
from gkllm.review.standing import Stale, Standing
from gkllm.review.stats import Bin, Stats
from gkllm.terminal.words import printable


def left_out(standing: Standing, stale: Stale, log: str) -> list[str]:
    """What the log holds and the results do not take, in sentences."""
    said: list[str] = []
    conflicts = [decision for ref in standing.decisions for decision in standing.conflict(ref)]
    if conflicts:
        cells = {d.ref for d in conflicts}
        said.append(f"reviewers disagree on {len(cells)} cells, which stay in review: {_named(conflicts)}")
    if stale.changed:
        said.append(
            f"stale: {len(stale.changed)} decisions are of documents that have changed since, and are not "
            f"applied: {_named(stale.changed)}"
        )
    if stale.unattributed:
        said.append(
            f"stale: {len(stale.unattributed)} decisions are of documents in which other reports are told apart "
            f"now, or do not say of which report, and are not applied: {_named(stale.unattributed)}"
        )
    if stale.unprinted:
        said.append(f"stale: {len(stale.unprinted)} decisions are of cells that the reports no longer have")
    if stale.elsewhere:
        said.append(
            f"{log} has {len(stale.elsewhere)} decisions about documents that are not in these results"
        )
    return said


def _named(decisions: Iterable[Decision], most: int = 5) -> str:
    every = [f"{d.source} {d.cell} = {in_words(d.after)} ({d.reviewer})" for d in decisions]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return "; ".join(every[:most]) + more


def print_queue(session: Session) -> None:
    """The queue, a line a cell, tab-separated."""
    print("group\treport\tcell\tlabel\tenglish\treading\tprinted\tconfidence\tworth\twhy")
    for item in session.queue:
        report, cell = session.report(item), session.cell(item)
        why = "; ".join((*(["drawn at random"] if item.sampled else []), *cell.reasons))
        fields = (
            str(item.group),
            report_name(report),
            cell.id,
            *session.labels(item),
            in_words(session.proposal(item)),
            cell.raw,
            f"{cell.confidence:.4f}",
            f"{item.worth:.4f}",
            why,
        )
        print("\t".join(printable(field) for field in fields))


def print_stats(stats: Stats) -> None:
    """Pace, agreement and rightness, tab-separated, every share with its numbers."""
    print("reviewer\tdecisions\tminutes\tmedian seconds\tdecisions an hour")
    for pace in stats.pace:
        hourly = f"{pace.decisions / pace.seconds * 3600:.0f}" if pace.seconds else "-"
        print(
            f"{printable(pace.reviewer)}\t{pace.decisions}\t{pace.seconds / 60:.1f}\t{pace.median:.1f}\t{hourly}"
        )
    for agreement in stats.agreement:
        pair = printable(" and ".join(agreement.reviewers))
        print(f"agreement\t{pair}\t{agreement.same}/{agreement.both}")
    if stats.conflicts:
        print(f"conflicts\t{stats.conflicts} cells")
    _print_bins("drawn at random among confident cells", stats.sampled)
    _print_bins("chosen by the queue", stats.queued)


def _print_bins(title: str, bins: tuple[Bin, ...]) -> None:
    print(f"the program was right, cells {title}")
    if not bins:
        print("confidence\tnone decided yet")
    for found in bins:
        print(
            f"confidence {found.low:g} to {found.high:g}\t{found.right}/{found.total}\tmean {found.mean:.3f}"
        )

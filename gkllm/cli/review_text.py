"""`gkllm review` in lines: the queue, the statistics, and what the log holds that was not applied."""

from collections.abc import Iterable

from gkllm.language import counted, said
from gkllm.review.describe import in_words, labels, report_name
from gkllm.review.log import Decision
from gkllm.review.session import Session
from gkllm.review.standing import Bin, Stale, Standing, Stats
from gkllm.terminal.words import printable, reasons_of


def left_out(standing: Standing, stale: Stale, log: str) -> list[str]:
    """What the log holds and the results do not take, in sentences."""
    lines: list[str] = []
    conflicts = [decision for ref in standing.decisions for decision in standing.conflict(ref)]
    if conflicts:
        lines.append(
            counted(
                "reviewers disagree on {count} cell, which stays in review: {named}",
                "reviewers disagree on {count} cells, which stay in review: {named}",
                len({d.ref for d in conflicts}),
                named=_named(conflicts),
            )
        )
    if stale.changed:
        lines.append(
            counted(
                "stale: {count} decision is of a document that has changed since, and is not applied: {named}",
                "stale: {count} decisions are of documents that have changed since, and are not applied: {named}",
                len(stale.changed),
                named=_named(stale.changed),
            )
        )
    if stale.unattributed:
        lines.append(
            counted(
                "stale: {count} decision is of a document in which other reports are told apart now, or does not "
                "say of which report, and is not applied: {named}",
                "stale: {count} decisions are of documents in which other reports are told apart now, or do not "
                "say of which report, and are not applied: {named}",
                len(stale.unattributed),
                named=_named(stale.unattributed),
            )
        )
    if stale.unprinted:
        lines.append(
            counted(
                "stale: {count} decision is of a cell that the reports no longer have",
                "stale: {count} decisions are of cells that the reports no longer have",
                len(stale.unprinted),
            )
        )
    if stale.elsewhere:
        lines.append(
            counted(
                "{log} has {count} decision about a document that is not in these results",
                "{log} has {count} decisions about documents that are not in these results",
                len(stale.elsewhere),
                log=log,
            )
        )
    return lines


def _named(decisions: Iterable[Decision], most: int = 5) -> str:
    every = [f"{d.source} {d.cell} = {in_words(d.after)} ({d.reviewer})" for d in decisions]
    more = [said("and {count} more", count=len(every) - most)] if len(every) > most else []
    return "; ".join([*every[:most], *more])


def print_queue(session: Session) -> None:
    """The queue, a line a cell, tab-separated."""
    print("group\treport\tcell\tlabel\tenglish\treading\tprinted\tconfidence\tworth\twhy")
    for item in session.queue:
        report, cell = session.report(item), session.cell(item)
        why = "; ".join((*([said("drawn at random")] if item.sampled else []), *reasons_of(cell)))
        fields = (
            str(item.group),
            report_name(report),
            cell.id,
            *labels(report, session.form(item), cell.id),
            in_words(session.proposal(item)),
            cell.raw,
            f"{cell.confidence:.4f}",
            f"{item.worth:.4f}",
            why,
        )
        print("\t".join(printable(field) for field in fields))


def print_stats(stats: Stats) -> None:
    """Pace, agreement and rightness, tab-separated, every share with its numbers."""
    print(said("reviewer\tdecisions\tminutes\tmedian seconds\tdecisions an hour"))
    for pace in stats.pace:
        hourly = f"{pace.decisions / pace.seconds * 3600:.0f}" if pace.seconds else "-"
        print(
            f"{printable(pace.reviewer)}\t{pace.decisions}\t{pace.seconds / 60:.1f}\t{pace.median:.1f}\t{hourly}"
        )
    for agreement in stats.agreement:
        pair = printable(" + ".join(agreement.reviewers))
        print(said("agreement\t{pair}\t{same}/{both}", pair=pair, same=agreement.same, both=agreement.both))
    if stats.conflicts:
        print(counted("conflicts\t{count} cell", "conflicts\t{count} cells", stats.conflicts))
    _print_bins(said("the program was right, cells drawn at random among confident cells"), stats.sampled)
    _print_bins(said("the program was right, cells chosen by the queue"), stats.queued)


def _print_bins(title: str, bins: tuple[Bin, ...]) -> None:
    print(title)
    if not bins:
        print(said("confidence\tnone decided yet"))
    for found in bins:
        print(
            said(
                "confidence {low:g} to {high:g}\t{right}/{total}\tmean {mean:.3f}",
                low=found.low,
                high=found.high,
                right=found.right,
                total=found.total,
                mean=found.mean,
            )
        )

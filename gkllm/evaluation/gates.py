"""Limits that a result must keep."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from gkllm.evaluation.scoring import Counts


class Gate(BaseModel):
    """The least share of cells right and the most silent errors; null where nothing is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_accuracy: float | None = None
    max_silent: int | None = None

    def failures(self, system: str, counts: Counts) -> Iterator[str]:
        """What the counts fall short of, one line each."""
        accuracy = counts.right / counts.cells if counts.cells else 0.0
        if self.min_accuracy is not None and accuracy < self.min_accuracy:
            yield (
                f"{system}: {counts.right}/{counts.cells} cells right is {accuracy:.4%}, "
                f"less than {self.min_accuracy:.4%}"
            )
        if self.max_silent is not None and counts.silent > self.max_silent:
            yield (
                f"{system}: {counts.silent}/{counts.cells} cells wrong and not marked, "
                f"more than {self.max_silent}"
            )

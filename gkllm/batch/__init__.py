"""Many documents read into a store, whatever one of them does and however the run ends."""

from gkllm.batch.run import Batch, Limits
from gkllm.batch.work import Finished, failure_of, settings_content

__all__ = ["Batch", "Finished", "Limits", "failure_of", "settings_content"]

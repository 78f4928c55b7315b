"""Many documents read into a store, whatever one of them does and however the run ends."""

from gkllm.batch.run import Batch, Limits
from gkllm.batch.work import Finished

__all__ = ["Batch", "Finished", "Limits"]

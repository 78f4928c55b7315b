"""What a model's tokens cost, from a file that the user keeps."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from gkllm.data_file import read_toml


class Price(BaseModel):
    """Money for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    currency: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost, in the currency."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


PriceTable = Mapping[str, Price]
"""By the name that the endpoint gives a model."""


def load_prices(path: Path) -> PriceTable:
    """The price table in a TOML file: a table for each model, named as its endpoint names it.

    Raises ConfigurationError where it cannot be read or an entry is no price.
    """
    prices, _ = read_toml(path, TypeAdapter(dict[str, Price]))
    return prices

"""Who may ask the service: tokens, of which only hashes are kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from gkllm.errors import TokenError
from gkllm.store.opening import Connected, timestamp
from gkllm.store.tables import TOKENS

Access = Literal["read", "full"]

_RANDOM_BYTES: Final = 32
"""A token is as hard to guess as a key: its hash needs no salt and no slowness."""
_PREFIX: Final = "gkllm_"
_NAME: Final = re.compile(r"[^\s\W](?:[\w .@-]{0,78}[\w.@-])?")
_TOLD: Final = select(TOKENS.c.id, TOKENS.c.name, TOKENS.c.access, TOKENS.c.created, TOKENS.c.revoked)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out: to whom, for what, when, and when it was taken back."""

    number: int
    name: str
    access: Access
    created: str
    revoked: str | None


class Tokens(Connected):
    """The tokens in a store."""

    def add(self, name: str, access: Access) -> str:
        """Give out a token under a name that no other in force has; it can never be shown again.

        Raises:
            TokenError: the name is taken, or is none.
        """
        if not _NAME.fullmatch(name):
            raise TokenError("{name!r}: a name has 1 to 80 characters that can be printed", name=name)
        token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        row = {"name": name, "sha256": _hash(token), "access": access, "created": timestamp()}
        try:
            with self._writing() as connection:
                connection.execute(insert(TOKENS).values(row))
        except IntegrityError:
            raise TokenError("{name}: there is a token of this name", name=name) from None
        return token

    def revoke(self, name: str) -> None:
        """Take a token back; whoever has it is refused from now on.

        Raises:
            TokenError: there is none of that name in force.
        """
        t = TOKENS.c
        taken_back = update(TOKENS).where(t.name == name, t.revoked.is_(None)).values(revoked=timestamp())
        with self._writing() as connection:
            if not connection.execute(taken_back).rowcount:
                raise TokenError("{name}: there is no token of this name", name=name)

    def every(self) -> list[Token]:
        """All that were given out, in that order."""
        with self._reading() as connection:
            return [Token(*row) for row in connection.execute(_TOLD.order_by(TOKENS.c.id))]

    def find(self, token: str) -> Token | None:
        """What a token in force is good for; null for any other text."""
        return self._one(TOKENS.c.sha256 == _hash(token))

    def numbered(self, number: int) -> Token | None:
        """The token of that number, while it is in force."""
        return self._one(TOKENS.c.id == number)

    def _one(self, which: ColumnElement[bool]) -> Token | None:
        wanted = _TOLD.where(which, TOKENS.c.revoked.is_(None))
        with self._reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return Token(*row) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

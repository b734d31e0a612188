"""The shared token and the place where it is kept.

Owns the token record, the contract of a vault, and a vault in memory for a single process. Refuses to own
when a token is fetched (``oauth.py``).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

_YOUTH: Final = 0.8  # of its life; the rest is time to renew it in
_LAST_MOMENTS_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with its times in UTC.

    ``after_refusal`` says that it was fetched because Daraja had refused the one before.
    """

    value: str = field(repr=False)
    expires_at: datetime
    fetched_at: datetime
    after_refusal: bool

    @classmethod
    def of(cls, kept: KeptToken) -> Token:
        """The record of what a vault handed out."""
        return cls(kept.value, kept.expires_at, kept.fetched_at, kept.after_refusal)

    def is_young(self, now: datetime) -> bool:
        """Whether it can be used without a thought of renewing it."""
        return now < self.fetched_at + (self.expires_at - self.fetched_at) * _YOUTH

    def is_alive(self, now: datetime) -> bool:
        """Whether Daraja should still take it, with a moment to spare for the call."""
        return now < self.expires_at - timedelta(seconds=_LAST_MOMENTS_S)


class KeptToken(Protocol):
    """A stored token as the keeper hands it out: any record with these four fields."""

    @property
    def value(self) -> str:
        """The token itself."""
        ...

    @property
    def expires_at(self) -> datetime:
        """When Daraja said it ends, time-zone aware."""
        ...

    @property
    def fetched_at(self) -> datetime:
        """When it was asked for, time-zone aware."""
        ...

    @property
    def after_refusal(self) -> bool:
        """Whether it replaced a refused one."""
        ...


class TokenVault(Protocol):
    """One token per consumer key, shared by all processes. All times of a claim are the keeper's own.

    A waiter does not queue: it looks at ``read`` now and then, for a bounded time, and tries the claim
    again, since whoever held it may have died.
    """

    async def read(self) -> KeptToken | None:
        """The stored token, expired or not; None if there never was one."""
        ...

    async def claim_refresh(self, lease_s: float) -> bool:
        """Take the right to fetch for ``lease_s`` seconds; False while somebody else holds it."""
        ...

    async def store(
        self, *, value: str, expires_at: datetime, fetched_at: datetime, after_refusal: bool
    ) -> None:
        """Keep this token, unless the stored one was fetched later."""
        ...

    async def release(self) -> None:
        """Give the claim up if it is still ours; otherwise do nothing."""
        ...


class MemoryVault:
    """A vault for one process, or for several sources in one test. Claims are not told apart by holder."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._claimed_until = 0.0

    async def read(self) -> KeptToken | None:
        """See ``TokenVault``."""
        return self._token

    async def claim_refresh(self, lease_s: float) -> bool:
        """See ``TokenVault``."""
        now = time.monotonic()
        if now < self._claimed_until:
            return False
        self._claimed_until = now + lease_s
        return True

    async def store(
        self, *, value: str, expires_at: datetime, fetched_at: datetime, after_refusal: bool
    ) -> None:
        """See ``TokenVault``."""
        if self._token is None or fetched_at >= self._token.fetched_at:
            self._token = Token(value, expires_at, fetched_at, after_refusal)

    async def release(self) -> None:
        """See ``TokenVault``."""
        self._claimed_until = 0.0

"""The right of one process among many, by a lease of its own.

Owns who this process is to the others. What the right is for is its holder's business.
"""

from __future__ import annotations

import secrets

from storage.leases import Lease, LeaseBook


class LeasedRight:
    """See `payments.ports.SoleRight`."""

    def __init__(self, book: LeaseBook, name: str) -> None:
        self._book = book
        self._name = name
        self._owner = secrets.token_hex(8)
        self._lease: Lease | None = None

    async def hold(self, lease_s: float) -> bool:
        """See `SoleRight.hold`."""
        self._lease = await self._book.hold(self._name, self._owner, lease_s)
        return self._lease is not None

    async def let_go(self) -> None:
        """See `SoleRight.let_go`."""
        lease, self._lease = self._lease, None
        if lease is not None:
            await self._book.release(lease)

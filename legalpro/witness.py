"""Enters the settings that this program was started with into the audit trail, if they are new there."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from legalpro.settings import Settings
from payments.audit import AuditEntry
from payments.audit_ports import AuditLog
from payments.ports import Now, StoreUnavailable
from payments.setup import SETUP, setup_record

log = logging.getLogger(__name__)

AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Witness:
    """Works once, and again for as long as the store is away."""

    settings: Settings
    trail: AuditLog
    now: Now

    async def run(self) -> None:
        """Enter them; then there is nothing more to do, for as long as the program runs."""
        while True:
            try:
                await self.enter()
            except StoreUnavailable as error:
                log.warning("settings_not_entered", extra={"why": str(error)})
                await asyncio.sleep(AGAIN_S)  # The store gives no sign when it is back.
            else:
                await asyncio.Event().wait()

    async def enter(self) -> None:
        """Enter them if they are not those of the last entry. Secrets are masked (pydantic: SecretStr)."""
        known = [each for each in await self.trail.about((SETUP,), 1) if isinstance(each, AuditEntry)]
        shown = self.settings.model_dump(mode="json")
        record = setup_record(known[-1] if known else None, shown, self.now())
        if record is not None:
            await self.trail.enter([record])

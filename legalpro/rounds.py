"""The watchman's rounds: the invariants looked at again and again while the program runs.

Owns how often. Whatever is found goes into the log once and into a number that must be 0. Nothing here may
end the program or keep it from its work.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from legalpro.metrics import Metrics
from payments.invariants import Finding, offended
from payments.ports import StoreUnavailable
from payments.wake import Wake
from storage.invariant_book import InvariantBook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLimits:
    """How often, in seconds.

    Attributes:
        quick_s: between looks at what is open and what changed lately.
        first_full_s: until the first look at everything.
        full_s: between looks at everything.
        broken_s: the same while something is known to be broken, so that its mending shows.
        lag_s: between measurements of the event loop's lag.
    """

    quick_s: float = 60.0
    first_full_s: float = 600.0
    full_s: float = 21_600.0
    broken_s: float = 3_600.0
    lag_s: float = 0.5


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Looks until cancelled."""

    book: InvariantBook
    metrics: Metrics
    wake: Wake = field(default_factory=Wake)
    limits: RoundLimits = field(default_factory=RoundLimits)
    _known: dict[str, dict[str, int]] = field(default_factory=lambda: {"quick": {}, "full": {}}, init=False)
    _full_due: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Look for ever."""
        self._full_due = time.monotonic() + self.limits.first_full_s
        while True:
            await self.wake.wait(self.limits.quick_s)
            await self.look(full=time.monotonic() >= self._full_due)

    async def feel_lag(self) -> None:
        """Measure for ever how late the event loop wakes whoever waits."""
        waits = Wake()
        while True:
            began = time.perf_counter()
            await waits.wait(self.limits.lag_s)
            self.metrics.lagged(max(0.0, time.perf_counter() - began - self.limits.lag_s))

    async def look(self, *, full: bool) -> None:
        """One look; what it finds is told. It fails quietly: the next one is soon."""
        try:
            findings = await self.book.full() if full else await self.book.quick()
        except StoreUnavailable as error:
            log.warning("invariants_not_looked_at", extra={"why": str(error)})
        except Exception:
            log.exception("invariants_not_looked_at")
        else:
            self._tell(findings, "full" if full else "quick")
            if full:
                self._plan(findings)

    def _tell(self, findings: Sequence[Finding], kind: str) -> None:
        for finding in offended(findings):
            if finding.count > self._count(finding):
                details = {"invariant": finding.id, "holds": finding.sentence, "count": finding.count}
                log.error("invariant_broken", extra={**details, "where": ", ".join(finding.examples)})
        self._known[kind] |= {finding.id: finding.count for finding in findings}
        self.metrics.invariants((finding, self._count(finding)) for finding in findings)

    def _count(self, finding: Finding) -> int:
        """The most that any look found: a quick one does not see what is old."""
        return max(counts.get(finding.id, 0) for counts in self._known.values())

    def _plan(self, findings: Sequence[Finding]) -> None:
        pause_s = self.limits.broken_s if offended(findings) else self.limits.full_s
        self._full_due = time.monotonic() + pause_s

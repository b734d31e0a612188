"""What must hold of everything that is stored, and what a look for offenders found.

Owns the records. How each invariant is looked for is `storage.invariants`'; who is told is `legalpro`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What looking for one invariant's offenders found.

    Attributes:
        id: the invariant's short name, such as `I3`.
        sentence: what must hold, for people.
        count: how many offend.
        examples: where the first few are, such as `payments/3f…`; never a phone or a secret.
    """

    id: str
    sentence: str
    count: int
    examples: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing offends."""
        return self.count == 0


def offended(findings: Iterable[Finding]) -> list[Finding]:
    """Those that do not hold."""
    return [finding for finding in findings if not finding.holds]

"""Where nobody counts what the program does: the `Meter` of tests and one-off runs."""

from __future__ import annotations


class Unmetered:
    """See `payments.ports.Meter`."""

    def callback(self, kind: str, verdict: str, answered_s: float) -> None:
        """Let it go."""

    def daraja(self, api: str, outcome: str, answered_s: float | None) -> None:
        """Let it go."""

    def telegram(self, outcome: str) -> None:
        """Let it go."""

    def swept(self) -> None:
        """Let it go."""

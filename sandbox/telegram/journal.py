"""The record of every Bot API call: what was asked, what was answered, and which fault played a part."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .wire import JsonObject

_KEPT_CALLS = 50_000
"""Older ones are forgotten, so that a load test does not fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One finished call. `result` is None when refused; `fault` names the scripted fault, if one struck."""

    number: int
    method: str
    """As the table of methods spells it; as given, where the method is unknown."""
    parameters: Mapping[str, object]
    uploads: tuple[str, ...]
    ok: bool
    status: int
    description: str
    result: object
    fault: str | None

    def as_json(self) -> JsonObject:
        """Tell it in JSON for the switchboard."""
        return {
            "number": self.number,
            "method": self.method,
            "parameters": dict(self.parameters),
            "uploads": list(self.uploads),
            "ok": self.ok,
            "status": self.status,
            "description": self.description,
            "result": self.result,
            "fault": self.fault,
        }


class Journal:
    """Finished calls, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[CallRecord] = deque(maxlen=_KEPT_CALLS)
        self.unknown_methods: list[str] = []
        self._number = 0

    def next_number(self) -> int:
        """Count one more call."""
        self._number += 1
        return self._number

    def after(self, number: int) -> list[CallRecord]:
        """List what is kept and numbered above `number`."""
        newer = min(self._number - number, len(self.calls))
        return [self.calls[index] for index in range(-newer, 0)] if newer > 0 else []

    def search(self, method: str, wanted: Callable[[CallRecord], bool], after: int) -> Search:
        """Begin a search for the oldest call of `method`, numbered above `after`, that `wanted` accepts."""
        return Search(self, method.lower(), wanted, after)


@dataclass(slots=True)
class Search:
    """A search that looks at each call once, however often it is asked."""

    journal: Journal
    method: str
    wanted: Callable[[CallRecord], bool]
    looked_at: int

    def __call__(self) -> CallRecord | None:
        """Look at the calls that came since the last time."""
        for call in self.journal.after(self.looked_at):
            self.looked_at = call.number
            if call.method.lower() == self.method and self.wanted(call):
                return call
        return None

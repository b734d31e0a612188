"""Trouble that is not about one push: Safaricom down or slow, or the next answers at one door spoilt."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from sandbox.safaricom.envelopes import ANSWER_NAMES, AnswerName

DoorName = Literal["oauth", "push", "query", "b2c", "reversal", "status", "balance"]
FaultName = AnswerName | Literal["cut_off"]


class UnknownFaultError(LookupError):
    """A fault named a door or an answer that does not exist."""


@dataclass(slots=True)
class Weather:
    """What the next requests meet before anybody reads them."""

    down: bool = False
    """True: everything is answered with the firewall's HTML 503."""
    slow_s: float = 0.0
    _faults: dict[DoorName, deque[FaultName]] = field(default_factory=dict)

    def spoil(self, door: str, fault: str, *, times: int) -> None:
        """The next `times` requests at the door get the fault unread; raises UnknownFaultError."""
        if door not in get_args(DoorName):
            raise UnknownFaultError(door)
        if fault not in ANSWER_NAMES | {"cut_off"}:
            raise UnknownFaultError(fault)
        queue = self._faults.setdefault(cast("DoorName", door), deque())
        queue.extend([cast("FaultName", fault)] * times)

    def next_fault(self, door: DoorName) -> FaultName | None:
        """Take the fault that waits for this request, if there is one."""
        queue = self._faults.get(door)
        return queue.popleft() if queue else None

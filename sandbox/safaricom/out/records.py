"""What the simulator remembers of money that went out; it keeps it and judges nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from sandbox.safaricom.out.scenarios import OUT_SCENARIOS, OutScenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sandbox.safaricom.results import Result

OutKind = Literal["b2c", "reversal"]
OutState = Literal["refused", "queued", "paid", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOrder:
    """A call whose fields passed: what the merchant asked for.

    `phone` is who gets the money; a reversal names nobody. `receipt` is the payment to reverse.
    """

    kind: OutKind
    originator_id: str
    amount_kes: int
    phone: str
    receipt: str
    result_url: str
    timeout_url: str
    remarks: str


@dataclass(slots=True, kw_only=True)
class Out:
    """One call received.

    `moved` tells whether the money really moved, whatever anybody was told; then `receiver` is who got it.
    """

    order: OutOrder
    scenario_name: str
    received_at: datetime
    conversation_id: str = ""
    state: OutState = "queued"
    doom: Result | None = None
    result: Result | None = None
    mpesa_code: str | None = None
    moved: bool = False
    receiver: str = ""
    done_at: datetime | None = None

    @property
    def scenario(self) -> OutScenario:
        """The line of the table this call follows."""
        return OUT_SCENARIOS[self.scenario_name]

    def as_json(self) -> dict[str, object]:
        """The call as the switchboard shows it."""
        return asdict(self.order) | {
            "scenario": self.scenario_name,
            "state": self.state,
            "received_at": self.received_at.isoformat(),
            "conversation_id": self.conversation_id,
            "result_code": self.result.code if self.result else None,
            "mpesa_code": self.mpesa_code,
            "moved": self.moved,
        }


@dataclass(slots=True)
class OutLedger:
    """Every call received, in order; none is forgotten, for it is the truth about who got what."""

    _all: list[Out] = field(default_factory=list)
    _by_id: dict[str, Out] = field(default_factory=dict)

    def add(self, out: Out) -> None:
        """Remember a call; a taken one is found by its OriginatorConversationID."""
        self._all.append(out)
        if out.state != "refused":
            self._by_id[out.order.originator_id] = out

    def find(self, originator_id: str) -> Out | None:
        """The taken call with this id."""
        return self._by_id.get(originator_id)

    def by_code(self, mpesa_code: str) -> Out | None:
        """The call that has this M-Pesa code."""
        return next((out for out in self._all if out.mpesa_code == mpesa_code), None)

    def __iter__(self) -> Iterator[Out]:
        return iter(tuple(self._all))

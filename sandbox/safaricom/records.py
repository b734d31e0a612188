"""What the simulator remembers of pushes, callbacks and requests; it keeps them and judges nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from sandbox.safaricom.scenarios import SCENARIOS, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sandbox.safaricom.results import Result

PushState = Literal["refused", "queued", "prompted", "answered", "paid", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A push request whose fields passed: what the merchant asked for."""

    shortcode: str
    transaction_type: str
    amount_kes: int
    payer: str
    party_b: str
    phone: str
    callback_url: str
    account: str
    description: str


@dataclass(slots=True, kw_only=True)
class Push:
    """One push received; a refused one has no identifiers."""

    order: Order
    scenario_name: str
    received_at: datetime
    received_mono_s: float
    state: PushState = "queued"
    merchant_request_id: str = ""
    checkout_request_id: str = ""
    doom: Result | None = None
    """A result that is certain before any prompt, such as a till that does not exist."""
    result: Result | None = None
    receipt: str | None = None
    paid_at: datetime | None = None
    queries_after_result: int = 0

    @property
    def scenario(self) -> Scenario:
        """The line of the table this push follows."""
        return SCENARIOS[self.scenario_name]

    def as_json(self) -> dict[str, object]:
        """The push as the switchboard shows it."""
        return asdict(self.order) | {
            "scenario": self.scenario_name,
            "state": self.state,
            "received_at": self.received_at.isoformat(),
            "merchant_request_id": self.merchant_request_id,
            "checkout_request_id": self.checkout_request_id,
            "result_code": self.result.code if self.result else None,
            "result_desc": self.result.description if self.result else None,
            "receipt": self.receipt,
        }


@dataclass(slots=True, kw_only=True)
class SentCallback:
    """One POST to a callback address; `status` is None until answered, and stays so when `error` says why."""

    url: str
    body: object
    status: int | None = None
    error: str = ""
    checkout_request_id: str = ""

    @property
    def finished(self) -> bool:
        """True once it was answered or given up."""
        return self.status is not None or bool(self.error)

    def as_json(self) -> dict[str, object]:
        """The callback as the switchboard shows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request to the simulated Daraja: `status` 0 means that the connection was closed unanswered."""

    method: str
    path: str
    status: int

    def as_json(self) -> dict[str, object]:
        """The request as the switchboard shows it."""
        return asdict(self)


@dataclass(slots=True)
class Ledger:
    """Every push received, the newest `most` of them."""

    most: int
    _all: deque[Push] = field(default_factory=deque)
    _by_id: dict[str, Push] = field(default_factory=dict)

    def add(self, push: Push) -> None:
        """Remember a push, forgetting the oldest when full."""
        if len(self._all) >= self.most:
            self._by_id.pop(self._all.popleft().checkout_request_id, None)
        self._all.append(push)
        if push.checkout_request_id:
            self._by_id[push.checkout_request_id] = push

    def find(self, checkout_request_id: str) -> Push | None:
        """The queued push with this id."""
        return self._by_id.get(checkout_request_id)

    def __iter__(self) -> Iterator[Push]:
        return iter(tuple(self._all))

"""The phones: their money, PIN, messages and the one prompt each can show. They know no HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

MSISDN_PATTERN = r"254[17]\d{8}"


class NoPromptError(LookupError):
    """Somebody wanted to answer a prompt on a phone that shows none."""


@dataclass(frozen=True, slots=True)
class PromptAnswer:
    """What was done with a prompt; `ignore` stands for its time running out."""

    deed: Literal["pin", "cancel", "ignore"]
    pin: str = ""


@dataclass(slots=True, kw_only=True)
class Prompt:
    """The request for a PIN that a phone shows."""

    business_name: str
    amount_kes: int
    account: str
    checkout_request_id: str
    opened_at: datetime
    closes_at: datetime
    answered: asyncio.Future[PromptAnswer] = field(repr=False)

    def give(self, answer: PromptAnswer) -> None:
        """Answer the prompt; only the first answer counts."""
        if not self.answered.done():
            self.answered.set_result(answer)

    def as_json(self) -> dict[str, object]:
        """The prompt as the switchboard shows it."""
        return {
            "business_name": self.business_name,
            "amount_kes": self.amount_kes,
            "account": self.account,
            "checkout_request_id": self.checkout_request_id,
            "opened_at": self.opened_at.isoformat(),
            "closes_at": self.closes_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message received; the wording is ours, not M-Pesa's."""

    at: str
    text: str


@dataclass(slots=True, kw_only=True)
class Phone:
    """One line. `busy` is Safaricom's lock on it, which may outlast or precede the visible prompt."""

    msisdn: str
    balance_kes: int
    pin: str
    busy: bool = False
    prompt: Prompt | None = None
    messages: list[Sms] = field(default_factory=list)
    last_paid_mono_s: dict[int, float] = field(default_factory=dict)
    """When each amount was last paid from here, on the monotonic clock."""

    def as_json(self) -> dict[str, object]:
        """The phone as the switchboard shows it, without its PIN."""
        return {
            "msisdn": self.msisdn,
            "balance_kes": self.balance_kes,
            "busy": self.busy,
            "prompt": self.prompt.as_json() if self.prompt else None,
            "sms": [asdict(message) for message in self.messages],
        }


class Phones:
    """Every phone that was ever mentioned; one that was not is made with the usual balance and PIN."""

    def __init__(self, *, balance_kes: int, pin: str) -> None:
        self._balance_kes = balance_kes
        self._pin = pin
        self._phones: dict[str, Phone] = {}

    def get(self, msisdn: str) -> Phone:
        """The phone with this number."""
        if msisdn not in self._phones:
            self._phones[msisdn] = Phone(msisdn=msisdn, balance_kes=self._balance_kes, pin=self._pin)
        return self._phones[msisdn]

    def answer(self, msisdn: str, answer: PromptAnswer) -> None:
        """Answer the prompt that is open on this phone; raises NoPromptError."""
        prompt = self.get(msisdn).prompt
        if prompt is None or prompt.answered.done():
            raise NoPromptError(msisdn)
        prompt.give(answer)

"""Safaricom as the rules of refunds see it: a payout and a question, answered with evidence.

Owns the translation of Daraja's answers and errors into `payments.refunds.evidence`. Nothing of HTTP and no
exception of this room leaves it: whatever is not a clear answer is `payout_uncertain` or "ask later".
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from daraja.breaker import Breaker
from daraja.errors import (
    BadPush,
    CredentialsRefused,
    DarajaError,
    NotSent,
    Refused,
    SeenBefore,
    Throttled,
)
from daraja.outages import tell
from daraja.payout import Addresses, PayoutRequest, ReversalRequest, StatusQuestion
from daraja.payout_client import PayoutClient, Taken
from payments.limits import PAYOUTS, STATUSES, Rates
from payments.ports import AskLater, RateLimit, StoreUnavailable
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import Asked
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import Refund, Route

log = logging.getLogger(__name__)


class Kind(StrEnum):
    """The kinds of address at which Safaricom is awaited about money that goes out."""

    B2C = "b2c"
    REVERSAL = "reversal"
    TIMEOUT = "timeout"
    STATUS = "status"
    BALANCE = "balance"


_RESULT_OF = {Route.B2C: Kind.B2C, Route.REVERSAL: Kind.REVERSAL}

_SURELY: tuple[tuple[type[DarajaError], Word, Obstacle], ...] = (
    (SeenBefore, Word.PAYOUT_SEEN_BEFORE, Obstacle.DUPLICATE),
    (Refused, Word.PAYOUT_REFUSED, Obstacle.REFUSED),
    (Throttled, Word.PAYOUT_NOT_SENT, Obstacle.SYSTEM_BUSY),
    (CredentialsRefused, Word.PAYOUT_NOT_SENT, Obstacle.MISCONFIGURED),
    (NotSent, Word.PAYOUT_NOT_SENT, Obstacle.NOT_SENT),
)
"""What is certain, the special before the general. All else may have sent money."""


@dataclass(slots=True)
class DarajaPayoutGateway:
    """Implements `payments.refunds.ports.SafaricomOut` with the payout client.

    Attributes:
        address: the keyed address of a kind, for one refund or one question.
        limit: counts the calls of all processes.
        rates: how many of each there may be.
    """

    client: PayoutClient
    address: Callable[[str, str], str]
    now: Callable[[], datetime]
    limit: RateLimit
    rates: Rates
    _payouts: Breaker = field(init=False)
    _questions: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self._payouts = Breaker(self.now)
        self._questions = Breaker(self.now)

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """Send the one payout of this refund; never raises for what Daraja or the network does."""
        call = self._call_about(refund, "payout", Word.PAYOUT_UNCERTAIN)
        try:
            wait_s = await self._wait_s()
        except StoreUnavailable as error:
            return replace(_not_sent(call, Obstacle.NOT_SENT), note=str(error))
        if wait_s > 0:
            return _not_sent(call, Obstacle.SYSTEM_BUSY, wait_s)
        return await self._pay(refund, call)

    async def _wait_s(self) -> float:
        """0 when this payout may go. No place is taken while nobody pays, and nobody tries without one."""
        if (left_s := self._payouts.left_s()) > 0:
            return left_s
        wait_s = await self.limit.take(PAYOUTS, self.rates.payouts)
        return wait_s if wait_s > 0 else self._payouts.admit()

    async def _pay(self, refund: Refund, call: RefundEvidence) -> RefundEvidence:
        try:
            taken = await self._send(refund)
        except StoreUnavailable as error:
            # The token is shared through the store and is needed before anything is sent.
            self._payouts.no_word()
            return replace(_not_sent(call, Obstacle.NOT_SENT), note=str(error))
        except (DarajaError, BadPush) as error:
            log.warning("payout_failed", extra={"refund": refund.id, "error": type(error).__name__})
            tell(self._payouts, error)
            return replace(_told_by(error, call), at=self.now())
        self._payouts.let_in()
        return replace(
            call,
            kind=Word.PAYOUT_ACCEPTED,
            at=self.now(),
            conversation_id=taken.conversation_id,
            originator_id=taken.originator_id,
        )

    async def _send(self, refund: Refund) -> Taken:
        remarks = f"Refund {refund.id}"
        addresses = Addresses(
            result=self.address(_RESULT_OF[refund.route], refund.id),
            timeout=self.address(Kind.TIMEOUT, refund.id),
        )
        if refund.route is Route.REVERSAL:
            return await self.client.reverse(
                ReversalRequest(
                    receipt=refund.receipt or "",
                    amount_kes=refund.amount_kes,
                    remarks=remarks,
                    addresses=addresses,
                )
            )
        return await self.client.pay_out(
            PayoutRequest(
                originator_id=refund.originator_id,
                amount_kes=refund.amount_kes,
                msisdn=refund.phone,
                remarks=remarks,
                addresses=addresses,
            )
        )

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        """Ask what became of it; the answer comes to the refund's own status address."""
        known = refund.provider_originator_id or refund.originator_id
        at = self.address(Kind.STATUS, refund.id)

        async def question() -> Taken:
            return await self.client.ask_status(
                StatusQuestion(
                    originator_id=known,
                    collected=refund.route is Route.REVERSAL,
                    addresses=Addresses(result=at, timeout=at),
                )
            )

        try:
            later = await self._ask_later(first=refund.ask_wanted) or await self._put(question)
        except BadPush as error:
            return AskLater(None, str(error))
        return later or self._call_about(refund, "status", Word.STATUS_ASKED)

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        """Ask for the firm's balance; the answer comes to the question's own address."""
        at = self.address(Kind.BALANCE, check.id)
        try:
            later = await self._ask_later(first=True)
            if later is None:
                later = await self._put(lambda: self.client.ask_balance(Addresses(result=at, timeout=at)))
        except BadPush as error:
            return BalanceAnswer(at=self.now(), problem=str(error))
        if isinstance(later, _Never):
            return BalanceAnswer(at=self.now(), problem=later.why)
        return later or Asked()

    async def _ask_later(self, *, first: bool) -> AskLater | None:
        """Why not now, if not now. No place is taken while nobody is asked, and nobody tries without one."""
        if (left_s := self._questions.left_s()) > 0:
            return AskLater(left_s, "Safaricom was too busy or away a moment ago")
        try:
            wait_s = await self.limit.take(STATUSES, self.rates.statuses, first=first)
        except StoreUnavailable as error:
            return AskLater(None, str(error))
        if wait_s > 0:
            return AskLater(wait_s, "as many were asked as Safaricom bears")
        left_s = self._questions.admit()
        return AskLater(left_s, "somebody else tries whether Safaricom is back") if left_s > 0 else None

    async def _put(self, question: Callable[[], Awaitable[Taken]]) -> AskLater | None:
        try:
            await question()
        except BadPush:
            self._questions.no_word()
            raise
        except DarajaError as error:
            tell(self._questions, error)
            refused = isinstance(error, Refused | CredentialsRefused)
            return (_Never if refused else AskLater)(error.retry_after_s, error.message)
        except StoreUnavailable as error:
            self._questions.no_word()
            return AskLater(None, str(error))
        self._questions.let_in()
        return None

    def _call_about(self, refund: Refund, api: str, kind: Word) -> RefundEvidence:
        """The evidence of one call, by its own id, of the kind that holds until more is known."""
        word = f"{api}:{refund.version}:{secrets.token_hex(8)}"
        return RefundEvidence(id=word, kind=kind, at=self.now())


class _Never(AskLater):
    """Asking again will not help: something must be set right first."""


def _not_sent(call: RefundEvidence, obstacle: Obstacle, wait_s: float | None = None) -> RefundEvidence:
    return replace(call, kind=Word.PAYOUT_NOT_SENT, obstacle=obstacle, retry_after_s=wait_s)


def _told_by(error: DarajaError | BadPush, call: RefundEvidence) -> RefundEvidence:
    """What a failed payout tells; `payout_uncertain` unless it is certain what became of it."""
    if isinstance(error, BadPush):
        return replace(call, kind=Word.PAYOUT_REFUSED, obstacle=Obstacle.MISCONFIGURED, note=str(error))
    told = replace(call, code=error.code or None, note=error.message, retry_after_s=error.retry_after_s)
    for kind_of_error, word, obstacle in _SURELY:
        if isinstance(error, kind_of_error):
            return replace(told, kind=word, obstacle=obstacle)
    return told

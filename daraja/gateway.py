"""Safaricom as the rules see it: a push and a question, answered with evidence.

Owns the translation of Daraja's answers and errors into `payments.evidence`. Nothing of HTTP and no
exception of this room leaves it: whatever is not a clear answer is `push_uncertain` or "ask later".
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from daraja.breaker import Breaker
from daraja.callbacks import REASONS
from daraja.client import DarajaClient
from daraja.errors import (
    BadPush,
    CredentialsRefused,
    DarajaError,
    LineBusy,
    NotSent,
    PerhapsSent,
    Refused,
    Throttled,
)
from daraja.outages import is_away, tell
from daraja.push import PushRequest
from payments.catalogue import PROMPT_DESCRIPTION
from payments.evidence import Evidence, EvidenceKind
from payments.holding import Hold
from payments.limits import PUSHES, QUERIES, Rates
from payments.payment import Payment
from payments.ports import AskLater, RateLimit, StoreUnavailable
from payments.reasons import Reason
from payments.values import CheckoutId, PaymentId

log = logging.getLogger(__name__)

_QUERY_KINDS: dict[Literal["paid", "unpaid", "pending"], EvidenceKind] = {
    "paid": EvidenceKind.QUERY_PAID,
    "unpaid": EvidenceKind.QUERY_UNPAID,
    "pending": EvidenceKind.QUERY_PENDING,
}

_SURELY: tuple[tuple[type[DarajaError], EvidenceKind, Reason], ...] = (
    (Throttled, EvidenceKind.PUSH_NOT_SENT, Reason.SYSTEM_BUSY),
    # A new prompt is the payer's to ask for, when they have answered the other one.
    (LineBusy, EvidenceKind.PUSH_REFUSED, Reason.LINE_BUSY),
    (CredentialsRefused, EvidenceKind.PUSH_NOT_SENT, Reason.MISCONFIGURED),
    (NotSent, EvidenceKind.PUSH_NOT_SENT, Reason.NOT_SENT),
)
"""What surely made no prompt, the special before the general. All else may have made one."""

_NOBODYS_REQUEST = "ws_CO_01012000000000000000000000"
"""Has the form of a CheckoutRequestID and is none."""


@dataclass(slots=True)
class DarajaGateway:
    """Implements `payments.ports.Safaricom` with the Daraja client.

    Attributes:
        callback_url: the keyed address at which a payment's callback is awaited.
        limit: counts the calls of all processes.
        rates: how many of each there may be.
    """

    client: DarajaClient
    callback_url: Callable[[PaymentId], str]
    now: Callable[[], datetime]
    limit: RateLimit
    rates: Rates
    _pushes: Breaker = field(init=False)
    _queries: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self._pushes = Breaker(self.now)
        self._queries = Breaker(self.now)

    async def hold(self) -> Hold | None:
        """See `payments.ports.Safaricom.hold`. A place is taken only while Safaricom seems to be there."""
        left_s = self._pushes.left_s()
        if left_s <= 0 and self._pushes.half_open:
            left_s = await self._try_harmlessly()
        if left_s > 0:
            return Hold(self._why_not(), left_s)
        wait_s = await self.limit.take(PUSHES, self.rates.pushes)
        return Hold(Reason.IN_LINE, wait_s) if wait_s > 0 else None

    async def _try_harmlessly(self) -> float:
        """After a pause: 0 when Safaricom answers a question, else the next pause.

        A push that finds nobody may leave a payment unclear; a question about nothing leaves nothing.
        """
        if (left_s := self._pushes.admit()) > 0:
            return left_s
        try:
            wait_s = await self.limit.take(QUERIES, self.rates.queries, first=True)
            if wait_s > 0:
                return wait_s
            await self.client.query(_NOBODYS_REQUEST)
        except DarajaError as error:
            if is_away(error):
                self._pushes.failed()
        finally:
            self._pushes.no_word()
        return self._pushes.left_s()

    def _why_not(self) -> Reason:
        return Reason.SYSTEM_BUSY if self._pushes.busy else Reason.NOT_SENT

    async def push(self, payment: Payment) -> Evidence:
        """Send the one STK push of this payment; never raises for what Daraja or the network does."""
        call = self._call_about(payment, "push", EvidenceKind.PUSH_UNCERTAIN)
        if (left_s := self._pushes.admit()) > 0:
            kept = replace(call, kind=EvidenceKind.PUSH_NOT_SENT, reason=self._why_not())
            return replace(kept, retry_after_s=left_s)
        try:
            accepted = await self.client.push(self._request(payment))
        except StoreUnavailable as error:
            # The token is shared through the store and is needed before anything is sent.
            self._pushes.no_word()
            return replace(call, kind=EvidenceKind.PUSH_NOT_SENT, reason=Reason.NOT_SENT, note=str(error))
        except (DarajaError, BadPush) as error:
            log.warning("push_failed", extra={"payment": payment.id, "error": type(error).__name__})
            tell(self._pushes, error)
            return replace(_told_by(error, call), at=self.now())
        self._pushes.let_in()
        return replace(
            call,
            kind=EvidenceKind.PUSH_ACCEPTED,
            at=self.now(),
            checkout_id=CheckoutId(accepted.checkout_request_id),
            merchant_request_id=accepted.merchant_request_id,
        )

    def _request(self, payment: Payment) -> PushRequest:
        return PushRequest(
            amount_kes=payment.amount_kes,
            msisdn=payment.phone,
            account_reference=payment.account_reference,
            description=PROMPT_DESCRIPTION[payment.kind],
            callback_url=self.callback_url(payment.id),
        )

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """Ask Safaricom what became of it; never raises for what Daraja or the network does."""
        if payment.checkout_id is None:
            return AskLater(None, "there is no request id to ask with")
        try:
            if later := await self._ask_later(payment):
                return later
            answer = await self.client.query(payment.checkout_id)
        except DarajaError as error:
            tell(self._queries, error)
            return AskLater(error.retry_after_s, error.message)
        except StoreUnavailable as error:
            self._queries.no_word()
            return AskLater(None, str(error))
        self._queries.let_in()
        return replace(
            self._call_about(payment, "query", _QUERY_KINDS[answer.outcome]),
            reason=REASONS.get(answer.reason),
            code=answer.code,
            note=answer.description,
        )

    async def _ask_later(self, payment: Payment) -> AskLater | None:
        """Why not now, if not now. No place is taken while nobody is asked, and nobody tries without one."""
        if (left_s := self._queries.left_s()) > 0:
            return AskLater(left_s, "Safaricom was too busy or away a moment ago")
        wait_s = await self.limit.take(QUERIES, self.rates.queries, first=payment.ask_wanted)
        if wait_s > 0:
            return AskLater(wait_s, "as many were asked as Safaricom bears")
        left_s = self._queries.admit()
        return AskLater(left_s, "somebody else tries whether Safaricom is back") if left_s > 0 else None

    def _call_about(self, payment: Payment, api: str, kind: EvidenceKind) -> Evidence:
        """The evidence of one call, by its own id, of the kind that holds until more is known.

        Two calls are two words even when no time passes between them.
        """
        word = f"{api}:{payment.version}:{secrets.token_hex(8)}"
        return Evidence(id=word, kind=kind, at=self.now())


def _told_by(error: DarajaError | BadPush, call: Evidence) -> Evidence:
    """What a failed push tells; `push_uncertain` unless it surely made no prompt."""
    if isinstance(error, BadPush):
        return replace(call, kind=EvidenceKind.PUSH_REFUSED, reason=Reason.MISCONFIGURED, note=str(error))
    told = replace(call, code=error.code, note=error.message, retry_after_s=error.retry_after_s)
    if isinstance(error, Refused):
        reason = REASONS.get(error.reason, Reason.REFUSED)
        return replace(told, kind=EvidenceKind.PUSH_REFUSED, reason=reason)
    for kind_of_error, kind, reason in _SURELY:
        if isinstance(error, kind_of_error):
            return replace(told, kind=kind, reason=reason)
    named = error.checkout_request_id if isinstance(error, PerhapsSent) else None
    return replace(told, checkout_id=CheckoutId(named) if named else None)

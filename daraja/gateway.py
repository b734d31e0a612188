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
from daraja.push import PushRequest
from payments.catalogue import PROMPT_DESCRIPTION
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.ports import AskLater, StoreUnavailable
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


@dataclass(slots=True)
class DarajaGateway:
    """Implements `payments.ports.Safaricom` with the Daraja client.

    Attributes:
        callback_url: the keyed address at which a payment's callback is awaited.
    """

    client: DarajaClient
    callback_url: Callable[[PaymentId], str]
    now: Callable[[], datetime]
    _pushes: Breaker = field(init=False)
    _queries: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self._pushes = Breaker(self.now)
        self._queries = Breaker(self.now)

    async def push(self, payment: Payment) -> Evidence:
        """Send the one STK push of this payment; never raises for what Daraja or the network does."""
        call = self._call_about(payment, "push", EvidenceKind.PUSH_UNCERTAIN)
        if (left_s := self._pushes.left_s()) > 0:
            busy = replace(call, kind=EvidenceKind.PUSH_NOT_SENT, reason=Reason.SYSTEM_BUSY)
            return replace(busy, retry_after_s=left_s)
        try:
            accepted = await self.client.push(self._request(payment))
        except StoreUnavailable as error:
            # The token is shared through the store and is needed before anything is sent.
            return replace(call, kind=EvidenceKind.PUSH_NOT_SENT, reason=Reason.NOT_SENT, note=str(error))
        except (DarajaError, BadPush) as error:
            log.warning("push_failed", extra={"payment": payment.id, "error": type(error).__name__})
            if isinstance(error, Throttled):
                error.retry_after_s = self._pushes.turned_away(error.retry_after_s)
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
        if (left_s := self._queries.left_s()) > 0:
            return AskLater(left_s, "Safaricom was too busy a moment ago")
        try:
            answer = await self.client.query(payment.checkout_id)
        except Throttled as error:
            return AskLater(self._queries.turned_away(error.retry_after_s), error.message)
        except DarajaError as error:
            return AskLater(error.retry_after_s, error.message)
        except StoreUnavailable as error:
            return AskLater(None, str(error))
        self._queries.let_in()
        return replace(
            self._call_about(payment, "query", _QUERY_KINDS[answer.outcome]),
            reason=REASONS.get(answer.reason),
            code=answer.code,
            note=answer.description,
        )

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

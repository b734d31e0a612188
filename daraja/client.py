"""What can be asked of Daraja: push a prompt to a phone, and query what became of it.

Owns the two calls. Refuses to own any repetition: a push is sent once, and whether it may be sent again is
for the caller to read off the error (``errors.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import httpx
from pydantic import BaseModel

from daraja import wire
from daraja.answers import PushAccepted, QueryAnswer, read_push, read_query
from daraja.caller import Caller, Heard, Said
from daraja.credentials import DarajaCredentials, Stamp
from daraja.oauth import TokenSource
from daraja.push import PushRequest
from daraja.transport import Timeouts

PUSH_PATH: Final = "/mpesa/stkpush/v1/processrequest"
QUERY_PATH: Final = "/mpesa/stkpushquery/v1/query"

_CHECKOUT_REQUEST_ID = re.compile(wire.CHECKOUT_REQUEST_ID)


class DarajaClient:
    """Speaks to Daraja for one shortcode.

    Args:
        credentials: who we are.
        http: the client to use; never configured to retry.
        tokens: where access tokens come from.
        now: the current time, time-zone aware.
        timeouts: deadlines of every call.
    """

    def __init__(
        self,
        credentials: DarajaCredentials,
        http: httpx.AsyncClient,
        tokens: TokenSource,
        now: Callable[[], datetime],
        *,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._credentials = credentials
        self._now = now
        self._caller = Caller(credentials.base_url, http, tokens, timeouts or Timeouts())

    async def push(self, request: PushRequest) -> PushAccepted:
        """Ask Safaricom to prompt a phone for its PIN (Daraja: STK push request).

        Raises:
            BadPush: the callback address is not fit for production; nothing was sent.
            NotSent: surely not accepted; may be pushed again after ``retry_after_s``.
            Refused: a definite no.
            PerhapsSent: the prompt may be on the phone; never push again, ask or wait.
        """
        request.check_for(self._credentials.environment)
        heard = await self._call(PUSH_PATH, lambda stamp: self._push_body(request, stamp))
        return read_push(heard.answer, heard.secrets)

    async def query(self, checkout_request_id: str) -> QueryAnswer:
        """Ask what became of a push (Daraja: STK push query).

        Raises:
            ValueError: that cannot be a CheckoutRequestID; nothing was sent.
            NotSent: not asked; try again after ``retry_after_s``.
            Refused: our own configuration is refused, which says nothing about the payment.
            PerhapsSent: no answer that can be believed, which says nothing about the payment either.
        """
        if not _CHECKOUT_REQUEST_ID.fullmatch(checkout_request_id):
            raise ValueError("not a CheckoutRequestID")
        heard = await self._call(QUERY_PATH, lambda stamp: self._query_body(checkout_request_id, stamp))
        return read_query(heard.answer, checkout_request_id, heard.secrets)

    async def _call(self, path: str, body: Callable[[Stamp], BaseModel]) -> Heard:
        """The stamp is made for each attempt: Daraja may look at its clock."""

        def make() -> Said:
            stamp = self._credentials.stamp(self._now())
            return Said(body(stamp), (stamp.password, *self._credentials.secrets))

        return await self._caller.call(path, make)

    def _push_body(self, request: PushRequest, stamp: Stamp) -> wire.PushBody:
        return wire.PushBody(
            BusinessShortCode=int(self._credentials.shortcode),
            Password=stamp.password,
            Timestamp=stamp.timestamp,
            TransactionType=self._credentials.transaction_type,
            Amount=request.amount_kes,
            PartyA=int(request.msisdn),
            PartyB=int(self._credentials.party_b),
            PhoneNumber=int(request.msisdn),
            CallBackURL=request.callback_url,
            AccountReference=request.account_reference,
            TransactionDesc=request.description,
        )

    def _query_body(self, checkout_request_id: str, stamp: Stamp) -> wire.QueryBody:
        return wire.QueryBody(
            BusinessShortCode=int(self._credentials.shortcode),
            Password=stamp.password,
            Timestamp=stamp.timestamp,
            CheckoutRequestID=checkout_request_id,
        )

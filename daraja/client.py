"""What can be asked of Daraja: push a prompt to a phone, and query what became of it.

Owns the two calls, with one renewal of a refused token. Refuses to own any other repetition: a push is sent
once, and whether it may be sent again is for the caller to read off the error (``errors.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import httpx
from pydantic import BaseModel

from daraja import wire
from daraja.answers import PushAccepted, QueryAnswer, read_push, read_query, refuses_token
from daraja.credentials import DarajaCredentials, Stamp
from daraja.errors import CredentialsRefused
from daraja.oauth import TokenSource
from daraja.push import PushRequest
from daraja.transport import Answer, Timeouts, exchange

PUSH_PATH: Final = "/mpesa/stkpush/v1/processrequest"
QUERY_PATH: Final = "/mpesa/stkpushquery/v1/query"

_CHECKOUT_REQUEST_ID = re.compile(wire.CHECKOUT_REQUEST_ID)


_Heard = tuple[Answer, tuple[str, ...]]  # an answer, and what must be hidden when it is quoted


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
        self._http = http
        self._tokens = tokens
        self._now = now
        self._timeouts = timeouts or Timeouts()

    async def push(self, request: PushRequest) -> PushAccepted:
        """Ask Safaricom to prompt a phone for its PIN (Daraja: STK push request).

        Raises:
            BadPush: the callback address is not fit for production; nothing was sent.
            NotSent: surely not accepted; may be pushed again after ``retry_after_s``.
            Refused: a definite no.
            PerhapsSent: the prompt may be on the phone; never push again, ask or wait.
        """
        request.check_for(self._credentials.environment)
        answer, secrets = await self._call(PUSH_PATH, lambda stamp: self._push_body(request, stamp))
        return read_push(answer, secrets)

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
        answer, secrets = await self._call(
            QUERY_PATH, lambda stamp: self._query_body(checkout_request_id, stamp)
        )
        return read_query(answer, checkout_request_id, secrets)

    async def _call(self, path: str, body: Callable[[Stamp], BaseModel]) -> _Heard:
        token = await self._tokens.token()
        answer, secrets = await self._post(path, token, body)
        if not refuses_token(answer):
            return answer, secrets
        # A refused token means that the gateway looked no further, so the same call may be made once more.
        token = await self._tokens.refused(token)
        answer, secrets = await self._post(path, token, body)
        if refuses_token(answer):
            raise CredentialsRefused("a fresh token was refused too: is this product attached to the app?")
        return answer, secrets

    async def _post(self, path: str, token: str, body: Callable[[Stamp], BaseModel]) -> _Heard:
        stamp = self._credentials.stamp(self._now())
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",  # so that a small answer cannot unfold into a huge one
        }
        answer = await exchange(
            self._http,
            "POST",
            self._credentials.base_url + path,
            headers=headers,
            body=body(stamp).model_dump_json().encode(),
            timeouts=self._timeouts,
        )
        return answer, (token, stamp.password, *self._credentials.secrets)

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

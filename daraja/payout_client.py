"""What can be asked of Daraja in an initiator's name: pay out, reverse, tell a status, tell the balance.

Owns the four calls. All of them are only taken or not: what comes of them is told later, at the addresses
that each call names. Refuses to own any repetition: whether a call may be made again is for the caller to
read off the error (``errors.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import BaseModel

from daraja import wire
from daraja.addresses import check_live_address
from daraja.answers import Trouble, names_conversation, read_as
from daraja.caller import Caller, Heard, Said
from daraja.credentials import DarajaCredentials
from daraja.errors import DarajaError, Unreadable
from daraja.initiator import Initiator
from daraja.oauth import TokenSource
from daraja.payout import Addresses, PayoutRequest, ReversalRequest, StatusQuestion
from daraja.refusals import Says
from daraja.transport import Answer, Timeouts

PAYOUT_PATH: Final = "/mpesa/b2c/v3/paymentrequest"
REVERSAL_PATH: Final = "/mpesa/reversal/v1/request"
STATUS_PATH: Final = "/mpesa/transactionstatus/v1/query"
BALANCE_PATH: Final = "/mpesa/accountbalance/v1/query"

_CERTAIN: Final = frozenset({
    Says.TOKEN_INVALID,
    Says.KEYS_WRONG,
    Says.THROTTLED,
    Says.BUSY,
    Says.OVER_QUOTA,
    Says.SEEN_BEFORE,
    Says.PHONE_INVALID,
    Says.MISCONFIGURED,
})  # fmt: skip
"""What surely tells whether the call was taken.

The rest proves nothing where money goes out: a line may be busy with our own earlier call, and a no that
nobody has published may be said to the second of two.
"""
_ACCEPTED: Final = "0"
_NAMED: Final = "an answer with a conversation but no acceptance"
_STATUS_REMARKS: Final = "Status of a refund"
_BALANCE_REMARKS: Final = "Balance"


@dataclass(frozen=True, slots=True)
class Taken:
    """Daraja took the call. Nothing has come of it yet."""

    conversation_id: str
    originator_id: str


class PayoutClient:
    """Speaks to Daraja for one initiator.

    Each method raises:
        BadPush: an address is not fit for production; nothing was sent.
        NotSent: surely not taken; the same call may be made again after ``retry_after_s``.
        Refused: a definite no.
        PerhapsSent: it may have been taken; never send it anew, ask or wait.
    """

    def __init__(
        self,
        credentials: DarajaCredentials,
        initiator: Initiator,
        http: httpx.AsyncClient,
        tokens: TokenSource,
        *,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._credentials = credentials
        self._initiator = initiator
        self._caller = Caller(credentials.base_url, http, tokens, timeouts or Timeouts())

    async def pay_out(self, request: PayoutRequest) -> Taken:
        """Have money paid to a phone (Daraja: B2C payout, v3).

        Raises:
            SeenBefore: the id is known there: an earlier call was taken.
        """
        body = wire.PayoutBody(
            OriginatorConversationID=request.originator_id,
            InitiatorName=self._initiator.name,
            SecurityCredential=self._initiator.credential.text,
            Amount=request.amount_kes,
            PartyA=int(self._initiator.shortcode),
            PartyB=int(request.msisdn),
            Remarks=request.remarks,
            QueueTimeOutURL=request.addresses.timeout,
            ResultURL=request.addresses.result,
            Occassion=request.remarks,
        )
        return await self._call(PAYOUT_PATH, body, request.addresses)

    async def reverse(self, request: ReversalRequest) -> Taken:
        """Have a payment given back to whoever paid it (Daraja: Reversal)."""
        body = wire.ReversalBody(
            Initiator=self._initiator.name,
            SecurityCredential=self._initiator.credential.text,
            TransactionID=request.receipt,
            Amount=request.amount_kes,
            ReceiverParty=int(self._initiator.collects),
            Remarks=request.remarks,
            QueueTimeOutURL=request.addresses.timeout,
            ResultURL=request.addresses.result,
            Occasion=request.remarks,
        )
        return await self._call(REVERSAL_PATH, body, request.addresses)

    async def ask_status(self, question: StatusQuestion) -> Taken:
        """Have it told what became of a movement of money (Daraja: Transaction Status)."""
        body = wire.StatusBody(
            Initiator=self._initiator.name,
            SecurityCredential=self._initiator.credential.text,
            TransactionID=question.receipt,
            OriginalConversationID=question.originator_id,
            PartyA=int(self._initiator.collects if question.collected else self._initiator.shortcode),
            Remarks=_STATUS_REMARKS,
            QueueTimeOutURL=question.addresses.timeout,
            ResultURL=question.addresses.result,
            Occasion=_STATUS_REMARKS,
        )
        return await self._call(STATUS_PATH, body, question.addresses)

    async def ask_balance(self, addresses: Addresses) -> Taken:
        """Have the balance of the shortcode that pays out told (Daraja: Account Balance)."""
        body = wire.BalanceBody(
            Initiator=self._initiator.name,
            SecurityCredential=self._initiator.credential.text,
            PartyA=int(self._initiator.shortcode),
            Remarks=_BALANCE_REMARKS,
            QueueTimeOutURL=addresses.timeout,
            ResultURL=addresses.result,
        )
        return await self._call(BALANCE_PATH, body, addresses)

    async def _call(self, path: str, body: BaseModel, addresses: Addresses) -> Taken:
        for address in (addresses.result, addresses.timeout):
            check_live_address(address, self._credentials.environment)
        secrets = (self._initiator.credential.text, *self._credentials.secrets)
        return _read(await self._caller.call(path, lambda: Said(body, secrets)))


def _read(heard: Heard) -> Taken:
    """What the answer says; one that names a conversation is never a plain no, whatever else it says."""
    reply = read_as(wire.InitiatorReply, heard.answer, heard.secrets)
    if isinstance(reply, Trouble):
        raise _error_of(reply, heard.answer)
    if reply.ResponseCode != _ACCEPTED:
        raise Unreadable(_NAMED)
    return Taken(reply.ConversationID, reply.OriginatorConversationID)


def _error_of(trouble: Trouble, answer: Answer) -> DarajaError:
    if names_conversation(answer):
        return Unreadable(_NAMED)
    if trouble.says in _CERTAIN:
        return trouble.as_error()
    return Unreadable(trouble.told.message, code=trouble.told.code)

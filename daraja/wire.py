"""The shapes that go over the wire to Daraja and come back, with Safaricom's own field names.

Owns field names and types of requests and replies: strict, with unknown fields ignored, since Safaricom
adds some. Refuses to own what a reply means. Callbacks' shapes are in ``stk_callback.py`` and
``result_callback.py``.
"""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# Seen: "ws_CO_" and digits, 32 characters in all. Wider than that, narrow enough to be stored and logged.
CHECKOUT_REQUEST_ID: Final = r"^[A-Za-z0-9_.\-]{1,80}$"
# Seen: "AG_", the day and 20 hex digits; words of our own; forms like those of push requests.
CONVERSATION_ID: Final = r"^[A-Za-z0-9_.\-]{1,100}$"
_CODE_TEXT = re.compile(r"-?[A-Za-z0-9_.]{1,32}")
_LONGEST_LIFE_S: Final = 86_400


def code_text(value: object) -> str:
    """A result code as text: it comes as ``0``, ``"0"``, ``1032.0`` and ``SFC_IC0003``.

    Raises:
        ValueError: not a whole number and not a short word.
    """
    match value:
        case bool():
            raise ValueError("a code is not a truth value")
        case int():
            return str(value)
        case Decimal() if value == value.to_integral_value():
            return str(int(value))
        case str() if _CODE_TEXT.fullmatch(value.strip()):
            return value.strip()
        case _:
            raise ValueError("a code is a whole number or a short word")


def _life_s(value: object) -> int:
    """``expires_in`` is a number in the current text and a string in the older one."""
    seconds = code_text(value)
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= len("999999")):
        raise ValueError("a life is a whole number of seconds")
    return min(int(seconds), _LONGEST_LIFE_S)


CodeText = Annotated[str, BeforeValidator(code_text)]


class _Outgoing(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class _Incoming(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class PushBody(_Outgoing):
    """``POST /mpesa/stkpush/v1/processrequest`` (Daraja: STK push request). Numbers go as JSON numbers."""

    BusinessShortCode: int
    Password: str = Field(repr=False)
    Timestamp: str
    TransactionType: Literal["CustomerPayBillOnline", "CustomerBuyGoodsOnline"]
    Amount: int
    PartyA: int = Field(repr=False)
    PartyB: int
    PhoneNumber: int = Field(repr=False)
    CallBackURL: str = Field(repr=False)
    AccountReference: str
    TransactionDesc: str


class QueryBody(_Outgoing):
    """``POST /mpesa/stkpushquery/v1/query`` (Daraja: STK push query)."""

    BusinessShortCode: int
    Password: str = Field(repr=False)
    Timestamp: str
    CheckoutRequestID: str = Field(repr=False)


class _AboutMoneyOut(_Outgoing):
    """What every call of an initiator carries. The credential proves who asks; the addresses hold keys."""

    SecurityCredential: str = Field(repr=False)
    Remarks: str
    QueueTimeOutURL: str = Field(repr=False)
    ResultURL: str = Field(repr=False)


class PayoutBody(_AboutMoneyOut):
    """``POST /mpesa/b2c/v3/paymentrequest`` (Daraja: B2C payout). ``Occassion`` is misspelt there, too."""

    OriginatorConversationID: str
    InitiatorName: str
    CommandID: Literal["BusinessPayment"] = "BusinessPayment"
    Amount: int
    PartyA: int
    PartyB: int = Field(repr=False)
    Occassion: str


class ReversalBody(_AboutMoneyOut):
    """``POST /mpesa/reversal/v1/request`` (Daraja: Reversal). The type of the receiver is misspelt there."""

    Initiator: str
    CommandID: Literal["TransactionReversal"] = "TransactionReversal"
    TransactionID: str
    Amount: int
    ReceiverParty: int
    RecieverIdentifierType: Literal["11"] = "11"
    Occasion: str


class StatusBody(_AboutMoneyOut):
    """``POST /mpesa/transactionstatus/v1/query`` (Daraja: Transaction Status), by receipt or id of a call."""

    Initiator: str
    CommandID: Literal["TransactionStatusQuery"] = "TransactionStatusQuery"
    TransactionID: str | None = None
    OriginalConversationID: str | None = None
    PartyA: int
    IdentifierType: Literal["4"] = "4"
    Occasion: str


class BalanceBody(_AboutMoneyOut):
    """``POST /mpesa/accountbalance/v1/query`` (Daraja: Account Balance)."""

    Initiator: str
    CommandID: Literal["AccountBalance"] = "AccountBalance"
    PartyA: int
    IdentifierType: Literal["4"] = "4"


class PushReply(_Incoming):
    """A push that was taken: ``ResponseCode`` "0" means accepted, never paid."""

    CheckoutRequestID: str = Field(pattern=CHECKOUT_REQUEST_ID, repr=False)
    MerchantRequestID: str | None = Field(default=None, max_length=100)
    ResponseCode: CodeText


class CheckoutOnly(_Incoming):
    """The one field worth saving from an answer that is otherwise not understood."""

    CheckoutRequestID: str = Field(pattern=CHECKOUT_REQUEST_ID, repr=False)


class QueryReply(_Incoming):
    """The state of a push. It never holds receipt, amount or phone."""

    CheckoutRequestID: str = Field(pattern=CHECKOUT_REQUEST_ID, repr=False)
    ResponseCode: CodeText
    ResultCode: CodeText
    ResultDesc: str | None = None


class InitiatorReply(_Incoming):
    """A call of an initiator that was taken: ``ResponseCode`` "0" means accepted, never done."""

    ConversationID: str = Field(pattern=CONVERSATION_ID)
    OriginatorConversationID: str = Field(pattern=CONVERSATION_ID)
    ResponseCode: CodeText


class ConversationOnly(_Incoming):
    """The one field that shows that a call got through, in an answer that is otherwise not understood."""

    ConversationID: str = Field(pattern=CONVERSATION_ID)


class TokenReply(_Incoming):
    """``GET /oauth/v1/generate`` (Daraja: Authorization). The token is visible ASCII, as a header must be."""

    access_token: str = Field(pattern=r"^[\x21-\x7e]{1,4096}$", repr=False)
    expires_in: Annotated[int, BeforeValidator(_life_s), Field(ge=1)]


class ErrorEnvelope(_Incoming):
    """Daraja's own error body."""

    code: CodeText = Field(alias="errorCode")
    message: str = Field(alias="errorMessage", default="", repr=False)


class _FaultDetail(_Incoming):
    code: str = Field(alias="errorcode", default="")


class _Fault(_Incoming):
    message: str = Field(alias="faultstring", default="", repr=False)
    detail: _FaultDetail = _FaultDetail()


class FaultBody(_Incoming):
    """The error body of the gateway (Apigee) in front of Daraja."""

    fault: _Fault

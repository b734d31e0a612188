"""What the results of an initiator's calls say, in whatever shape they come.

Owns the reading of the ``Result`` envelope: of payouts and reversals, of questions for a status or the
balance, and of the notice that Safaricom's queue gave up. Refuses to own whether any of it is believed:
anybody could have posted it. Source: Daraja, B2C v3 result, Reversal result, Transaction Status result,
Account Balance result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from daraja.claims import CONVERSATION, RECEIPT, BadCallback, Notes, Shape, listed, number_text, read_shape
from daraja.redact import clean
from daraja.strictjson import BadJson, loads
from daraja.wire import CodeText

_AMOUNTS: Final = ("TransactionAmount", "Amount")
_TIMES: Final = ("TransactionCompletedDateTime", "TransCompletedTime", "FinalisedTime", "BOCompletedTime")
_CODES: Final = ("TransactionReceipt", "ReceiptNo")
_OTHERS: Final = ("TransactionStatus", "OriginatorConversationID", "AccountBalance")
_READ: Final = frozenset(_AMOUNTS + _TIMES + _CODES + _OTHERS)
"""What is read of the parameters, each by any of its names."""
_MOST_ACCOUNTS: Final = 50
_AVAILABLE: Final = 3
_NO_MONEY = re.compile(r"[A-Z0-9]{3}0+")
_FIGURE = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCallback:
    """What a result claims. A field is None when absent or unreadable; ``odd`` names the unreadable ones.

    Attributes:
        transaction_id: the payout's or reversal's own M-Pesa code.
        amount_kes: whole shillings; an amount that is not (never rounded) is in ``amount_text`` as it came.
        completed_at: when the money moved, in UTC.
        receipt: the code among the parameters: of a payout its own once more, in the answer about a status
            the code of what was asked about, as are ``status`` and ``of_originator_id``.
        accounts: in the answer about the balance: names, and what is available in each, with its cents.
    """

    result_code: str
    result_desc: str
    originator_id: str | None
    conversation_id: str | None
    transaction_id: str | None
    amount_kes: int | None
    amount_text: str | None
    completed_at: datetime | None
    receipt: str | None = None
    status: str | None = None
    of_originator_id: str | None = None
    accounts: tuple[tuple[str, Decimal], ...] = ()
    odd: tuple[str, ...] = ()

    @property
    def amount_odd(self) -> bool:
        """Whether an amount came that is not whole shillings: a person has to look."""
        return self.amount_text is not None


class _Parameter(Shape):
    Key: str
    Value: object = None


class _Parameters(Shape):
    ResultParameter: Annotated[list[_Parameter], BeforeValidator(listed)] = Field(default_factory=list)


class _Result(Shape):
    ResultCode: CodeText
    ResultDesc: str | None = None
    OriginatorConversationID: str | None = None
    ConversationID: str | None = None
    TransactionID: str | None = None
    ResultParameters: _Parameters | None = None


class _Envelope(Shape):
    Result: _Result


def read_result(raw: bytes) -> ResultCallback:
    """Read the result of a payout, a reversal, or a question.

    Raises:
        BadCallback: not acceptable JSON (see ``strictjson``), not the envelope, or a field of the wrong kind.
    """
    said = read_shape(raw, _Envelope, "a result").Result
    values, notes = _by_key(said.ResultParameters), Notes()
    amount_kes, amount_text = notes.amount(_first(values, _AMOUNTS), "Amount")
    return ResultCallback(
        result_code=said.ResultCode,
        result_desc=clean(said.ResultDesc or ""),
        originator_id=notes.matching("OriginatorConversationID", said.OriginatorConversationID, CONVERSATION),
        conversation_id=notes.matching("ConversationID", said.ConversationID, CONVERSATION),
        transaction_id=_real(notes.matching("TransactionID", said.TransactionID or None, RECEIPT)),
        amount_kes=amount_kes,
        amount_text=amount_text,
        completed_at=notes.moment(_first(values, _TIMES), "CompletedTime"),
        receipt=notes.matching("ReceiptNo", _first(values, _CODES), RECEIPT),
        status=_text(values.get("TransactionStatus")),
        of_originator_id=notes.matching(
            "parameter OriginatorConversationID", values.get("OriginatorConversationID"), CONVERSATION
        ),
        accounts=_accounts(values.get("AccountBalance"), notes),
        odd=tuple(notes.odd),
    )


def check_notice(raw: bytes) -> None:
    """Make sure that this is any JSON object: nobody has published what a timeout notice looks like.

    Raises:
        BadCallback: it is none.
    """
    try:
        body = loads(raw)
    except BadJson as error:
        raise BadCallback(error.reason) from None
    if not isinstance(body, dict):
        raise BadCallback("not an object")


def _by_key(parameters: _Parameters | None) -> dict[str, object]:
    """What is read, by name: order is not promised, and other keys may repeat (``DebitPartyName`` does).

    Raises:
        BadCallback: what is read comes twice and differs.
    """
    found: dict[str, object] = {}
    for parameter in parameters.ResultParameter if parameters else []:
        if parameter.Key not in _READ or parameter.Value in (None, ""):
            continue
        if found.setdefault(parameter.Key, parameter.Value) != parameter.Value:
            raise BadCallback("a parameter comes twice and differs")
    return found


def _first(values: dict[str, object], keys: tuple[str, ...]) -> object:
    return next((values[key] for key in keys if key in values), None)


def _real(code: str | None) -> str | None:
    """Where no money moved, the code is the day's three characters and zeros (Daraja: results)."""
    return None if code is None or _NO_MONEY.fullmatch(code) else code


def _text(value: object) -> str | None:
    return clean(number_text(value)) or None


def _accounts(value: object, notes: Notes) -> tuple[tuple[str, Decimal], ...]:
    """``name|KES|current|available|reserved|uncleared`` joined by ``&`` (Daraja: Account Balance)."""
    if value is None:
        return ()
    parts = number_text(value).split("&")[:_MOST_ACCOUNTS]
    read = [_account(part.split("|")) for part in parts]
    if None in read:
        notes.odd.append("AccountBalance")
    return tuple(account for account in read if account is not None)


def _account(fields: list[str]) -> tuple[str, Decimal] | None:
    """The account's name and what is available in it."""
    if len(fields) <= _AVAILABLE or not _FIGURE.fullmatch(fields[_AVAILABLE].strip()):
        return None
    return clean(fields[0]), Decimal(fields[_AVAILABLE].strip())

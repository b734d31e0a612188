"""Reading and refusing the bodies of an initiator's calls, field by field.

Daraja: B2C v3, Reversal, Transaction Status, Account Balance.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.out.records import OutOrder
from sandbox.safaricom.phones import MSISDN_PATTERN
from sandbox.safaricom.validation import (
    Body,
    Check,
    check_fields,
    is_base64,
    is_url,
    matches,
    text,
    threatens,
)

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig

MOST_KES = 250_000
_NAME = matches(r"\S{1,100}")
_SHORTCODE = matches(r"[0-9]{5,7}")
_AMOUNT = matches(r"[1-9][0-9]{0,5}")
_ADDRESSES: tuple[Check, ...] = (("QueueTimeOutURL", is_url), ("ResultURL", is_url))


def _is_remark(value: object) -> bool:
    return isinstance(value, str) and 2 <= len(value) <= 100  # noqa: PLR2004  Daraja: Remarks


def _is_occasion(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= 100)  # noqa: PLR2004  Daraja: Occassion


_PAYOUT: tuple[Check, ...] = (
    ("InitiatorName", _NAME),
    ("SecurityCredential", is_base64),
    ("CommandID", matches(r"BusinessPayment|SalaryPayment|PromotionPayment")),
    ("Amount", _AMOUNT),
    ("PartyA", _SHORTCODE),
    ("PartyB", matches(MSISDN_PATTERN)),
    ("Remarks", _is_remark),
    *_ADDRESSES,
    ("Occassion", _is_occasion),
)
_ID: Check = ("OriginatorConversationID", matches(r"[A-Za-z0-9_\-]{1,100}"))
_REVERSAL: tuple[Check, ...] = (
    ("Initiator", _NAME),
    ("SecurityCredential", is_base64),
    ("CommandID", matches(r"TransactionReversal")),
    ("TransactionID", matches(r"[A-Z0-9]{8,12}")),
    ("Amount", _AMOUNT),
    ("ReceiverParty", _SHORTCODE),
    # Misspelt so; the correct spelling leaves this field out, and is refused.
    ("RecieverIdentifierType", matches(r"11")),
    *_ADDRESSES,
    ("Remarks", _is_remark),
)
_QUESTION: tuple[Check, ...] = (
    ("Initiator", _NAME),
    ("SecurityCredential", is_base64),
    ("PartyA", _SHORTCODE),
    ("IdentifierType", matches(r"4")),
    *_ADDRESSES,
    ("Remarks", _is_remark),
)


def read_payout(body: Body, config: SimulatorConfig, *, v3: bool, made_id: str) -> OutOrder:
    """The order in a payout; raises RefusedError for the first thing that is wrong.

    v1 has no id of the caller's.
    """
    check_fields(body, (_ID, *_PAYOUT) if v3 else _PAYOUT)
    _check_addresses(body)
    if text(body["PartyA"]) != config.b2c_shortcode:
        raise RefusedError("invalid_field", detail="PartyA")
    return OutOrder(
        kind="b2c",
        originator_id=text(body["OriginatorConversationID"]) if v3 else made_id,
        amount_kes=_amount(body),
        phone=text(body["PartyB"]),
        receipt="",
        result_url=text(body["ResultURL"]),
        timeout_url=text(body["QueueTimeOutURL"]),
        remarks=text(body["Remarks"]),
    )


def read_reversal(body: Body, config: SimulatorConfig, *, made_id: str) -> OutOrder:
    """The order in a reversal; raises RefusedError."""
    check_fields(body, _REVERSAL)
    _check_addresses(body)
    if text(body["ReceiverParty"]) != config.shortcode:
        raise RefusedError("invalid_field", detail="ReceiverParty")
    return OutOrder(
        kind="reversal",
        originator_id=made_id,
        amount_kes=_amount(body),
        phone="",
        receipt=text(body["TransactionID"]),
        result_url=text(body["ResultURL"]),
        timeout_url=text(body["QueueTimeOutURL"]),
        remarks=text(body["Remarks"]),
    )


def check_question(body: Body, command: str) -> None:
    """Make sure that a question is well-formed; raises RefusedError."""
    check_fields(body, (("CommandID", matches(re.escape(command))), *_QUESTION))
    _check_addresses(body)


def asked_about(body: Body) -> str:
    """What a question for the status is about: an id of a call, or an M-Pesa code; raises RefusedError."""
    for name in ("OriginalConversationID", "OriginatorConversationID", "TransactionID"):
        if asked := text(body.get(name)):
            return asked
    raise RefusedError("invalid_field", detail="TransactionID")


def _check_addresses(body: Body) -> None:
    if any(threatens(text(body[name])) for name, _ in _ADDRESSES):
        raise RefusedError("threat_detected")


def _amount(body: Body) -> int:
    amount_kes = int(text(body["Amount"]))
    if amount_kes > MOST_KES:
        raise RefusedError("invalid_field", detail="Amount")
    return amount_kes

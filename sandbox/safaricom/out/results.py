"""The bodies of results as Safaricom sends them (Daraja: B2C v3, Reversal, Status, Balance results)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.safaricom import nairobi
from sandbox.safaricom.out.scenarios import Shape

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.safaricom.out.records import Out
    from sandbox.safaricom.out.treasury import Treasury
    from sandbox.safaricom.results import Code, Result

Body = dict[str, object]
_INTERNAL_URL = "https://internal.invalid/b2cresults"

WORDS: dict[Code, str] = {
    0: "The service request is processed successfully.",
    1: "The balance is insufficient for the transaction.",
    2: "Declined due to limit rule: less than the minimum transaction amount.",
    4: "Declined due to limit rule: would exceed the daily transfer limit.",
    8: "Declined due to limit rule: would exceed the maximum balance.",
    17: "System internal error.",
    25: "The transaction receipt number does not exist.",
    26: "Traffic blocking condition in place",
    2001: "The initiator information is invalid.",
    2040: "Credit Party customer type can't be supported by the service.",
    7431: "The reason is not in any published table.",
    8006: "The security credential is locked.",
    "SFC_IC0003": "The operator or the receiver does not exist.",
    "R000001": "The transaction has already been reversed.",
    "R000002": "The OriginalTransactionID is invalid.",
}


def conversation_id() -> str:
    """`AG_`, the day, and twenty hex digits."""
    return f"AG_{nairobi.now():%Y%m%d}_{secrets.token_hex(10)}"


def result_body(out: Out, outcome: Result, treasury: Treasury) -> Body:
    """What the result address is told of a payout or reversal."""
    shape, order = out.scenario.shape, out.order
    paid = outcome.code == 0
    body: Body = {
        "ResultType": 0,
        "ResultCode": str(outcome.code) if shape is Shape.CODE_AS_TEXT else outcome.code,
        "ResultDesc": outcome.description,
        "OriginatorConversationID": "refund-somebody-elses"
        if shape is Shape.OTHER_ID
        else order.originator_id,
        "ConversationID": out.conversation_id,
        "TransactionID": out.mpesa_code if paid else f"{nairobi.receipt_number(nairobi.now())[:3]}0000000",
    }
    if paid:
        body["ResultParameters"] = {"ResultParameter": _parameters(out, treasury)}
    item = {"Key": "QueueTimeoutURL", "Value": _INTERNAL_URL}
    body["ReferenceData"] = {"ReferenceItem": [item] if shape is Shape.LISTED_REFERENCE else item}
    return {"Result": body}


def _parameters(out: Out, treasury: Treasury) -> object:
    shape, order, done = out.scenario.shape, out.order, out.done_at or nairobi.now()
    amount = order.amount_kes + 1 if shape is Shape.OTHER_AMOUNT else order.amount_kes
    if shape is Shape.ONE_PARAMETER:
        return {"Key": "TransactionAmount" if order.kind == "b2c" else "Amount", "Value": amount}
    if order.kind == "reversal":
        return _pairs(
            {
                "DebitAccountBalance": "Utility Account|KES|51661.00|51661.00|0.00|0.00",
                "Amount": f"{amount}.00",
                "TransCompletedTime": int(nairobi.stamp(done)),
                "OriginalTransactionID": order.receipt,
                "Charge": 0,
                "CreditPartyPublicName": f"{out.receiver} - TEST PAYER",
                "DebitPartyPublicName": "600000 - LEGALPRO ADVOCATES",
            }
        )
    return _pairs(
        {
            "TransactionAmount": amount,
            "TransactionReceipt": out.mpesa_code,
            "ReceiverPartyPublicName": f"{order.phone} - TEST PAYEE",
            "TransactionCompletedDateTime": _day_first(done),
            "B2CUtilityAccountAvailableFunds": float(treasury.utility_kes),
            "B2CWorkingAccountAvailableFunds": float(treasury.working_kes),
            "B2CRecipientIsRegisteredCustomer": "Y",
            "B2CChargesPaidAccountAvailableFunds": -95.0,
        }
    )


def notice_body(out: Out) -> Body:
    """What the timeout address is told. No sample is published: this is what receivers assume."""
    return {
        "Result": {
            "ResultType": 1,
            "ResultCode": "1",
            "ResultDesc": "The service request has timed out in the queue.",
            "OriginatorConversationID": out.order.originator_id,
            "ConversationID": out.conversation_id,
            "TransactionID": "",
        }
    }


def no_answer_body(question_id: str, conversation: str, code: Code) -> Body:
    """What a question is told that is not answered."""
    return {"Result": _about_question(question_id, conversation, code)}


def status_body(question_id: str, conversation: str, out: Out) -> Body:
    """What a question for the status is told: everything."""
    body = _about_question(question_id, conversation, 0)
    body["ResultParameters"] = {"ResultParameter": _status_parameters(out)}
    return {"Result": body}


def _about_question(question_id: str, conversation: str, code: Code) -> Body:
    return {
        "ResultType": 0,
        "ResultCode": code,
        "ResultDesc": WORDS[code],
        "OriginatorConversationID": question_id,
        "ConversationID": conversation,
        "TransactionID": f"{nairobi.receipt_number(nairobi.now())[:3]}0000000",
        "ReferenceData": {"ReferenceItem": {"Key": "Occasion"}},
    }


def _status_parameters(out: Out) -> list[Body]:
    done = out.done_at or out.received_at
    return [
        {"Key": "DebitPartyName", "Value": "600000 - LEGALPRO ADVOCATES"},
        *_pairs(
            {
                "OriginatorConversationID": out.order.originator_id,
                "InitiatedTime": int(nairobi.stamp(out.received_at)),
                "FinalisedTime": int(nairobi.stamp(done)),
                "DebitAccountType": "Utility Account",
                "DebitPartyCharges": "",
            }
        ),
        {"Key": "TransactionReason"},
        *_pairs(
            {
                "ReasonType": "Business Payment to Customer via API",
                "TransactionStatus": _status_word(out),
                "Amount": f"{out.order.amount_kes}.00",
                "ConversationID": out.conversation_id,
                "ReceiptNo": out.mpesa_code or "",
            }
        ),
        # Really the credit party (Daraja: Transaction Status, sample).
        {"Key": "DebitPartyName", "Value": f"{out.receiver or out.order.phone} - TEST PAYEE"},
    ]


def _status_word(out: Out) -> str:
    if out.moved:
        return "Completed"
    return "Declined" if out.state == "failed" else "Authorized"


def balance_body(question_id: str, conversation: str, treasury: Treasury) -> Body:
    """What a question for the balance is told."""
    return {
        "Result": {
            "ResultType": "0",
            "ResultCode": "0",
            "ResultDesc": WORDS[0],
            "OriginatorConversationID": question_id,
            "ConversationID": conversation,
            "TransactionID": f"{nairobi.receipt_number(nairobi.now())[:3]}0000000",
            "ResultParameters": {
                "ResultParameter": _pairs(
                    {
                        "AccountBalance": treasury.as_text(),
                        "BOCompletedTime": nairobi.stamp(nairobi.now()),
                    }
                )
            },
            "ReferenceData": {"ReferenceItem": {"Key": "QueueTimeoutURL", "Value": _INTERNAL_URL}},
        }
    }


def _pairs(values: dict[str, object]) -> list[Body]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def _day_first(moment: datetime) -> str:
    return moment.astimezone(nairobi.NAIROBI).strftime("%d.%m.%Y %H:%M:%S")

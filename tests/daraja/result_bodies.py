"""Results of money going out as Daraja documents them, and builders for their drifts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.daraja.payout_fakes import CONVERSATION, OUR_ID, PHONE

Parameters = list[dict[str, Any]]

PAYOUT: Parameters = [
    {"Key": "TransactionAmount", "Value": 1200},
    {"Key": "TransactionReceipt", "Value": "UB48P1ZC3D"},
    {"Key": "ReceiverPartyPublicName", "Value": f"{PHONE} - TEST PAYEE"},
    {"Key": "TransactionCompletedDateTime", "Value": "04.02.2026 11:02:09"},
    {"Key": "B2CUtilityAccountAvailableFunds", "Value": 88200.00},
    {"Key": "B2CWorkingAccountAvailableFunds", "Value": 0.00},
    {"Key": "B2CRecipientIsRegisteredCustomer", "Value": "Y"},
    {"Key": "B2CChargesPaidAccountAvailableFunds", "Value": -95.00},
]
REVERSAL: Parameters = [
    {"Key": "DebitAccountBalance", "Value": "Utility Account|KES|51661.00|51661.00|0.00|0.00"},
    {"Key": "Amount", "Value": 2500},
    {"Key": "TransCompletedTime", "Value": 20260204110209},
    {"Key": "OriginalTransactionID", "Value": "UB47K2M9QX"},
    {"Key": "Charge", "Value": 0},
    {"Key": "CreditPartyPublicName", "Value": f"{PHONE} - TEST PAYER"},
    {"Key": "DebitPartyPublicName", "Value": "174379 - LEGALPRO"},
]
STATUS: Parameters = [
    {"Key": "DebitPartyName", "Value": "600992 - LEGALPRO"},
    {"Key": "DebitPartyName", "Value": f"{PHONE} - TEST PAYEE"},
    {"Key": "OriginatorConversationID", "Value": OUR_ID},
    {"Key": "InitiatedTime", "Value": 20260204110130},
    {"Key": "FinalisedTime", "Value": 20260204110209},
    {"Key": "DebitAccountType", "Value": "Utility Account"},
    {"Key": "DebitPartyCharges", "Value": ""},
    {"Key": "TransactionReason"},
    {"Key": "ReasonType", "Value": "Business Payment to Customer via API"},
    {"Key": "TransactionStatus", "Value": "Completed"},
    {"Key": "Amount", "Value": "1200.00"},
    {"Key": "ConversationID", "Value": CONVERSATION},
    {"Key": "ReceiptNo", "Value": "UB48P1ZC3D"},
]
BALANCE = (
    "Working Account|KES|700000.00|690000.25|10000.00|0.00"
    "&Utility Account|KES|228037.00|228037.00|0.00|0.00"
    "&Charges Paid Account|KES|-1540.00|-1540.00|0.00|0.00"
)
AT = datetime(2026, 2, 4, 8, 2, 9, tzinfo=UTC)


def body(parameters: object = None, code: object = 0, **changes: object) -> bytes:
    said: dict[str, object] = {
        "ResultType": 0,
        "ResultCode": code,
        "ResultDesc": "The service request is processed successfully.",
        "OriginatorConversationID": OUR_ID,
        "ConversationID": CONVERSATION,
        "TransactionID": "UB48P1ZC3D",
        "ReferenceData": {"ReferenceItem": {"Key": "QueueTimeoutURL", "Value": "https://internal.invalid/x"}},
    }
    if parameters is not None:
        said["ResultParameters"] = {"ResultParameter": parameters}
    return json.dumps({"Result": said | changes}).encode()


def with_value(key: str, value: object, parameters: Parameters = PAYOUT) -> bytes:
    others = [parameter for parameter in parameters if parameter["Key"] != key]
    return body([*others, {"Key": key, "Value": value}])

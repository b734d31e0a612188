"""The callback's body and the ways it drifts from capture to capture (Daraja: STK callback).

It writes what it is told; whether and when a callback is sent is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from sandbox.safaricom import nairobi, results

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.safaricom.records import Push

ShapeName = Literal[
    "usual",
    "balance_missing",
    "balance_odd",
    "items_shuffled",
    "amount_float",
    "wrong_amount",
    "phone_masked",
    "phone_missing",
    "code_as_text",
]
Item = dict[str, object]
Items = list[Item]


def callback_body(push: Push) -> dict[str, object]:
    """The body for the push's result; raises ValueError while there is none.

    Only a success carries CallbackMetadata; ResultCode is a number where the code is one.
    """
    if push.result is None:
        message = "a push without a result has no callback"
        raise ValueError(message)
    shape = push.scenario.shape
    told: dict[str, object] = {
        "MerchantRequestID": push.merchant_request_id,
        "CheckoutRequestID": push.checkout_request_id,
        "ResultCode": str(push.result.code) if shape == "code_as_text" else push.result.code,
        "ResultDesc": push.result.description,
    }
    if push.result.code == results.PAID:
        told["CallbackMetadata"] = {"Item": DRIFTS[shape](_usual_items(push))}
    return {"Body": {"stkCallback": told}}


def _usual_items(push: Push) -> Items:
    return [
        {"Name": "Amount", "Value": push.order.amount_kes},
        {"Name": "MpesaReceiptNumber", "Value": push.receipt},
        {"Name": "Balance"},
        {"Name": "TransactionDate", "Value": int(nairobi.stamp(push.paid_at or push.received_at))},
        {"Name": "PhoneNumber", "Value": int(push.order.phone)},
    ]


def _same(items: Items) -> Items:
    return items


def _without(name: str) -> Callable[[Items], Items]:
    return lambda items: [item for item in items if item["Name"] != name]


def _with(name: str, change: Callable[[str], object]) -> Callable[[Items], Items]:
    """Give the named item a value made from its present one's text."""

    def changed(items: Items) -> Items:
        return [
            {"Name": name, "Value": change(str(item.get("Value")))} if item["Name"] == name else item
            for item in items
        ]

    return changed


def _odd_balance(_: str) -> str:
    return "{Amount={BasicAmount=1200.00, MinimumAmount=120000, CurrencyCode=KES}}"


def _masked(phone: str) -> str:
    return f"{phone[:6]}***{phone[-3:]}"


def _another_amount(amount: str) -> int:
    """One shilling less than asked, where that is still money."""
    return int(amount) - 1 if int(amount) > 1 else 2


DRIFTS: Final[dict[ShapeName, Callable[[Items], Items]]] = {
    "usual": _same,
    "code_as_text": _same,
    "balance_missing": _without("Balance"),
    "balance_odd": _with("Balance", _odd_balance),
    "items_shuffled": lambda items: list(reversed(items)),
    "amount_float": _with("Amount", float),
    "wrong_amount": _with("Amount", _another_amount),
    "phone_masked": _with("PhoneNumber", _masked),
    "phone_missing": _without("PhoneNumber"),
}

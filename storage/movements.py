"""A stored payment or refund as a movement of the ledger: signed, masked, and checked part by part.

Owns what is read of a row and what a row must be like. A row that is not so is told by its id; no figure is
guessed in its place. Which rows are read, and in which order, is `storage.ledger`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from payments.catalogue import FeeKind
from payments.ledger import Direction, Method, Movement, UnreadableMovement
from payments.refunds.refund import Route
from payments.values import mask_phone
from storage.shelf import Row

OF_PAYMENTS = (
    "changed_at", "paid_at", "paid_kes", "amount_kes", "kind", "title", "reference", "receipt", "user_id",
    "for_whom", "phone",
)  # fmt: skip
OF_REFUNDS = (
    "changed_at", "paid_out_at", "amount_kes", "title", "mpesa_code", "payment_id", "user_id", "phone",
    "route", "approved_by_name",
)  # fmt: skip
OF_ITS_PAYMENT = ("kind", "reference", "for_whom")

_FEES = {fee.value: fee for fee in FeeKind}
_PAID, _REFUND, _PUSH = Direction.PAID, Direction.REFUND, Method.STK_PUSH
_METHODS = {Route.B2C.value: Method.B2C, Route.REVERSAL.value: Method.REVERSAL}
_TYPES = [datetime, Direction, int, FeeKind, str, str, str, str, str, str, str, str, Method, str]
"""Of the parts of a movement, in their order."""


def is_refund(row: Row) -> bool:
    """Whether the row is a refund's; only those go a route."""
    return "route" in row


def movement_of(row: Row, payments: Mapping[str, Row], client: str) -> Movement:
    """What a row tells; its times are UTC's without saying so.

    Args:
        row: a paid payment or a refund that was paid out, with the fields that are read of one.
        payments: of what refunds give back, by id.
        client: the name of whom the row belongs to.

    Raises:
        UnreadableMovement: something is missing in the row, or is not what it must be.
    """
    try:
        movement = _refund(row, payments, client) if is_refund(row) else _payment(row, client)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnreadableMovement(f"{row['_id']}: {type(error).__name__} {error}") from error
    if [*map(type, movement)] != _TYPES:
        raise UnreadableMovement(f"{row['_id']}: {_wrong_parts(movement)}")
    return movement


def _payment(row: Row, client: str) -> Movement:
    # In the order of `Movement`: naming the parts would take as long as all the rest.
    return Movement(
        _at(row, "paid_at"),
        _PAID,
        _kes(row.get("paid_kes", row["amount_kes"])),
        _FEES[row["kind"]],
        row["title"],
        row.get("reference", ""),
        row.get("receipt", ""),
        row["_id"],
        "",
        client,
        row.get("for_whom", ""),
        mask_phone(row["phone"]),
        _PUSH,
        "",
    )


def _refund(row: Row, payments: Mapping[str, Row], client: str) -> Movement:
    payment = payments[row["payment_id"]]
    return Movement(
        at=_at(row, "paid_out_at"),
        direction=_REFUND,
        amount_kes=-_kes(row["amount_kes"]),
        fee=_FEES[payment["kind"]],
        title=row["title"],
        reference=payment.get("reference", ""),
        receipt=row.get("mpesa_code", ""),
        payment_id=row["payment_id"],
        refund_id=row["_id"],
        client=client,
        for_whom=payment.get("for_whom", ""),
        phone_masked=mask_phone(row["phone"]),
        method=_METHODS[row["route"]],
        approved_by=row.get("approved_by_name", ""),
    )


def _at(row: Row, field: str) -> datetime:
    """When the money moved, or when we learned of it; in UTC."""
    moment: datetime = row[field] if field in row else row["changed_at"]
    return datetime.combine(moment, moment.time(), UTC)


def _kes(stored: object) -> int:
    """Whole shillings above zero, whichever whole number of BSON holds them."""
    if not isinstance(stored, int) or isinstance(stored, bool) or stored <= 0:
        raise ValueError(f"{stored!r} is no amount")
    return int(stored)


def _wrong_parts(movement: Movement) -> str:
    parts = zip(Movement._fields, movement, _TYPES, strict=True)
    return ", ".join(f"{name} is {part!r}" for name, part, kind in parts if type(part) is not kind)

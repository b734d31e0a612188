"""What MongoDB itself refuses: money that is no whole number, unknown states, times that are no dates.

Owns the validators and how they are put in place. They are the last line: no program, and no
person's shell, gets past them by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

from payments.billing.note import NoteState
from payments.deliveries import DeliveryState
from payments.inbox import RowState
from payments.payment import State
from payments.refunds.refund import RefundState
from payments.rulings.ruling import Outcome, RulingState
from storage.documents import UpdateState
from storage.shelf import Row

_WHOLE = {"bsonType": ["int", "long"]}
_TEXT = {"bsonType": "string"}
_DATE = {"bsonType": "date"}
_FLAG = {"bsonType": "bool"}
_NO_SUCH_COLLECTION = 26
_ALREADY_THERE = 48


def _one_of(states: Iterable[StrEnum]) -> Row:
    return {"enum": [state.value for state in states]}


def _schema(required: Iterable[str], **properties: Row) -> Row:
    return {"$jsonSchema": {"bsonType": "object", "required": list(required), "properties": properties}}


VALIDATORS: dict[str, Row] = {
    "admins": _schema(("members", "version"), members={"bsonType": "array"}, version=_WHOLE),
    "rulings": _schema(
        ("payment_id", "outcome", "by", "state", "version", "created_at"),
        outcome=_one_of(Outcome),
        state=_one_of(RulingState),
        amount_kes=_WHOLE | {"minimum": 1},
        receipt=_TEXT,
        version=_WHOLE,
        created_at=_DATE,
        paid_at=_DATE,
        decided_at=_DATE,
        outbox={"bsonType": "array"},
    ),
    "payments": _schema(
        ("amount_kes", "phone", "state", "version", "created_at", "changed_at"),
        amount_kes=_WHOLE | {"minimum": 1},
        paid_kes=_WHOLE,
        version=_WHOLE,
        state=_one_of(State),
        phone=_TEXT,
        line=_TEXT,
        repeat_key=_TEXT,
        receipt=_TEXT,
        checkout_id=_TEXT,
        created_at=_DATE,
        changed_at=_DATE,
        next_at=_DATE,
        paid_at=_DATE,
        claim={"bsonType": "object", "properties": {"amount_kes": _WHOLE}},
        history={"bsonType": "array"},
        outbox={"bsonType": "array"},
        logged=_WHOLE,
        log_due_at=_DATE,
        refund_reserved_kes=_WHOLE | {"minimum": 0},
        refunded_kes=_WHOLE | {"minimum": 0},
    ),
    "refunds": _schema(
        (
            "payment_id",
            "amount_kes",
            "phone",
            "originator_id",
            "state",
            "version",
            "created_at",
            "changed_at",
        ),
        amount_kes=_WHOLE | {"minimum": 1},
        version=_WHOLE,
        state=_one_of(RefundState),
        phone=_TEXT,
        originator_id=_TEXT,
        mpesa_code=_TEXT,
        created_at=_DATE,
        changed_at=_DATE,
        next_at=_DATE,
        paid_out_at=_DATE,
        holds=_FLAG,
        claim={"bsonType": "object", "properties": {"amount_kes": _WHOLE}},
        history={"bsonType": "array"},
        outbox={"bsonType": "array"},
        logged=_WHOLE,
        log_due_at=_DATE,
    ),
    "balances": _schema(("chat_id", "state", "version"), chat_id=_WHOLE, version=_WHOLE, next_at=_DATE),
    "feenotes": _schema(
        ("code", "seq", "amount_kes", "state", "version", "held_kes", "paid_kes"),
        seq=_WHOLE | {"minimum": 1},
        amount_kes=_WHOLE | {"minimum": 1},
        held_kes=_WHOLE | {"minimum": 0},
        paid_kes=_WHOLE | {"minimum": 0},
        state=_one_of(NoteState),
        version=_WHOLE,
        created_at=_DATE,
        remind_at=_DATE,
    ),
    "receipts": _schema(("payment_id", "issued_at"), _id=_WHOLE | {"minimum": 1}, issued_at=_DATE),
    "drafts": _schema(("draft_id",), amount_kes=_WHOLE),
    "fees": _schema(("amount_kes", "offered"), amount_kes=_WHOLE | {"minimum": 1}, offered=_FLAG),
    "inbox": _schema(
        ("raw", "state", "next_at"), raw={"bsonType": "binData"}, state=_one_of(RowState), next_at=_DATE
    ),
    "deliveries": _schema(("chat_id", "state"), chat_id=_WHOLE, state=_one_of(DeliveryState), next_at=_DATE),
    "transactionlogs": _schema(
        ("event", "kind", "at", "actor", "prev", "hash"),
        _id=_WHOLE | {"minimum": 1},
        event=_TEXT,
        at=_DATE,
        since=_DATE,
        times=_WHOLE,
        prev=_TEXT,
        hash=_TEXT,
    ),
    "updates": _schema(("raw", "state"), raw=_TEXT, state=_one_of(UpdateState), log_due_at=_DATE),
}
"""Validators by collection."""


async def put_in_place(database: AsyncDatabase[Row]) -> None:
    """Make or change the collections. Two programs that start at once ask for the same thing."""
    for name, validator in VALIDATORS.items():
        await _put(database, name, validator)


async def _put(database: AsyncDatabase[Row], name: str, validator: Row) -> None:
    try:
        await database.command("collMod", name, validator=validator)
    except OperationFailure as error:
        if error.code != _NO_SUCH_COLLECTION:
            raise
        await _create(database, name, validator)


async def _create(database: AsyncDatabase[Row], name: str, validator: Row) -> None:
    try:
        await database.create_collection(name, validator=validator, check_exists=False)
    except (CollectionInvalid, OperationFailure) as error:
        if isinstance(error, OperationFailure) and error.code != _ALREADY_THERE:
            raise
        await database.command("collMod", name, validator=validator)

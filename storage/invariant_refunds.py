"""The searches for what must not be true of refunds and of the money that payments hold for them.

Owns what MongoDB is asked. Which sentence each search stands for is `storage.invariants`'.
"""

from __future__ import annotations

from payments.audit import AuditKind
from payments.notices import Audience
from payments.payment import State
from payments.refunds.evidence import Word
from payments.refunds.lifecycle import TABLE
from payments.refunds.refund import RELEASED, Approval, RefundState
from storage.invariant_looks import Look, entries, not_in_the_trail, off_the_table, where, with_rows
from storage.shelf import Row

_S = RefundState
ANY_REFUND: Row = {"state": {"$in": list(RefundState)}}
"""Every refund, found by the index of states and times."""
MOVED_BY_ENGINE: Row = {"state": {"$in": [_S.REQUESTED, _S.APPROVED, _S.SENDING, _S.ACCEPTED, _S.UNCLEAR]}}
EVENTS = [AuditKind.REFUND_REQUESTED, AuditKind.REFUND_MOVED, AuditKind.REFUND_STAYED]
_DEFINITE_NO = [
    Word.ADMIN_REJECTED,
    Word.PAYOUT_REFUSED,
    Word.PAYOUT_NOT_SENT,
    Word.RESULT_FAILED,
    Word.STATUS_FAILED,
    Word.ADMIN_RESOLVED_FAILED,
]
_UNSENT = [_S.REQUESTED, _S.APPROVED]


def refunds(wanted: Row, *broken: Row, rarely: bool = False) -> Look:
    """A look at refunds; a quick one at those that changed state lately."""
    return Look(collection="refunds", wanted=wanted, broken=broken, lately="changed_at", rarely=rarely)


# Money held on payments. The sums are the refunds' own, read at one moment.

HOLDING: Row = {"refund_reserved_kes": {"$gt": 0}}


def _sum_of(*conditions: Row) -> Row:
    chosen = {"$filter": {"input": "$others", "as": "refund", "cond": {"$and": [*conditions]}}}
    return {"$sum": {"$map": {"input": chosen, "as": "refund", "in": "$$refund.amount_kes"}}}


def _zero(field: str) -> Row:
    return {"$ifNull": [field, 0]}


OVER_HELD = where({
    "$or": [
        {"$gt": [_zero("$refund_reserved_kes"), _zero("$paid_kes")]},
        {"$gt": [_zero("$refunded_kes"), _zero("$refund_reserved_kes")]},
    ]
})  # fmt: skip
NOT_HELD_FOR_REFUNDS: tuple[Row, ...] = (
    {
        "$lookup": {
            "from": "refunds",
            "localField": "_id",
            "foreignField": "payment_id",
            "as": "others",
            "pipeline": [{"$project": {"amount_kes": True, "holds": True, "state": True}}],
        }
    },
    where({
        "$or": [
            {"$ne": [_zero("$refund_reserved_kes"), _sum_of({"$eq": ["$$refund.holds", True]})]},
            {"$ne": [_zero("$refunded_kes"), _sum_of({"$eq": ["$$refund.state", _S.PAID_OUT]})]},
        ]
    }),
)  # fmt: skip
HOLDS_NOTHING = (
    # A refund that holds money of a payment on which nothing is held: seen from the refund's side.
    with_rows("payments", "payment_id", "_id", "refund_reserved_kes"),
    where({"$not": {"$gte": [{"$max": "$others.refund_reserved_kes"}, "$amount_kes"]}}),
)
HOLD_AGAINST_STATE: Row = {
    "$or": [
        {"holds": True, "state": {"$in": sorted(RELEASED)}},
        {"holds": False, "state": {"$nin": [*sorted(RELEASED), _S.REVIEW]}},
    ]
}

# Who asked, who allowed, whose money, by which name.

OTHER_NAME = where({"$ne": ["$originator_id", {"$concat": ["refund-", "$_id"]}]})
NOT_ALLOWED: Row = {
    "$or": [
        {"state": {"$nin": [_S.REQUESTED, *sorted(RELEASED)]}, "approved_by": {"$exists": False}},
        {
            "approval": Approval.SECOND_ADMIN,
            "$expr": {"$eq": ["$approved_by", "$requested_by"]},
        },
    ]
}
OTHER_PHONE = (
    with_rows("payments", "payment_id", "_id", "phone", {"state": State.PAID}),
    where({"$ne": ["$others.phone", ["$phone"]]}),
)

# Histories.

OFF_THE_TABLE = off_the_table(TABLE, _S.REQUESTED)
LET_GO_BY_TIME = where({
    "$gt": [
        entries(
            {"$in": ["$$entry.after", sorted(RELEASED)]},
            {"$not": {"$in": ["$$entry.before", [*_UNSENT, *sorted(RELEASED)]]}},
            {"$not": {"$in": ["$$entry.kind", _DEFINITE_NO]}},
        ),
        0,
    ]
})  # fmt: skip
NOT_PAID_OUT_BY_A_WORD = where({
    "$eq": [
        0,
        entries(
            {"$eq": ["$$entry.evidence_id", "$paid_out_by"]},
            {"$eq": ["$$entry.after", _S.PAID_OUT]},
            {"$in": ["$$entry.kind", [Word.RESULT_PAID, Word.STATUS_PAID, Word.ADMIN_RESOLVED_PAID]]},
        ),
    ]
})  # fmt: skip
SENT_TWICE = where({
    "$gt": [entries({"$eq": ["$$entry.kind", Word.ENGINE_CLAIMED]}, {"$eq": ["$$entry.after", _S.SENDING]}),
            {"$add": [1, entries({"$eq": ["$$entry.kind", Word.PAYOUT_NOT_SENT]})]}]
})  # fmt: skip
"""The right to send was taken more often than a payout surely was not taken, and once."""

# Telling, and the audit trail.

NOT_TOLD = (
    with_rows(
        "deliveries", "_id", "subject", "_id", {"event": _S.PAID_OUT, "audience": Audience.PAYER}
    ),
    where({
        "$ne": [
            1,
            {
                "$size": {
                    "$setUnion": [
                        "$others._id",
                        {
                            "$map": {
                                "input": {
                                    "$filter": {
                                        "input": {"$ifNull": ["$outbox", []]},
                                        "as": "notice",
                                        "cond": {
                                            "$and": [
                                                {"$eq": ["$$notice.event", _S.PAID_OUT]},
                                                {"$eq": ["$$notice.audience", Audience.PAYER]},
                                            ]
                                        },
                                    }
                                },
                                "as": "notice",
                                "in": {"$concat": ["$$notice.id", ":", {"$toString": "$chat_id"}]},
                            }
                        },
                    ]
                }
            },
        ]
    }),
)  # fmt: skip
NOT_IN_THE_TRAIL = not_in_the_trail(EVENTS)

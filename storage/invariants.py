"""What must hold of everything stored: one table of sentences and of the searches for what breaks them.

Owns the table. It reads MongoDB's rows as they are and trusts no program that wrote them: the rules are said
a second time here, on purpose. How a search is put is `storage.invariant_looks`', running it
`storage.invariant_book`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.deliveries import DeliveryState
from payments.inbox import RowState
from payments.payment import State
from payments.refunds.refund import RefundState
from payments.values import LEAST_KES, MOST_KES
from storage import invariant_looks as looks
from storage import invariant_refunds as back
from storage.documents import UpdateState
from storage.invariant_figures import FIGURES
from storage.invariant_looks import Look, payments
from storage.invariant_refunds import refunds
from storage.shelf import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One sentence that must hold, and the searches that each find nothing while it does."""

    id: str
    sentence: str
    looks: tuple[Look, ...]


MOST_HISTORY = 1_000
MOST_OUTBOX = 100
MOST_ATTEMPTS = 1_000

_WAITS_LONG: Row = {"$lt": looks.STUCK}
_PAID: Row = {"state": State.PAID}
_MOVED_BY_ENGINE: Row = {"state": {"$in": [State.QUEUED, State.SENDING, State.PROMPTED, State.UNCLEAR]}}
_NOT_TOLD: Row = {"state": {"$in": [DeliveryState.QUEUED, DeliveryState.SENDING]}}
_NEVER_DUE: Row = {"next_at": {"$not": {"$type": "date"}}}
_TIMES = ("claimed_at", "ladder_from", "asked_at", "paid_at", "deadline_at", "next_at", "history.at")
_HAPPENED = ("created_at", "changed_at", "history.at")

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        id="I1",
        sentence="a callback that was acknowledged is worked: none waits for a quarter of an hour",
        looks=(Look(collection="inbox", wanted={"state": RowState.NEW, "received_at": _WAITS_LONG}),),
    ),
    Invariant(
        id="I2",
        sentence="paid only by a word of success, in the payment's own history and about this payment",
        looks=(
            payments(_PAID, looks.NOT_PAID_BY_A_WORD),
            payments(looks.ANY_STATE, looks.TOLD_OF_ANOTHER),
            refunds({"state": RefundState.PAID_OUT}, back.NOT_PAID_OUT_BY_A_WORD),
        ),
    ),
    Invariant(
        id="I3",
        sentence="the amount paid is the amount asked for",
        looks=(payments(_PAID, looks.where({"$ne": ["$paid_kes", "$amount_kes"]})),),
    ),
    Invariant(
        id="I4",
        sentence="an M-Pesa receipt belongs to one payment",
        looks=(payments({"receipt": {"$type": "string"}}, *looks.sharing("$receipt"), rarely=True),),
    ),
    Invariant(
        id="I5",
        sentence="a CheckoutRequestID belongs to one payment",
        looks=(payments({"checkout_id": {"$type": "string"}}, *looks.sharing("$checkout_id"), rarely=True),),
    ),
    Invariant(
        id="I6",
        sentence="every history goes by its table, without a gap, from the beginning to the present state",
        looks=(
            payments(looks.ANY_STATE, looks.OFF_THE_TABLE),
            refunds(back.ANY_REFUND, back.OFF_THE_TABLE),
        ),
    ),
    Invariant(
        id="I7",
        sentence="one word counts once, however often it was heard",
        looks=(
            payments(looks.ANY_STATE, looks.COUNTED_TWICE),
            refunds(back.ANY_REFUND, looks.COUNTED_TWICE),
        ),
    ),
    Invariant(
        id="I9",
        sentence="a success that came after a no is known as a late one",
        looks=(payments(_PAID, looks.LATE_UNNOTICED),),
    ),
    Invariant(
        id="I10",
        sentence="what refunds hold and have paid back is never more than was paid, and adds up",
        looks=(
            Look(collection="payments", wanted=back.HOLDING, broken=(back.OVER_HELD,)),
            Look(collection="payments", wanted=back.HOLDING, broken=back.NOT_HELD_FOR_REFUNDS, rarely=True),
            refunds({**back.ANY_REFUND, "holds": True}, *back.HOLDS_NOTHING),
        ),
    ),
    Invariant(
        id="I11",
        sentence="Safaricom knows each refund by one id of its own, and each was sent once",
        looks=(
            refunds(back.ANY_REFUND, back.OTHER_NAME),
            refunds(back.ANY_REFUND, *looks.sharing("$originator_id"), rarely=True),
            refunds(back.ANY_REFUND, back.SENT_TWICE),
        ),
    ),
    Invariant(
        id="I12",
        sentence="no refund goes out that nobody allowed, or that only its asker allowed where another must",
        looks=(refunds({**back.ANY_REFUND, **back.NOT_ALLOWED}),),
    ),
    Invariant(
        id="I13",
        sentence="refunds go to the phone that was prompted for the payment, of paid payments alone",
        looks=(refunds(back.ANY_REFUND, *back.OTHER_PHONE),),
    ),
    Invariant(
        id="I14",
        sentence="the money of a refund is let go only by a definite no, never by time",
        looks=(
            refunds({"$and": [back.ANY_REFUND, back.HOLD_AGAINST_STATE]}),
            refunds(back.ANY_REFUND, back.LET_GO_BY_TIME),
        ),
    ),
    Invariant(
        id="I15",
        sentence="what may have been sent is unpaid only by a definite no, never by time",
        looks=(payments(looks.ANY_STATE, looks.FAILED_BY_TIME),),
    ),
    Invariant(
        id="I16",
        sentence="everything open is due somewhere, and nothing due is left lying",
        looks=(
            Look(collection="payments", wanted={**_MOVED_BY_ENGINE, **_NEVER_DUE}),
            Look(collection="payments", wanted={"next_at": looks.DUE_LONG_AGO}),
            Look(collection="refunds", wanted={**back.MOVED_BY_ENGINE, **_NEVER_DUE}),
            Look(collection="refunds", wanted={"next_at": looks.DUE_LONG_AGO}),
            Look(
                collection="deliveries",
                wanted={"next_at": {"$type": "date"}},
                broken=looks.HEAD_OF_CHAT_OVERDUE,
            ),
            Look(collection="deliveries", wanted={**_NOT_TOLD, **_NEVER_DUE}, rarely=True),
        ),
    ),
    Invariant(
        id="I17",
        sentence="of money that moved its payer is told by one notice: sent, waiting or parked",
        looks=(
            payments({**_PAID, "changed_at": {"$lt": looks.JUST_NOW}}, *looks.NOT_TOLD_ONCE),
            refunds(
                {"state": RefundState.PAID_OUT, "changed_at": {"$lt": looks.JUST_NOW}}, *back.NOT_TOLD
            ),
        ),
    ),
    Invariant(
        id="I18",
        sentence="what a payment tries again is the same client's",
        looks=(payments({**looks.ANY_STATE, "retry_of": {"$exists": True}}, *looks.RETRIES_ANOTHERS),),
    ),
    Invariant(
        id="I20",
        sentence="a draft's id is one chat's alone, and the payment made of it the same client's",
        looks=(
            Look(collection="drafts", wanted={}, broken=looks.sharing("$draft_id")),
            Look(collection="drafts", wanted={}, broken=looks.MADE_FOR_ANOTHER),
        ),
    ),
    Invariant(
        id="I21",
        sentence="money is whole shillings that M-Pesa can move, stored as integers",
        looks=(
            payments({
                **looks.ANY_STATE,
                "$or": [
                    {"amount_kes": {"$not": {"$type": looks.WHOLE}}},
                    {"amount_kes": {"$not": {"$gte": LEAST_KES, "$lte": MOST_KES}}},
                    *looks.there_but_not(looks.WHOLE, "paid_kes", "claim.amount_kes"),
                ],
            }),
            payments({
                **looks.ANY_STATE,
                "$or": looks.there_but_not(looks.WHOLE, "refund_reserved_kes", "refunded_kes"),
            }),
            refunds({
                **back.ANY_REFUND,
                "$or": [
                    {"amount_kes": {"$not": {"$type": looks.WHOLE}}},
                    {"amount_kes": {"$not": {"$gte": LEAST_KES, "$lte": MOST_KES}}},
                    *looks.there_but_not(looks.WHOLE, "claim.amount_kes"),
                ],
            }),
            Look(collection="drafts", wanted={"$or": looks.there_but_not(looks.WHOLE, "amount_kes")}),
            Look(collection="fees", wanted={"amount_kes": {"$not": {"$type": looks.WHOLE}}}),
        ),
    ),
    Invariant(
        id="I22",
        sentence="the figures of days, matters and payers are the sums of the record",
        looks=FIGURES,
    ),
    Invariant(
        id="I23",
        sentence="the audit trail has no gap, each entry follows the one before, each change is in it once",
        looks=(
            Look(collection="transactionlogs", wanted={}, broken=looks.UNCHAINED, rarely=True),
            Look(collection="payments", wanted={"log_due_at": looks.DUE_LONG_AGO}),
            Look(collection="refunds", wanted={"log_due_at": looks.DUE_LONG_AGO}),
            Look(collection="updates", wanted={"log_due_at": looks.DUE_LONG_AGO}),
            payments(
                {"log_due_at": {"$exists": False}},
                *looks.not_in_the_trail(looks.PAYMENT_EVENTS),
                rarely=True,
            ),
            refunds({"log_due_at": {"$exists": False}}, *back.NOT_IN_THE_TRAIL, rarely=True),
            Look(
                collection="updates",
                wanted={"notes.0": {"$exists": True}, "log_due_at": {"$exists": False}},
                broken=looks.NOTES_NOT_IN_THE_TRAIL,
                rarely=True,
            ),
        ),
    ),
    Invariant(
        id="I24",
        sentence="no phone number stands whole in what others said or what we noted",
        looks=(
            payments({
                **looks.ANY_STATE,
                **looks.any_holds(looks.FULL_PHONE, "history.note", "history.why", "history.code"),
            }),
            refunds({
                **back.ANY_REFUND,
                **looks.any_holds(looks.FULL_PHONE, "history.note", "history.code", "remark"),
            }),
            *(
                Look(collection=collection, wanted=looks.any_holds(looks.FULL_PHONE, *texts), rarely=True)
                for collection, texts in {
                    "inbox": ("verdict",),
                    "deliveries": ("why",),
                    "updates": ("why",),
                    "transactionlogs": ("note", "why"),
                }.items()
            ),
        ),
    ),
    Invariant(
        id="I25",
        sentence="every lease that somebody holds has a fence and ends soon",
        looks=(looks.bad_leases("leases"), looks.bad_leases("tokens")),
    ),
    Invariant(
        id="I28",
        sentence="histories, outboxes and attempts stay bounded",
        looks=(
            payments({f"history.{MOST_HISTORY}": {"$exists": True}}, rarely=True),
            payments({f"outbox.{MOST_OUTBOX}": {"$exists": True}}, rarely=True),
            refunds({f"history.{MOST_HISTORY}": {"$exists": True}}, rarely=True),
            Look(collection="inbox", wanted={"attempts": {"$gt": MOST_ATTEMPTS}}, rarely=True),
            Look(collection="updates", wanted={"attempts": {"$gt": MOST_ATTEMPTS}}, rarely=True),
        ),
    ),
    Invariant(
        id="I29",
        sentence="one phone has one live prompt",
        looks=(
            Look(
                collection="payments",
                wanted={
                    "state": {"$in": [State.SENDING, State.PROMPTED]},
                    "claimed_at": {"$gt": looks.PROMPT_LIVES},
                },
                broken=looks.sharing("$phone"),
            ),
        ),
    ),
    Invariant(
        id="I30",
        sentence="an update of Telegram that was acknowledged is worked: none waits for a quarter of an hour",
        looks=(
            Look(collection="updates", wanted={"state": UpdateState.PENDING, "stored_at": _WAITS_LONG}),
        ),
    ),
    Invariant(
        id="I31",
        sentence="times are stored as dates in UTC, and nothing has happened in the future",
        looks=(
            payments({
                **looks.ANY_STATE,
                "$or": [
                    *looks.there_but_not(looks.DATE, *_TIMES),
                    *({field: {"$gt": looks.AHEAD}} for field in _HAPPENED),
                ],
            }),
            *(
                Look(collection=collection, wanted={field: {"$gt": looks.AHEAD}}, rarely=True)
                for collection, field in {
                    "inbox": "received_at",
                    "updates": "stored_at",
                    "deliveries": "created_at",
                    "transactionlogs": "at",
                }.items()
            ),
        ),
    ),
)  # fmt: skip
"""All of them, in the order of their numbers."""

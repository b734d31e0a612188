"""Offenders among refunds, planted behind the program's back; found by `test_invariants_found`."""

from __future__ import annotations

from bson import Int64

from payments.refunds.evidence import Word
from payments.values import RefundId
from tests.storage.conftest import Database
from tests.storage.planting import BEN, Life, breaks, change

IMPLIES = {"a_refund_sent_twice": {"I6"}, "money_let_go_by_time": {"I6"}}
"""What else is broken then, by what was planted."""


@breaks("I2")
async def paid_back_without_a_word(life: Life, database: Database) -> str:
    await life.paid_back()
    return await change(database, "refunds/r1", {"$set": {"paid_out_by": "nobody"}})


@breaks("I6")
async def a_refund_in_a_state_that_no_history_led_to(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"state": "unclear"}})


@breaks("I7")
async def a_word_about_a_refund_counted_twice(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.hear("r1", Word.STATUS_ASKED, id="ask:1")
    await life.hear("r1", Word.STATUS_ASKED, id="ask:2")
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"history.4.evidence_id": "ask:1"}})


@breaks("I10")
async def more_held_than_was_paid(life: Life, database: Database) -> str:
    await life.paid_back()
    sums = {"refund_reserved_kes": Int64(1_501)}
    return f"{await change(database, 'payments/a1', {'$set': sums})} payments/a1"


@breaks("I10")
async def held_for_no_refund(life: Life, database: Database) -> str:
    await life.paid_back()
    return await change(database, "payments/a1", {"$inc": {"refund_reserved_kes": Int64(1)}})


@breaks("I10")
async def a_refund_that_holds_what_is_not_held(life: Life, database: Database) -> str:
    await life.asked_back()
    await life.settle()
    await change(database, "payments/a1", {"$unset": {"refund_reserved_kes": ""}})
    return "refunds/r1"


@breaks("I10")
async def paid_back_and_not_added_up(life: Life, database: Database) -> str:
    await life.paid_back()
    return await change(database, "payments/a1", {"$set": {"refunded_kes": Int64(0)}})


@breaks("I11")
async def a_refund_known_by_another_name(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"originator_id": "refund-r2"}})


@breaks("I11")
async def a_refund_sent_twice(life: Life, database: Database) -> str:
    await life.asked_back()
    await life.refunds.approve(RefundId("r1"), BEN)
    await life.hear("r1", Word.ENGINE_CLAIMED)
    await life.hear("r1", Word.PAYOUT_NOT_SENT)
    life.clock.forward(20)
    await life.hear("r1", Word.ENGINE_CLAIMED)
    await life.hear("r1", Word.PAYOUT_ACCEPTED)
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"history.2.kind": "payout_uncertain"}})


@breaks("I12")
async def a_refund_its_asker_allowed(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"approved_by": 1}})


@breaks("I12")
async def a_refund_nobody_allowed(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$unset": {"approved_by": ""}})


@breaks("I13")
async def a_refund_to_another_phone(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"phone": "254799999999"}})


@breaks("I14")
async def money_let_go_by_time(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.hear("r1", Word.DEADLINE_PASSED)
    await life.hear("r1", Word.RESULT_FAILED)
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"history.4.kind": "deadline_passed"}})


@breaks("I14")
async def a_live_refund_that_holds_nothing(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    await change(database, "payments/a1", {"$set": {"refund_reserved_kes": Int64(0)}})
    return await change(database, "refunds/r1", {"$set": {"holds": False}})


@breaks("I16")
async def a_refund_that_nobody_moves(life: Life, _: Database) -> str:
    await life.sent_back()
    await life.settle()
    life.clock.forward(900)
    return "refunds/r1"


@breaks("I17")
async def a_payer_who_is_not_told_that_money_came_back(life: Life, database: Database) -> str:
    await life.paid_back()
    await database["deliveries"].delete_many({"event": "paid_out", "audience": "payer"})
    return "refunds/r1"


@breaks("I21")
async def a_refund_that_is_a_float(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"amount_kes": 500.0}})


@breaks("I23")
async def a_step_of_a_refund_that_is_not_in_the_trail(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    entry = await database["transactionlogs"].find_one({"subject": "r1"}, sort=[("_id", -1)])
    assert entry is not None
    await change(database, f"transactionlogs/{entry['_id']}", {"$set": {"kind": "rate_limited"}})
    return "refunds/r1"


@breaks("I24")
async def a_phone_in_a_remark(life: Life, database: Database) -> str:
    await life.sent_back()
    await life.settle()
    return await change(database, "refunds/r1", {"$set": {"remark": "call 0712345678"}})

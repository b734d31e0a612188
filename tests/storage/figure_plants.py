"""Figures that are not the sums of the record, planted behind the program's back."""

from __future__ import annotations

from bson import Int64

from payments.audit import AuditRecord
from tests.storage.conftest import Database
from tests.storage.planting import Life, breaks, change

BREAKS_TOO = {
    plant: {"I22"}
    for plant in ("another_amount_paid", "a_state_that_no_history_led_to", "a_local_time_taken_for_utc")
}
"""What is planted elsewhere, and makes the figures other than the record."""


@breaks("I22")
async def a_day_with_a_shilling_too_much(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "rollups/day:2026-03-02", {"$inc": {"total.received_kes": Int64(1)}})


@breaks("I22")
async def a_refund_that_no_day_knows(life: Life, database: Database) -> str:
    await life.paid_back()
    return await change(database, "rollups/day:2026-03-02", {"$unset": {"total.refunds": ""}})


@breaks("I22")
async def a_day_that_is_gone(life: Life, database: Database) -> str:
    await life.paid()
    await database["rollups"].delete_one({"_id": "day:2026-03-02"})
    return "rollups/day:2026-03-02"


@breaks("I22")
async def a_matter_with_a_shilling_too_much(life: Life, database: Database) -> str:
    await life.paid()
    where = "matterrollups/month:2026-03-01:HCCC/E123/2026"
    return await change(database, where, {"$inc": {"takings.received_kes": Int64(1)}})


@breaks("I22")
async def a_week_with_a_payment_too_few(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "rollups/week:2026-03-02", {"$inc": {"total.payments": Int64(-1)}})


@breaks("I22")
async def a_matter_whose_quarter_is_gone(life: Life, database: Database) -> str:
    await life.paid()
    await database["matterrollups"].delete_one({"_id": "quarter:2026-01-01:HCCC/E123/2026"})
    return "matterrollups/quarter:2026-01-01:HCCC/E123/2026"


@breaks("I22")
async def a_payer_who_never_paid(life: Life, database: Database) -> str:
    await life.paid()
    now = life.clock.time
    await database["payers"].insert_one({"_id": 12, "first_at": now, "last_at": now, "payments": 1})
    return "payers/12"


@breaks("I22")
async def a_trail_that_nobody_posts(life: Life, _: Database) -> str:
    record = AuditRecord(event="e1", kind="rate_limited", at=life.clock.time, actor="user")
    await life.store.audit.enter([record])
    life.clock.forward(16 * 60)
    return "transactionlogs/1"

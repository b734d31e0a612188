"""Every invariant finds what breaks it: one offender is planted behind the program's back, and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bson import Int64

from payments.audit import AuditRecord
from payments.inbox import InboxRow
from payments.invariants import offended
from payments.refunds.evidence import Word
from payments.updates import StoredUpdate
from payments.values import ChatId, Receipt
from storage.connect import Store
from storage.invariant_book import LATELY, stages_of
from storage.invariants import INVARIANTS, MOST_ATTEMPTS, MOST_HISTORY
from tests.storage import figure_plants, refund_plants
from tests.storage.conftest import T0, Clock, Database
from tests.storage.planting import PLANTS, K, Life, MakePayment, Plant, breaks, change

OTHER_PHONE = "254712000000"


@pytest.fixture
def life(store: Store, clock: Clock, a_payment: MakePayment) -> Life:
    return Life(store, clock, a_payment)


# -- What is planted, and where it is to be found. What is planted in refunds: `tests.storage.refund_plants`.


@breaks("I1")
async def a_callback_that_nobody_works(life: Life, _: Database) -> str:
    row = InboxRow(
        id="stk:a1:x",
        kind="stk",
        subject="a1",
        raw=b"{}",
        peer="::1",
        trusted=True,
        received_at=life.clock.time,
    )
    await life.store.inbox.add(row)
    life.clock.forward(16 * 60)
    return "inbox/stk:a1:x"


@breaks("I2")
async def paid_without_a_word(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "payments/a1", {"$set": {"paid_by": "nobody"}})


@breaks("I2")
async def told_by_a_callback_of_another_payment(life: Life, database: Database) -> str:
    await life.paid()
    other = {"paid_by": "inbox:stk:b2:0", "history.2.evidence_id": "inbox:stk:b2:0"}
    return await change(database, "payments/a1", {"$set": other})


@breaks("I3")
async def another_amount_paid(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "payments/a1", {"$set": {"paid_kes": Int64(1_499)}})


@breaks("I4")
async def one_receipt_for_two(life: Life, database: Database) -> str:
    await life.paid("a1")
    await life.paid("b2", phone=OTHER_PHONE)
    await database["payments"].drop_index("receipt_1")
    await change(database, "payments/b2", {"$set": {"receipt": "RA1"}})
    return "payments/a1 payments/b2"


@breaks("I5")
async def one_request_for_two(life: Life, database: Database) -> str:
    await life.paid("a1")
    await life.paid("b2", phone=OTHER_PHONE)
    await database["payments"].drop_index("checkout_id_1")
    await change(database, "payments/b2", {"$set": {"checkout_id": "ws_CO_a1"}})
    return "payments/a1 payments/b2"


@breaks("I6")
async def a_state_that_no_history_led_to(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "payments/a1", {"$set": {"state": "unpaid"}})


@breaks("I6")
async def a_step_that_the_table_does_not_know(life: Life, database: Database) -> str:
    await life.prompted()
    await life.say("a1", K.CALLBACK_UNPAID)
    await life.settle()
    return await change(database, "payments/a1", {"$set": {"history.1.kind": "push_refused"}})


@breaks("I7")
async def a_word_counted_twice(life: Life, database: Database) -> str:
    await life.paid()
    await life.say("a1", K.CALLBACK_PAID, id="again", amount_kes=1_500, receipt=Receipt("RA1"))
    await life.settle()
    payment = await database["payments"].find_one({"_id": "a1"})
    assert payment is not None
    known = payment["history"][2]["evidence_id"]
    return await change(database, "payments/a1", {"$set": {"history.3.evidence_id": known}})


@breaks("I9")
async def a_late_success_passed_off_as_an_ordinary_one(life: Life, database: Database) -> str:
    await life.prompted()
    await life.say("a1", K.CALLBACK_UNPAID)
    life.clock.forward(30)
    await life.say("a1", K.QUERY_PAID)
    await life.settle()
    return await change(database, "payments/a1", {"$set": {"late": False}})


@breaks("I15")
async def a_failure_by_time_alone(life: Life, database: Database) -> str:
    await life.prompted()
    await life.say("a1", K.DEADLINE_PASSED)
    await life.say("a1", K.CALLBACK_UNPAID)
    await life.settle()
    return await change(database, "payments/a1", {"$set": {"history.3.kind": "deadline_passed"}})


@breaks("I16")
async def a_payment_that_nobody_moves(life: Life, _: Database) -> str:
    await life.prompted()
    await life.settle()
    life.clock.forward(600)
    return "payments/a1"


@breaks("I16")
async def a_payment_that_is_never_due(life: Life, database: Database) -> str:
    await life.prompted()
    await life.settle()
    return await change(database, "payments/a1", {"$unset": {"next_at": ""}})


@breaks("I16")
async def news_that_is_never_told(life: Life, database: Database) -> str:
    await life.paid()
    delivery = await database["deliveries"].find_one({"event": "paid"})
    assert delivery is not None
    return await change(database, f"deliveries/{delivery['_id']}", {"$set": {"state": "queued"}})


@breaks("I16")
async def news_that_is_left_lying(life: Life, database: Database) -> str:
    await life.paid()
    delivery = await database["deliveries"].find_one({"event": "paid"})
    assert delivery is not None
    facts = {"state": "queued", "next_at": life.clock.time}
    life.clock.forward(11 * 60)
    return await change(database, f"deliveries/{delivery['_id']}", {"$set": facts})


@breaks("I17")
async def a_paid_payment_whose_notice_is_gone(life: Life, database: Database) -> str:
    await life.paid()
    await database["deliveries"].delete_many({"event": "paid"})
    return "payments/a1"


@breaks("I17")
async def a_payer_told_twice(life: Life, database: Database) -> str:
    await life.paid()
    notice = await database["deliveries"].find_one({"event": "paid"})
    assert notice is not None
    await database["deliveries"].insert_one(notice | {"_id": "a1:9:paid:payer:11"})
    return "payments/a1"


@breaks("I18")
async def a_payment_that_tries_again_somebody_elses(life: Life, database: Database) -> str:
    await life.paid("a1", chat=11)
    await life.paid("b2", phone=OTHER_PHONE, chat=12)
    return await change(database, "payments/b2", {"$set": {"retry_of": "a1"}})


@breaks("I20")
async def one_draft_in_two_chats(life: Life, database: Database) -> str:
    now = life.clock.time
    await database["drafts"].insert_many(
        [{"_id": chat, "draft_id": "d1", "user_id": chat, "touched_at": now} for chat in (11, 12)]
    )
    return "drafts/11 drafts/12"


@breaks("I20")
async def a_draft_of_somebody_elses_payment(life: Life, database: Database) -> str:
    await life.paid("a1", chat=11)
    await database["drafts"].insert_one(
        {"_id": 12, "draft_id": "a1", "user_id": 12, "touched_at": life.clock.time}
    )
    return "drafts/12"


@breaks("I21")
async def money_that_is_a_float(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "payments/a1", {"$set": {"amount_kes": 1_500.0}})


@breaks("I21")
async def a_price_that_is_a_float(_: Life, database: Database) -> str:
    return await change(database, "fees/intro", {"$set": {"amount_kes": 1_500.5}})


@breaks("I23")
async def an_entry_of_the_trail_that_is_gone(life: Life, database: Database) -> str:
    await life.store.audit.enter([_entry(life, number) for number in range(3)])
    await database["transactionlogs"].delete_one({"_id": 2})
    return "transactionlogs/3"


@breaks("I23")
async def an_entry_of_the_trail_that_was_forged(life: Life, database: Database) -> str:
    await life.store.audit.enter([_entry(life, number) for number in range(3)])
    return await change(database, "transactionlogs/3", {"$set": {"prev": "f" * 64}})


@breaks("I23")
async def a_change_that_the_trail_does_not_know(life: Life, database: Database) -> str:
    await life.paid()
    last = await database["transactionlogs"].find_one(sort=[("_id", -1)])
    assert last is not None
    await database["transactionlogs"].delete_one({"_id": last["_id"]})
    return "payments/a1"


@breaks("I24")
async def a_phone_in_a_note(life: Life, database: Database) -> str:
    await life.paid()
    said = "No such subscriber 254712345678."
    return await change(database, "payments/a1", {"$set": {"history.0.note": said}})


@breaks("I25")
async def a_lease_that_never_ends(_: Life, database: Database) -> str:
    await database["leases"].insert_one({"_id": "summary", "owner": "p1", "fence": 1})
    return "leases/summary"


@breaks("I28")
async def a_history_without_end(life: Life, database: Database) -> str:
    await life.paid()
    payment = await database["payments"].find_one({"_id": "a1"})
    assert payment is not None
    entry = payment["history"][-1] | {"before": "paid", "after": "paid"}
    more = [entry | {"evidence_id": f"word {number}"} for number in range(MOST_HISTORY)]
    entries = [_entry(life, number, kind="payment_stayed", subject="a1") for number in range(MOST_HISTORY)]
    await life.store.audit.enter(entries)
    return await change(database, "payments/a1", {"$push": {"history": {"$each": more}}})


@breaks("I28")
async def a_callback_tried_for_ever(life: Life, database: Database) -> str:
    await a_callback_that_nobody_works(life, database)
    life.clock.forward(-16 * 60)
    return await change(database, "inbox/stk:a1:x", {"$set": {"attempts": MOST_ATTEMPTS + 1}})


@breaks("I29")
async def two_prompts_on_one_phone(life: Life, database: Database) -> str:
    await life.prompted("a1")
    await life.prompted("b2", phone=OTHER_PHONE)
    await change(database, "payments/b2", {"$set": {"phone": "254712345678"}})
    return "payments/a1 payments/b2"


@breaks("I30")
async def an_update_that_nobody_works(life: Life, _: Database) -> str:
    await life.store.updates.add(StoredUpdate(update_id=7, chat_id=ChatId(1), raw="{}"))
    life.clock.forward(16 * 60)
    return "updates/7"


@breaks("I31")
async def a_time_that_is_text(life: Life, database: Database) -> str:
    await life.paid()
    return await change(database, "payments/a1", {"$set": {"paid_at": "20260302123000"}})


@breaks("I31")
async def a_local_time_taken_for_utc(life: Life, database: Database) -> str:
    await life.paid()
    in_nairobi = life.clock.time + timedelta(hours=3)
    return await change(database, "payments/a1", {"$set": {"changed_at": in_nairobi}})


def _entry(life: Life, number: int, kind: str = "rate_limited", subject: str | None = None) -> AuditRecord:
    return AuditRecord(event=f"e{number}", kind=kind, at=life.clock.time, actor="user", subject=subject)


# -- The rules.

IMPLIES = {
    "a_failure_by_time_alone": {"I6"},
    **figure_plants.BREAKS_TOO,
    **refund_plants.IMPLIES,
}
"""What else is broken then, by what was planted."""
CASES = [(invariant_id, plant) for invariant_id, plants in PLANTS.items() for plant in plants]


@pytest.mark.parametrize(("invariant_id", "plant"), CASES, ids=lambda case: getattr(case, "__name__", case))
async def test_what_breaks_an_invariant_is_found_and_named(
    life: Life, database: Database, invariant_id: str, plant: Plant
) -> None:
    where = await plant(life, database)
    found = {finding.id: finding for finding in offended(await life.store.invariants.full())}
    assert found.keys() == {invariant_id} | IMPLIES.get(plant.__name__, set())
    assert set(found[invariant_id].examples) == set(where.split(" "))
    assert found[invariant_id].count == len(where.split(" "))


def test_every_invariant_has_something_that_breaks_it() -> None:
    assert [invariant_id for invariant_id, plants in PLANTS.items() if not plants] == []


async def test_payments_that_lived_through_the_door_offend_nothing(life: Life) -> None:
    await life.paid("a1")
    await life.prompted("b2", phone=OTHER_PHONE)
    await life.say("b2", K.CALLBACK_UNPAID)
    life.clock.forward(30)
    await life.say("b2", K.QUERY_PAID)
    await life.queued("c3", phone="254712000001")
    await life.settle()
    assert offended(await life.store.invariants.full()) == []
    assert offended(await life.store.invariants.quick()) == []


async def test_refunds_that_lived_through_the_door_offend_nothing(life: Life) -> None:
    await life.paid_back("r1")
    await life.sent_back("r2", payment_id="b2", phone=OTHER_PHONE)
    await life.hear("r2", Word.RESULT_FAILED, code="1")
    await life.settle()
    assert offended(await life.store.invariants.full()) == []
    assert offended(await life.store.invariants.quick()) == []


async def test_what_is_in_flight_raises_no_false_alarm(life: Life) -> None:
    await life.prompted("a1")
    await life.say("a1", K.CALLBACK_PAID, amount_kes=1_500, receipt=Receipt("RA1"))
    await life.queued("b2", phone=OTHER_PHONE)
    await life.store.updates.add(StoredUpdate(update_id=7, chat_id=ChatId(1), raw="{}"))
    assert offended(await life.store.invariants.full()) == []


async def test_a_quick_look_sees_what_changed_within_the_hour_and_a_full_one_everything(
    life: Life, database: Database
) -> None:
    await another_amount_paid(life, database)
    assert [finding.id for finding in offended(await life.store.invariants.quick())] == ["I3"]
    life.clock.forward(2 * 3_600)
    assert offended(await life.store.invariants.quick()) == []
    assert [finding.id for finding in offended(await life.store.invariants.full())] == ["I3", "I22"]


async def test_digits_in_the_middle_of_an_id_are_no_phone(life: Life) -> None:
    said = "KES 500 of payment cf0170629909fd92 to 0700***117"
    record = replace(_entry(life, 1), why=said)
    await life.store.audit.enter([record])
    assert [finding.id for finding in offended(await life.store.invariants.full())] == []
    await life.store.audit.enter([replace(_entry(life, 2), why="tel 0712345678, 0712345678")])
    assert [finding.id for finding in offended(await life.store.invariants.full())] == ["I24"]


async def test_many_offenders_are_counted_and_a_few_of_them_named(life: Life, database: Database) -> None:
    later = T0 + timedelta(days=1)
    await database["leases"].insert_many(
        [{"_id": f"lease {number}", "owner": "p", "fence": 1, "until": later} for number in range(25)]
    )
    found = offended(await life.store.invariants.full())
    assert [(finding.id, finding.count, len(finding.examples)) for finding in found] == [("I25", 25, 10)]


async def test_a_look_while_a_collection_is_being_made_is_made_again(life: Life, database: Database) -> None:
    await life.paid("a1")
    failing = {
        "configureFailPoint": "failCommand",
        "data": {
            "failCommands": ["aggregate"],
            "errorCode": 246,
            "namespace": f"{database.name}.payments",
        },
    }
    await database.client.admin.command(failing | {"mode": {"times": 2}})
    try:
        assert offended(await life.store.invariants.full()) == []
    finally:
        await database.client.admin.command(failing | {"mode": "off"})


FEW_ROWS = {"drafts", "fees", "leases", "tokens"}


async def test_a_quick_look_goes_by_indexes_alone(life: Life, database: Database) -> None:
    for number in range(5):
        await life.paid(f"a{number}", phone=f"25471200000{number}")
    now = life.clock.time
    quick = [look for invariant in INVARIANTS for look in invariant.looks if not look.rarely]
    for look in quick:
        pipeline = stages_of(look, now, now - LATELY)
        command = {"aggregate": look.collection, "pipeline": pipeline, "cursor": {}}
        plan = str(await database.command("explain", command, verbosity="queryPlanner"))
        assert look.collection in FEW_ROWS or "COLLSCAN" not in plan, look

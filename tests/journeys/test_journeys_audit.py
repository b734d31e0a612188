"""The audit trail of whole journeys: every step once, through crashes; and what the command line tells."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from pymongo import MongoClient

from bot.buttons import PaymentAction, PaymentTap, pack
from legalpro import audit
from legalpro.opening import opened_store
from legalpro.settings import Settings
from payments.audit import AuditEntry, AuditKind, AuditRecord
from payments.auditing import verify
from payments.payment import State
from payments.values import PaymentId
from storage.connect import Store
from tests.journeys.house import CLIENT, OFFICE, House


async def the_trail(store: Store) -> list[AuditRecord]:
    return [entry.record async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]


async def has_one_entry_each(house: House) -> None:
    """The trail tells of the opening and of every word in the history, in order and once."""
    store = house.parts.store
    while True:  # A question asked before the end may be answered after it, so both are read at rest.
        payment = await house.payment()
        await house.parts.auditor.rest()
        trail = await the_trail(store)
        if (await house.payment()).version == payment.version:
            break
    ours = [record for record in trail if record.event.startswith(f"payment:{payment.id}:")]
    assert [(record.evidence, record.before, record.after) for record in ours] == [
        (None, None, State.QUEUED),
        *((entry.evidence_id, entry.before, entry.after) for entry in payment.history),
    ]
    assert (await verify(store.audit)).fault is None


@pytest.mark.parametrize("scenario", ["paid", "cancelled", "success_after_failure", "wrong_amount", "lost"])
async def test_i23_every_step_of_a_journey_has_exactly_one_entry(house: House, scenario: str) -> None:
    payment_id = await house.pays(scenario)
    if scenario == "success_after_failure":
        await house.until(State.PAID)
    await house.until_settled(payment_id)
    await house.at_rest()
    await has_one_entry_each(house)


async def test_i23_the_trail_follows_by_itself_while_people_pay(house: House) -> None:
    await house.pays()
    await house.until(State.PAID)
    async with asyncio.timeout(15):
        while await house.parts.store.audit_feed.waiting(1):  # noqa: ASYNC110  a collection has no event
            await asyncio.sleep(0.02)
    await has_one_entry_each(house)


async def test_i23_a_crash_between_append_and_forget_enters_no_step_twice_and_loses_none(
    house: House,
) -> None:
    payment_id = await house.pays("late")
    await house.crash()
    between = await Store.open(house.mongod_uri, house.database)
    for each in await between.audit_feed.waiting(10):
        await between.audit.enter(each.records())
    await between.close()
    with MongoClient[dict[str, object]](house.mongod_uri) as shell:  # All appended, nothing forgotten.
        not_forgotten = {"$set": {"logged": 0, "log_due_at": datetime.now(UTC)}}
        shell[house.database]["payments"].update_one({"_id": payment_id}, not_forgotten)
    await house.open()
    await house.until_settled(payment_id)
    await has_one_entry_each(house)


async def test_a_forged_button_and_somebody_elses_button_are_entered_with_who_pressed_them(
    house: House,
) -> None:
    payment_id = await house.pays()
    await house.until(State.PAID)
    await house.botapi.says(OFFICE, "/help")
    message = await house.sees("/pay", user=OFFICE)
    elses = pack(PaymentTap(PaymentId(payment_id), PaymentAction.CHECK))
    for data in ("p:drop-everything", elses):
        await house.botapi.sends_callback(OFFICE, data, message_id=message.message_id)
    pressed: list[AuditRecord] = []
    async with asyncio.timeout(15):
        while len(pressed) < 2:
            await asyncio.sleep(0.02)
            pressed = [each for each in await the_trail(house.parts.store) if each.actor == "user"]
    assert [(each.kind, each.subject, each.who) for each in pressed] == [
        (AuditKind.BUTTON_FORGED, None, str(OFFICE)),
        (AuditKind.BUTTON_REFUSED, payment_id, str(OFFICE)),
    ]


async def test_i24_no_full_phone_and_no_request_id_of_a_journey_is_in_the_trail(house: House) -> None:
    await house.pays("wrong_amount")
    payment = await house.until(State.REVIEW)
    await house.parts.auditor.rest()
    said = str(await the_trail(house.parts.store))
    assert payment.phone not in said
    assert payment.phone.removeprefix("254") not in said
    assert payment.checkout_id
    assert payment.checkout_id not in said
    assert str(CLIENT) in said


# The command line.


def on_server(house: House) -> Settings:
    return Settings.model_validate(
        house.settings().model_dump() | {"mongodb_uri": house.mongod_uri, "mongodb_database": house.database}
    )


async def test_f59_audit_verify_exits_0_with_count_and_head_and_1_with_the_first_bad_entry(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.pays()
    await house.until(State.PAID)
    await house.parts.auditor.rest()
    settings = on_server(house)
    assert await audit.head(settings) == 0
    count, head = capsys.readouterr().out.split()
    assert await audit.verify(settings, head) == 0
    assert capsys.readouterr().out == f"The audit trail is whole: {count} entries, head {head}\n"

    with MongoClient[dict[str, object]](house.mongod_uri) as shell:
        shell[house.database]["transactionlogs"].update_one({"_id": 2}, {"$set": {"after": "paid"}})
    assert await audit.verify(settings, None) == 1
    assert capsys.readouterr().out.startswith("Entry 2 is edited; the 1 before it are right")


async def test_audit_verify_works_beside_a_program_that_runs_its_own_database(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = house.settings()
    async with opened_store(settings) as (store, ended):
        if ended is not None:
            ended.close()
        await store.ping()
        assert await audit.verify(settings, None) == 0
    assert "whole: 0 entries" in capsys.readouterr().out


async def test_audit_verify_says_so_when_there_is_no_database(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    away = house.settings().model_dump() | {"mongodb_uri": "mongodb://%2Ftmp%2Fnobody-is-here.sock/"}
    assert await audit.verify(Settings.model_validate(away), None) == 1
    assert "cannot be reached" in capsys.readouterr().err

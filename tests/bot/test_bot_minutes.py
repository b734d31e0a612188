"""What people did enters the audit trail once each, whenever the program dies, and however much they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.parts import BotParts
from payments.audit import AuditEntry, AuditKind, AuditRecord
from payments.updates import StoredUpdate
from storage.updates import MongoUpdateInbox
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing, utc_now

MANY = 30


class Dying(MongoUpdateInbox):
    """Updates of a program that dies before it can end any."""

    async def done(self, update: StoredUpdate, notes: Sequence[AuditRecord] = ()) -> None:
        """Too late."""


def dying(parts: BotParts) -> BotParts:
    assert isinstance(parts.updates, MongoUpdateInbox)
    return replace(parts, updates=Dying(parts.updates._shelf, utc_now))


async def entered(stand: Stand, kind: AuditKind) -> list[AuditRecord]:
    await stand.write_the_trail()
    entries = [entry async for entry in stand.store.audit.entries()]
    records = [entry.record for entry in entries if isinstance(entry, AuditEntry)]
    return [record for record in records if record.kind == kind]


async def refusals(stand: Stand) -> list[AuditRecord]:
    return await entered(stand, AuditKind.COMMAND_REFUSED)


async def born_again(stand: Stand) -> None:
    """The program that died is gone, and another works what it left."""
    await stand.stop()
    await stand.store.updates.give_all_back()
    await stand.restart(updates=stand.store.updates)
    await stand.all_told()


async def test_i23_a_refused_command_is_entered_once_though_the_program_died_after_refusing_it(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name, change=dying) as stand:
        await stand.says("/refunds", "for our office only")
        assert await refusals(stand) == []
        await born_again(stand)
        (record,) = await refusals(stand)
        assert (record.who, record.actor) == (str(ASHA), "user")


async def test_i23_what_was_entered_and_not_yet_forgotten_is_not_entered_again(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await stand.says("/refunds", "for our office only")
        await stand.all_told()
        waiting = await stand.store.audit_feed.waiting(9)
        await stand.store.audit.enter([record for each in waiting for record in each.records()])
        assert len(await refusals(stand)) == 1
        assert await stand.store.audit_feed.waiting(9) == []


async def test_i23_however_many_commands_are_refused_each_has_an_entry_of_its_own(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        for _ in range(MANY):
            await stand.says("/refunds", "for our office only")
        await stand.all_told()
        records = await refusals(stand)
        assert len({record.event for record in records}) == MANY
        assert {record.times for record in records} == {None}


async def test_a_change_of_the_roll_is_made_and_entered_once_though_the_program_died_after_making_it(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await stand.says(f"/admins add {BARAKA} cashier", "is cashier", user=ADMIN)
        await stand.all_told()
        await stand.restart(updates=dying(stand.parts).updates)
        await stand.says(f"/admins remove {BARAKA}", "belongs to the office no more", user=ADMIN)
        await born_again(stand)
        assert (await stand.parts.roll.roll()).version == 2
        (record,) = await entered(stand, AuditKind.ADMIN_REMOVED)
        assert (record.subject, record.why) == (str(BARAKA), "cashier")
        last = stand.shown(ADMIN)[-1].text
        assert "belongs to the office no more" in last

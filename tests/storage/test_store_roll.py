"""The office's roll in MongoDB: the settings name its first owners, and it never is without one."""

from __future__ import annotations

import asyncio

from payments.admins import Deed, NotAllowed
from payments.roll import Role, RollUnchanged
from payments.roll_keeping import EnrolledAdmins, RollKeeper
from payments.values import ChatId, UserId
from storage.connect import Store
from storage.moments import utc_now

WANJIRU, OTIENO, NALIAKA = UserId(900), UserId(901), UserId(902)


def keeper_of(store: Store, *owners: int) -> RollKeeper:
    return RollKeeper(book=store.roll, admins=EnrolledAdmins(store.roll, owners), now=utc_now)


async def test_until_somebody_changes_it_the_people_in_the_settings_own_the_office(store: Store) -> None:
    admins = EnrolledAdmins(store.roll, [WANJIRU, OTIENO])
    assert await store.roll.present() is None
    assert await admins.may(OTIENO, Deed.KEEP_ROLL)
    assert await admins.chats() == (ChatId(WANJIRU), ChatId(OTIENO))
    assert not await admins.may(NALIAKA, Deed.SEE_PAYMENTS)


async def test_afterwards_the_settings_do_not_count_any_more(store: Store) -> None:
    await keeper_of(store, WANJIRU, OTIENO).enrol(NALIAKA, Role.CASHIER, "Naliaka", WANJIRU)
    await keeper_of(store, WANJIRU, OTIENO).strike(OTIENO, WANJIRU)
    admins = EnrolledAdmins(store.roll, [WANJIRU, OTIENO, 903])
    assert not await admins.may(OTIENO, Deed.SEE_PAYMENTS)
    assert not await admins.may(UserId(903), Deed.SEE_PAYMENTS)
    assert await admins.may(NALIAKA, Deed.REQUEST_REFUND)


async def test_an_auditor_is_told_of_nothing(store: Store) -> None:
    keeper = keeper_of(store, WANJIRU)
    await keeper.enrol(OTIENO, Role.AUDITOR, "Otieno", WANJIRU)
    assert await keeper.admins.chats() == (ChatId(WANJIRU),)
    assert await keeper.admins.may(OTIENO, Deed.SEE_TRAIL)


async def test_two_owners_who_remove_each_other_at_once_leave_one(store: Store) -> None:
    for turn in range(10):
        await store.roll._shelf.rows.delete_many({})
        keepers = [keeper_of(store, WANJIRU, OTIENO) for _ in range(2)]
        if turn % 2:  # once from the settings' roll, once from a stored one
            await keepers[0].enrol(NALIAKA, Role.AUDITOR, "Naliaka", WANJIRU)
        done = await asyncio.gather(
            keepers[0].strike(OTIENO, WANJIRU), keepers[1].strike(WANJIRU, OTIENO), return_exceptions=True
        )
        assert sum(not isinstance(each, BaseException) for each in done) == 1
        assert all(isinstance(each, NotAllowed) for each in done if isinstance(each, BaseException))
        assert len((await keepers[0].roll()).who_may(Deed.KEEP_ROLL)) == 1


async def test_changes_at_once_all_count(store: Store) -> None:
    keeper = keeper_of(store, WANJIRU)
    await asyncio.gather(
        *(keeper.enrol(UserId(1_000 + each), Role.CASHIER, "Somebody", WANJIRU) for each in range(8))
    )
    roll = await keeper.roll()
    assert len(roll.members) == 9
    assert roll.version == 8


async def test_who_may_not_keep_the_roll_changes_nothing(store: Store) -> None:
    keeper = keeper_of(store, WANJIRU)
    await keeper.enrol(OTIENO, Role.CASHIER, "Otieno", WANJIRU)
    before = await keeper.roll()
    attempts = [keeper.enrol(OTIENO, Role.OWNER, "Otieno", OTIENO), keeper.strike(WANJIRU, NALIAKA)]
    refused = await asyncio.gather(*attempts, return_exceptions=True)
    assert all(isinstance(each, NotAllowed | RollUnchanged) for each in refused)
    assert await keeper.roll() == before

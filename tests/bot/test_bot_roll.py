"""/admins: who belongs to the office, and that nobody sees or does what their role does not give them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.rich import plain
from payments.admins import Deed
from payments.audit import AuditKind
from payments.roll import Role
from payments.values import UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing
from tests.bot.bot_watch import Noted

OTIENO, NALIAKA, STRANGER = 901, 902, 999


@dataclass(slots=True)
class Desk:
    stand: Stand
    noted: Noted

    def kinds(self) -> list[AuditKind]:
        return [event.kind for event in self.noted.events]


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[Desk]:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        stand.telegram.person(OTIENO, "Otieno")
        stand.telegram.person(NALIAKA, "Naliaka")
        for person in (OTIENO, NALIAKA):
            await stand.says("/start", "Hello", user=person)
        yield Desk(stand, noted)


async def test_an_owner_takes_somebody_in_who_is_told_and_can_act_at_once(desk: Desk) -> None:
    stand = desk.stand
    told = await stand.says("/whoami", "Your Telegram number is", user=OTIENO)
    assert str(OTIENO) in plain(told.text)
    await stand.says("/payments", "for our office only", user=OTIENO)
    await stand.says(f"/admins add {OTIENO} cashier", "Otieno (901) is cashier from now on", user=ADMIN)
    await stand.sees("You are cashier in the office of Wanjiku & Partners", user=OTIENO)
    await stand.says("/payments", "newest first", user=OTIENO)
    shown = await stand.says("/admins", "The office", user=ADMIN)
    assert "Owner: somebody (900), from the settings" in plain(shown.text)
    assert "Cashier: Otieno (901), since" in plain(shown.text)
    assert AuditKind.ADMIN_ADDED in desk.kinds()


async def test_who_has_left_can_do_nothing_and_the_other_owner_hears_of_it(desk: Desk) -> None:
    stand = desk.stand
    await stand.says(f"/admins add {OTIENO} owner Otieno Odhiambo", "is owner", user=ADMIN)
    await stand.says(f"/admins add {NALIAKA} auditor", "is auditor", user=ADMIN)
    await stand.sees("Naliaka (902) is auditor from now on.", "Done by Wanjiru", user=OTIENO)
    await stand.says(f"/admins remove {NALIAKA}", "belongs to the office no more", user=OTIENO)
    await stand.sees("Naliaka (902) belongs to the office no more", "Done by Otieno", user=ADMIN)
    await stand.says("/audit UB47K2M9QX", "for our office only", user=NALIAKA)
    assert desk.kinds().count(AuditKind.ADMIN_REMOVED) == 1


async def test_nobody_raises_themselves_and_the_last_owner_stays(desk: Desk) -> None:
    stand = desk.stand
    await stand.says(f"/admins remove {ADMIN}", "without an owner", user=ADMIN)
    await stand.says(f"/admins add {ADMIN} auditor", "Nobody changes their own role", user=ADMIN)
    await stand.says(f"/admins add {OTIENO} cashier", "is cashier", user=ADMIN)
    await stand.says(
        f"/admins add {OTIENO} owner", "Your role in the office does not allow that", user=OTIENO
    )
    roll = await stand.parts.roll.roll()
    assert roll.who_may(Deed.KEEP_ROLL) == (UserId(ADMIN),)
    assert AuditKind.COMMAND_REFUSED in desk.kinds()


async def test_somebody_who_never_wrote_to_the_bot_is_taken_in_and_the_owner_is_told_what_to_do(
    desk: Desk,
) -> None:
    await desk.stand.says(f"/admins add {STRANGER} auditor Mwangi", "they must send /start", user=ADMIN)
    assert (await desk.stand.parts.roll.roll()).find(UserId(STRANGER)) is not None


@pytest.mark.parametrize(
    "words",
    [
        "add",
        "add 12",
        "add x owner",
        "add 12 king",
        "remove",
        "remove x",
        "remove 1 2",
        "<b>_*[",
        "add 0 owner",
    ],
)
async def test_half_an_order_changes_nothing_and_shows_how(desk: Desk, words: str) -> None:
    await desk.stand.says(f"/admins {words}", "/admins add NUMBER", user=ADMIN)
    assert await desk.stand.store.roll.present() is None


async def test_a_name_with_markup_is_shown_as_it_is(desk: Desk) -> None:
    await desk.stand.says(
        f"/admins add {OTIENO} cashier <b>_*[ & co", "<b>_*[ & co (901) is cashier", user=ADMIN
    )
    await desk.stand.says("/admins", "Cashier: <b>_*[ & co (901)", user=ADMIN)


MAY: dict[str, set[Role]] = {
    "/payments": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/refunds": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/balance": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/board off": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/analytics sometime": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/audit nothing": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/export sometime": {Role.OWNER, Role.CASHIER, Role.AUDITOR},
    "/refund UB47K2M9QX": {Role.OWNER, Role.CASHIER},
    "/answer": {Role.OWNER, Role.CASHIER},
    "/bill": {Role.OWNER, Role.CASHIER},
    "/bills": {Role.OWNER, Role.CASHIER},
    "/resolve": {Role.OWNER, Role.CASHIER},
    "/maintenance": {Role.OWNER, Role.CASHIER},
    "/admins": {Role.OWNER},
    "/fees": {Role.OWNER},
}


async def test_two_clients_and_three_roles_get_exactly_what_is_theirs(desk: Desk) -> None:
    stand = desk.stand
    await stand.says(f"/admins add {OTIENO} cashier", "is cashier", user=ADMIN)
    await stand.says(f"/admins add {NALIAKA} auditor", "is auditor", user=ADMIN)
    people: dict[int, Role | None] = {
        ADMIN: Role.OWNER, OTIENO: Role.CASHIER, NALIAKA: Role.AUDITOR, ASHA: None, BARAKA: None
    }  # fmt: skip
    for command, roles in MAY.items():
        for person, role in people.items():
            answer = plain((await stand.says(command, user=person)).text)
            refused = "for our office only" in answer or "does not allow that" in answer
            assert refused == (role not in roles), (command, person, answer)
            assert ("for our office only" in answer) == (role is None)
    refusals = sum(len(people) - len(roles) for roles in MAY.values())
    assert desk.kinds().count(AuditKind.COMMAND_REFUSED) == refusals

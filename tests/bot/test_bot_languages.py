"""Everybody reads their own language: their program's, or the one they chose; and it stays theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from payments.language import Language
from payments.values import UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, MASKED, PHONE, Stand, standing

NB = "\u00a0"


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name) as stand:
        stand.telegram.person(BARAKA, "Baraka", language_code="sw-KE")
        yield stand


async def test_from_first_start_to_receipt_in_swahili(stand: Stand) -> None:
    greeting = await stand.says("/start", "Hello Asha", "/privacy")
    assert [button.text for button in greeting.buttons][-2:] == ["English", "Kiswahili"]
    await stand.taps("Kiswahili", "Kuanzia sasa nitaandika kwa Kiswahili")
    await stand.taps("Lipa ada", "Ungependa kulipia nini?")
    await stand.taps("Ushauri wa kisheria", "Ungependa ushauri upi wa kisheria?")
    await stand.taps(f"Ushauri wa kwanza, dakika 30 · KES{NB}1,500", "Utalipa kwa nambari gani ya M-Pesa?")
    await stand.says(PHONE, f"Nambari ya M-Pesa: {MASKED}", "/privacy")
    await stand.taps(f"Lipa KES{NB}1,500", "Ushauri wa kwanza, dakika 30")
    payment = (await stand.payments())[0]
    assert (payment.title, payment.title_sw) == (
        "First consultation, 30 minutes",
        "Ushauri wa kwanza, dakika 30",
    )
    await stand.hear_paid(payment)
    await stand.sees(f"Imelipwa: KES{NB}1,500", "Risiti ya M-Pesa: UB47K2M9QX", "Asante")
    await stand.taps("Risiti (PDF)", "Risiti na. 000001")


async def test_whoever_agreed_once_is_not_told_again(stand: Stand) -> None:
    assert "/privacy" in (await stand.at_summary()).text
    await stand.taps(f"Pay KES{NB}1,500", "Sending the request")
    client = await stand.store.clients.get(UserId(ASHA))
    assert client is not None
    assert client.agreed_at is not None
    await stand.hear_unpaid((await stand.payments())[0])
    assert "/privacy" not in (await stand.at_summary()).text


async def test_a_program_in_swahili_is_answered_in_swahili_from_the_first_word(stand: Stand) -> None:
    await stand.says("/start", "Hujambo Baraka", user=BARAKA)
    menu = {entry["command"]: entry["description"] for entry in stand.telegram.commands_for(BARAKA)}
    assert menu["pay"] == "Lipa ada"
    await stand.says("/language english", "From now on I write in English", user=BARAKA)
    menu = {entry["command"]: entry["description"] for entry in stand.telegram.commands_for(BARAKA)}
    assert menu["pay"] == "Pay a fee"
    await stand.says("/start", "Hello Baraka", user=BARAKA)


async def test_two_people_in_two_languages_do_not_hear_each_others(stand: Stand) -> None:
    await stand.says("/language sw", "nitaandika kwa Kiswahili", user=ASHA)
    await stand.says("/help", "PIN", user=ASHA)
    await stand.says("/status", "You have no payments here yet", user=ADMIN)
    await stand.says("/status", "Bado huna malipo", user=ASHA)


async def test_news_come_in_the_language_of_their_reader(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.says("/language sw", "nitaandika kwa Kiswahili", user=ASHA)
    await stand.hear_paid(payment)
    await stand.sees(f"Imelipwa: KES{NB}1,500", user=ASHA)


async def test_the_office_keeps_its_commands_in_the_language_it_chose(stand: Stand) -> None:
    await stand.says("/language", "Which language", "lugha", user=ADMIN)
    await stand.taps("Kiswahili", "nitaandika kwa Kiswahili", user=ADMIN)
    menu = {entry["command"]: entry["description"] for entry in stand.telegram.commands_for(ADMIN)}
    assert menu["pay"] == "Lipa ada"
    assert {"payments", "export", "fees"} <= set(menu)
    await stand.says("/start", "Hujambo", user=ADMIN)


async def test_whoever_is_forgotten_has_everybodys_menu_again(stand: Stand) -> None:
    for user in (ASHA, ADMIN):
        await stand.says("/language sw", "nitaandika kwa Kiswahili", user=user)
        await stand.says("/mydata erase yes", "zimefutwa", user=user)
    menus = {
        user: {entry["command"]: entry["description"] for entry in stand.telegram.commands_for(user)}
        for user in (ASHA, ADMIN)
    }
    assert menus[ASHA]["pay"] == "Pay a fee"
    assert "payments" in menus[ADMIN]


async def test_an_unknown_language_is_answered_with_the_question(stand: Stand) -> None:
    await stand.says("/language klingon", "Which language", "lugha")
    client = await stand.store.clients.get(UserId(ASHA))
    assert client is None or not client.language_chosen


async def test_cancel_on_the_keyboard_works_in_any_language(stand: Stand) -> None:
    await stand.says("/language sw", "nitaandika kwa Kiswahili")
    await stand.says("/pay", "Ungependa kulipia nini?")
    await stand.taps("Ushauri wa kisheria", "Ungependa ushauri upi wa kisheria?")
    await stand.taps(f"Ushauri wa kwanza, dakika 30 · KES{NB}1,500", "Utalipa kwa nambari gani ya M-Pesa?")
    await stand.says("Ghairi", "Hakuna kitakacholipwa")


async def test_what_is_forgotten_takes_the_language_with_it(stand: Stand) -> None:
    await stand.says("/language sw", "nitaandika kwa Kiswahili")
    await stand.says("/mydata erase yes")
    await stand.all_told()
    assert await stand.store.clients.get(UserId(ASHA)) is None
    await stand.says("/start", "Hello Asha")


async def test_the_language_is_kept_by_the_store(stand: Stand) -> None:
    await stand.says("/language sw", "nitaandika kwa Kiswahili")
    await stand.restart()
    await stand.says("/pay", "Ungependa kulipia nini?")
    client = await stand.store.clients.get(UserId(ASHA))
    assert client is not None
    assert (client.language, client.language_chosen) == (Language.SWAHILI, True)

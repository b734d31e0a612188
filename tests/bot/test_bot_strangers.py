"""Buttons are a stranger's input: foreign, mutated and stale ones are refused, logged and reported."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from payments.audit import Actor, AuditKind
from payments.draft import Draft
from payments.payment import Payment, State
from payments.service import PaymentService
from payments.values import ChatId
from tests.bot.bot_stand import ASHA, BARAKA, Stand, standing
from tests.bot.bot_watch import Noted


@dataclass(frozen=True, slots=True)
class Watched:
    stand: Stand
    noted: Noted

    async def refused(self, user: int, data: str, message_id: int) -> str:
        """What the tapper is told."""
        query = await self.stand.telegram.sends_callback(user, data, message_id=message_id)
        return await self.stand.alerted(query)


@pytest_asyncio.fixture
async def watched(mongod_uri: str, database_name: str) -> AsyncIterator[Watched]:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        yield Watched(stand, noted)


async def test_f50_a_foreign_user_gets_nowhere_with_anybodys_buttons(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    stand = watched.stand
    payment = await stand.prompted()
    await stand.says("/pay", "What would you like")
    await stand.all_told()
    draft = await stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    theirs = await stand.says("/start", "Hello Baraka", user=BARAKA)
    data = [f"p:{payment.id}:{action}" for action in ("check", "again", "other", "cancel")]
    data += [f"d:{draft.id}:{action}" for action in ("kind:case", "pay", "phone", "cancel")]
    for each in data:
        assert "earlier step" in await watched.refused(BARAKA, each, theirs.message_id)
    assert {event.kind for event in watched.noted.events} == {AuditKind.BUTTON_REFUSED}
    assert {event.who for event in watched.noted.events} == {str(BARAKA)}
    assert [event.subject for event in watched.noted.events] == [payment.id] * 4 + [draft.id] * 4
    assert caplog.messages.count("person_refused") == 8
    assert (await stand.payment(payment.id)).state is State.PROMPTED
    assert await stand.store.drafts.of_chat(ChatId(ASHA)) == draft


async def test_f50_a_button_under_a_message_in_a_group_is_refused(watched: Watched) -> None:
    stand = watched.stand
    payment = await stand.opened()
    group = {"id": -100, "type": "group", "title": "Chambers"}
    body = {
        "update_id": 1,
        "callback_query": {
            "id": "77",
            "from": {"id": ASHA, "is_bot": False, "first_name": "Asha"},
            "chat_instance": "1",
            "data": f"p:{payment.id}:cancel",
            "message": {"message_id": 5, "date": 1, "chat": group},
        },
    }
    await stand.bot.door.accept(json.dumps(body))
    await stand.all_told()
    assert (await stand.payment(payment.id)).state is State.QUEUED


@pytest.mark.parametrize(
    "data",
    [
        "p:0000000000000000:refund",
        "d:0000000000000000:pay:1",
        "d:zzzzzzzzzzzzzzzz:pay",
        "m:pay:1",
        "../../etc",
        '{"$ne":null}',
        "p:0000000000000000:check\u0000",
        "\u0440:0000000000000000:check",
    ],
)
async def test_f51_what_this_program_never_wrote_is_refused_and_reported(watched: Watched, data: str) -> None:
    shown = await watched.stand.says("/start", "Hello")
    assert "do not know this button" in await watched.refused(ASHA, data, shown.message_id)
    (event,) = watched.noted.events
    assert (event.kind, event.actor, event.who) == (AuditKind.BUTTON_FORGED, Actor.USER, str(ASHA))
    assert data not in event.why


async def test_f51_a_kind_of_fee_that_is_none_is_refused(watched: Watched) -> None:
    shown = await watched.stand.says("/pay", "What would you like")
    await watched.stand.all_told()
    draft = await watched.stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    assert "do not know" in await watched.refused(ASHA, f"d:{draft.id}:kind:bribe", shown.message_id)
    assert await watched.stand.store.drafts.of_chat(ChatId(ASHA)) == draft
    assert [event.kind for event in watched.noted.events] == [AuditKind.BUTTON_FORGED]


async def test_f51_i20_a_button_of_an_earlier_draft_is_worth_nothing(watched: Watched) -> None:
    stand = watched.stand
    summary = await stand.at_summary()
    old = await stand.store.drafts.of_chat(ChatId(ASHA))
    assert old is not None
    await stand.says("/pay", "What would you like")
    assert "earlier step" in await watched.refused(ASHA, f"d:{old.id}:pay", summary.message_id)
    assert await stand.payments() == []
    assert [event.subject for event in watched.noted.events] == [old.id]


async def test_i20_pay_works_once_and_a_second_tap_is_no_offence(watched: Watched) -> None:
    stand = watched.stand
    summary = await stand.at_summary()
    draft = await stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    taps = [
        await stand.telegram.sends_callback(ASHA, f"d:{draft.id}:pay", message_id=summary.message_id)
        for _ in range(5)
    ]
    for tap in taps:
        await stand.alerted(tap)
    await stand.all_told()
    assert len(await stand.payments()) == 1
    assert watched.noted.events == []


async def test_f54_a_fault_of_ours_in_the_middle_of_a_tap_is_told_with_its_reference_and_life_goes_on(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    stand = watched.stand
    await stand.restart(service=Broken(stand.service))
    await stand.at_summary()
    await stand.telegram.taps(ASHA, "Pay KES\u00a01,500")
    apology = await stand.sees("Sorry", "tell our office this:")
    reference = apology.text.rsplit(" ", 1)[1]
    await stand.says("/help", "M-Pesa asks", user=BARAKA)
    await stand.says("/help", "M-Pesa asks")
    failed = [record for record in caplog.records if record.message == "update_failed"]
    assert {record.__dict__["reference"] for record in failed} == {reference}
    assert "712345678" not in caplog.text
    assert stand.telegram.token not in caplog.text


class Broken:
    """A service with a fault that nobody expected."""

    def __init__(self, service: PaymentService) -> None:
        self._service = service

    def __getattr__(self, name: str) -> object:
        return getattr(self._service, name)

    async def open(self, _: Draft) -> Payment:
        raise RuntimeError("boom")

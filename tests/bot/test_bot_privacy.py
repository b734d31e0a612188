"""/privacy and /mydata: a person gets all that is kept of them, nothing of others, and may be forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from payments.values import ChatId, UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    """Asha and Baraka have both paid; Asha has a fee note."""
    async with standing(mongod_uri, database_name) as stand:
        await stand.hear_paid(await stand.prompted())
        await stand.hear_paid(await stand.prompted(BARAKA), "UB40000001")
        await stand.says(f"/bill 100 case HCCC/1 Filing for {ASHA}", "is written", user=ADMIN)
        await stand.all_told()
        yield stand


async def the_file(stand: Stand, user: int = ASHA) -> dict[str, Any]:
    message = await stand.says("/mydata", "Everything that is kept of you", user=user)
    assert message.document is not None
    return json.loads(stand.telegram.file(str(message.document["file_id"])))  # type: ignore[no-any-return]


async def test_a_person_gets_all_that_is_kept_of_them_and_nothing_of_others(stand: Stand) -> None:
    mine = await the_file(stand)
    assert mine["you"]["name"] == "Asha"
    assert mine["you"]["mpesa_number"] == "254712345678"
    assert [row["mpesa_receipt"] for row in mine["payments"]] == ["UB47K2M9QX"]
    assert mine["payments"][0]["history"][-1]["state"] == "paid"
    assert [row["number"] for row in mine["fee_notes"]] == ["FN-1"]
    everything = json.dumps(mine)
    assert "UB40000001" not in everything
    assert "254110000222" not in everything
    assert "Baraka" not in everything
    assert "ws_CO_" not in everything


async def test_who_never_paid_gets_an_honest_empty_file(stand: Stand) -> None:
    mine = await the_file(stand, ADMIN)
    assert (mine["you"], mine["payments"], mine["fee_notes"]) == (None, [], [])


async def test_to_be_forgotten_one_must_say_yes_and_what_the_accounts_need_stays(stand: Stand) -> None:
    await stand.says("/mydata erase", "/mydata erase yes")
    assert await stand.store.clients.get(UserId(ASHA)) is not None
    await stand.says("/pay", "What would you like")
    await stand.says("/mydata erase yes", "Forgotten.")
    assert await stand.store.clients.get(UserId(ASHA)) is None
    assert await stand.store.drafts.of_chat(ChatId(ASHA)) is None
    assert len(await stand.payments()) == 1
    await stand.at_summary()  # the number is asked for again


async def test_nobody_is_forgotten_while_their_money_is_under_way(stand: Stand) -> None:
    await stand.says("/pay", "What would you like")
    await stand.taps("Case fee", "case number")
    await stand.says("HCCC/2", "How much")
    await stand.says("200", "Please check")
    await stand.taps("Pay KES\u00a0200", "Sending the request")
    await stand.says("/mydata erase yes", "not settled yet")
    assert await stand.store.clients.get(UserId(ASHA)) is not None


async def test_what_is_kept_is_told_in_words(stand: Stand) -> None:
    await stand.says("/privacy", "What Wanjiku & Partners keeps of you", "/mydata erase", user=BARAKA)

"""Long silence: when prompts go out and no callback comes, the office is told so, once in a while."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.rich import plain
from payments.reasons import Reason
from payments.silence import FEWEST, LOOKS_BACK, PATIENCE, TOLD_EVERY, Listener
from tests.bot.bot_stand import ADMIN, K, Stand, standing, utc_now


def listener(stand: Stand, at: datetime) -> Listener:
    return Listener(book=stand.store.silences, now=lambda: at, poke=stand.wake.ring)


async def asked_about(stand: Stand, times: int) -> None:
    """So many payments whose outcome only a question told."""
    for _ in range(times):
        payment = await stand.prompted()
        await stand.hear(payment, K.QUERY_UNPAID, reason=Reason.CANCELLED)
        await stand.all_told()


async def test_the_office_hears_once_of_prompts_that_no_callback_answered(
    mongod_uri: str, database_name: str
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await asked_about(stand, FEWEST)
        later = utc_now() + PATIENCE
        found = await asyncio.gather(*(listener(stand, later).listen() for _ in range(4)))
        assert sorted(found) == [False, False, False, True]
        told = await stand.sees("do not reach us", user=ADMIN)
        assert f"{FEWEST} prompts went out, and not one callback came" in plain(told.text)
        await stand.all_told()
        assert sum("do not reach us" in message.text for message in stand.shown(ADMIN)) == 1


@pytest.mark.parametrize("after", [PATIENCE - timedelta(minutes=1), LOOKS_BACK + timedelta(minutes=1)])
async def test_what_is_too_fresh_or_long_ago_is_no_silence(
    mongod_uri: str, database_name: str, after: timedelta
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        began = utc_now()
        await asked_about(stand, FEWEST)
        late = after if after < PATIENCE else after + (utc_now() - began)
        assert not await listener(stand, began + late).listen()


async def test_a_few_prompts_without_a_callback_are_chance(mongod_uri: str, database_name: str) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await asked_about(stand, FEWEST - 1)
        assert not await listener(stand, utc_now() + PATIENCE).listen()


@pytest.mark.parametrize("kind", [K.CALLBACK_UNPAID, K.CALLBACK_UNCONFIRMED])
async def test_a_single_callback_whatever_it_says_ends_the_silence(
    mongod_uri: str, database_name: str, kind: K
) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await asked_about(stand, FEWEST)
        payment = await stand.prompted()
        await stand.hear(payment, kind, checkout_id=payment.checkout_id, reason=Reason.CANCELLED)
        assert not await listener(stand, utc_now() + PATIENCE).listen()


async def test_a_silence_that_lasts_is_told_of_again_hours_later(mongod_uri: str, database_name: str) -> None:
    async with standing(mongod_uri, database_name) as stand:
        await asked_about(stand, FEWEST)
        later = utc_now() + PATIENCE
        assert await listener(stand, later).listen()
        await stand.store.payments._shelf.rows.update_many({}, {"$set": {"created_at": later + TOLD_EVERY}})
        assert await listener(stand, later + TOLD_EVERY + PATIENCE + timedelta(minutes=1)).listen()

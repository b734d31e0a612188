"""Bad lines to Safaricom, Telegram and MongoDB: one push, one truth, and it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from payments.payment import State
from sandbox.safaricom import QUICK, DarajaSimulator
from sandbox.telegram import FakeBotApi
from tests.faults.proxy import BadLine, bad_line, mongo_uri, to_mongo, to_web
from tests.journeys.house import CLIENT, OFFICE, House, built

ILLS: dict[str, dict[str, Any]] = {
    "deaf": {"deaf": True},
    "cut off": {"answer_bytes": 20},
    "half closed": {"half_closed": True},
    "very late": {"latency_s": 30},
}
PUSH = b"POST /mpesa/stkpush/v1/processrequest"


@dataclass(slots=True)
class Lines:
    """A program whose lines to all others may be ill."""

    house: House
    safaricom: BadLine
    telegram: BadLine


@pytest_asyncio.fixture
async def lines(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[Lines]:
    async with AsyncExitStack() as stack:
        botapi, simulator = FakeBotApi(), DarajaSimulator(config=QUICK)
        for server in (botapi, simulator):
            await server.start()
            stack.push_async_callback(server.stop)
        botapi.person(CLIENT, "Asha")
        botapi.person(OFFICE, "Office")
        safaricom = await stack.enter_async_context(bad_line(to_web(simulator.url)))
        telegram = await stack.enter_async_context(bad_line(to_web(botapi.url)))
        changes: dict[str, object] = {"mpesa_api_url": safaricom.url, "telegram_api_url": telegram.url}
        house = House(mongod_uri, database_name, tmp_path, botapi, simulator, changes)
        await house.open()
        stack.push_async_callback(house.close)
        yield Lines(house, safaricom, telegram)


def spoil(line: BadLine, ills: dict[str, Any]) -> None:
    for name, value in ills.items():
        setattr(line, name, value)


async def test_f34_a_push_whose_answer_was_lost_is_not_sent_again_and_is_paid_by_its_callback(
    lines: Lines,
) -> None:
    house = lines.house
    lines.safaricom.marker, lines.safaricom.lose = PUSH, 1
    await house.pays("paid")
    await house.sees("Paid: KES 1,500")
    assert lines.safaricom.lose == 0
    assert (await house.until(State.PAID)).receipt
    assert len(house.pushes()) == 1


@pytest.mark.parametrize("ills", ILLS.values(), ids=ILLS)
async def test_f34_while_the_line_to_safaricom_is_ill_nothing_is_sent_and_afterwards_once(
    lines: Lines, ills: dict[str, Any]
) -> None:
    house = lines.house
    spoil(lines.safaricom, ills)
    await house.pays("paid")
    while not lines.safaricom.connections:  # noqa: ASYNC110  the line gives no sign
        await asyncio.sleep(0.01)
    lines.safaricom.heal()
    await house.sees("Paid: KES 1,500")
    assert len(house.pushes()) == 1


@pytest.mark.parametrize("ills", ILLS.values(), ids=ILLS)
async def test_f47_what_could_not_be_told_over_an_ill_line_is_told_when_it_is_well(
    lines: Lines, ills: dict[str, Any]
) -> None:
    house = lines.house
    await house.pays("paid")
    spoil(lines.telegram, ills)
    payment = await house.until(State.PAID)
    assert payment.receipt
    lines.telegram.heal()
    await house.sees(payment.receipt)
    await house.at_rest()
    assert 1 <= house.shown(payment.receipt) <= 2  # A send whose answer was lost may repeat, once.


async def test_f37_a_line_to_mongodb_that_breaks_all_the_time_costs_no_payment_and_doubles_none(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with (
        bad_line(to_mongo(mongod_uri)) as line,
        built(mongo_uri(line), database_name, tmp_path) as house,
    ):
        breaking = asyncio.create_task(_break(line))
        try:
            await house.pays("paid")
            await house.sees("Paid: KES 1,500")
        finally:
            breaking.cancel()
        payment = await house.until_receipted()
        assert payment.receipt
        await house.sees(payment.receipt)
        await house.at_rest()
        assert payment.state is State.PAID
        assert len(house.pushes()) == 1
        assert house.shown(payment.receipt) == 1
        words = [entry.evidence_id for entry in payment.history]
        assert len(words) == len(set(words))


async def _break(line: BadLine) -> None:
    while True:
        await asyncio.sleep(0.1)
        line.cut()

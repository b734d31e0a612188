"""What Safaricom sends and nobody understands: kept aside, told to the office once, worked again later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from payments.audit import AuditEntry, AuditKind
from payments.inbox import RowState
from payments.payment import State
from tests.journeys.house import CLIENT, OFFICE, House, built


@pytest_asyncio.fixture
async def house(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[House]:
    async with built(mongod_uri, database_name, tmp_path) as house:
        yield house


async def test_the_office_hears_once_of_callbacks_that_cannot_be_read_and_the_payment_goes_on(
    house: House,
) -> None:
    payment_id = await house.pays("lost")
    await house.until(State.PROMPTED)
    address = house.pushes()[0].order.callback_url
    for body in ({"Body": {"nothing": 1}}, {"Body": {"nothing": 2}}, {"<b>_*[": 3}):
        assert (await house.simulator.send_callback(address, body)).status == 400
    told = await house.sees("could not be understood and is kept aside", OFFICE)
    assert payment_id in told.text
    assert "legalpro replay stk:" in told.text
    await house.until(State.PAID)
    await house.at_rest()
    assert house.shown("kept aside", OFFICE) == 1
    assert house.shown("kept aside", CLIENT) == 0
    aside = await house.parts.store.inbox.quarantined(9)
    assert [row.state for row in aside] == [RowState.QUARANTINE] * 3
    await house.parts.auditor.rest()
    entries = [entry async for entry in house.parts.store.audit.entries()]
    kinds = [entry.record.kind for entry in entries if isinstance(entry, AuditEntry)]
    assert kinds.count(AuditKind.CALLBACK_QUARANTINED) == 3

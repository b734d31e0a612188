"""/export: the books as a file, for the office alone, and that it was taken is known."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

import pytest_asyncio

from payments.audit import AuditKind
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, MASKED, Stand, standing
from tests.bot.bot_watch import Noted


@pytest_asyncio.fixture
async def noted() -> Noted:
    return Noted()


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        await stand.hear_paid(await stand.prompted())
        await stand.sees("Paid: KES\u00a01,500")
        yield stand


def file_of(stand: Stand, message: Message) -> tuple[str, bytes]:
    assert message.document is not None
    stored = stand.telegram.world.files[str(message.document["file_id"])]
    return str(message.document["file_name"]), stored.content


async def test_an_admin_takes_this_months_movements_with_their_sums(desk: Stand, noted: Noted) -> None:
    message = await desk.says("/export csv", "1 payments: KES\u00a01,500", "Net: KES\u00a01,500", user=ADMIN)
    name, content = file_of(desk, message)
    assert name.endswith(".csv")
    text = content.decode("utf-8-sig")
    assert "UB47K2M9QX" in text
    assert MASKED in text
    assert "254712345678" not in text
    assert len(list(csv.reader(io.StringIO(text)))) >= 3
    (event,) = [event for event in noted.events if event.kind is AuditKind.EXPORTED]
    assert (event.who, event.subject) == (str(ADMIN), name)


async def test_what_is_exported_cannot_be_passed_on(desk: Stand) -> None:
    await desk.says("/export", "1 payments", user=ADMIN)
    calls = [call for call in desk.telegram.calls if call.method == "sendDocument"]
    assert [str(call.parameters["protect_content"]).lower() for call in calls] == ["true"]


async def test_a_client_gets_no_export_and_the_attempt_is_reported(desk: Stand, noted: Noted) -> None:
    await desk.says("/export csv", "for our office only", user=ASHA)
    assert [event.kind for event in noted.events] == [AuditKind.COMMAND_REFUSED]


async def test_a_period_that_is_none_is_explained(desk: Stand) -> None:
    for typed in ("soon", "2026-02-30", "csv xlsx 1 2 3", "<b>_*["):
        await desk.says(f"/export {typed}", "I do not know that period", user=ADMIN)

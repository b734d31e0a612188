"""A whole journey with every library at DEBUG: no secret and no full number stands in any log line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from legalpro.logs import set_up_logs
from payments.payment import State
from tests.journeys.house import CLIENT, PHONE, House, built

LIBRARIES = ("httpx", "httpcore", "telegram", "aiohttp", "pymongo", "asyncio", "beanie")


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """Put back what a test changes for the whole process."""
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", *LIBRARIES)}
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=False)


def listen(house: House, form: Literal["text", "json"]) -> io.StringIO:
    """Log as the program does at DEBUG, and what it keeps quiet as well."""
    stream = io.StringIO()
    set_up_logs("DEBUG", form, house.settings().secret_texts, stream)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    return stream


@pytest.mark.parametrize("form", ["text", "json"])
async def test_f62_i24_a_whole_journey_at_debug_shows_no_secret_and_no_full_number(
    mongod_uri: str, database_name: str, tmp_path: Path, form: Literal["text", "json"]
) -> None:
    async with built(mongod_uri, database_name, tmp_path) as house:
        stream = listen(house, form)
        await house.crash()
        await house.open()
        paid = await house.pays()
        await house.sees("Paid: KES 1,500")
        unpaid = await house.pays("cancelled", amount="1600")
        await house.sees("cancelled on the phone")
        last = house.botapi.chat(CLIENT).from_bot[-1].message_id
        await house.botapi.sends_callback(CLIENT, f"p:{unpaid}:refund", message_id=last)
        await house.says("/status")
        await house.at_rest()
        payments = [await house.until(State.PAID, paid), await house.until(State.UNPAID, unpaid)]
        written = stream.getvalue()
        assert "push" in written
        assert "getUpdates" in written
        secrets = [*house.settings().secret_texts, house.settings().passkey, house.botapi.token]
        secrets += [house.settings().callback_keys()[0], *(await _tokens(house))]
        secrets += [payment.checkout_id or "" for payment in payments]
        secrets += [push.order.callback_url.rsplit("/", 1)[1] for push in house.pushes()]
        for secret in (*secrets, PHONE, PHONE[3:], f"0{PHONE[3:]}"):
            assert secret
            assert secret not in written, f"{_line_with(written, secret)}"


async def test_f54_an_unexpected_fault_at_debug_shows_no_secret_and_no_full_number(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with built(mongod_uri, database_name, tmp_path) as house:
        stream = listen(house, "text")
        token, phone = house.botapi.token, PHONE
        fault = RuntimeError(f"https://api.telegram.org/bot{token}/sendMessage for {phone}")
        logging.getLogger("bot.lanes").error("update_failed", exc_info=fault, extra={"phone": phone})
        written = stream.getvalue()
        assert "update_failed" in written
        assert token not in written
        assert phone not in written


async def _tokens(house: House) -> list[str]:
    """The access tokens that Safaricom gave us."""
    rows = await house.parts.store._tokens.rows.find({"value": {"$exists": True}}).to_list()
    assert rows
    return [row["value"] for row in rows]


def _line_with(written: str, secret: str) -> str:
    """Where it stands, cut short around it."""
    at = written.index(secret)
    return written[max(0, at - 200) : at + 120]

"""Telegram's updates: taken with the right secret alone, and acknowledged only when they are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from payments.ports import StoreUnavailable
from tests.webhooks.web_stand import Answer, Site, answer_from, line, request
from webhooks.bodies import MOST_BYTES
from webhooks.telegram import PATH

OpenSite = Callable[..., Awaitable[Site]]
SECRET = "a-secret_of-Telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token: "
UPDATE = b'{"update_id": 7}'


@dataclass(slots=True)
class Door:
    """Where updates go in."""

    trouble: Exception | None = None
    taken: list[bytes] = field(default_factory=list)

    async def take(self, raw: bytes) -> bool:
        if self.trouble:
            raise self.trouble
        self.taken.append(raw)
        return True


@pytest.fixture
def door() -> Door:
    return Door()


async def deliver(site: Site, *headers: str, body: bytes = UPDATE) -> Answer:
    return await site.send(request(PATH, body, *headers))


async def test_an_update_with_the_secret_is_taken_as_it_came(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take, telegram_secret=SECRET)
    assert await deliver(site, HEADER + SECRET) == Answer(200)
    assert door.taken == [UPDATE]


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (HEADER,),
        (HEADER + SECRET[:-1],),
        (HEADER + SECRET.upper(),),
        (HEADER + SECRET + "x",),
        (HEADER + "\u00e9",),
        (HEADER + "wrong", HEADER + SECRET),
        ("Authorization: " + SECRET,),
    ],
    ids=["none", "empty", "cut short", "in capitals", "longer", "not ASCII", "the second one", "elsewhere"],
)
async def test_without_the_secret_there_is_nothing_here(
    open_site: OpenSite, door: Door, headers: tuple[str, ...]
) -> None:
    site = await open_site(take_update=door.take, telegram_secret=SECRET)
    assert (await deliver(site, *headers)).status == 404
    assert door.taken == []


async def test_a_secret_that_is_not_even_text_is_wrong(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take, telegram_secret=SECRET)
    raw = request(PATH, UPDATE, HEADER + "?").replace(b"?", b"\xff\xfe\xed\xa0\x80")
    assert (await site.send(raw)).status == 404
    assert door.taken == []


async def test_a_secret_beyond_ascii_can_be_configured_without_harm(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take, telegram_secret="s\u00e9cret")
    assert (await deliver(site, HEADER + "s\u00e9cret")).status == 200
    assert (await deliver(site, HEADER + "secret")).status == 404


async def test_a_wrong_secret_is_refused_before_the_body_is_read(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take, telegram_secret=SECRET)
    async with line(site.port) as (reader, writer):
        writer.write(request(PATH, b"", HEADER + "wrong", length=1_000))
        assert (await answer_from(reader)).status == 404


async def test_where_no_secret_is_configured_none_is_asked_for(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take)
    assert (await deliver(site)).status == 200
    assert (await deliver(site, HEADER + "anything")).status == 200


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(ValueError("no update"), 400), (StoreUnavailable("away"), 503), (RuntimeError("a fault of ours"), 503)],
)
async def test_what_could_not_be_stored_is_not_acknowledged(
    open_site: OpenSite, door: Door, trouble: Exception, status: int
) -> None:
    site = await open_site(take_update=door.take)
    door.trouble = trouble
    assert (await deliver(site)).status == status
    door.trouble = None
    assert (await deliver(site)).status == 200


async def test_when_updates_are_polled_there_is_nothing_here(open_site: OpenSite) -> None:
    site = await open_site(telegram_secret=SECRET)
    assert (await deliver(site, HEADER + SECRET)).status == 404


async def test_an_update_is_bounded_in_size_and_time(open_site: OpenSite, door: Door) -> None:
    site = await open_site(take_update=door.take, body_timeout_s=0.2)
    assert (await deliver(site, body=b" " * (MOST_BYTES + 1))).status == 413
    async with line(site.port) as (reader, writer), asyncio.timeout(2):
        writer.write(request(PATH, length=100))
        assert await reader.read() == b""
    assert door.taken == []

"""Whatever bytes a stranger sends, the answer is one that was foreseen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.webhooks.web_stand import ID, Site, callback, request

ALLOWED = {200, 400, 404, 405, 413, 503}
SHARED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Examples may share one server: it keeps nothing between requests."""


@SHARED
@given(body=st.binary(max_size=2_000))
async def test_any_body_gets_an_allowed_answer(site: Site, body: bytes) -> None:
    assert (await site.tell(body)).status in ALLOWED
    assert (await site.send(request("/telegram/webhook", body))).status in ALLOWED


MOSTLY_CALLBACKS = st.tuples(st.integers(0, len(callback()) - 1), st.binary(max_size=8), st.integers(0, 8))


@SHARED
@given(damage=MOSTLY_CALLBACKS)
async def test_a_damaged_callback_gets_an_allowed_answer(site: Site, damage: tuple[int, bytes, int]) -> None:
    at, put, lost = damage
    assert (await site.tell(callback()[:at] + put + callback()[at + lost :])).status in {200, 400}


ONE_LINE = st.binary(min_size=1, max_size=300).filter(lambda raw: not set(raw) & set(b"\r\n "))


@SHARED
@given(path=ONE_LINE)
async def test_any_path_gets_an_allowed_answer(site: Site, path: bytes) -> None:
    for before in (b"", b"/", b"/c/stk/", f"/c/stk/{ID}/".encode()):
        raw = b"POST %b%b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" % (before, path)
        assert (await site.send(raw)).status in ALLOWED


@pytest_asyncio.fixture
async def hasty(open_site: Callable[..., Awaitable[Site]]) -> Site:
    """One that soon closes a line on which only empty ones came: HTTP lets them stand before a request."""
    return await open_site(keepalive_s=0.3)


@SHARED
@given(raw=st.binary(min_size=1, max_size=300))
@example(raw=b"\n")
async def test_any_bytes_at_all_get_an_allowed_answer_or_silence(hasty: Site, raw: bytes) -> None:
    assert (await hasty.send(raw + b"\r\n\r\n")).status in ALLOWED | {0}

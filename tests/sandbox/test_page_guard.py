"""Who may use the demo's page, and what it never does."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from sandbox.page import DEMO_PERSONAS, ChangeableSafaricom, DemoPage
from sandbox.page.routes import STATIC
from sandbox.safaricom import QUICK
from sandbox.telegram import FakeBotApi

SAY = {"do": "say", "uid": DEMO_PERSONAS[0].user_id, "text": "hello"}
FROM_PAGE = {"X-Demo": "1"}


@pytest.fixture
def page() -> DemoPage:
    return DemoPage(FakeBotApi(), ChangeableSafaricom(config=QUICK), DEMO_PERSONAS)


async def test_the_page_and_its_parts_are_served_with_a_policy_that_admits_nothing_foreign(
    page: DemoPage,
) -> None:
    await page.start(port=0)
    try:
        async with httpx.AsyncClient(trust_env=False, base_url=page.url) as client:
            for path in ("/", *(f"/static/{file.name}" for file in STATIC.iterdir())):
                answer = await client.get(path)
                assert answer.status_code == 200, path
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
    finally:
        await page.stop()


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.[jh]*")), ids=lambda file: file.name)
def test_no_part_of_the_page_parses_foreign_text_or_names_a_foreign_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style="):
        assert forbidden not in text
    addresses = [line for line in text.splitlines() if "http:" in line or "https:" in line]
    assert all("deepLink" in line or "t\\.me" in line for line in addresses), addresses


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8100", "127.0.0.1.evil.example", "", "["])
async def test_a_foreign_name_that_points_here_is_refused(page: DemoPage, host: str) -> None:
    await page.start(port=0)
    try:
        async with httpx.AsyncClient(trust_env=False, base_url=page.url) as client:
            for path in ("/", "/ui/state", "/ui/events", "/static/app.js"):
                answer = await client.get(path, headers={"Host": host})
                assert answer.status_code in {400, 403}, path
    finally:
        await page.stop()


@pytest.mark.parametrize(
    "headers",
    [{}, FROM_PAGE | {"Origin": "http://evil.example"}, FROM_PAGE | {"Origin": "null"}],
    ids=["no header", "another site", "no site"],
)
async def test_another_site_cannot_act_through_the_browser(page: DemoPage, headers: dict[str, str]) -> None:
    await page.start(port=0)
    try:
        async with httpx.AsyncClient(trust_env=False, base_url=page.url) as client:
            assert (await client.post("/ui/act", json=SAY, headers=headers)).status_code == 403
            own = FROM_PAGE | {"Origin": page.url.rstrip("/")}
            assert (await client.post("/ui/act", json=SAY, headers=own)).status_code == 200
            as_form = await client.post("/ui/act", data={"do": "say"}, headers=own)
            assert as_form.status_code == 415
    finally:
        await page.stop()


async def test_the_page_never_listens_beyond_this_machine(page: DemoPage) -> None:
    with pytest.raises(ValueError, match="loopback"):
        await page.start(host="0.0.0.0", port=0)


async def test_a_taken_port_is_no_hindrance(page: DemoPage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        await page.start(port=port)
        try:
            assert page.url != f"http://127.0.0.1:{port}/"
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.get(page.url)).status_code == 200
        finally:
            await page.stop()

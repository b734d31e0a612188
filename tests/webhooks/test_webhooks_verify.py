"""Anybody may ask whether a receipt is genuine; nobody learns more than what the paper shows."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from payments.billing.receipt import Genuine
from payments.values import Receipt
from tests.webhooks.test_webhooks_openapi import Kept
from tests.webhooks.web_stand import Clock, Site, serving

CODE = "1042-7F3A09C2B1D4"


class Desk:
    """Knows one receipt, and remembers what it was asked."""

    def __init__(self, refunded_kes: int = 0, initials: str = "N.W.T.") -> None:
        self.asked: list[str] = []
        self._genuine = Genuine(
            number=1042,
            amount_kes=1_500,
            refunded_kes=refunded_kes,
            paid_at=datetime(2026, 11, 3, 11, 7, tzinfo=UTC),
            mpesa_receipt=Receipt("UB47K2M9QX"),
            initials=initials,
        )

    async def look_up(self, code: str) -> Genuine | None:
        self.asked.append(code)
        return self._genuine if code == CODE else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def _page(site: Site, code: str, reads: str = "") -> httpx.Response:
    headers = {"Accept-Language": reads} if reads else {}
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"http://127.0.0.1:{site.port}/verify/{code}", headers=headers)


async def test_a_genuine_receipt_is_told_with_initials_alone(clock: Clock) -> None:
    async with serving(Kept(), clock, receipts=Desk(), firm_name="Wanjiku & Otieno <b>") as site:
        page = await _page(site, CODE)
    assert page.status_code == 200
    for words in ("Genuine receipt no. 1042", "KES\u00a01,500", "3 November 2026, 14:07", "N.W.T."):
        assert words in page.text
    assert "Wanjiku &amp; Otieno &lt;b&gt;" in page.text
    assert "Given back" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("back_kes", "words"), [(500, "KES\u00a0500"), (1_500, "all of it")])
async def test_what_was_given_back_since_is_told(clock: Clock, back_kes: int, words: str) -> None:
    async with serving(Kept(), clock, receipts=Desk(back_kes)) as site:
        assert words in (await _page(site, CODE)).text.partition("Given back since")[2]


@pytest.mark.parametrize("code", ["1042-000000000000", "%3Cscript%3E", "x" * 300, "%F0%9F%92%B8"])
async def test_a_code_of_nobodys_is_said_to_be_none_and_not_repeated(clock: Clock, code: str) -> None:
    desk = Desk()
    async with serving(Kept(), clock, receipts=desk) as site:
        page = await _page(site, code)
    assert page.status_code == 404
    assert "We did not issue" in page.text
    assert "script" not in page.text
    assert all(len(asked) <= 64 for asked in desk.asked)


@pytest.mark.parametrize(
    ("reads", "language"),
    [("sw-KE,en;q=0.5", "sw"), ("fr, SW;q=0.8", "sw"), ("en-GB,sw", "en"), ("*", "en"), ("," * 5_000, "en")],
)
async def test_the_page_speaks_the_language_of_its_reader(clock: Clock, reads: str, language: str) -> None:
    async with serving(Kept(), clock, receipts=Desk(1_500)) as site:
        known, unknown = await _page(site, CODE, reads), await _page(site, "1042-000000000000", reads)
    assert known.headers["Content-Language"] == language
    swahili = ("Risiti halali na. 1042", "3 Novemba 2026, 14:07", "chote")
    assert all((words in known.text) == (language == "sw") for words in swahili)
    assert ("Hatukutoa risiti" in unknown.text) == (language == "sw")


async def test_without_receipts_there_is_no_page(clock: Clock) -> None:
    async with serving(Kept(), clock) as site:
        assert (await _page(site, CODE)).status_code == 404

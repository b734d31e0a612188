"""/analytics: the figures as a picture with words below, for the office alone."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from PIL import Image

from bot.analytics_screens import figures_screen
from bot.buttons import View
from bot.rich import plain
from payments.analytics.bookkeeping import Bookkeeper
from payments.analytics.figures import Failure, Figures, Part, Takings
from payments.audit import AuditKind
from payments.catalogue import FeeKind
from payments.nairobi import in_nairobi
from payments.periods import Period
from payments.reasons import Reason
from reports.summary import Summary
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, Stand, standing, utc_now
from tests.bot.bot_watch import Noted
from tests.reports.test_reports_exports import cells_of_xlsx

MOST_IN_CAPTION = 1_024
"""Telegram: sendPhoto, caption, after entities are parsed."""


@pytest_asyncio.fixture
async def noted() -> Noted:
    return Noted()


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        await stand.hear_paid(await stand.prompted())
        await stand.sees("Paid: KES\u00a01,500")
        await stand.write_the_trail()
        await Bookkeeper(rollups=stand.store.rollups).rest()
        yield stand


def content_of(stand: Stand, shown: dict[str, object]) -> bytes:
    return stand.telegram.world.files[str(shown["file_id"])].content


def picture_of(stand: Stand, message: Message) -> Image.Image:
    assert message.photo is not None
    return Image.open(io.BytesIO(content_of(stand, message.photo[-1])))


async def test_an_admin_sees_this_month_as_a_picture_with_the_figures_below(desk: Stand) -> None:
    message = await desk.says("/analytics", "Received: KES\u00a01,500 in 1 payment", user=ADMIN)
    assert picture_of(desk, message).size == (1_000, 750)
    words = plain(message.text)
    assert "Paid: 100% (1 of 1 that ended)" in words
    assert "Payers: 1 new, 0 returning" in words
    assert [button.text for button in message.buttons] == [
        "By kind",
        "By matter",
        "By hour",
        "Excel workbook",
    ]


async def test_its_buttons_show_the_same_period_in_other_ways(desk: Stand) -> None:
    await desk.says("/analytics today", "Received: ", user=ADMIN)
    other = await desk.taps("By kind", "Received: ", user=ADMIN)
    assert other.photo is not None
    assert [button.text for button in other.buttons][:2] == ["Over time", "By matter"]


async def test_the_workbook_holds_the_figures_and_that_it_was_taken_is_known(
    desk: Stand, noted: Noted
) -> None:
    await desk.says("/analytics", "Received: ", user=ADMIN)
    today = in_nairobi(utc_now()).date()  # the period ends with it, and on the first of a month is no other
    message = await desk.taps("Excel workbook", f"{today}", user=ADMIN)
    assert message.document is not None
    rows = cells_of_xlsx(content_of(desk, message.document), 1)
    assert ["Received (KES)", "1500"] in [row[:2] for row in rows]
    (event,) = [event for event in noted.events if event.kind is AuditKind.EXPORTED]
    assert event.who == str(ADMIN)


async def test_neither_a_client_nor_a_borrowed_button_gets_figures(desk: Stand, noted: Noted) -> None:
    await desk.says("/analytics", "for our office only", user=ASHA)
    message = await desk.says("/analytics", "Received: ", user=ADMIN)
    data = str(message.buttons[0].data)
    own = desk.shown(ASHA)[-1].message_id
    await desk.alerted(await desk.telegram.sends_callback(ASHA, data, message_id=own))
    await desk.all_told()
    assert [call.method for call in desk.telegram.calls].count("sendPhoto") == 1
    assert [event.kind for event in noted.events] == [AuditKind.COMMAND_REFUSED] * 2


@pytest.mark.parametrize("words", ["yesteryear", "2026-13-01", "2026-11-30 2026-11-01", "kind <b>_*["])
async def test_a_period_that_is_none_is_answered_with_examples(desk: Stand, words: str) -> None:
    await desk.says(f"/analytics {words}", "I do not know that period", user=ADMIN)


async def test_a_period_without_payments_says_so(desk: Stand) -> None:
    await desk.says("/analytics 2020-01-01 2020-01-31", "No payment was received.", user=ADMIN)


def test_the_longest_words_fit_below_a_picture() -> None:
    much = Takings(received_kes=10**11, payments=10**7, refunded_kes=10**10, refunds=10**6)
    figures = Figures(
        first=date(2016, 12, 30),
        last=date(2026, 12, 30),
        takings=much,
        unpaid=10**7,
        failures=tuple(Failure(reason=reason, count=10**6) for reason in Reason),
        median_s=10**6,
        p95_s=10**7,
        new_payers=10**6,
        returning_payers=10**6,
        by_kind=tuple(Part(key=kind, takings=much) for kind in FeeKind),
        by_matter=tuple(Part(key="<&>" * 70 + str(number), takings=much) for number in range(9)),
    )
    summary = Summary(firm="F", made_at=datetime(2026, 12, 30, tzinfo=UTC), now=figures, before=figures)
    period = Period(figures.last - timedelta(days=3_000), figures.last)
    for view in View:
        assert len(plain(figures_screen(summary, period, view).text)) <= MOST_IN_CAPTION

"""/history: a client finds their own payments and nobody else's, page by page, in their own words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as some

from bot.buttons import HistoryTap, NarrowTap, PageTap, PaymentAction, PaymentTap, pack, parse
from bot.history import in_english, own
from bot.rich import plain
from payments.draft import new_id
from payments.search import read_wanted
from payments.values import Receipt, UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, Stand, standing, utc_now

NB = "\u00a0"


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    async with standing(mongod_uri, database_name) as stand:
        yield stand


async def _paid(stand: Stand, receipt: str, user: int = ASHA) -> None:
    payment = await stand.prompted(user)
    await stand.hear_paid(payment, receipt)
    await stand.sees("Paid:", receipt, user=user)


async def _unpaid(stand: Stand, user: int = ASHA) -> None:
    payment = await stand.prompted(user)
    await stand.hear_unpaid(payment)
    await stand.sees("Not paid", user=user)


async def test_everything_is_found_five_a_page_and_each_once(stand: Stand) -> None:
    for _ in range(7):
        await _unpaid(stand)
    first = await stand.says("/history", "Your payments, newest first", "5. ")
    assert "6. " not in first.text
    second = await stand.taps("Older", "1. ", "2. ")
    assert "3. " not in second.text
    await stand.taps("Newest", "5. ")


async def test_what_comes_while_somebody_reads_shifts_no_page(stand: Stand) -> None:
    for _ in range(6):
        await _unpaid(stand)
    oldest = (await stand.payments())[-1]
    await stand.says("/history", "5. ")
    await _paid(stand, "UB47K2M9QX")
    page = await stand.taps("Older", "1. ")
    assert "2. " not in page.text
    assert page.buttons[0].data == pack(PaymentTap(oldest.id, PaymentAction.OPEN))
    await stand.taps("1", "Not paid")


async def test_it_is_narrowed_by_buttons_and_by_words(stand: Stand) -> None:
    await _unpaid(stand)
    await _paid(stand, "UB47K2M9QX")
    await stand.says("/history", "1. ", "2. ")
    only = await stand.taps("Paid", "Your payments: paid", "UB47K2M9QX")
    assert "2. " not in only.text
    await stand.says("/history UB47K2M9QX", "1. ", "UB47K2M9QX")
    await stand.says("/history case", "Nothing was found")
    await stand.says("/history unpaid today", "1. ")
    await stand.says("/history 2026-13-01", "I do not know those days")


async def test_a_payment_is_opened_with_what_can_be_done_next(stand: Stand) -> None:
    await _paid(stand, "UB47K2M9QX")
    await stand.says("/history", "1. ")
    opened = await stand.taps("1", f"Paid: KES{NB}1,500", "UB47K2M9QX")
    assert [button.text for button in opened.buttons] == ["Receipt (PDF)"]


async def test_one_that_goes_on_is_asked_about_and_lives_where_it_was_opened(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.says("/history open", "1. ")
    opened = await stand.taps("1", "Check your phone")
    await stand.all_told()
    assert (await stand.payment(payment.id)).ask_wanted
    await stand.hear_paid(payment)
    await stand.telegram.wait_for(
        ASHA, lambda message: message.message_id == opened.message_id and "Paid:" in message.text
    )


async def test_nobody_finds_or_opens_what_is_anothers(stand: Stand) -> None:
    await _paid(stand, "UB47K2M9QX")
    search = await stand.says("/history", "1. ")
    assert search.buttons[0].data is not None
    for user in (BARAKA, ADMIN):
        for words in ("", " UB47K2M9QX", " Asha", " paid"):
            await stand.says(f"/history{words}", "Nothing was found", user=user)
        stale = await stand.says("/history", "Nothing was found", user=user)
        for data in (search.buttons[0].data, pack(HistoryTap(new_id(), None)), "y:everything"):
            query = await stand.telegram.sends_callback(user, data, message_id=stale.message_id)
            assert await stand.alerted(query)


async def test_in_swahili_it_takes_swahili_words(stand: Stand) -> None:
    await _paid(stand, "UB47K2M9QX")
    await stand.says("/language sw", "Kiswahili")
    await stand.says("/history imelipwa leo", "Malipo yako: imelipwa leo", "UB47K2M9QX")
    await stand.says("/history paid", "Malipo yako: imelipwa", "UB47K2M9QX")
    page = await stand.taps("Yasiyolipwa", "Hakuna")
    assert "UB47K2M9QX" not in plain(page.text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("imelipwa mwezi", "paid month"),
        ("IMELIPWA", "paid"),
        ("HCCC/E1/2026 kesi", "HCCC/E1/2026 case"),
        ("nobody's word", "nobody's word"),
    ],
)
def test_words_of_any_language_are_read(typed: str, read: str) -> None:
    assert in_english(typed) == read


@given(some.text(max_size=60))
def test_whatever_is_typed_only_their_own_are_looked_for(text: str) -> None:
    try:
        wanted = own(read_wanted(in_english(text), utc_now()), UserId(7))
    except ValueError:
        return
    assert wanted.user_id == 7
    assert wanted.name == ""


def test_a_page_of_ones_own_is_no_page_of_the_office() -> None:
    search = new_id()
    assert pack(HistoryTap(search, None)) != pack(PageTap(search, None))
    assert parse(pack(HistoryTap(search, None))) == HistoryTap(search, None)
    assert parse(pack(NarrowTap(""))) == NarrowTap("")


def test_a_receipt_is_a_receipt_whoever_looks() -> None:
    assert own(read_wanted("ub47k2m9qx", utc_now()), UserId(7)).receipt == Receipt("UB47K2M9QX")

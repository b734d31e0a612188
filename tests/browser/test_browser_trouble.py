"""What a person sees on the demo's page when something goes wrong between the program and the world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import SEE_MS, SLOWLY_MS, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ASHA, BARAKA = 5001, 5002
BELIEVED_MS = 11_000
"""An answer sooner after the request than ten seconds is not believed yet."""


@pytest.fixture
def desk(open_desk: OpenDesk) -> Iterator[Desk]:
    desk = open_desk(BARAKA)
    yield desk
    desk.calms()


def checks(desk: Desk) -> None:
    """Press the check button, when an answer can be believed."""
    desk.page.wait_for_timeout(BELIEVED_MS)
    desk.taps("I have paid: check")


def test_a_lost_confirmation_is_found_by_the_check_button(desk: Desk) -> None:
    desk.turns("Safaricom's confirmation", "gets lost")
    desk.asks_for_prompt(2_201)
    desk.enters_pin()
    expect(desk.texts.first).to_contain_text("You paid KES 2,201", timeout=SEE_MS)
    desk.stands_at("prompted")
    checks(desk)
    desk.reads("Paid: KES 2,201")
    desk.stands_at("paid")
    desk.heard("query_paid")


def test_a_confirmation_that_comes_thrice_counts_once(desk: Desk) -> None:
    before = desk.balance_kes()
    desk.turns("Safaricom's confirmation", "comes twice")
    desk.pays(2_202)
    assert desk.balance_kes() == before - 2_202
    expect(desk.log.get_by_text("Paid: KES 2,202")).to_have_count(1)


def test_a_confirmation_that_comes_late_is_waited_for(desk: Desk) -> None:
    desk.turns("Safaricom's confirmation", "comes late")
    desk.asks_for_prompt(2_206)
    desk.enters_pin()
    expect(desk.texts.first).to_contain_text("You paid KES 2,206", timeout=SEE_MS)
    desk.stands_at("prompted")
    expect(desk.last).not_to_contain_text("Paid: KES")
    desk.reads("Paid: KES 2,206", timeout_ms=SLOWLY_MS)


def test_a_confirmation_that_comes_before_the_answer_is_believed(desk: Desk) -> None:
    desk.turns("Safaricom's confirmation", "comes too early")
    desk.orders(2_207)
    desk.taps("Pay KES")
    desk.is_prompted(2_207)
    desk.enters_pin()
    desk.reads("Paid: KES 2,207", timeout_ms=SLOWLY_MS)
    desk.stands_at("paid")


def test_a_slow_safaricom_is_told_as_sending_and_paid_in_the_end(desk: Desk) -> None:
    desk.turns("Safaricom", "is slow")
    desk.orders(2_208)
    desk.taps("Pay KES")
    desk.reads("Sending the request")
    desk.is_prompted(2_208)
    desk.enters_pin()
    desk.reads("Paid: KES 2,208", timeout_ms=SLOWLY_MS)


def test_what_happens_while_telegram_is_down_is_told_when_it_is_back(desk: Desk) -> None:
    desk.asks_for_prompt(2_204)
    desk.turns("Telegram", "is down")
    desk.enters_pin()
    desk.stands_at("paid")
    expect(desk.last).not_to_contain_text("Paid: KES")
    desk.turns("Telegram", "works")
    desk.reads("Paid: KES 2,204", timeout_ms=SLOWLY_MS)


def test_a_payment_survives_a_kill_with_9_in_its_middle(desk: Desk) -> None:
    desk.asks_for_prompt(2_205)
    desk.page.get_by_role("button", name="Kill it with -9").click()
    desk.sees_program("Down")
    desk.enters_pin()  # Nobody is there to take the callback.
    expect(desk.texts.first).to_contain_text("You paid KES 2,205", timeout=SEE_MS)
    desk.sees_program("running")
    desk.reads("Paid: KES 2,205", timeout_ms=SLOWLY_MS)
    desk.stands_at("paid")
    expect(desk.log.get_by_text("Paid: KES 2,205")).to_have_count(1)


# Last: afterwards the bot keeps away from Safaricom for a minute.
@pytest.mark.parametrize(("trouble", "amount_kes"), [("is busy", 2_209), ("is down", 2_210)])
def test_a_safaricom_that_takes_nothing_is_said_so_and_one_can_give_up(
    desk: Desk, trouble: str, amount_kes: int
) -> None:
    before = desk.balance_kes()
    desk.turns("Safaricom", trouble)
    desk.orders(amount_kes)
    desk.taps("Pay KES")
    desk.reads("We try again by ourselves", timeout_ms=SLOWLY_MS)
    desk.taps("Cancel")
    desk.closes_alert("Nothing was sent")
    desk.reads("Not paid: KES")
    assert desk.balance_kes() == before

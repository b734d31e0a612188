"""What a person sees and does when they pay on the demo's page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import SEE_MS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ASHA, BARAKA = 5001, 5002


def test_who_pays_sees_it_in_chat_on_the_phone_and_in_the_strip(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    before = desk.balance_kes()
    desk.asks_for_prompt(1_101)
    expect(desk.phone).to_contain_text("WANJIKU & OTIENO")
    expect(desk.phone).to_contain_text("HCCCE1232026")
    desk.stands_at("prompted")
    desk.enters_pin()
    desk.reads("Paid: KES 1,101")
    desk.stands_at("paid")
    desk.heard("callback_paid")
    expect(desk.texts.first).to_contain_text("You paid KES 1,101")
    assert desk.balance_kes() == before - 1_101
    receipt = re.search(r"Receipt (\w{10})", desk.texts.first.inner_text())
    assert receipt
    desk.reads(receipt[1])


def test_who_cancels_on_the_phone_can_try_again(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    desk.asks_for_prompt(1_102)
    desk.phone.get_by_role("button", name="Cancel").click()
    desk.reads("cancelled")
    desk.stands_at("unpaid")
    desk.taps("Try again")
    desk.taps("Pay KES")
    desk.is_prompted(1_102)
    desk.enters_pin()
    desk.reads("Paid: KES 1,102")


def test_who_pays_for_somebody_else_and_comes_back_is_two_taps_from_paying_the_same(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(ASHA)
    desk.orders(1_121, "HCCC/E9/2026")
    desk.taps("For somebody else")
    desk.reads("Whose fee are you paying?")
    desk.says("<b>Wairimu & Sons")
    desk.reads("On behalf of: <b>Wairimu & Sons")
    desk.taps("Pay KES")
    desk.is_prompted(1_121)
    desk.enters_pin()
    desk.reads("Paid: KES 1,121")
    desk.says("/start")
    desk.taps("Again: Case fee HCCC")
    desk.reads("On behalf of: <b>Wairimu & Sons")
    desk.taps("Pay KES")
    desk.reads("takes the same amount only once in two minutes")
    desk.taps("Cancel")
    desk.closes_alert("Nothing was sent")


def test_a_wrong_pin_is_told_and_takes_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    before = desk.balance_kes()
    desk.asks_for_prompt(1_103)
    desk.enters_pin("4321")
    desk.reads("Not paid: KES 1,103")
    expect(desk.last).to_contain_text(re.compile("PIN"))
    assert desk.balance_kes() == before


def test_a_prompt_that_is_ignored_ends_as_not_paid(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    desk.asks_for_prompt(1_104)
    desk.phone.get_by_role("button", name="Ignore it").click()
    desk.reads("Not paid: KES 1,104")
    expect(desk.phone.get_by_role("form", name=re.compile("Pay KES"))).to_be_hidden()


def test_who_has_too_little_is_told_so(open_desk: OpenDesk) -> None:
    desk = open_desk(BARAKA)
    desk.page.get_by_label("Balance in KES").fill("10")
    desk.page.get_by_role("button", name="Set").click()
    expect(desk.page.locator("#balance")).to_have_text("KES 10")
    desk.asks_for_prompt(1_105)
    desk.enters_pin()
    desk.reads("Not paid: KES 1,105")
    desk.page.get_by_label("Balance in KES").fill("20000")
    desk.page.get_by_role("button", name="Set").click()
    expect(desk.page.locator("#balance")).to_have_text("KES 20,000")


def test_a_double_tap_on_pay_asks_the_phone_once(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    before, texts = desk.balance_kes(), desk.texts.count()
    desk.orders(1_106)
    desk.taps_twice("Pay KES")
    alert = desk.page.get_by_role("dialog")
    expect(alert).to_contain_text("already on its way", timeout=SEE_MS)
    alert.get_by_role("button", name="OK").click()
    desk.is_prompted(1_106)
    desk.enters_pin()
    desk.reads("Paid: KES 1,106")
    expect(desk.phone.get_by_role("form", name=re.compile("Pay KES"))).to_be_hidden()
    expect(desk.texts).to_have_count(texts + 1)
    assert desk.balance_kes() == before - 1_106
    expect(desk.log.get_by_text("Paid: KES 1,106")).to_have_count(1)


def test_a_reload_in_the_middle_of_a_payment_loses_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    desk.asks_for_prompt(1_107)
    said = desk.log.locator("article").count()
    desk.page.reload()
    desk.is_ready()
    expect(desk.log.locator("article")).to_have_count(said)
    desk.is_prompted(1_107)
    desk.stands_at("prompted")
    desk.enters_pin()
    desk.reads("Paid: KES 1,107")


def test_two_people_pay_at_once_and_neither_sees_the_other(open_desk: OpenDesk) -> None:
    asha, baraka = open_desk(ASHA), open_desk(BARAKA)
    asha.orders(1_108)
    baraka.orders(1_109)
    asha.taps("Pay KES")
    baraka.taps("Pay KES")
    asha.is_prompted(1_108)
    baraka.is_prompted(1_109)
    baraka.enters_pin()
    asha.enters_pin()
    asha.reads("Paid: KES 1,108")
    baraka.reads("Paid: KES 1,109")
    expect(asha.log.get_by_text("1,109")).to_have_count(0)
    expect(baraka.log.get_by_text("1,108")).to_have_count(0)


def test_who_looks_elsewhere_sees_that_there_is_news(open_desk: OpenDesk) -> None:
    desk, other = open_desk(BARAKA), open_desk(ASHA)
    other.says("/help")
    expect(desk.page.get_by_role("tab", name="Asha")).to_contain_text("new", timeout=SEE_MS)
    desk.become("Asha")
    desk.reads("M-Pesa")
    expect(desk.page.get_by_role("tab", name="Asha")).not_to_contain_text("new")

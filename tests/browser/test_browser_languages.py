"""A client whose program is in Swahili pays in Swahili, and changes the language with one tap."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import SWAHILI_PERSONA, OpenDesk
from tests.browser.desk import SEE_MS
from tests.reports.readback import text_of


def test_a_client_pays_in_swahili_from_the_menu_to_the_receipt(open_desk: OpenDesk) -> None:
    desk = open_desk(SWAHILI_PERSONA, english=False)
    desk.says("/language")
    desk.reads("Niandike kwa lugha gani?")
    desk.taps("Kiswahili")
    desk.reads("Kuanzia sasa nitaandika kwa Kiswahili")
    desk.page.get_by_role("button", name="Commands").click()
    menu = desk.page.get_by_role("group", name="Command menu")
    expect(menu.get_by_role("button", name=re.compile("Lipa ada"))).to_be_visible(timeout=SEE_MS)
    desk.page.keyboard.press("Escape")
    desk.says("/pay")
    desk.taps("Ada ya kesi")
    desk.reads("nambari ya kesi")
    desk.says("ELC/E9/2026")
    desk.reads("Unalipa kiasi gani")
    desk.says("5501")
    share = desk.page.get_by_role("button", name="Tuma nambari yangu")
    check = desk.last.get_by_text("Tafadhali kagua kabla ya kulipa")
    expect(share.or_(check).first).to_be_visible(timeout=SEE_MS)
    if share.is_visible():
        share.click()
    desk.reads("Tafadhali kagua kabla ya kulipa")
    desk.taps("Lipa KES")
    desk.is_prompted(5_501)
    desk.enters_pin()
    desk.reads("Imelipwa: KES 5,501")
    desk.taps("Risiti")
    desk.reads("Risiti na.")
    receipt = text_of(desk.downloads())
    assert "RISITI" in receipt
    assert "Kiasi kilichopokelewa KES 5,501" in receipt


def test_the_language_is_changed_under_the_greeting(open_desk: OpenDesk) -> None:
    desk = open_desk(SWAHILI_PERSONA)
    desk.says("/start")
    desk.reads("welcome to")
    desk.says("/language kiswahili")
    desk.reads("nitaandika kwa Kiswahili")
    desk.says("/start")
    desk.reads("Hujambo Baraka")

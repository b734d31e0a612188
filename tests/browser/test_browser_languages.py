"""Clients pay in their own language, from the first start to the receipt, and change it with one tap."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SWAHILI_PERSONA, OpenDesk
from tests.browser.desk import SEE_MS, Desk
from tests.reports.readback import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What one does and reads from the first start to the receipt."""

    persona: int
    greeting: str
    question: str
    language: str
    chosen: str
    in_menu: str
    kind: str
    which: str
    how_much: str
    share: str
    check: str
    pay: str
    paid: str
    receipt: str
    caption: str
    on_paper: tuple[str, ...]


IN_ENGLISH = Journey(
    persona=5001,
    greeting="welcome to",
    question="Which language shall I write in?",
    language="English",
    chosen="From now on I write in English",
    in_menu="Pay a fee",
    kind="Case fee",
    which="case number",
    how_much="How much",
    share="Share my number",
    check="Please check before you pay",
    pay="Pay KES",
    paid="Paid: KES 5,501",
    receipt="Receipt",
    caption="Receipt no.",
    on_paper=("RECEIPT", "Amount received KES 5,501", "ELC/E9/2026"),
)
IN_SWAHILI = Journey(
    persona=SWAHILI_PERSONA,
    greeting="Hujambo Baraka",
    question="Niandike kwa lugha gani?",
    language="Kiswahili",
    chosen="Kuanzia sasa nitaandika kwa Kiswahili",
    in_menu="Lipa ada",
    kind="Ada ya kesi",
    which="nambari ya kesi",
    how_much="Unalipa kiasi gani",
    share="Tuma nambari yangu",
    check="Tafadhali kagua kabla ya kulipa",
    pay="Lipa KES",
    paid="Imelipwa: KES 5,501",
    receipt="Risiti",
    caption="Risiti na.",
    on_paper=("RISITI", "Kiasi kilichopokelewa KES 5,501", "ELC/E9/2026"),
)


@pytest.mark.parametrize("journey", [IN_ENGLISH, IN_SWAHILI], ids=["english", "swahili"])
def test_a_client_goes_from_the_first_start_to_the_receipt_in_their_language(
    open_desk: OpenDesk, journey: Journey
) -> None:
    desk = open_desk(journey.persona, english=False)
    desk.says("/start")
    desk.reads(journey.greeting)
    desk.says("/language")
    desk.reads(journey.question)
    desk.taps(journey.language)
    desk.reads(journey.chosen)
    desk.page.get_by_role("button", name="Commands").click()
    menu = desk.page.get_by_role("group", name="Command menu")
    expect(menu.get_by_role("button", name=re.compile(journey.in_menu))).to_be_visible(timeout=SEE_MS)
    desk.page.keyboard.press("Escape")
    pays(desk, journey)
    desk.taps(journey.receipt)
    desk.reads(journey.caption)
    paper = text_of(desk.downloads())
    assert [words for words in journey.on_paper if words not in paper] == []


def pays(desk: Desk, journey: Journey) -> None:
    """A case fee, from /pay to the word that it is paid."""
    desk.says("/pay")
    desk.taps(journey.kind)
    desk.reads(journey.which)
    desk.says("ELC/E9/2026")
    desk.reads(journey.how_much)
    desk.says("5501")
    share = desk.page.get_by_role("button", name=journey.share)
    check = desk.answers.get_by_text(journey.check)
    expect(share.or_(check).first).to_be_visible(timeout=SEE_MS)
    if share.is_visible():
        share.click()
    desk.reads(journey.check)
    desk.taps(journey.pay)
    desk.is_prompted(5_501)
    desk.enters_pin()
    desk.reads(journey.paid)


def test_the_language_is_changed_under_the_greeting(open_desk: OpenDesk) -> None:
    desk = open_desk(SWAHILI_PERSONA)
    desk.says("/start")
    desk.reads("welcome to")
    desk.says("/language kiswahili")
    desk.reads("nitaandika kwa Kiswahili")
    desk.says("/start")
    desk.reads("Hujambo Baraka")

"""The office on the demo's page: what it finds at the first start, and money that goes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import SEE_MS, SLOWLY_MS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ASHA, BARAKA, WANJIRU, OTIENO = 5001, 5002, 5101, 5102


def test_the_office_finds_what_needs_a_person_at_the_first_start(open_desk: OpenDesk) -> None:
    desk = open_desk(WANJIRU)
    expect(desk.log.get_by_text("A payment needs a person")).to_have_count(2, timeout=SLOWLY_MS)
    expect(desk.log).to_contain_text("waits to be allowed", timeout=SEE_MS)


def test_a_refund_that_the_second_admin_allows_arrives_on_the_clients_phone(open_desk: OpenDesk) -> None:
    asha, otieno = open_desk(ASHA), open_desk(OTIENO)
    before = asha.balance_kes()
    otieno.taps("Allow")
    otieno.stands_at("paid out")
    expect(asha.texts.first).to_contain_text("You received KES 2,500", timeout=SEE_MS)
    assert asha.balance_kes() == before + 2_500
    expect(asha.log.get_by_text(re.compile("Refund: KES"))).to_be_visible(timeout=SEE_MS)


def test_an_admin_cannot_allow_what_they_asked_for(open_desk: OpenDesk) -> None:
    client, asker = open_desk(BARAKA), open_desk(WANJIRU)
    client.pays(3_301)
    receipt = client.last.locator(".code").first.inner_text()
    asker.says(f"/refund {receipt} 301 paid twice")
    asker.taps("Ask for this refund")
    asker.stands_at("requested")
    expect(asker.button("Take it back")).to_be_visible(timeout=SEE_MS)
    expect(asker.last.get_by_role("button", name="Allow")).to_have_count(0)


def test_the_office_sees_three_weeks_of_takings_as_a_picture(open_desk: OpenDesk) -> None:
    desk = open_desk(OTIENO)
    desk.says("/analytics")
    desk.reads("Received: KES", timeout_ms=SLOWLY_MS)
    picture = desk.last.get_by_role("img")
    expect(picture).to_be_visible(timeout=SEE_MS)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1_000
    desk.taps("By kind")
    expect(desk.last.get_by_role("button", name="Over time")).to_be_visible(timeout=SEE_MS)


def test_a_client_finds_their_history(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    desk.says("/status")
    desk.reads("5,000")

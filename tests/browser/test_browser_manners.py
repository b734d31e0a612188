"""The demo's page for everybody: by keyboard, with a screen reader, on a narrow screen, in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import NARROW, WIDE, OpenDesk
from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ASHA, BARAKA, WANJIRU = 5001, 5002, 5101
MOST_STEPS = 60


def findings(page: Page) -> list[str]:
    """What an accessibility check finds serious or worse."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in violations
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_accessibility_check_finds_nothing_serious(
    open_desk: OpenDesk, viewport: ViewportSize, *, dark: bool
) -> None:
    desk = open_desk(WANJIRU, viewport, dark=dark)
    desk.page.emulate_media(reduced_motion="reduce")
    assert findings(desk.page) == []
    desk.page.get_by_role("button", name="Commands").click()
    assert findings(desk.page) == []
    if viewport is NARROW:
        for side in ("Phone", "Weather"):
            desk.page.get_by_role("button", name=side, exact=True).click()
            assert findings(desk.page) == []


def test_a_prompt_on_the_phone_passes_the_check_too(open_desk: OpenDesk) -> None:
    desk = open_desk(BARAKA)
    desk.page.emulate_media(reduced_motion="reduce")
    desk.asks_for_prompt(4_401)
    desk.strip.get_by_text("Every word it heard").click()
    assert findings(desk.page) == []
    desk.phone.get_by_role("button", name="Cancel").click()
    desk.reads("Not paid")


def walk_to(page: Page, label: str, key: str) -> None:
    """Press the key until what has the focus is named so."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        named = page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent; }"
        )
        if str(named).replace("\u00a0", " ").startswith(label):
            return
    raise AssertionError(f"the keyboard does not reach «{label}»")


def presses(desk: Desk, label: str) -> None:
    """From the message field back to a button of the newest message, and press it."""
    desk.page.get_by_label("Message", exact=True).focus()
    walk_to(desk.page, label, "Shift+Tab")
    desk.page.keyboard.press("Enter")


def test_one_can_pay_by_the_keyboard_alone(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA)
    keyboard = desk.page.keyboard
    walk_to(desk.page, "Message", "Tab")
    keyboard.type("/pay")
    keyboard.press("Enter")
    desk.reads("What would you like to pay for?")
    presses(desk, "Court fee")
    desk.reads("Please type")
    walk_to(desk.page, "Message", "Tab")
    keyboard.type("MCCOMMSU/E77/2026")
    keyboard.press("Enter")
    desk.reads("How much")
    keyboard.type("4402")
    keyboard.press("Enter")
    if desk.is_asked_for_number():
        presses(desk, "Share my number")
    desk.reads("Please check before you pay")
    presses(desk, "Pay KES 4,402")
    desk.is_prompted(4_402)
    walk_to(desk.page, "PIN", "Tab")
    keyboard.type("1234")
    keyboard.press("Enter")
    desk.reads("Paid: KES 4,402")


def test_on_a_narrow_screen_nothing_sticks_out_and_the_phone_is_a_tap_away(open_desk: OpenDesk) -> None:
    desk = open_desk(ASHA, NARROW)
    desk.orders(4_403)
    desk.taps("Pay KES")
    desk.page.get_by_role("button", name="Show phone").click()
    desk.is_prompted(4_403)
    assert fits(desk.page)
    desk.enters_pin()
    desk.page.get_by_role("button", name="Weather", exact=True).click()
    assert fits(desk.page)
    desk.page.get_by_role("button", name="Chat", exact=True).click()
    desk.reads("Paid: KES 4,403")
    assert fits(desk.page)


def fits(page: Page) -> bool:
    """Whether the page, and every tab of a persona, is within the screen's width."""
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    tabs = page.get_by_role("tab").all()
    boxes = [box for tab in tabs if (box := tab.bounding_box())]
    whole = all(tab.evaluate("e => e.scrollWidth <= e.clientWidth + 1") for tab in tabs)
    return whole and all(box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"] for box in boxes)


def test_the_menu_is_the_one_of_this_persona_and_a_deep_link_starts_the_bot(open_desk: OpenDesk) -> None:
    desk = open_desk(BARAKA)
    desk.page.goto(f"{desk.url}?uid={BARAKA}&start=hello")
    desk.is_ready()
    desk.page.get_by_role("button", name="Start", exact=True).click()
    expect(desk.log.locator("article.mine").last).to_contain_text("/start hello")
    desk.page.get_by_role("button", name="Commands").click()
    menu = desk.page.get_by_role("group", name="Command menu")
    expect(menu.get_by_role("button", name="/pay")).to_be_visible()
    expect(menu.get_by_role("button", name="/refund")).to_have_count(0)

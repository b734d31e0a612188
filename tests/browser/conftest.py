"""A browser and a running demo. One of each at a time, so that small machines are not overrun."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.chromium import NoBrowser, find_or_install
from tests.browser.demo_process import running_demo
from tests.browser.desk import Desk

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 360, "height": 740}
SWAHILI_PERSONA = 5002
"""Whose own program is in Swahili; most tests are about other things, and read English."""
OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return find_or_install()
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def demo_url(chromium: str) -> Iterator[str]:
    """One demo for all tests: each acts with amounts of its own."""
    del chromium  # Without a browser there is no need to start it.
    with (
        tempfile.TemporaryDirectory(prefix="legalpro-", dir="/tmp") as folder,
        running_demo(Path(folder, "demo")) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Of the module alone: as long as it lives no other test can run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_desk(browser: Browser, demo_url: str) -> Iterator[OpenDesk]:
    """Opens desks; afterwards the weather is calm, and nothing that must not happen has happened."""
    desks: list[Desk] = []

    def opened(uid: int, viewport: ViewportSize = WIDE, *, dark: bool = False, english: bool = True) -> Desk:
        context = browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light")
        desk = Desk(context.new_page(), demo_url)
        desks.append(desk)
        desk.open(uid)
        if uid == SWAHILI_PERSONA and english:
            desk.says("/language english")
            desk.reads("From now on I write in English")
        return desk

    yield opened
    wrong = [each for desk in desks for each in desk.wrong]
    for desk in desks:
        desk.page.context.close()
    assert not wrong

"""The README's pictures: `python -m tests.browser.pictures FOLDER` plays the demo and takes them.

Owns the scenes. Times are shown as in Nairobi, wherever they are taken.
"""

from __future__ import annotations

import io
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, expect, sync_playwright

from payments.nairobi import in_nairobi
from tests.browser.chromium import NoBrowser, find_or_install
from tests.browser.demo_process import running_demo
from tests.browser.desk import SEE_MS, Desk
from tests.reports.readback import picture_of

ASHA, BARAKA, WANJIRU, OTIENO = 5001, 5002, 5101, 5102
DEMO_SPAN = timedelta(weeks=3)
"""So long the demo's firm has been paid."""
COLOURS = 256
"""Enough for flat colours, and half the size."""


def take_all(browser: Browser, url: str, folder: Path) -> None:
    """Play the scenes and keep a picture of each."""
    asha = _desk(browser, url, ASHA)
    asha.says("/pay")
    asha.taps("Consultation")
    asha.taps("First consultation")
    asha.page.get_by_role("button", name="Share my number").click()
    asha.reads("Please check before you pay")
    asha.taps("Pay KES")
    asha.is_prompted(1_500)
    asha.stands_at("prompted")
    _keep(asha, folder / "client-paying.png")
    asha.enters_pin()
    asha.reads("Paid: KES 1,500")
    asha.stands_at("paid")
    _keep(asha, folder / "client-paid.png")
    receipt = asha.last.locator(".code").first.inner_text()
    asha.taps("Receipt")
    asha.reads("Receipt no.")
    _save(picture_of(asha.downloads(), scale=1.25), folder / "receipt.png")
    _refund(browser, url, receipt, folder / "refund-allowed.png")
    _figures(browser, url, folder / "figures.png")
    _board(browser, url, folder / "board.png")
    _swahili(browser, url, folder / "swahili.png")


def _swahili(browser: Browser, url: str, path: Path) -> None:
    baraka = _desk(browser, url, BARAKA)
    baraka.says("/pay")
    baraka.taps("Ushauri wa kisheria")
    baraka.taps("Ushauri wa kwanza")
    baraka.page.get_by_role("button", name="Tuma nambari yangu").click()
    baraka.reads("Tafadhali kagua kabla ya kulipa")
    baraka.taps("Lipa KES")
    baraka.is_prompted(1_500)
    baraka.enters_pin()
    baraka.reads("Imelipwa: KES 1,500")
    _keep(baraka, path)


def _refund(browser: Browser, url: str, receipt: str, path: Path) -> None:
    wanjiru, otieno = _desk(browser, url, WANJIRU), _desk(browser, url, OTIENO)
    wanjiru.says(f"/refund {receipt} 500 paid twice")
    wanjiru.taps("Ask for this refund")
    wanjiru.stands_at("requested")
    otieno.reads("Refund KES 500")
    otieno.taps("Allow")
    otieno.stands_at("paid out")
    expect(otieno.last).to_contain_text("arrived", timeout=SEE_MS)
    _keep(otieno, path)


def _figures(browser: Browser, url: str, path: Path) -> None:
    """The message alone: picture and words do not fit into the chat at once."""
    wanjiru = _desk(browser, url, WANJIRU)
    wanjiru.page.set_viewport_size({"width": 1280, "height": 1400})
    today = in_nairobi(datetime.now(UTC)).date()
    wanjiru.says(f"/analytics {today - DEMO_SPAN} {today}")
    wanjiru.reads("Received: KES")
    expect(wanjiru.last.get_by_role("img")).to_be_visible(timeout=SEE_MS)
    _keep(wanjiru, path, wanjiru.last)


def _board(browser: Browser, url: str, path: Path) -> None:
    wanjiru = _desk(browser, url, WANJIRU)
    wanjiru.says("/board")
    wanjiru.reads("so far")
    expect(wanjiru.last).to_contain_text("Paid last", timeout=SEE_MS)
    _keep(wanjiru, path, wanjiru.last)


def _desk(browser: Browser, url: str, uid: int) -> Desk:
    context = browser.new_context(
        viewport={"width": 1280, "height": 760},
        color_scheme="light",
        timezone_id="Africa/Nairobi",
        reduced_motion="reduce",
    )
    desk = Desk(context.new_page(), url)
    desk.open(uid)
    return desk


def _keep(desk: Desk, path: Path, what: Locator | None = None) -> None:
    """Wait until nothing passing is in sight, then take the picture, of one thing or of the whole page."""
    expect(desk.page.locator("#toasts p")).to_have_count(0, timeout=SEE_MS)
    with Image.open(io.BytesIO((what or desk.page).screenshot())) as picture:
        _save(picture, path)


def _save(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path} ({path.stat().st_size // 1024} kB)")


def main(folder: Path) -> int:
    """Take all pictures into `folder`; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        chromium = find_or_install()
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="legalpro-") as data,
        running_demo(Path(data, "demo")) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        take_all(browser, url, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

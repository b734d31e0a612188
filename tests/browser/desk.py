"""A person before the demo's page: what they do and what they see, by roles and labels alone."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, expect

from bot.manners import MannerLimits

SEE_MS = 20_000
SLOWLY_MS = 45_000
PIN = "1234"
FINE = {"Safaricom's confirmation": "arrives", "Safaricom": "works", "Telegram": "works"}


@dataclass(slots=True)
class Pace:
    """All tests' hands together: half of what the bot takes from one person, however fast the machine is.

    The personas are few and act in every test; in a row they would be taken for one who floods.
    """

    limits: MannerLimits = field(default_factory=MannerLimits)
    _calm_at_s: float = 0.0

    def keep(self, page: Page) -> None:
        """Before something is done: wait for as long as it would be too fast."""
        now_s, each_s = time.monotonic(), 1 / self.limits.per_second
        self._calm_at_s = max(self._calm_at_s + each_s, now_s - self.limits.burst / 2 * each_s)
        if self._calm_at_s > now_s:
            page.wait_for_timeout((self._calm_at_s - now_s) * 1_000)


PACE = Pace()


@dataclass
class Desk:
    """One browser tab on the page. Without slots: Playwright notes things on whoever owns a handler."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    """What must not have happened: console errors, and requests that left this machine."""
    _since: str = ""
    """Where in the chat the answers to what was done last may stand, as a selector."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SEE_MS)
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1" and not request.url.startswith("data:"):
            self.wrong.append(f"a request to {request.url}")

    def open(self, uid: int) -> None:
        """Go to the page as this persona."""
        self.page.goto(f"{self.url}?uid={uid}")
        self.is_ready()

    def is_ready(self) -> None:
        expect(self.page.locator("body[data-ready]")).to_be_attached(timeout=SEE_MS)

    def become(self, name: str) -> None:
        """Take another persona's place."""
        tab = self.page.get_by_role("tab", name=name)
        tab.click()
        self._since = ""
        expect(tab).to_have_attribute("aria-selected", "true", timeout=SEE_MS)
        expect(self.page.get_by_role("heading", name=f"{name}'s phone")).to_be_attached(timeout=SEE_MS)

    # The chat.

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    @property
    def answers(self) -> Locator:
        """What the bot has shown since something was done here; before that, its newest message."""
        return self.log.locator(self._since) if self._since else self.log.locator("article.theirs").last

    @property
    def last(self) -> Locator:
        return self.answers.last

    def says(self, text: str) -> None:
        PACE.keep(self.page)
        self.page.get_by_label("Message", exact=True).fill(text)
        self.page.get_by_role("button", name="Send").click()
        said = self.log.locator("article.mine").last
        expect(said).to_contain_text(text, timeout=SEE_MS)
        self._since = f"#{said.get_attribute('id')} ~ article.theirs"

    def button(self, label: str) -> Locator:
        """The newest one whose words begin so."""
        return self.log.get_by_role("button", name=re.compile(rf"^{label}")).last

    def taps(self, label: str) -> None:
        PACE.keep(self.page)
        self._looks_at(self.button(label))
        self.button(label).click()

    def taps_twice(self, label: str) -> None:
        """As a nervous hand does."""
        PACE.keep(self.page)
        self._looks_at(self.button(label))
        self.button(label).dblclick()

    def _looks_at(self, button: Locator) -> None:
        """The answer stands in the button's own message or below it; other news may come meanwhile."""
        message = button.evaluate("button => button.closest('article').id")
        self._since = f"#{message}, #{message} ~ article.theirs"

    def downloads(self) -> bytes:
        """The newest file that the bot has sent."""
        with self.page.expect_download(timeout=SEE_MS) as download:
            self.answers.locator("a.file").last.click()
        return download.value.path().read_bytes()

    def reads(self, words: str, timeout_ms: int = SEE_MS) -> None:
        """See these words in an answer of the bot."""
        expect(self.answers.filter(has_text=words).last).to_contain_text(words, timeout=timeout_ms)

    def orders(self, amount_kes: int, reference: str = "HCCC/E123/2026") -> None:
        """From /pay to the question whether all is right; the number is shared when it is asked for."""
        self.says("/pay")
        self.taps("Case fee")
        self.reads("case number")
        self.says(reference)
        self.reads("How much")
        self.says(str(amount_kes))
        if self.is_asked_for_number():
            self.page.get_by_role("button", name="Share my number").click()
        self.reads("Please check before you pay")

    def is_asked_for_number(self) -> bool:
        """Whether the bot wants to know the number; where it knows it, it goes on at once."""
        share = self.page.get_by_role("button", name="Share my number")
        check = self.answers.get_by_text("Please check before you pay")
        expect(share.or_(check).first).to_be_visible(timeout=SEE_MS)
        return share.is_visible()

    def asks_for_prompt(self, amount_kes: int) -> None:
        """Order it, pay, and wait for the phone."""
        self.orders(amount_kes)
        self.taps("Pay KES")
        self.is_prompted(amount_kes)

    def pays(self, amount_kes: int) -> None:
        """The whole way."""
        self.asks_for_prompt(amount_kes)
        self.enters_pin()
        self.reads(f"Paid: KES {amount_kes:,}")

    def closes_alert(self, words: str) -> None:
        """Read what a tap was answered with, and close it."""
        alert = self.page.get_by_role("dialog")
        expect(alert).to_contain_text(re.compile(words, re.IGNORECASE), timeout=SEE_MS)
        alert.get_by_role("button", name="OK").click()

    # The phone.

    @property
    def phone(self) -> Locator:
        return self.page.get_by_role("region", name="Phone")

    @property
    def texts(self) -> Locator:
        return self.page.get_by_role("log", name="Text messages").get_by_role("listitem")

    def is_prompted(self, amount_kes: int) -> None:
        expect(self.phone.get_by_role("form", name=f"Pay KES {amount_kes:,}?")).to_be_visible(timeout=SEE_MS)

    def enters_pin(self, pin: str = PIN) -> None:
        for digit in pin:
            self.phone.get_by_role("button", name=digit, exact=True).click()
        self.phone.get_by_role("button", name="OK").click()

    def balance_kes(self) -> int:
        return int(re.sub(r"\D", "", self.page.locator("#balance").inner_text()))

    # Behind the scenes.

    @property
    def strip(self) -> Locator:
        return self.page.get_by_role("region", name="What the program's database says")

    def stands_at(self, state: str) -> None:
        """See the strip's present station."""
        expect(self.strip.locator("[aria-current=step]")).to_have_text(state, timeout=SEE_MS)

    def heard(self, word: str) -> None:
        """See a word that the payment has heard."""
        expect(self.strip.get_by_text(word).first).to_be_attached(timeout=SEE_MS)

    def turns(self, switch: str, to: str) -> None:
        self.page.get_by_role("group", name=switch, exact=True).get_by_label(to).check()

    def calms(self) -> None:
        """All switches back."""
        for switch, fine in (
            ("Safaricom's confirmation", "arrives"),
            ("Safaricom", "works"),
            ("Telegram", "works"),
        ):
            self.turns(switch, fine)

    def sees_program(self, words: str) -> None:
        expect(self.page.locator("#program-state")).to_contain_text(words, timeout=SLOWLY_MS)

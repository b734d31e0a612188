"""The life of an accepted push: prompt, answer, result, callbacks (Daraja: STK phases).

Everything here happens after the merchant was told "accepted"; the request itself is read elsewhere.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.safaricom import nairobi, results
from sandbox.safaricom.phones import Phone, Prompt, PromptAnswer, Sms
from sandbox.safaricom.results import result
from sandbox.safaricom.scenarios import Hand
from sandbox.safaricom.shapes import callback_body

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig
    from sandbox.safaricom.events import Feed, Kind
    from sandbox.safaricom.phones import Phones
    from sandbox.safaricom.postman import Postman
    from sandbox.safaricom.records import Push
    from sandbox.safaricom.results import Result


class Life:
    """Plays pushes to their end; one instance serves all."""

    def __init__(self, config: SimulatorConfig, phones: Phones, postman: Postman, feed: Feed) -> None:
        self._config = config
        self._phones = phones
        self._postman = postman
        self._feed = feed
        self._receipts: set[str] = set()
        self.received_kes = 0
        """What the shortcode has earned."""

    async def run(self, push: Push) -> None:
        """From "accepted" to the last callback."""
        phone = self._phones.get(push.order.phone)
        try:
            outcome = await self._outcome(push, phone)
        finally:
            phone.busy = False
        if push.scenario.first_code is not None and outcome.code == results.PAID:
            self._close(push, result(push.scenario.first_code))
            await self._tell_merchant(push)
            await asyncio.sleep(self._config.late_success_s)
        self._close(push, outcome)
        await self._tell_merchant(push)

    async def _outcome(self, push: Push, phone: Phone) -> Result:
        await asyncio.sleep(self._config.prompt_delay_s)
        if push.doom:
            await asyncio.sleep(self._config.pin_delay_s)
            return push.doom
        answer = await self._ask(push, phone)
        return judge(answer, push, phone)

    async def _ask(self, push: Push, phone: Phone) -> PromptAnswer:
        """Show the prompt until it is answered or its time is up."""
        prompt = self._open(push, phone)
        timer = self._automatic_payer(push, phone, prompt)
        try:
            async with asyncio.timeout(self._config.prompt_lifetime_s):
                return await prompt.answered
        except TimeoutError:
            return PromptAnswer("ignore")
        finally:
            if timer:
                timer.cancel()
            self._shut(push, phone)

    def _open(self, push: Push, phone: Phone) -> Prompt:
        opened = nairobi.now()
        prompt = Prompt(
            business_name=self._config.business_name,
            amount_kes=push.order.amount_kes,
            account=push.order.account,
            checkout_request_id=push.checkout_request_id,
            opened_at=opened,
            closes_at=opened + timedelta(seconds=self._config.prompt_lifetime_s),
            answered=asyncio.get_running_loop().create_future(),
        )
        phone.prompt, push.state = prompt, "prompted"
        text = f"{prompt.business_name} asks for KES {prompt.amount_kes:,} for {prompt.account}."
        self._tell("prompt_opened", text, push)
        return prompt

    def _shut(self, push: Push, phone: Phone) -> None:
        phone.prompt, push.state = None, "answered"
        self._tell("prompt_closed", "The prompt is gone from the screen.", push)

    def _automatic_payer(self, push: Push, phone: Phone, prompt: Prompt) -> asyncio.TimerHandle | None:
        hand = push.scenario.hand
        if hand is Hand.PAYS and self._config.manual:
            hand = Hand.WAITS
        if hand in {Hand.WAITS, Hand.IGNORES}:
            return None
        loop = asyncio.get_running_loop()
        return loop.call_later(self._config.pin_delay_s, lambda: prompt.give(_what_it_does(hand, phone)))

    def _close(self, push: Push, outcome: Result) -> None:
        if outcome.code == results.PAID:
            self._move_money(push)
        push.result = outcome
        push.state = "paid" if outcome.code == results.PAID else "failed"
        self._tell("push_closed", f"Result {outcome.code}: {outcome.description}", push)

    def _move_money(self, push: Push) -> None:
        phone, amount = self._phones.get(push.order.phone), push.order.amount_kes
        phone.balance_kes -= amount
        self.received_kes += amount
        phone.last_paid_mono_s[amount] = time.monotonic()
        push.paid_at = nairobi.now()
        push.receipt = self.new_receipt()
        text = (
            f"You paid KES {amount:,} to {self._config.business_name} for {push.order.account}. "
            f"Receipt {push.receipt}. KES {phone.balance_kes:,} left on this line."
        )
        phone.messages.append(Sms(push.paid_at.isoformat(timespec="seconds"), text))
        self._tell("sms", text, push)

    def new_receipt(self) -> str:
        """An M-Pesa code that nothing has yet."""
        receipt = nairobi.receipt_number(nairobi.now())
        while receipt in self._receipts:
            receipt = nairobi.receipt_number(nairobi.now())
        self._receipts.add(receipt)
        return receipt

    async def _tell_merchant(self, push: Push) -> None:
        """Send the scenario's callbacks, burst after burst."""
        body = callback_body(push)
        late_s = self._config.late_s if push.scenario.late else 0.0
        await asyncio.sleep(self._config.callback_delay_s + late_s)
        for burst in push.scenario.bursts:
            copies = (self._post(push, body) for _ in range(burst))
            await asyncio.gather(*copies)

    async def _post(self, push: Push, body: object) -> None:
        await self._postman.post(push.order.callback_url, body, checkout_request_id=push.checkout_request_id)

    def _tell(self, kind: Kind, text: str, push: Push) -> None:
        self._feed.tell(kind, text, phone=push.order.phone, checkout_request_id=push.checkout_request_id)


def _what_it_does(hand: Hand, phone: Phone) -> PromptAnswer:
    if hand is Hand.CANCELS:
        return PromptAnswer("cancel")
    if hand is Hand.MISTYPES:
        return PromptAnswer("pin", "0000" if phone.pin != "0000" else "1111")
    return PromptAnswer("pin", phone.pin)


def judge(answer: PromptAnswer, push: Push, phone: Phone) -> Result:
    """The result that an answer to the prompt leads to."""
    words = push.scenario.description
    if answer.deed == "ignore":
        return result(results.EXPIRED, words)
    if answer.deed == "cancel":
        return result(results.CANCELLED, words)
    if answer.pin != phone.pin:
        return result(results.WRONG_PIN, words)
    if push.scenario.code is not None:
        return result(push.scenario.code, words)
    if phone.balance_kes < push.order.amount_kes:
        return result(results.LOW_BALANCE, words)
    return result(results.PAID, words)

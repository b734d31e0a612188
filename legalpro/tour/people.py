"""The people of the tour: what they do in chat and on their phone, told as it happens.

Owns the transcript and the waiting. Whatever a person is said to see was really shown; when it does
not come in time, the tour has failed.
"""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass

from payments.values import mask_phone
from sandbox.safaricom import DarajaSimulator
from sandbox.telegram import FakeBotApi, Message

SEE_S = 60.0
_WIDTH = 100
_PHONE_COLUMN = 58
_RECEIPT = re.compile(r"M-Pesa receipt: ([A-Z0-9]+)")


class Missing(Exception):
    """Something that was promised was not seen."""


class Narrator:
    """Writes the story: the chat on the left, the phone on the right."""

    def opening(self) -> None:
        """What this is."""
        self._write("LegalPro payments bot: a tour through the real program.")
        self._write("Safaricom and Telegram are played by the sandbox; no money moves.")
        self._write(f"{'chat':<{_PHONE_COLUMN}}phone")

    def scene(self, number: int, title: str) -> None:
        """A new chapter."""
        self._write(f"\n{f'── {number}. {title} ':─<{_WIDTH}}")

    def chat(self, who: str, text: str) -> None:
        """Something in the chat."""
        self._block(f"{who}: ", text, column=0, width=_PHONE_COLUMN - 4)

    def phone(self, who: str, text: str) -> None:
        """Something on a phone."""
        self._block(f"{who}: ", text, column=_PHONE_COLUMN, width=_WIDTH - _PHONE_COLUMN)

    def aside(self, text: str) -> None:
        """Something neither of them sees."""
        self._block("   ( ", f"{text} )", column=0, width=_WIDTH - 4)

    def failed(self, why: str) -> None:
        """The tour broke off."""
        self._write(f"\nNOT SEEN: {why}")

    def closing(self, scenes: int, took_s: float) -> None:
        """All was seen."""
        self._write(f"\nAll {scenes} scenes were seen as promised, in {took_s:.0f} seconds.")

    def _block(self, head: str, text: str, column: int, width: int) -> None:
        first = " " * column + head
        rest = " " * (column + len(head))
        lines = [line for line in text.splitlines() if line.strip()]
        for index, line in enumerate(lines or [""]):
            wrapped = textwrap.wrap(line, width - len(head)) or [""]
            for inner, piece in enumerate(wrapped):
                self._write((first if index == inner == 0 else rest) + piece)

    def _write(self, line: str) -> None:
        print(line.rstrip(), file=sys.stdout, flush=True)


@dataclass(slots=True)
class Person:
    """A client with a chat and a phone."""

    user_id: int
    name: str
    phone: str
    botapi: FakeBotApi
    simulator: DarajaSimulator
    narrator: Narrator

    async def says(self, text: str) -> None:
        """Type something in the chat."""
        self.narrator.chat(self.name, text)
        await self.botapi.says(self.user_id, text)

    async def taps(self, label: str, *, times: int = 1) -> None:
        """Press a button, once or several times at once."""
        self.narrator.chat(self.name, f"[{label}]" + (f" — {times} times, quickly" if times > 1 else ""))
        for _ in range(times):
            await self.botapi.taps(self.user_id, self._button(label))

    def _button(self, label: str) -> str:
        """The newest button whose text begins so: prices and names need not be spelt out."""
        for message in reversed(self.botapi.chat(self.user_id).messages):
            for button in message.buttons:
                if button.text.replace("\u00a0", " ").startswith(label):
                    return button.text
        raise Missing(f"{self.name} has no button that begins with «{label}»")

    async def shares_number(self) -> None:
        """Press the button that shares one's own number."""
        self.narrator.chat(self.name, f"(shares the number {mask_phone(self.phone)})")
        await self.botapi.shares_contact(self.user_id, self.phone)

    async def sees(self, words: str) -> Message:
        """Wait until the chat's last message from the bot holds these words, and tell it."""

        def shown(message: Message) -> bool:
            return message.from_bot and words in message.text.replace("\u00a0", " ")

        try:
            message = await self.botapi.wait_for(self.user_id, shown, timeout_s=SEE_S)
        except AssertionError as error:
            raise Missing(f"{self.name} did not see «{words}».\n{error}") from None
        buttons = " ".join(f"[{button.text}]" for button in message.buttons)
        self.narrator.chat("LegalPro", f"{message.text}\n{buttons}".replace("\u00a0", " "))
        return message

    async def is_prompted(self) -> None:
        """Wait until the phone asks for the PIN, and tell it."""
        try:
            prompt = await self.simulator.wait_for_prompt(self.phone, timeout_s=SEE_S)
        except TimeoutError:
            raise Missing(f"no prompt on the phone of {self.name}") from None
        self.narrator.phone(
            self.name,
            f"Pay KES {prompt.amount_kes:,} to {prompt.business_name}, account {prompt.account}. PIN?",
        )

    async def enters_pin(self, pin: str = "1234") -> None:
        """Type a PIN on the phone."""
        self.narrator.phone(self.name, f"enters {'*' * len(pin)}")
        await self.simulator.enter_pin(self.phone, pin)

    async def cancels(self) -> None:
        """Press Cancel on the phone."""
        self.narrator.phone(self.name, "presses Cancel")
        await self.simulator.cancel(self.phone)

    def receipt(self) -> str:
        """The M-Pesa receipt of the newest payment that the chat confirmed.

        Raises:
            Missing: none was confirmed.
        """
        for message in reversed(self.botapi.chat(self.user_id).messages):
            if found := _RECEIPT.search(message.text):
                return found[1]
        raise Missing(f"{self.name} has no receipt")

    def balance_kes(self) -> int:
        """What the phone's wallet holds."""
        return self.simulator.phone(self.phone).balance_kes

    def reads_sms(self) -> None:
        """Tell the newest text message on the phone."""
        messages = self.simulator.phone(self.phone).messages
        self.narrator.phone(self.name, messages[-1].text if messages else "(no message)")

    def pushes(self) -> int:
        """How many prompts this phone was ever sent."""
        return sum(1 for push in self.simulator.pushes if push.order.phone == self.phone)

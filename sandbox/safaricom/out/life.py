"""The life of a call that was taken: perhaps a notice from the queue, the money, the results.

Everything here happens after the merchant was told "accepted"; the request itself is read elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.safaricom import nairobi
from sandbox.safaricom.out.results import WORDS, no_answer_body, notice_body, result_body, status_body
from sandbox.safaricom.out.scenarios import Told
from sandbox.safaricom.phones import Sms
from sandbox.safaricom.results import Result

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig
    from sandbox.safaricom.events import Feed, Kind
    from sandbox.safaricom.life import Life
    from sandbox.safaricom.out.records import Out
    from sandbox.safaricom.out.treasury import Treasury
    from sandbox.safaricom.phones import Phones
    from sandbox.safaricom.postman import Postman
    from sandbox.safaricom.records import Ledger, Push
    from sandbox.safaricom.results import Code

LEAST_KES = 10
UNKNOWN: Code = 25


class OutLife:
    """Plays calls to their end; one instance serves all."""

    def __init__(
        self,
        *,
        config: SimulatorConfig,
        phones: Phones,
        pushes: Ledger,
        earned: Life,
        treasury: Treasury,
        postman: Postman,
        feed: Feed,
    ) -> None:
        self._config = config
        self._phones = phones
        self._pushes = pushes
        self._earned = earned
        self._treasury = treasury
        self._postman = postman
        self._feed = feed
        self._reversed: set[str] = set()

    async def run(self, out: Out) -> None:
        """From "accepted" to the last result."""
        await asyncio.sleep(self._delay_s(out))
        if out.scenario.notice:
            await self._postman.post(out.order.timeout_url, notice_body(out))
        if out.scenario.first_code is not None:
            await self._tell(out, _result(out.scenario.first_code))
            await asyncio.sleep(self._config.late_success_s)
        outcome = self._outcome(out)
        self._close(out, outcome)
        await self._tell(out, outcome)

    async def answer(self, question_id: str, conversation: str, result_url: str, out: Out | None) -> None:
        """Tell what a question for the status is told."""
        told = out.scenario.status if out else Told.UNKNOWN
        late_s = self._config.late_s if out and out.scenario.late_status else 0.0
        await asyncio.sleep(self._config.callback_delay_s + late_s)
        if told is Told.TRUTH and out:
            await self._postman.post(result_url, status_body(question_id, conversation, out))
        elif told is not Told.NOTHING:
            await self._postman.post(result_url, no_answer_body(question_id, conversation, UNKNOWN))

    def _delay_s(self, out: Out) -> float:
        return self._config.payout_delay_s if out.order.kind == "b2c" else self._config.reversal_delay_s

    # The money.

    def _outcome(self, out: Out) -> Result:
        """What really becomes of it; where the money moves, it moves here and now."""
        if out.doom:
            return out.doom
        scripted = out.scenario.code
        if scripted is not None and not out.scenario.moves:
            return _result(scripted)
        code: Code = self._pay(out) if out.order.kind == "b2c" else self._give_back(out)
        return _result(code if scripted is None else scripted)

    def _pay(self, out: Out) -> Code:
        order = out.order
        if order.amount_kes < LEAST_KES:
            return 2
        if not self._treasury.pay(order.amount_kes):
            return 1
        self._credit(out, order.phone, f"You received KES {order.amount_kes:,}.")
        return 0

    def _give_back(self, out: Out) -> Code:
        order, push = out.order, self._push_of(out.order.receipt)
        if push is None or push.order.amount_kes != order.amount_kes:
            return "R000002"
        if order.receipt in self._reversed:
            return "R000001"
        if self._earned.received_kes < order.amount_kes:
            return 1
        self._reversed.add(order.receipt)
        self._earned.received_kes -= order.amount_kes
        self._treasury.reversed_kes += order.amount_kes
        given_back = f"KES {order.amount_kes:,} of {order.receipt} was given back to you."
        self._credit(out, push.order.phone, given_back)
        return 0

    def _push_of(self, receipt: str) -> Push | None:
        return next((push for push in self._pushes if push.receipt == receipt), None)

    def _credit(self, out: Out, msisdn: str, words: str) -> None:
        phone = self._phones.get(msisdn)
        phone.balance_kes += out.order.amount_kes
        out.moved, out.receiver, out.done_at = True, msisdn, nairobi.now()
        out.mpesa_code = self._earned.new_receipt()
        text = f"{words} Receipt {out.mpesa_code}. KES {phone.balance_kes:,} on this line."
        phone.messages.append(Sms(out.done_at.isoformat(timespec="seconds"), text))
        self._say("sms", text, msisdn)

    # Telling.

    def _close(self, out: Out, outcome: Result) -> None:
        out.result = outcome
        out.state = "paid" if out.moved else "failed"
        self._say(
            "payout_closed", f"Result {outcome.code}: {outcome.description}", out.receiver or out.order.phone
        )

    async def _tell(self, out: Out, outcome: Result) -> None:
        """Send the scenario's results, burst after burst; a first failure is told once."""
        late_s = self._config.late_s if out.scenario.late else 0.0
        await asyncio.sleep(self._config.callback_delay_s + late_s)
        body = result_body(out, outcome, self._treasury)
        for burst in out.scenario.bursts:
            copies = (self._postman.post(out.order.result_url, body) for _ in range(burst))
            await asyncio.gather(*copies)

    def _say(self, kind: Kind, text: str, phone: str) -> None:
        self._feed.tell(kind, text, phone=phone)


def _result(code: Code) -> Result:
    return Result(code, WORDS[code])

"""The counter where pushes are handed in (Daraja: STK push request): accept or refuse, and how to reply."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.safaricom import envelopes, nairobi, results
from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.gate import cut_off
from sandbox.safaricom.records import Push
from sandbox.safaricom.results import result
from sandbox.safaricom.scenarios import SCENARIOS, Reply
from sandbox.safaricom.validation import read_body, read_push

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig
    from sandbox.safaricom.events import Feed
    from sandbox.safaricom.life import Life
    from sandbox.safaricom.oauth import TokenOffice
    from sandbox.safaricom.phones import Phones
    from sandbox.safaricom.records import Ledger, Order
    from sandbox.safaricom.results import Result
    from sandbox.safaricom.scenarios import Plans
    from sandbox.safaricom.tasks import Tasks

_SUCCESS = "Success. Request accepted for processing"


class PushDesk:
    """Takes push requests, and starts the life of those it accepts."""

    def __init__(
        self,
        config: SimulatorConfig,
        *,
        tokens: TokenOffice,
        phones: Phones,
        plans: Plans,
        ledger: Ledger,
        life: Life,
        tasks: Tasks,
        feed: Feed,
    ) -> None:
        self._config = config
        self._tokens = tokens
        self._phones = phones
        self._plans = plans
        self._ledger = ledger
        self._life = life
        self._tasks = tasks
        self._feed = feed

    async def take(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/stkpush/v1/processrequest`; raises RefusedError."""
        token = self._tokens.admit(request)
        order = read_push(await read_body(request), self._config)
        self._check_room(order)
        push = self._record(order, self._plans.choose(order.phone))
        if push.scenario.kills_token:
            self._tokens.expire(token)
        if push.scenario.answer and not push.scenario.queued:
            raise RefusedError(push.scenario.answer)
        lived = self._tasks.start(self._life.run(push), name=f"push {push.merchant_request_id}")
        return await self._reply(request, push, lived)

    def _check_room(self, order: Order) -> None:
        """One prompt per line at a time, and no more lives than the simulator can carry."""
        if self._phones.get(order.phone).busy:
            self._record(order, "busy_line")
            raise RefusedError("line_busy")
        if self._tasks.full:
            self._record(order, "system_busy")
            raise RefusedError("system_busy")

    def _record(self, order: Order, scenario_name: str) -> Push:
        push = Push(
            order=order,
            scenario_name=scenario_name,
            received_at=nairobi.now(),
            received_mono_s=time.monotonic(),
        )
        if SCENARIOS[scenario_name].queued:
            self._queue(push)
        else:
            push.state = "refused"
        self._ledger.add(push)
        self._feed.tell(
            "push_received",
            f"A push of KES {order.amount_kes:,} for {order.account}: {push.state}.",
            phone=order.phone,
            checkout_request_id=push.checkout_request_id,
        )
        return push

    def _queue(self, push: Push) -> None:
        """Give the push its names and take the line."""
        moment = push.received_at
        while self._ledger.find(nairobi.checkout_request_id(moment, push.order.phone)):
            moment += timedelta(milliseconds=1)
        push.checkout_request_id = nairobi.checkout_request_id(moment, push.order.phone)
        push.merchant_request_id = nairobi.request_id()
        push.doom = self._doom(push)
        self._phones.get(push.order.phone).busy = True

    def _doom(self, push: Push) -> Result | None:
        """A result that no PIN can change, found after the request was accepted."""
        order = push.order
        if order.transaction_type == "CustomerPayBillOnline" and order.party_b != order.shortcode:
            return result(results.NOT_PERMITTED)
        if order.transaction_type == "CustomerBuyGoodsOnline" and order.party_b not in self._config.tills:
            return result(results.NO_RECEIVER)
        if self._paid_just_now(order):
            return result(results.RULE_LIMITED)
        if not push.scenario.prompts and push.scenario.code is not None:
            return result(push.scenario.code)
        return None

    def _paid_just_now(self, order: Order) -> bool:
        paid = self._phones.get(order.phone).last_paid_mono_s.get(order.amount_kes)
        return paid is not None and time.monotonic() - paid < self._config.repeat_window_s

    async def _reply(self, request: web.Request, push: Push, lived: asyncio.Task[None]) -> web.StreamResponse:
        scenario = push.scenario
        if scenario.reply is Reply.NEVER:
            return cut_off(request)
        if scenario.reply is Reply.SLOW:
            await asyncio.sleep(self._config.reply_hang_s)
        if scenario.reply is Reply.AFTER_CALLBACK:
            await asyncio.wait([lived])
        if scenario.answer:
            return envelopes.answer(scenario.answer)
        return web.json_response(_accepted(push))


def _accepted(push: Push) -> dict[str, str]:
    body = {
        "MerchantRequestID": push.merchant_request_id,
        "CheckoutRequestID": push.checkout_request_id,
        "ResponseCode": "0",
        "ResponseDescription": _SUCCESS,
        "CustomerMessage": _SUCCESS,
    }
    if push.scenario.reply is Reply.HALF:
        del body["CheckoutRequestID"]
    return body

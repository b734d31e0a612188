"""The routes of an initiator's calls: who asks is looked at, what is asked is read and taken or refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.safaricom import envelopes, nairobi
from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.gate import cut_off
from sandbox.safaricom.out.records import Out, OutLedger, OutOrder
from sandbox.safaricom.out.results import WORDS, balance_body, conversation_id, no_answer_body
from sandbox.safaricom.out.scenarios import OUT_SCENARIOS, OutPlans
from sandbox.safaricom.out.validation import asked_about, check_question, read_payout, read_reversal
from sandbox.safaricom.results import Result
from sandbox.safaricom.scenarios import Reply
from sandbox.safaricom.validation import Body, read_body, text

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from sandbox.safaricom.config import SimulatorConfig
    from sandbox.safaricom.envelopes import AnswerName
    from sandbox.safaricom.events import Feed
    from sandbox.safaricom.oauth import TokenOffice
    from sandbox.safaricom.out.credential import Operator
    from sandbox.safaricom.out.life import OutLife
    from sandbox.safaricom.out.treasury import Treasury
    from sandbox.safaricom.postman import Postman
    from sandbox.safaricom.tasks import Tasks

_ACCEPTED = "Accept the service request successfully."
_CREDENTIAL_WRONG, _OPERATOR_LOCKED = 2001, 8006


class OutDesk:
    """Takes payouts, reversals and questions."""

    def __init__(
        self,
        config: SimulatorConfig,
        *,
        tokens: TokenOffice,
        plans: OutPlans,
        ledger: OutLedger,
        life: OutLife,
        operator: Operator,
        treasury: Treasury,
        postman: Postman,
        tasks: Tasks,
        feed: Feed,
    ) -> None:
        self._config = config
        self._tokens = tokens
        self._plans = plans
        self._ledger = ledger
        self._life = life
        self._operator = operator
        self._treasury = treasury
        self._postman = postman
        self._tasks = tasks
        self._feed = feed

    async def pay_v3(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/b2c/v3/paymentrequest`; raises RefusedError."""
        return await self._pay(request, v3=True)

    async def pay_v1(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/b2c/v1/paymentrequest`; raises RefusedError."""
        return await self._pay(request, v3=False)

    async def _pay(self, request: web.Request, *, v3: bool) -> web.StreamResponse:
        # Here an invalid token is told as 401, and repeated (Daraja: B2C, errors).
        self._admit(request, "invalid_token_401")
        body = await read_body(request)
        order = read_payout(body, self._config, v3=v3, made_id=nairobi.request_id())
        if self._ledger.find(order.originator_id):
            raise RefusedError("duplicate_id")
        return await self._take(request, order, body, "InitiatorName")

    async def reverse(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/reversal/v1/request`; raises RefusedError."""
        self._admit(request, "invalid_token_400")
        body = await read_body(request)
        order = read_reversal(body, self._config, made_id=nairobi.request_id())
        return await self._take(request, order, body, "Initiator")

    async def status(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/transactionstatus/v1/query`; raises RefusedError."""
        self._admit(request, "invalid_token_400")
        body = await read_body(request)
        check_question(body, "TransactionStatusQuery")
        asked = asked_about(body)
        out = self._ledger.find(asked) or self._ledger.by_code(asked)

        async def answer(question_id: str, conversation: str) -> None:
            await self._life.answer(question_id, conversation, text(body["ResultURL"]), out)

        return self._ask(body, answer)

    async def balance(self, request: web.Request) -> web.StreamResponse:
        """`POST /mpesa/accountbalance/v1/query`; raises RefusedError."""
        self._admit(request, "invalid_token_401")
        body = await read_body(request)
        check_question(body, "AccountBalance")

        async def answer(question_id: str, conversation: str) -> None:
            await asyncio.sleep(self._config.callback_delay_s)
            told = balance_body(question_id, conversation, self._treasury)
            await self._postman.post(text(body["ResultURL"]), told)

        return self._ask(body, answer)

    def _ask(self, body: Body, answer: Callable[[str, str], Coroutine[object, object, None]]) -> web.Response:
        """Take a question; whoever may not ask is told so later, as with a payout."""
        question_id, conversation = nairobi.request_id(), conversation_id()
        doom = self._doom(text(body["Initiator"]), text(body["SecurityCredential"]))

        async def refuse() -> None:
            await asyncio.sleep(self._config.callback_delay_s)
            told = no_answer_body(question_id, conversation, doom.code if doom else 0)
            await self._postman.post(text(body["ResultURL"]), told)

        work = refuse() if doom else answer(question_id, conversation)
        self._tasks.start(work, name=f"question {question_id}")
        return _accepted(conversation, question_id)

    def _admit(self, request: web.Request, refusal: AnswerName) -> None:
        try:
            self._tokens.admit(request)
        except RefusedError as refused:
            if refused.name != "invalid_token":
                raise
            token = request.headers["Authorization"].removeprefix("Bearer ")
            raise RefusedError(refusal, detail=token) from None

    async def _take(self, request: web.Request, order: OutOrder, body: Body, name: str) -> web.StreamResponse:
        out = self._record(order, text(body[name]), text(body["SecurityCredential"]))
        if out.state == "refused":
            if out.scenario.answer:
                raise RefusedError(out.scenario.answer)
            return cut_off(request)
        lived = self._tasks.start(self._life.run(out), name=f"{order.kind} {order.originator_id}")
        return await self._reply(request, out, lived)

    def _record(self, order: OutOrder, name: str, credential: str) -> Out:
        scenario_name = self._plans.choose(order.phone)
        out = Out(order=order, scenario_name=scenario_name, received_at=nairobi.now())
        if OUT_SCENARIOS[scenario_name].queued:
            out.conversation_id = conversation_id()
            out.doom = self._doom(name, credential)
        else:
            out.state = "refused"
        self._ledger.add(out)
        words = f"A {order.kind} of KES {order.amount_kes:,}: {out.state}."
        self._feed.tell("payout_received", words, phone=order.phone)
        return out

    def _doom(self, name: str, credential: str) -> Result | None:
        """Who asks is looked at only after the call was taken (Daraja: B2C, result 2001)."""
        was_locked = self._operator.locked
        if self._operator.is_who(name, credential) and not was_locked:
            return None
        code = _OPERATOR_LOCKED if was_locked else _CREDENTIAL_WRONG
        return Result(code, WORDS[code])

    async def _reply(self, request: web.Request, out: Out, lived: asyncio.Task[None]) -> web.StreamResponse:
        scenario = out.scenario
        if scenario.reply is Reply.NEVER:
            return cut_off(request)
        if scenario.reply is Reply.SLOW:
            await asyncio.sleep(self._config.reply_hang_s)
        if scenario.reply is Reply.AFTER_CALLBACK:
            await asyncio.wait([lived])
        if scenario.answer:
            return envelopes.answer(scenario.answer)
        if scenario.reply is Reply.HALF:
            return web.json_response({"ResponseCode": "0", "ResponseDescription": _ACCEPTED})
        return _accepted(out.conversation_id, out.order.originator_id)


def _accepted(conversation: str, originator_id: str) -> web.Response:
    return web.json_response(
        {
            "ConversationID": conversation,
            "OriginatorConversationID": originator_id,
            "ResponseCode": "0",
            "ResponseDescription": _ACCEPTED,
        }
    )

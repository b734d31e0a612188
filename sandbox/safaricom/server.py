"""The simulated Safaricom as one object: its web server, and everything a test may ask of it or do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aiohttp import web

from sandbox.certificate import certificate_pem
from sandbox.safaricom.config import SimulatorConfig
from sandbox.safaricom.events import EventStream, Feed
from sandbox.safaricom.gate import Gate, nothing_here, post_only
from sandbox.safaricom.life import Life
from sandbox.safaricom.oauth import TokenOffice
from sandbox.safaricom.out.credential import Operator
from sandbox.safaricom.out.desk import OutDesk
from sandbox.safaricom.out.life import OutLife
from sandbox.safaricom.out.records import Out, OutLedger
from sandbox.safaricom.out.scenarios import OutPlans
from sandbox.safaricom.out.treasury import Treasury
from sandbox.safaricom.phones import Phone, Phones, Prompt, PromptAnswer
from sandbox.safaricom.postman import Postman
from sandbox.safaricom.push import PushDesk
from sandbox.safaricom.query import QueryDesk
from sandbox.safaricom.records import Ledger, Push, SeenRequest, SentCallback
from sandbox.safaricom.scenarios import Plans
from sandbox.safaricom.switchboard import Switchboard
from sandbox.safaricom.tasks import Tasks
from sandbox.safaricom.weather import Weather

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from sandbox.safaricom.weather import DoorName

    Found = TypeVar("Found")

PATIENCE_S = 5.0
"""How long the waiting methods wait unless told otherwise."""


class DarajaSimulator:
    """Daraja on a port of its own, with phones that pay by themselves unless told otherwise.

    Start it inside a running event loop; every scenario and every switch is also reachable over HTTP
    under `/_control/`.
    """

    def __init__(self, *, config: SimulatorConfig | None = None) -> None:
        self.config = config or SimulatorConfig()
        self.feed = Feed()
        self.weather = Weather()
        self._tokens = TokenOffice(self.config)
        self._phones = Phones(balance_kes=self.config.phone_balance_kes, pin=self.config.phone_pin)
        self._plans = Plans(default="by_hand" if self.config.manual else "paid")
        self._ledger = Ledger(self.config.remembered)
        self._tasks = Tasks(most=self.config.most_lives)
        self._gate = Gate(self.weather, remembered=self.config.remembered)
        self._postman = Postman(
            self.feed, timeout_s=self.config.callback_timeout_s, remembered=self.config.remembered
        )
        self._life = Life(self.config, self._phones, self._postman, self.feed)
        self.treasury = Treasury(utility_kes=self.config.utility_kes)
        self.operator = Operator(
            self.config.initiator_name,
            self.config.initiator_password,
            most_wrong=self.config.most_wrong_passwords,
        )
        self._out_plans = OutPlans()
        self._outs = OutLedger()
        self._runner: web.AppRunner | None = None
        self._url = ""

    # Running

    @property
    def url(self) -> str:
        """The base address, `http://127.0.0.1:PORT`; raises RuntimeError before `start`."""
        if not self._url:
            raise RuntimeError("the simulator is not running")
        return self._url

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, *, door: socket.socket | None = None
    ) -> None:
        """Listen, behind `door` if one is given; port 0 takes any free one. Raises OSError if it is taken."""
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.SockSite(self._runner, door) if door else web.TCPSite(self._runner, host, port)
        await site.start()
        await self._postman.start()
        host = door.getsockname()[0] if door else host
        self._url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening and drop every push that is under way."""
        self.feed.close()
        await self._tasks.stop()
        if self._runner:
            await self._runner.cleanup()
        await self._postman.stop()

    # Looking

    @property
    def pushes(self) -> Sequence[Push]:
        """Every push whose fields were in order, oldest first, the refused ones too."""
        return tuple(self._ledger)

    @property
    def payouts(self) -> Sequence[Out]:
        """Every payout and reversal whose fields were in order, oldest first, the refused ones too."""
        return tuple(self._outs)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate with which the initiator's password is to be sealed."""
        return certificate_pem()

    @property
    def callbacks(self) -> Sequence[SentCallback]:
        """Every callback sent, oldest first."""
        return tuple(self._postman.sent)

    @property
    def requests(self) -> Sequence[SeenRequest]:
        """Every request to a Daraja route, oldest first."""
        return tuple(self._gate.seen)

    @property
    def tokens_issued(self) -> int:
        """How many access tokens were given out."""
        return self._tokens.issued

    @property
    def received_kes(self) -> int:
        """What the shortcode has earned."""
        return self._life.received_kes

    def phone(self, msisdn: str) -> Phone:
        """The phone with this number, 12 digits; its balance and PIN may be changed."""
        return self._phones.get(msisdn)

    def events(self) -> EventStream:
        """What happens from now on: `async for event in simulator.events()`."""
        return self.feed.stream()

    # Arranging

    def plan(self, scenario: str, *, phone: str | None = None, times: int = 1) -> None:
        """The next pushes (of that phone, or of any) meet the scenario; raises UnknownScenarioError."""
        self._plans.add(scenario, phone=phone, times=times)

    def plan_out(self, scenario: str, *, phone: str | None = None, times: int = 1) -> None:
        """The next payouts or reversals (to that phone, or to any) meet it; raises UnknownScenarioError.

        A reversal names no phone: only a plan for any meets it.
        """
        self._out_plans.add(scenario, phone=phone, times=times)

    def spoil(self, door: str, fault: str, *, times: int = 1) -> None:
        """The next requests at that door get this answer unread; raises UnknownFaultError."""
        self.weather.spoil(door, fault, times=times)

    def expire_tokens(self) -> None:
        """Every token given out so far is worthless from now on."""
        self._tokens.expire()

    async def send_callback(
        self, url: str, body: object, *, headers: Mapping[str, str] | None = None
    ) -> SentCallback:
        """POST anything anywhere, as a forger would; bytes go out as they are."""
        return await self._postman.post(url, body, headers=headers)

    # Acting as the one who holds the phone

    async def enter_pin(self, phone: str, pin: str, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the phone's prompt and enter a PIN; raises TimeoutError."""
        await self._answer(phone, PromptAnswer("pin", pin), timeout_s)

    async def cancel(self, phone: str, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the phone's prompt and cancel it; raises TimeoutError."""
        await self._answer(phone, PromptAnswer("cancel"), timeout_s)

    async def ignore(self, phone: str, *, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the phone's prompt and let its time run out at once; raises TimeoutError."""
        await self._answer(phone, PromptAnswer("ignore"), timeout_s)

    def answer_now(self, phone: str, answer: PromptAnswer) -> None:
        """Answer the prompt that is open now; raises NoPromptError."""
        self._phones.answer(phone, answer)

    async def _answer(self, phone: str, answer: PromptAnswer, timeout_s: float) -> None:
        prompt = await self.wait_for_prompt(phone, timeout_s=timeout_s)
        prompt.give(answer)

    # Waiting

    async def until(self, look: Callable[[], Found | None], *, timeout_s: float = PATIENCE_S) -> Found:
        """Look now and after every event until something true is found; raises TimeoutError."""
        return await self.feed.until(look, timeout_s=timeout_s)

    async def wait_for_prompt(self, phone: str, *, timeout_s: float = PATIENCE_S) -> Prompt:
        """The prompt on the phone, as soon as there is one that nobody answered; raises TimeoutError."""
        return await self.until(lambda: _unanswered(self.phone(phone)), timeout_s=timeout_s)

    async def wait_for_pushes(self, count: int = 1, *, timeout_s: float = PATIENCE_S) -> Sequence[Push]:
        """All pushes, as soon as there are so many; raises TimeoutError."""
        return await self.until(
            lambda: self.pushes if len(self.pushes) >= count else None, timeout_s=timeout_s
        )

    async def wait_for_callbacks(
        self, count: int = 1, *, timeout_s: float = PATIENCE_S
    ) -> Sequence[SentCallback]:
        """All callbacks, as soon as so many were answered or given up; raises TimeoutError."""

        def finished() -> Sequence[SentCallback] | None:
            done = [callback for callback in self.callbacks if callback.finished]
            return done if len(done) >= count else None

        return await self.until(finished, timeout_s=timeout_s)

    async def wait_for_payouts(self, count: int = 1, *, timeout_s: float = PATIENCE_S) -> Sequence[Out]:
        """All payouts and reversals, as soon as so many are closed or refused; raises TimeoutError."""

        def closed() -> Sequence[Out] | None:
            done = [out for out in self.payouts if out.state != "queued"]
            return done if len(done) >= count else None

        return await self.until(closed, timeout_s=timeout_s)

    async def wait_for_result(self, push: Push, *, timeout_s: float = PATIENCE_S) -> Push:
        """The push, as soon as it has a result (a later one may follow it); raises TimeoutError."""
        return await self.until(lambda: push if push.result else None, timeout_s=timeout_s)

    def _app(self) -> web.Application:
        pushes = PushDesk(
            self.config,
            tokens=self._tokens,
            phones=self._phones,
            plans=self._plans,
            ledger=self._ledger,
            life=self._life,
            tasks=self._tasks,
            feed=self.feed,
        )
        queries = QueryDesk(self.config, tokens=self._tokens, ledger=self._ledger)
        outs = self._out_desk()
        guard = self._gate.guard
        app = web.Application()
        app.add_subapp("/_control", Switchboard(self).app())
        app.router.add_route("*", "/oauth/v1/generate", guard("oauth", self._tokens.generate))
        app.router.add_route("*", "/mpesa/stkpush/v1/processrequest", guard("push", post_only(pushes.take)))
        app.router.add_route("*", "/mpesa/stkpushquery/v1/query", guard("query", post_only(queries.take)))
        for path, door, take in (
            ("/mpesa/b2c/v3/paymentrequest", "b2c", outs.pay_v3),
            ("/mpesa/b2c/v1/paymentrequest", "b2c", outs.pay_v1),
            ("/mpesa/reversal/v1/request", "reversal", outs.reverse),
            ("/mpesa/transactionstatus/v1/query", "status", outs.status),
            ("/mpesa/accountbalance/v1/query", "balance", outs.balance),
        ):
            app.router.add_route("*", path, guard(cast("DoorName", door), post_only(take)))
        app.router.add_route("*", "/{path:.*}", guard(None, nothing_here))
        return app

    def _out_desk(self) -> OutDesk:
        life = OutLife(
            config=self.config,
            phones=self._phones,
            pushes=self._ledger,
            earned=self._life,
            treasury=self.treasury,
            postman=self._postman,
            feed=self.feed,
        )
        return OutDesk(
            self.config,
            tokens=self._tokens,
            plans=self._out_plans,
            ledger=self._outs,
            life=life,
            operator=self.operator,
            treasury=self.treasury,
            postman=self._postman,
            tasks=self._tasks,
            feed=self.feed,
        )


def _unanswered(phone: Phone) -> Prompt | None:
    return phone.prompt if phone.prompt and not phone.prompt.answered.done() else None

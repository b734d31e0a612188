"""What the bot is made of, handed in by the wiring, and the figures of its workers.

Owns the records only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.board import BoardLimits
from bot.inbox_teller import RowReader
from bot.lanes import LaneLimits
from bot.manners import MannerLimits
from bot.messenger import MessengerLimits
from bot.minutes import Minutes
from bot.pace import PaceLimits
from bot.poller import PollLimits
from payments.admins import Admins
from payments.analytics.ports import Rollups
from payments.audit_ports import AuditLog
from payments.billing.ports import NoteBook
from payments.billing.receipts import ReceiptDesk
from payments.boards import BoardBook
from payments.briefs import BriefBook
from payments.ledger import Ledger
from payments.metering import Unmetered
from payments.nonces import Nonces
from payments.pausing import Pauses
from payments.ports import ClientBook, DeliveryBook, DraftBook, FeeBook, Meter, Now, PaymentBook, SoleRight
from payments.questions import QuestionBook
from payments.refunds.ports import BalanceBook, RefundBook, RefundDraftBook
from payments.refunds.service import RefundService
from payments.roll_keeping import RollKeeper
from payments.rulings.service import RulingService
from payments.search import PaymentSearch, SearchBook
from payments.service import PaymentService
from payments.silence import SilenceBook
from payments.timing import Timing
from payments.updates import UpdateInbox
from payments.wake import Wake
from reports.facts import Firm


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where Telegram posts updates. An empty secret: no secret header is asked for."""

    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotLimits:
    """The figures of all workers; `start_pauses_s` are the pauses between attempts to reach Telegram."""

    start_pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    drain_s: float = 10.0
    lanes: LaneLimits = field(default_factory=LaneLimits)
    poll: PollLimits = field(default_factory=PollLimits)
    messenger: MessengerLimits = field(default_factory=MessengerLimits)
    pace: PaceLimits = field(default_factory=PaceLimits)
    manners: MannerLimits = field(default_factory=MannerLimits)
    boards: BoardLimits = field(default_factory=BoardLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundParts:
    """What the bot needs where refunds are set up.

    Attributes:
        poke: rung whenever there may be something to send or to ask.
        low_float_kes: below it the office is warned that little can be paid out.
        cooling_s: how long the only admin may think again.
    """

    service: RefundService
    book: RefundBook
    drafts: RefundDraftBook
    balances: BalanceBook
    poke: Callable[[], None]
    low_float_kes: int
    cooling_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptParts:
    """What the bot needs for receipts. `firm` stands at their head; `verify_base`: see `bot.receipts`."""

    desk: ReceiptDesk
    firm: Firm
    verify_base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BotParts:
    """What the bot is made of.

    Attributes:
        api_url: root address; `/bot<token>/<method>` is appended.
        file_url: root address; `/file/bot<token>/<path>` is appended.
        admins: the office: who may do what there, and where it is told of things.
        refunds: None where they are not set up.
        wake: rung whenever a payment may have news to tell; the service's `poke` should ring it.
        all_refunds: every refund there ever was, whether they are set up now or not.
        callbacks: where callbacks that are kept aside are read.
        drawing: the right to draw the day boards.
        polling: the right to poll, which one process has at a time; not asked for with a webhook.
        webhook: None means polling.
        meter: counts what is sent.
        minutes: notes what is refused, and what the office did, for the audit trail.
    """

    token: str = field(repr=False)
    api_url: str
    file_url: str
    firm_name: str
    admins: Admins
    nonces: Nonces
    service: PaymentService
    rulings: RulingService
    questions: QuestionBook
    roll: RollKeeper
    payments: PaymentBook
    drafts: DraftBook
    clients: ClientBook
    fees: FeeBook
    notes: NoteBook
    deliveries: DeliveryBook
    updates: UpdateInbox
    receipts: ReceiptParts
    ledger: Ledger
    rollups: Rollups
    briefs: BriefBook
    silences: SilenceBook
    boards: BoardBook
    drawing: SoleRight
    pauses: Pauses
    search: PaymentSearch
    searches: SearchBook
    trail: AuditLog
    all_refunds: RefundBook
    callbacks: RowReader
    polling: SoleRight
    now: Now
    minutes: Minutes
    wake: Wake
    figures: Timing = field(default_factory=Timing)
    webhook: WebhookAddress | None = None
    limits: BotLimits = field(default_factory=BotLimits)
    meter: Meter = field(default_factory=Unmetered)
    refunds: RefundParts | None = None

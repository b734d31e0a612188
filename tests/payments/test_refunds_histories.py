"""Random histories of refunds: words lost, late, doubled and out of order, against what really happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from hypothesis import event, given, settings
from hypothesis import strategies as st

from payments.refunds.evidence import Word
from payments.refunds.lifecycle import TABLE
from payments.refunds.ports import NoRoom
from payments.refunds.progress import Hold
from payments.refunds.refund import RELEASED, Refund, RefundState
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import ASKED_ABOUT, RefundService
from payments.refunds.timing import can_be_asked_about
from payments.refunds.weigh import weigh
from payments.table import Impossible, ImpossibleEvidence
from payments.values import Receipt
from tests.payments.builders import ID, NOW, later
from tests.payments.listed import ListedAdmins
from tests.payments.refund_builders import (
    PAYOUT_FIGURES,
    S,
    W,
    a_paid_payment,
    a_refund,
    a_say,
    another,
    stepped,
)
from tests.payments.test_refunds_lifecycle import DEFINITE_NOS, NOTHING_SENT
from tests.simulation.memory import Disk, Kept, MemoryPaymentBook
from tests.simulation.memory_refunds import MemoryRefundBook

MOVED_KES = {Hold.KEEP: 0, Hold.TAKE: 500, Hold.TAKE_ANYWAY: 500, Hold.RELEASE: -500}


class Truth(Enum):
    """What really happened to the money, which only Safaricom knows."""

    PAID = auto()
    NOT_PAID = auto()
    PAID_AFTER_A_NO = auto()


@dataclass
class World:
    """A refund, the truth about it, and the words that truth can give rise to."""

    truth: Truth
    answer: Word
    trusted: bool
    refund: Refund = field(default_factory=lambda: a_refund(S.APPROVED))
    now_s: float = 0
    held_kes: int = 500
    asked: bool = False
    paid_seen: bool = False

    def say(self, kind: Word, word_id: str = "", **said: object) -> None:
        word = a_say(kind, self.now_s, id=word_id or f"{kind}:{self.now_s}", **said)
        if self.refund.heard(word.id):
            return
        weighed = weigh(self.refund, word)
        assert not isinstance(TABLE[self.refund.state][weighed], Impossible), (self.refund.state, weighed)
        step = stepped(self.refund, word)
        self.refund = step.after
        self.held_kes += MOVED_KES[step.hold]
        self._judge_step()

    def _judge_step(self) -> None:
        entry = self.refund.history[-1]
        assert self.held_kes == (0 if self.refund.state in RELEASED else 500)
        assert self.refund.holds == (self.held_kes == 500)
        if entry.after in RELEASED and entry.before not in RELEASED:
            assert entry.kind in DEFINITE_NOS or entry.before in NOTHING_SENT
        if self.paid_seen:
            assert self.refund.state is S.PAID_OUT
        self.paid_seen |= self.refund.state is S.PAID_OUT

    # What may be heard.

    def claim(self) -> None:
        self.say(W.ENGINE_CLAIMED)

    def answers(self) -> None:
        self.say(self.answer, "answer")

    def result(self, *, no: bool) -> None:
        if no and self.truth is not Truth.PAID:
            self.say(W.RESULT_FAILED, "no")
        if not no and self.truth is not Truth.NOT_PAID:
            self.say(W.RESULT_PAID, "yes", trusted=self.trusted)

    def ask(self) -> None:
        if self.refund.state in ASKED_ABOUT and can_be_asked_about(self.refund):
            self.asked = True
            self.say(W.STATUS_ASKED)

    def told(self) -> None:
        """The answer to a question, however late it comes."""
        if self.asked:
            self.say(W.STATUS_FAILED if self.truth is Truth.NOT_PAID else W.STATUS_PAID, "status")

    def told_nothing(self) -> None:
        if self.asked:
            self.say(W.STATUS_PENDING)

    def deadline(self) -> None:
        if self.refund.deadline_at and self.refund.deadline_at <= later(self.now_s):
            self.say(W.DEADLINE_PASSED)

    def rest(self) -> None:
        """What the engine does by itself until nothing is left to do."""
        while self.refund.next_at is not None:
            self.now_s = max(self.now_s + 1, (self.refund.next_at - NOW).total_seconds())
            self.deadline()
            if self.refund.next_at is not None:
                self.ask()
                self.told()


ACTIONS: dict[str, Callable[[World], None]] = {
    "answer": World.answers,
    "yes": lambda world: world.result(no=False),
    "no": lambda world: world.result(no=True),
    "unclear": lambda world: world.say(W.RESULT_UNCLEAR, "unclear"),
    "queue timeout": lambda world: world.say(W.QUEUE_TIMED_OUT, "timeout"),
    "ask": World.ask,
    "told": World.told,
    "told nothing": World.told_nothing,
    "deadline": World.deadline,
    "office says no": lambda world: world.say(W.ADMIN_REJECTED),
    "office says yes": lambda world: world.say(W.ADMIN_APPROVED),
    "claim again": World.claim,
}
histories = st.lists(
    st.tuples(st.sampled_from(sorted(ACTIONS)), st.sampled_from([0.5, 20.0, 200.0, 3_000.0])),
    max_size=14,
)
worlds = st.builds(
    World,
    truth=st.sampled_from(Truth),
    answer=st.sampled_from([W.PAYOUT_ACCEPTED, W.PAYOUT_UNCERTAIN, W.PAYOUT_SEEN_BEFORE]),
    trusted=st.booleans(),
)


def lived(world: World, actions: Sequence[tuple[str, float]]) -> World:
    world.claim()
    for action, pause_s in actions:
        world.now_s += pause_s
        ACTIONS[action](world)
    return world


@settings(max_examples=400, deadline=None)
@given(worlds, histories)
def test_i14_whatever_is_lost_late_doubled_or_reordered_the_end_is_the_truth(
    world: World, history: list[tuple[str, float]]
) -> None:
    lived(world, history)
    world.rest()
    end = world.refund.state
    event(f"{world.truth.name} ends {end}")

    assert end in {S.PAID_OUT, S.FAILED, S.REVIEW}
    if world.truth is Truth.NOT_PAID:
        assert end is not S.PAID_OUT
    if world.truth is Truth.PAID or (world.truth is Truth.PAID_AFTER_A_NO and world.refund.heard("yes")):
        assert end is S.PAID_OUT
    if end is S.PAID_OUT:
        assert world.refund.paid_out_by is not None


@settings(max_examples=200, deadline=None)
@given(st.permutations(["yes", "no", "answer", "queue timeout", "unclear", "yes", "no"]), st.booleans())
def test_f28_a_success_wins_in_whatever_order_the_words_arrive(order: list[str], trusted: bool) -> None:  # noqa: FBT001  drawn
    world = World(truth=Truth.PAID_AFTER_A_NO, answer=W.PAYOUT_ACCEPTED, trusted=trusted)
    lived(world, [(action, 20.0) for action in order]).rest()
    assert world.refund.state is S.PAID_OUT


@settings(max_examples=200, deadline=None)
@given(st.permutations(["no", "answer", "queue timeout", "unclear", "no", "claim again"]))
def test_a_no_that_nobody_contradicts_frees_the_money_in_whatever_order_the_words_arrive(
    order: list[str],
) -> None:
    world = World(truth=Truth.NOT_PAID, answer=W.PAYOUT_ACCEPTED, trusted=True)
    lived(world, [(action, 20.0) for action in order]).rest()
    assert (world.refund.state, world.held_kes) == (S.FAILED, 0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 6), histories)
def test_f26_a_payout_turned_away_and_tried_again_ends_as_one_that_went_at_once(
    turned_away: int, history: list[tuple[str, float]]
) -> None:
    world = World(truth=Truth.PAID, answer=W.PAYOUT_SEEN_BEFORE, trusted=True)
    for _ in range(turned_away):
        world.claim()
        world.now_s += 1
        world.say(W.PAYOUT_NOT_SENT)
        world.now_s += 1
    name = world.refund.originator_id
    lived(world, [*history, ("yes", 1.0)]).rest()
    assert world.refund.state is S.PAID_OUT
    assert (world.refund.attempts, world.refund.originator_id) == (turned_away, name)


# Several refunds of one payment, and anybody saying anything.

REFUNDS = tuple(
    another(f"{number:016x}", amount_kes=amount_kes)
    for number, amount_kes in enumerate((500, 700, 800, 1_500), start=1)
)
CODES = (Receipt("UB4800000A"), Receipt("UB4800000B"), None)
ANYTHING = sorted(set(Word) - {W.ADMIN_RESOLVED_PAID})
sayings = st.lists(
    st.tuples(
        st.integers(0, len(REFUNDS) - 1),
        st.sampled_from(["add", *ANYTHING]),
        st.sampled_from(CODES),
        st.booleans(),
    ),
    max_size=40,
)
A_LIKELY_LIFE = [W.ADMIN_APPROVED, W.ENGINE_CLAIMED, W.PAYOUT_ACCEPTED, W.RESULT_FAILED, W.RESULT_PAID]


@dataclass
class Books:
    """A payment of KES 1,500 with its refunds, behind the real service."""

    disk: Disk = field(default_factory=lambda: Disk(payments={ID: Kept(a_paid_payment())}))
    alarms: list[str] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        self.book = MemoryRefundBook(self.disk)
        self.service = RefundService(
            self.book,
            MemoryPaymentBook(self.disk),
            ListedAdmins([1, 2]),
            now=lambda: NOW,
            figures=PAYOUT_FIGURES,
            policy=RefundPolicy(),
            poke=lambda: None,
            alarm=lambda event, **_: self.alarms.append(event),
        )

    async def add(self, refund: Refund) -> None:
        try:
            await self.book.add(refund, ())
        except NoRoom:
            assert refund.id not in self.disk.refunds

    async def say(self, refund: Refund, kind: Word, code: Receipt | None, *, trusted: bool) -> None:
        self.turn += 1
        word = a_say(kind, self.turn, id=str(self.turn), trusted=trusted, mpesa_code=code)
        if word.amount_kes is not None:
            word = replace(word, amount_kes=refund.amount_kes)
        if refund.id in self.disk.refunds:
            with contextlib.suppress(ImpossibleEvidence):
                await self.service.record(refund.id, word)

    def judge(self, before: dict[str, RefundState]) -> None:
        payment, refunds = self.disk.payments[ID].payment, self.disk.refunds.values()
        assert payment.refund_reserved_kes == sum(each.amount_kes for each in refunds if each.holds)
        assert payment.refunded_kes == sum(each.amount_kes for each in refunds if each.state is S.PAID_OUT)
        assert 0 <= payment.refunded_kes <= payment.refund_reserved_kes <= 1_500
        codes = [each.mpesa_code for each in refunds if each.mpesa_code]
        assert len(codes) == len(set(codes))
        for each in refunds:
            assert each.holds == (each.state not in RELEASED) or each.state is S.REVIEW
            assert before.get(each.id) is not S.PAID_OUT or each.state is S.PAID_OUT


async def _tell(books: Books, history: Sequence[tuple[int, str, Receipt | None, bool]]) -> None:
    for place, what, code, trusted in history:
        before: dict[str, RefundState] = {each.id: each.state for each in books.disk.refunds.values()}
        if what == "add":
            await books.add(REFUNDS[place])
        else:
            await books.say(REFUNDS[place], Word(what), code, trusted=trusted)
        books.judge(before)


@settings(max_examples=300, deadline=None)
@given(sayings)
def test_i10_whatever_anybody_says_of_refunds_never_more_is_held_than_was_paid(
    history: list[tuple[int, str, Receipt | None, bool]],
) -> None:
    asyncio.run(_tell(Books(), history))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(REFUNDS) - 1), st.sampled_from(CODES[:2])), max_size=40))
def test_i10_refunds_that_live_their_lives_between_each_other_never_hold_more_than_was_paid(
    turns: list[tuple[int, Receipt | None]],
) -> None:
    """Each refund goes on by one likely word whenever it is its turn, a no that proves wrong included."""
    lives = {place: iter(["add", *A_LIKELY_LIFE, W.STATUS_PAID]) for place in range(len(REFUNDS))}
    history = [(place, next(lives[place], "add"), code, True) for place, code in turns]
    asyncio.run(_tell(Books(), history))


def test_money_that_a_person_found_gone_is_in_the_books_even_where_it_was_given_to_another_refund() -> None:
    books, (first, _, _, whole) = Books(), REFUNDS
    life = [(0, word, CODES[0], True) for word in ("add", *A_LIKELY_LIFE[:4])]
    asyncio.run(_tell(books, [*life, (3, "add", None, True), (0, W.RESULT_PAID, CODES[0], True)]))
    assert (books.disk.refunds[first.id].state, books.alarms) == (S.REVIEW, ["refund_without_room"])
    asyncio.run(books.say(first, W.ADMIN_RESOLVED_PAID, None, trusted=True))
    payment = books.disk.payments[ID].payment
    assert payment.refund_reserved_kes == first.amount_kes + whole.amount_kes
    assert payment.refunded_kes == first.amount_kes

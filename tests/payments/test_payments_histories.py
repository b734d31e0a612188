"""Random histories: words lost, late, doubled and out of order, against what really happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.evidence import Evidence, EvidenceKind
from payments.lifecycle import TABLE, Impossible
from payments.payment import OPEN, Payment, State
from payments.reasons import Reason
from payments.timing import can_be_asked_about
from payments.weigh import weigh
from tests.payments.builders import FIGURES, K, a_payment, a_word, later, step


class Truth(Enum):
    """What really happened to the money, which only Safaricom knows."""

    PAID = auto()
    NOT_PAID = auto()
    PAID_AFTER_A_NO = auto()


@dataclass
class World:
    """A payment, the truth about it, and the words that truth can give rise to."""

    truth: Truth
    answer: EvidenceKind
    trusted: bool
    payment: Payment = field(default_factory=lambda: a_payment(State.QUEUED))
    now_s: float = 0
    paid_seen: bool = False

    def say(self, word: Evidence) -> None:
        if self.payment.heard(word.id):
            return
        kind = weigh(self.payment, word, FIGURES)
        assert not isinstance(TABLE[self.payment.state][kind], Impossible), (self.payment.state, kind)
        self.payment = step(self.payment, word).after
        if self.paid_seen:
            assert self.payment.state is State.PAID
        self.paid_seen |= self.payment.state is State.PAID

    def claim(self) -> None:
        if self.payment.state is State.QUEUED:
            self.say(a_word(K.ENGINE_CLAIMED, self.now_s))

    def push_answer(self) -> None:
        self.say(a_word(self.answer, self.now_s, id="push"))

    def callback(self, *, no: bool) -> None:
        if no and self.truth is not Truth.PAID:
            self.say(a_word(K.CALLBACK_UNPAID, self.now_s, id="no", reason=Reason.UNREACHABLE))
        if not no and self.truth is not Truth.NOT_PAID:
            self.say(a_word(K.CALLBACK_PAID, self.now_s, id="yes", trusted=self.trusted))

    def ask(self) -> None:
        if self.payment.state is State.SENDING or not can_be_asked_about(self.payment):
            return
        kind = K.QUERY_UNPAID if self.truth is Truth.NOT_PAID else K.QUERY_PAID
        self.say(a_word(kind, self.now_s, reason=Reason.UNREACHABLE if kind is K.QUERY_UNPAID else None))

    def ask_too_early(self) -> None:
        if self.payment.state is not State.SENDING and can_be_asked_about(self.payment):
            self.say(a_word(K.QUERY_PENDING, self.now_s, id=f"pending:{self.now_s}"))

    def deadline(self) -> None:
        if self.payment.deadline_at and self.payment.deadline_at <= later(self.now_s):
            self.say(a_word(K.DEADLINE_PASSED, self.now_s))

    def rest(self) -> None:
        """What the engine does by itself until nothing is left to do."""
        while self.payment.next_at is not None:
            self.now_s = max(self.now_s + 1, (self.payment.next_at - later(0)).total_seconds())
            self.deadline()
            if self.payment.next_at is not None:
                self.ask()


ACTIONS: dict[str, Callable[[World], None]] = {
    "answer": World.push_answer,
    "yes": lambda world: world.callback(no=False),
    "no": lambda world: world.callback(no=True),
    "ask": World.ask,
    "early": World.ask_too_early,
    "deadline": World.deadline,
    "cancel": lambda world: world.say(a_word(K.PAYER_CANCELLED, world.now_s)),
    "claim again": lambda world: world.say(a_word(K.ENGINE_CLAIMED, world.now_s, id=f"c{world.now_s}")),
}

histories = st.lists(
    st.tuples(st.sampled_from(sorted(ACTIONS)), st.floats(min_value=0.1, max_value=200)), max_size=14
)
worlds = st.builds(
    World,
    truth=st.sampled_from(Truth),
    answer=st.sampled_from([K.PUSH_ACCEPTED, K.PUSH_UNCERTAIN]),
    trusted=st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(worlds, histories)
def test_whatever_is_lost_late_doubled_or_reordered_the_end_is_the_truth(
    world: World, history: list[tuple[str, float]]
) -> None:
    world.claim()
    heard_success = False
    answered = False
    for action, pause_s in history:
        world.now_s += pause_s
        if action == "answer" and answered and world.payment.state is State.PROMPTED:
            continue  # One push has one answer.
        answered |= action == "answer"
        heard_success |= action == "yes" and world.truth is not Truth.NOT_PAID
        ACTIONS[action](world)
    world.rest()

    if world.truth is Truth.NOT_PAID:
        assert world.payment.state is not State.PAID
    elif heard_success or (can_be_asked_about(world.payment) and world.payment.state in OPEN):
        assert world.payment.state is State.PAID
    if world.payment.state is State.PAID:
        assert world.payment.paid_by is not None
        assert world.payment.paid_kes == world.payment.amount_kes


@settings(max_examples=200, deadline=None)
@given(st.permutations(["yes", "no", "answer", "yes", "no"]))
def test_the_end_does_not_depend_on_the_order_in_which_the_words_arrive(order: list[str]) -> None:
    world = World(truth=Truth.PAID_AFTER_A_NO, answer=K.PUSH_ACCEPTED, trusted=True)
    world.claim()
    for action in order:
        world.now_s += 20
        ACTIONS[action](world)
    world.rest()
    assert world.payment.state is State.PAID

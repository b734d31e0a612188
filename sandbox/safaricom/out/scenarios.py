"""What can happen to money that goes out, as one literal table.

A call takes a plan made through the switchboard, one for its phone before one for any; otherwise it is paid.
This module says what happens; the life of a call and its answers are made elsewhere.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sandbox.safaricom.scenarios import Reply, UnknownScenarioError

if TYPE_CHECKING:
    from sandbox.safaricom.envelopes import AnswerName
    from sandbox.safaricom.results import Code


class Told(Enum):
    """What a question for the status is told."""

    TRUTH = "the truth"
    UNKNOWN = "that there is no such thing"
    NOTHING = "nothing at all"


class Shape(Enum):
    """How the result differs from the usual one."""

    USUAL = "not at all"
    OTHER_AMOUNT = "another amount"
    OTHER_ID = "another OriginatorConversationID"
    ONE_PARAMETER = "the parameters shrunk to the amount alone, as an object"
    CODE_AS_TEXT = "the code as text"
    LISTED_REFERENCE = "ReferenceItem as a list"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutScenario:
    """One line of the table; what is not said is the ordinary course."""

    story: str
    answer: AnswerName | None = None
    """The error given instead of the success reply."""
    queued: bool = True
    """False: the call is refused and nothing more happens."""
    reply: Reply = Reply.AT_ONCE
    code: Code | None = None
    """The result instead of the one that credential, wallet and receiver would give."""
    moves: bool = False
    """The money moves although `code` says no."""
    first_code: Code | None = None
    """A failure told first, before the real result."""
    notice: bool = False
    """The queue gives up first: a notice to the timeout address."""
    bursts: tuple[int, ...] = (1,)
    """Results sent: each number is how many at the same time; empty means none at all."""
    late: bool = False
    shape: Shape = Shape.USUAL
    status: Told = Told.TRUTH
    late_status: bool = False


def _refused(answer: AnswerName, story: str) -> OutScenario:
    return OutScenario(story=story, answer=answer, queued=False)


def _failed(code: Code, story: str) -> OutScenario:
    return OutScenario(story=story, code=code)


def _shaped(shape: Shape, story: str) -> OutScenario:
    return OutScenario(story=story, shape=shape)


OUT_SCENARIOS: dict[str, OutScenario] = {
    "paid": OutScenario(story="The money goes out; one result says so."),
    # Safaricom says no.
    "low_float": _failed(1, "Too little in the Utility account: 1."),
    "daily_limit": _failed(4, "The receiver's daily limit: 4."),
    "receiver_full": _failed(8, "The receiver's balance cap: 8."),
    "unregistered": _failed(2040, "The receiver is not registered: 2040."),
    "string_code": _failed("SFC_IC0003", "Fails with the code SFC_IC0003, which is text."),
    "credential_wrong": _failed(2001, "The initiator information is invalid: 2001."),
    "operator_locked": _failed(8006, "The operator is locked: 8006."),
    "traffic_blocked": _failed(26, "Traffic blocked: 26."),
    "internal_failure": _failed(17, "Internal failure, and no money moved: 17."),
    "internal_failure_moved": OutScenario(
        story="Internal failure, and the money moved: 17.", code=17, moves=True
    ),
    "unknown_code": _failed(7431, "Fails with a code nobody documents."),
    # The result goes astray.
    "lost": OutScenario(story="Paid; the result is never sent.", bursts=()),
    "lost_failed": OutScenario(story="Too little float; the result is never sent.", code=1, bursts=()),
    "late": OutScenario(story="Paid; the result comes much later.", late=True),
    "doubled": OutScenario(story="Paid; the result comes twice at once and once more.", bursts=(2, 1)),
    "early": OutScenario(story="Paid; the result comes before the reply.", reply=Reply.AFTER_CALLBACK),
    "success_after_failure": OutScenario(story="A result says 1; later another says paid.", first_code=1),
    "timeout_paid": OutScenario(
        story="The queue gives up; then the result says paid.", notice=True, late=True
    ),
    "timeout_failed": OutScenario(
        story="The queue gives up; then the result says 1.", notice=True, late=True, code=1
    ),
    "timeout_silence": OutScenario(
        story="The queue gives up; paid, and no result comes.", notice=True, bursts=()
    ),
    "timeout_nothing": OutScenario(
        story="The queue gives up; nothing was paid, and no result comes.", notice=True, bursts=(), code=1
    ),
    # The reply goes astray, but the call was taken.
    "reply_lost": OutScenario(story="Taken and paid; the connection closes unanswered.", reply=Reply.NEVER),
    "reply_slow": OutScenario(story="Taken and paid; the reply takes very long.", reply=Reply.SLOW),
    "reply_and_result_lost": OutScenario(
        story="Taken and paid; neither the reply nor the result arrives.", reply=Reply.NEVER, bursts=()
    ),
    "half_answer": OutScenario(story="Taken and paid; the reply has no ids.", reply=Reply.HALF),
    "error_but_sent": OutScenario(
        story="Taken and paid, though the reply is an internal error.", answer="internal_error"
    ),
    # Refused at the door.
    "not_taken": OutScenario(
        story="The connection closes, and nothing was taken.", queued=False, reply=Reply.NEVER
    ),
    "spike_arrest": _refused("gateway_spike_arrest", "HTTP 429 from the gateway."),
    "system_busy": _refused("system_busy", "HTTP 500, 500.003.02 System is busy."),
    "internal_error": _refused("internal_error", "HTTP 500, 500.003.1001, and nothing was taken."),
    "incapsula": _refused("incapsula", "HTTP 503 with the firewall's HTML page."),
    # What a question for the status is told.
    "status_unknown": OutScenario(
        story="Paid, no result; the status is not known.", bursts=(), status=Told.UNKNOWN
    ),
    "status_lost": OutScenario(
        story="Paid, no result; no status is ever told.", bursts=(), status=Told.NOTHING
    ),
    "status_late": OutScenario(story="Paid, no result; the status comes late.", bursts=(), late_status=True),
    # In another shape.
    "wrong_amount": _shaped(Shape.OTHER_AMOUNT, "Paid; the result names another amount."),
    "wrong_id": _shaped(Shape.OTHER_ID, "Paid; the result names another call."),
    "one_parameter": _shaped(Shape.ONE_PARAMETER, "Paid; one parameter, and it is no list."),
    "code_as_text": _shaped(Shape.CODE_AS_TEXT, "Paid; ResultCode is the text 0."),
    "listed_reference": _shaped(Shape.LISTED_REFERENCE, "Paid; ReferenceItem is a list."),
}


class OutPlans:
    """Decides which scenario the next call meets."""

    def __init__(self) -> None:
        # The key None holds plans for whatever comes next.
        self._queued: dict[str | None, deque[str]] = {}

    def add(self, scenario: str, *, phone: str | None, times: int) -> None:
        """The next calls (to that phone, or to any) meet the scenario; raises UnknownScenarioError."""
        if scenario not in OUT_SCENARIOS:
            raise UnknownScenarioError(scenario)
        self._queued.setdefault(phone, deque()).extend([scenario] * times)

    def choose(self, phone: str) -> str:
        """The scenario's name for this call; a plan is used up by it."""
        for key in (phone, None):
            if queue := self._queued.get(key):
                return queue.popleft()
        return "paid"

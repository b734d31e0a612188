"""What can happen to a push, as one literal table, and which push meets which line of it.

A push takes, in this order: a plan made through the switchboard (one for its phone before one for any
phone), the line its phone's last two digits stand for, or the default: it is paid, or, in manual mode,
waits for a person. In manual mode a scenario whose payer would enter the right PIN waits for one too.

    61 cancelled          71 lost                     81 reply_lost         91 balance_missing
    62 wrong_pin          72 late                     82 busy_line          92 balance_odd
    63 low_balance        73 doubled                  83 spike_arrest       93 items_shuffled
    64 unreachable        74 early                    84 system_busy        94 amount_float
    65 expired            75 success_after_failure    85 token_expired      95 phone_masked
    66 string_code        76 wrong_amount             86 incapsula          96 phone_missing
    68 unknown_code       77 query_contradicts        87 half_answer        97 code_as_text
                                                      88 pending_queries

Every other ending simply pays, Safaricom's public test number 254708374149 among them. This module says
what happens; the life of a push, the callback's shape and the answers at the door are made elsewhere.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from sandbox.safaricom import results

if TYPE_CHECKING:
    from sandbox.safaricom.envelopes import AnswerName
    from sandbox.safaricom.results import Code
    from sandbox.safaricom.shapes import ShapeName


class Hand(Enum):
    """What the one who holds the phone does with the prompt."""

    PAYS = "enters the right PIN"
    MISTYPES = "enters a wrong PIN"
    CANCELS = "cancels"
    IGNORES = "never answers"
    WAITS = "is a person"


class Reply(Enum):
    """When and how the synchronous answer of a queued push comes."""

    AT_ONCE = "at once"
    AFTER_CALLBACK = "after the callback was sent"
    NEVER = "the connection closes without an answer"
    SLOW = "after most clients gave up"
    HALF = "without a CheckoutRequestID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One line of the table; what is not said is the ordinary course."""

    story: str
    answer: AnswerName | None = None
    """The error given instead of the success reply."""
    queued: bool = True
    """False: the push is refused and nothing more happens."""
    kills_token: bool = False
    then: str | None = None
    """What the same phone's next push meets when the digits chose this scenario."""
    reply: Reply = Reply.AT_ONCE
    prompts: bool = True
    hand: Hand = Hand.PAYS
    code: Code | None = None
    """The result instead of the one the phone's PIN and balance would give."""
    first_code: Code | None = None
    """A failure told first, before the real result."""
    description: str | None = None
    bursts: tuple[int, ...] = (1,)
    """Callbacks sent: each number is how many at the same time; empty means none at all."""
    late: bool = False
    shape: ShapeName = "usual"
    query_code: Code | None = None
    """What the query claims instead of the truth."""
    queries_pend: bool = False
    pending_as: Literal["500", "4999"] | None = None


def _refused(answer: AnswerName, story: str) -> Scenario:
    return Scenario(story=story, answer=answer, queued=False)


def _shaped(shape: ShapeName, story: str) -> Scenario:
    return Scenario(story=story, shape=shape)


SCENARIOS: dict[str, Scenario] = {
    "paid": Scenario(story="The payer enters the PIN; one callback says so."),
    "by_hand": Scenario(story="The prompt waits for a person at the switchboard.", hand=Hand.WAITS),
    # The phone says no.
    "cancelled": Scenario(story="The payer cancels: 1032.", hand=Hand.CANCELS),
    "cancelled_odd_text": Scenario(
        story="Cancelled, with a description that has a technical prefix.",
        hand=Hand.CANCELS,
        description="[STK_CB - ]Request cancelled by user",
    ),
    "wrong_pin": Scenario(story="The payer enters a wrong PIN: 2001.", hand=Hand.MISTYPES),
    "low_balance": Scenario(story="Right PIN, too little money: 1.", code=results.LOW_BALANCE),
    "unreachable": Scenario(story="No prompt appears: 1037.", prompts=False, code=results.UNREACHABLE),
    "expired": Scenario(story="Nobody answers the prompt until it runs out: 1019.", hand=Hand.IGNORES),
    "string_code": Scenario(story="Fails with the code SFC_IC0003, which is text.", code=results.NO_RECEIVER),
    "unknown_code": Scenario(story="Fails with a code nobody documents.", code=results.UNDOCUMENTED),
    # The callback goes astray.
    "lost": Scenario(story="Paid; the callback is never sent.", bursts=()),
    "lost_cancelled": Scenario(story="Cancelled; the callback is never sent.", hand=Hand.CANCELS, bursts=()),
    "late": Scenario(story="Paid; the callback comes much later.", late=True),
    "doubled": Scenario(story="Paid; the callback comes twice at once and once more.", bursts=(2, 1)),
    "early": Scenario(story="Paid; the callback comes before the reply.", reply=Reply.AFTER_CALLBACK),
    "success_after_failure": Scenario(
        story="A callback says 1037; later another says paid.", first_code=results.UNREACHABLE
    ),
    "success_after_cancel": Scenario(
        story="A callback says 1032; later another says paid.", first_code=results.CANCELLED
    ),
    "wrong_amount": _shaped("wrong_amount", "Paid; the callback names another amount."),
    "query_contradicts": Scenario(
        story="Paid, the callback says so, and the query says 1032.", query_code=results.CANCELLED
    ),
    "pending_queries": Scenario(
        story="Paid, no callback; the query says 'being processed' a few times first.",
        bursts=(),
        queries_pend=True,
    ),
    "pending_4999": Scenario(
        story="The same, with HTTP 200 and ResultCode 4999 for 'being processed'.",
        bursts=(),
        queries_pend=True,
        pending_as="4999",
    ),
    # The reply goes astray, but the push is out.
    "reply_lost": Scenario(story="Queued and paid; the connection closes unanswered.", reply=Reply.NEVER),
    "reply_slow": Scenario(story="Queued and paid; the reply takes very long.", reply=Reply.SLOW),
    "half_answer": Scenario(story="Queued and paid; the reply has no CheckoutRequestID.", reply=Reply.HALF),
    "error_but_sent": Scenario(
        story="Queued and paid, though the reply is an internal error.", answer="internal_error"
    ),
    # Refused at the door.
    "busy_line": _refused("line_busy", "Refused as if a prompt were open on the phone."),
    "spike_arrest": _refused("gateway_spike_arrest", "HTTP 429 from the gateway."),
    "spike_arrest_500": _refused("spike_arrest", "HTTP 500, 500.003.02 Spike Arrest Violation."),
    "system_busy": _refused("system_busy", "HTTP 500, 500.003.02 System is busy."),
    "quota": _refused("quota", "HTTP 500, 500.003.03 Quota Violation."),
    "internal_error": _refused("internal_error", "HTTP 500, 500.003.1001, and nothing was queued."),
    "token_expired": Scenario(
        story="The token given is dead from now on: HTTP 404, 404.001.03.",
        answer="invalid_token",
        queued=False,
        kills_token=True,
        then="paid",
    ),
    "incapsula": _refused("incapsula", "HTTP 503 with the firewall's HTML page."),
    "soap_fault": _refused("soap_fault", "HTTP 500 with a SOAP fault written as JSON."),
    "empty_500": _refused("empty_500", "HTTP 500 with no body."),
    # Paid, in another shape.
    "balance_missing": _shaped("balance_missing", "Paid; no Balance item."),
    "balance_odd": _shaped("balance_odd", "Paid; Balance is a string that is not JSON."),
    "items_shuffled": _shaped("items_shuffled", "Paid; the items in another order."),
    "amount_float": _shaped("amount_float", "Paid; Amount with a decimal point."),
    "phone_masked": _shaped("phone_masked", "Paid; PhoneNumber masked with stars."),
    "phone_missing": _shaped("phone_missing", "Paid; no PhoneNumber item."),
    "code_as_text": _shaped("code_as_text", "Paid; ResultCode is the text 0."),
}

BY_LAST_DIGITS: dict[str, str] = {
    "61": "cancelled",
    "62": "wrong_pin",
    "63": "low_balance",
    "64": "unreachable",
    "65": "expired",
    "66": "string_code",
    "68": "unknown_code",
    "71": "lost",
    "72": "late",
    "73": "doubled",
    "74": "early",
    "75": "success_after_failure",
    "76": "wrong_amount",
    "77": "query_contradicts",
    "81": "reply_lost",
    "82": "busy_line",
    "83": "spike_arrest",
    "84": "system_busy",
    "85": "token_expired",
    "86": "incapsula",
    "87": "half_answer",
    "88": "pending_queries",
    "91": "balance_missing",
    "92": "balance_odd",
    "93": "items_shuffled",
    "94": "amount_float",
    "95": "phone_masked",
    "96": "phone_missing",
    "97": "code_as_text",
}


class UnknownScenarioError(LookupError):
    """A plan named a scenario that is not in the table."""


class Plans:
    """Decides which scenario the next push meets."""

    def __init__(self, *, default: str) -> None:
        self._default = default
        # The key None holds plans for whichever phone comes next.
        self._queued: dict[str | None, deque[str]] = {}
        self._followers: dict[str, str] = {}

    def add(self, scenario: str, *, phone: str | None, times: int) -> None:
        """The next pushes (of that phone, or of any) meet the scenario; raises UnknownScenarioError."""
        if scenario not in SCENARIOS:
            raise UnknownScenarioError(scenario)
        self._queued.setdefault(phone, deque()).extend([scenario] * times)

    def choose(self, phone: str) -> str:
        """The scenario's name for this push; a plan is used up by it."""
        for key in (phone, None):
            if queue := self._queued.get(key):
                return queue.popleft()
        return self._by_digits(phone)

    def _by_digits(self, phone: str) -> str:
        if follower := self._followers.pop(phone, None):
            return follower
        name = BY_LAST_DIGITS.get(phone[-2:], self._default)
        if then := SCENARIOS[name].then:
            self._followers[phone] = then
        return name

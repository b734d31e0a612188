"""Who must be told when a refund changes: one table, closed over the states.

Owns which news goes to whom. The words are `bot`'s, the sending is its messenger's.
"""

from __future__ import annotations

from payments.notices import ASKED, ODD, Audience, Notice, Topic
from payments.refunds.refund import Refund, RefundState
from payments.table import Moves, Stays

_S = RefundState

TOLD_ON_ENTRY: dict[RefundState, tuple[Audience, ...]] = {
    _S.REQUESTED: (Audience.ADMINS,),
    _S.APPROVED: (Audience.ADMINS,),
    _S.SENDING: (),
    _S.ACCEPTED: (Audience.PAYER, Audience.ADMINS),
    _S.UNCLEAR: (Audience.ADMINS,),
    _S.REVIEW: (Audience.ADMINS,),
    _S.PAID_OUT: (Audience.PAYER, Audience.ADMINS),
    _S.REJECTED: (Audience.ADMINS,),
    _S.FAILED: (Audience.ADMINS,),
}
"""The payer hears of money on its way and of money that arrived; what hinders it is the office's to mend."""

RECALLED = "recalled"
"""The payer was told that money is on its way, and it did not go."""


def on_step(
    before: Refund, after: Refund, rule: Moves[RefundState] | Stays, *, answered: bool
) -> tuple[Notice, ...]:
    """The notices due because of one step."""
    if isinstance(rule, Moves):
        return on_entry(after)
    notices = []
    if before.ask_wanted and answered:
        notices.append(_notice(after, Audience.ADMINS, ASKED))
    if rule.alert:
        notices.append(_notice(after, Audience.ADMINS, ODD))
    return tuple(notices)


def on_entry(refund: Refund) -> tuple[Notice, ...]:
    """The notices due because `refund` has just entered its state."""
    notices = [_notice(refund, audience, refund.state) for audience in TOLD_ON_ENTRY[refund.state]]
    if refund.state is _S.FAILED and any(entry.after is _S.ACCEPTED for entry in refund.history):
        notices.append(_notice(refund, Audience.PAYER, RECALLED))
    return tuple(notices)


def _notice(refund: Refund, audience: Audience, event: str) -> Notice:
    notice_id = f"refund:{refund.id}:{refund.version}:{event}:{audience}"
    return Notice(id=notice_id, topic=Topic.REFUND, subject=refund.id, audience=audience, event=event)

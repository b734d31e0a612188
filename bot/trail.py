"""/audit: what the audit trail says of a payment and of its refunds, in plain words, for the office.

Owns the command. The trail itself is `payments.audit`'s; whether it is whole is for `legalpro audit verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import office_wording as wording
from bot.gate import Gate
from bot.incoming import Said
from bot.screen import Screen
from bot.sender import Sender
from bot.trail_screens import trail_screen
from payments.admins import Deed
from payments.audit import AuditEntry, AuditKind, Unreadable
from payments.audit_ports import AuditLog
from payments.payment import Payment
from payments.ports import PaymentBook
from payments.refunds.ports import RefundBook
from payments.values import PaymentId, Receipt

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Reads the trail aloud."""

    trail: AuditLog
    payments: PaymentBook
    refunds: RefundBook
    gate: Gate
    sender: Sender

    async def command(self, said: Said) -> None:
        """Such as `/audit UB47K2M9QX`, or a payment's id."""
        if not await self.gate.admits(said.who, Deed.SEE_TRAIL):
            return
        await self.sender.send(said.who.chat_id, await self._screen((said.text or "").split()[1:]))

    async def _screen(self, words: list[str]) -> Screen:
        if len(words) != 1:
            return Screen(text=wording.AUDIT_USAGE())
        payment = await self._payment(words[0])
        if payment is None:
            return Screen(text=wording.AUDIT_NOTHING())
        refunds = await self.refunds.of_payment(payment.id)
        subjects = [payment.id, *(refund.id for refund in refunds)]
        entries = await self.trail.about(subjects, MOST_ENTRIES)
        return trail_screen(payment, entries, under_way=_is_behind(payment, entries))

    async def _payment(self, word: str) -> Payment | None:
        found = await self.payments.by_receipt(Receipt(word.upper()))
        return found or await self.payments.get(PaymentId(word.lower()))


def _is_behind(payment: Payment, entries: Sequence[AuditEntry | Unreadable]) -> bool:
    """The trail is written a moment later than the payment. An entry that cannot be read may be any."""
    steps = sum(not isinstance(entry, AuditEntry) or entry.record.kind in _STEPS for entry in entries)
    return len(entries) < MOST_ENTRIES and steps < 1 + len(payment.history)


_STEPS = frozenset({AuditKind.PAYMENT_OPENED, AuditKind.PAYMENT_MOVED, AuditKind.PAYMENT_STAYED})

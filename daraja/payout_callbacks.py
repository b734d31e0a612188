"""Safaricom's results as evidence about a refund, and as the answer to a question for the balance.

Owns the translation from a raw body. Refuses to own whether it is believed: `payments.refunds.weigh` holds it
against the refund.
"""

from __future__ import annotations

from daraja.claims import BadCallback
from daraja.result_callback import ResultCallback, check_notice, read_result
from daraja.result_codes import OutCode, Trouble, Verdict, look_up, status_verdict
from payments.inbox import InboxRow
from payments.refunds.balance import Account, BalanceAnswer
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.reasons import Obstacle
from payments.values import Receipt

__all__ = [
    "BadCallback",
    "balance_answer",
    "check_any",
    "check_result",
    "queue_notice",
    "result_evidence",
    "status_evidence",
]

OBSTACLES: dict[Trouble, Obstacle] = {trouble: Obstacle(trouble.value) for trouble in Trouble}
"""Daraja's troubles in the words of the house; importing fails when one has no word there."""

_RESULTS: dict[Verdict, Word] = {
    "paid": Word.RESULT_PAID,
    "failed": Word.RESULT_FAILED,
    "unclear": Word.RESULT_UNCLEAR,
}
_FOR_A_PERSON: dict[Trouble, Word] = {Trouble.ALREADY_REVERSED: Word.RESULT_MISMATCH}
"""What no question clears up: the money went back, nobody can tell by whose call. It is not free again."""
_STATUSES: dict[Verdict, Word] = {
    "paid": Word.STATUS_PAID,
    "failed": Word.STATUS_FAILED,
    "unclear": Word.STATUS_PENDING,
}


def check_result(raw: bytes) -> None:
    """Make sure that this body is a result in one of its many shapes.

    Raises:
        BadCallback: it is not; the reason holds nothing of the body.
    """
    read_result(raw)


def check_any(raw: bytes) -> None:
    """Make sure that this body is a JSON object at all: of notices no more is known.

    Raises:
        BadCallback: it is not.
    """
    check_notice(raw)


def result_evidence(row: InboxRow) -> RefundEvidence:
    """What the result of a payout or reversal says (Daraja: B2C v3 result, Reversal result).

    Raises:
        BadCallback: the row's bytes are no result.
    """
    said = read_result(row.raw)
    code = look_up(said.result_code)
    return RefundEvidence(
        id=f"inbox:{row.id}",
        kind=_word_of(code),
        at=row.received_at,
        trusted=row.trusted,
        originator_id=said.originator_id,
        conversation_id=said.conversation_id,
        amount_kes=said.amount_kes,
        amount_odd=said.amount_odd,
        mpesa_code=_code(said.transaction_id or said.receipt) if code.verdict == "paid" else None,
        paid_out_at=said.completed_at,
        obstacle=OBSTACLES[code.trouble] if code.trouble else None,
        code=said.result_code,
        note=_note(said),
    )


def queue_notice(row: InboxRow) -> RefundEvidence:
    """Safaricom's queue gave up (Daraja: QueueTimeOutURL): whatever it says, it proves nothing.

    Raises:
        BadCallback: the row's bytes are no JSON object.
    """
    check_notice(row.raw)
    return RefundEvidence(
        id=f"inbox:{row.id}", kind=Word.QUEUE_TIMED_OUT, at=row.received_at, trusted=row.trusted
    )


def status_evidence(row: InboxRow) -> RefundEvidence:
    """What the answer to a question for a status says (Daraja: Transaction Status, result).

    Code 0 means that the question worked; the money's fate is in another field. A question that failed, or a
    notice that nobody answered it, says nothing about the money.

    Raises:
        BadCallback: the row's bytes are no JSON object.
    """
    try:
        said = read_result(row.raw)
    except BadCallback:
        check_notice(row.raw)
        return RefundEvidence(
            id=f"inbox:{row.id}", kind=Word.STATUS_PENDING, at=row.received_at, trusted=row.trusted
        )
    answered = look_up(said.result_code).verdict == "paid"
    verdict: Verdict = status_verdict(said.status or "") if answered else "unclear"
    settled = verdict != "unclear"
    return RefundEvidence(
        id=f"inbox:{row.id}",
        kind=_STATUSES[verdict],
        at=row.received_at,
        trusted=row.trusted,
        originator_id=said.of_originator_id if settled else None,
        amount_kes=said.amount_kes if settled else None,
        amount_odd=said.amount_odd and settled,
        mpesa_code=_code(said.receipt) if verdict == "paid" else None,
        paid_out_at=said.completed_at if verdict == "paid" else None,
        code=said.result_code,
        note=" ".join(filter(None, [said.status, _note(said)])),
    )


def balance_answer(row: InboxRow) -> BalanceAnswer:
    """What the answer to a question for the balance says (Daraja: Account Balance, result).

    Raises:
        BadCallback: the row's bytes are no JSON object.
    """
    try:
        said = read_result(row.raw)
    except BadCallback:
        check_notice(row.raw)
        return BalanceAnswer(at=row.received_at, problem="Safaricom's queue gave up")
    accounts = tuple(Account(name=name, available=available) for name, available in said.accounts)
    problem = "" if accounts else f"{said.result_code} {said.result_desc}".strip()
    return BalanceAnswer(at=row.received_at, accounts=accounts, problem=problem)


def _word_of(code: OutCode) -> Word:
    odd = _FOR_A_PERSON.get(code.trouble) if code.trouble else None
    return odd or _RESULTS[code.verdict]


def _code(text: str | None) -> Receipt | None:
    return Receipt(text) if text else None


def _note(said: ResultCallback) -> str:
    odd = f" (unreadable: {', '.join(said.odd)})" if said.odd else ""
    return f"{said.result_desc}{odd}"

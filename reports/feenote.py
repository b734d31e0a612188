"""The fee note: a bill as a PDF of one A5 page, paid by scanning its code.

Owns what a fee note says; the look is the receipt's, `reports.papers.page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from payments.nairobi import NAIROBI
from payments.values import show_kes
from reports.facts import FeeNoteFacts
from reports.papers.letter import Letter, Row
from reports.wording import FEE_NOTE, FeeNoteWords, on_paper, titled
from reports.words import shillings_in_words


def fee_note_pdf(facts: FeeNoteFacts) -> bytes:
    """Draw the fee note.

    Raises:
        ValueError: for a deep link too long for a QR code.
    """
    from reports.papers.page import draw  # noqa: PLC0415  # heavy

    return draw(fee_note_letter(facts))


def fee_note_letter(facts: FeeNoteFacts) -> Letter:
    """What the fee note says, before it is drawn."""
    words = FEE_NOTE[facts.language]
    due = facts.balance_kes > 0
    return Letter(
        language=facts.language,
        dated=datetime.combine(facts.issued_on, time(), NAIROBI),
        firm=facts.firm,
        heading=words.heading,
        number=words.numbered.format(number=facts.number),
        amount_label=words.balance,
        amount=show_kes(facts.balance_kes),
        amount_words=shillings_in_words(facts.balance_kes, facts.language) if due else words.nothing_due,
        seal=words.seal_due if due else words.seal_paid,
        settled=not due,
        rows=tuple(_rows(facts, words)),
        link=facts.deep_link,
        invitation=words.invitation if due else words.settled_invitation,
        steps=words.steps,
        footnote=words.footnote,
        seed=facts.deep_link,
    )


def _rows(facts: FeeNoteFacts, words: FeeNoteWords) -> Iterator[Row]:
    yield Row(words.billed_to, facts.client or words.holder, strong=True)
    yield Row(words.fee_for, titled(facts.kind, facts.title, facts.language))
    if facts.matter:
        yield Row(words.matter, facts.matter)
    if facts.reference:
        yield Row(words.reference, facts.reference)
    yield Row(words.issued_on, on_paper(facts.issued_on, facts.language))
    yield Row(words.whole_fee, show_kes(facts.amount_kes))
    if facts.paid_kes:
        yield Row(words.paid_so_far, show_kes(facts.paid_kes))
    if facts.balance_kes and facts.due_on is not None:
        yield Row(words.due_on, on_paper(facts.due_on, facts.language), strong=True)
    if facts.balance_kes:
        yield Row(words.payment, words.in_parts if facts.part_payments else words.in_one)

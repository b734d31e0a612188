"""The receipt of one paid payment, as a PDF of one A5 page that a court clerk can check.

Owns what a receipt says. The same facts give the same bytes, so that a re-issue can be held against the
first; how the page looks is `reports.papers.letter`'s, the words are `reports.wording`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from payments.values import show_kes
from reports.facts import ReceiptFacts
from reports.papers.letter import Letter, Row
from reports.wording import RECEIPT, ReceiptWords, moment_on_paper, titled
from reports.words import shillings_in_words


def receipt_pdf(facts: ReceiptFacts) -> bytes:
    """Draw the receipt.

    Raises:
        ValueError: for a naive time, or a verify address too long for a QR code.
    """
    from reports.papers.page import draw  # noqa: PLC0415  # heavy

    return draw(receipt_letter(facts))


def receipt_letter(facts: ReceiptFacts) -> Letter:
    """What the receipt says, before it is drawn."""
    words = RECEIPT[facts.language]
    return Letter(
        language=facts.language,
        dated=facts.paid_at,
        firm=facts.firm,
        heading=words.heading,
        number=words.numbered.format(number=facts.number),
        mark=words.copy if facts.copy else "",
        amount_label=words.amount,
        amount=show_kes(facts.amount_kes),
        amount_words=shillings_in_words(facts.amount_kes, facts.language),
        seal=_seal(facts, words),
        settled=not facts.refunded_kes,
        rows=tuple(_rows(facts, words)),
        link=facts.verify_url,
        invitation=words.invitation,
        steps=words.steps,
        code_label=words.code,
        code=facts.short_code,
        footnote=words.footnote,
        seed=facts.short_code,
    )


def _rows(facts: ReceiptFacts, words: ReceiptWords) -> Iterator[Row]:
    yield Row(words.received_from, facts.client, strong=True)
    if facts.for_whom:
        yield Row(words.on_behalf_of, facts.for_whom)
    yield Row(words.paid_for, titled(facts.kind, facts.title, facts.language))
    if facts.matter:
        yield Row(words.matter, facts.matter)
    if facts.reference:
        yield Row(words.reference, facts.reference)
    yield Row(words.mpesa_receipt, facts.mpesa_receipt, strong=True)
    yield Row(words.paid_from, facts.phone_masked)
    yield Row(words.paid_at, moment_on_paper(facts.paid_at, facts.language))
    if facts.refunded_kes:
        yield Row(words.refunded, show_kes(facts.refunded_kes), strong=True)
    if facts.balance_due_kes is not None:
        owed = show_kes(facts.balance_due_kes) if facts.balance_due_kes else words.settled
        yield Row(words.balance, owed, strong=True)


def _seal(facts: ReceiptFacts, words: ReceiptWords) -> str:
    if not facts.refunded_kes:
        return words.seal_paid
    return words.seal_refunded if facts.refunded_kes >= facts.amount_kes else words.seal_part_refunded

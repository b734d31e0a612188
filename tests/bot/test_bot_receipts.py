"""A receipt on paper for what is paid, and a code by which anybody can check it."""

from __future__ import annotations

import io

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from payments.evidence import EvidenceKind
from payments.payment import Payment
from sandbox.telegram import Message
from tests.bot.bot_stand import ASHA, BARAKA, MASKED, Stand


async def paid(stand: Stand, receipt: str = "UB47K2M9QX") -> Payment:
    payment = await stand.hear_paid(await stand.prompted(), receipt)
    await stand.sees("Paid: KES\u00a01,500", receipt)
    return payment


def paper_of(stand: Stand, message: Message) -> bytes:
    assert message.document is not None
    return stand.telegram.world.files[str(message.document["file_id"])].content


def text_of(paper: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def link_on(paper: bytes) -> str:
    page = pypdfium2.PdfDocument(paper)[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    return found.text


async def given(stand: Stand, *expected: str, after: int) -> Message:
    return await stand.answered(after, *expected)


async def test_a_paid_payment_gives_its_receipt_at_a_tap(stand: Stand) -> None:
    await paid(stand)
    after = stand.last_id()
    await stand.telegram.taps(ASHA, "Receipt (PDF)")
    message = await given(stand, "Receipt no. 000001: KES\u00a01,500", after=after)
    assert message.document is not None
    assert message.document["file_name"] == "receipt-000001.pdf"
    text = text_of(paper_of(stand, message))
    for words in ("Wanjiku & Partners", "Kimathi Street", "UB47K2M9QX", MASKED, "Asha"):
        assert words in text
    assert "COPY" not in text


async def test_the_same_receipt_given_out_again_is_marked_as_a_copy_under_the_same_number(
    stand: Stand,
) -> None:
    await paid(stand)
    first = await stand.says("/receipt", "Receipt no. 000001")
    again = await stand.says("/receipt ub47k2m9qx", "Receipt no. 000001", "copy")
    assert "COPY" not in text_of(paper_of(stand, first))
    assert "COPY" in text_of(paper_of(stand, again))


async def test_the_qr_on_the_paper_leads_to_a_code_that_is_genuine(stand: Stand) -> None:
    await paid(stand)
    message = await stand.says("/receipt", "Receipt no. 000001")
    link = link_on(paper_of(stand, message))
    assert link.startswith("https://pay.firm.example/verify/1-")
    code = link.rpartition("/")[2]
    await stand.says(f"/verify {code.lower()}", "Genuine: receipt no. 1", "KES\u00a01,500", "A.", user=BARAKA)
    spaced = f"{code[:4]} {code[4:]}"
    told = await stand.says(f"/verify {spaced}", "Genuine", user=BARAKA)
    assert MASKED not in told.text
    assert "Asha" not in told.text


async def test_a_made_up_code_is_said_to_be_none(stand: Stand) -> None:
    await paid(stand)
    await stand.says("/receipt", "Receipt no. 000001")
    for code in ("1-000000000000", "nonsense", "<b>_*[", "1" * 300):
        await stand.says(f"/verify {code}", "no code of ours")
    await stand.says("/verify", "type the code behind /verify")


async def test_what_is_not_paid_or_not_ones_own_has_no_receipt(stand: Stand) -> None:
    await stand.says("/receipt", "There is no paid payment")
    payment = await stand.prompted()
    await stand.says("/receipt", "There is no paid payment")
    await stand.hear_paid(payment)
    await stand.sees("Paid: KES\u00a01,500")
    await stand.says("/receipt UB47K2M9QX", "There is no paid payment", user=BARAKA)
    await stand.says("/receipt NOSUCH", "There is no paid payment")


async def test_what_was_paid_without_a_receipt_number_has_a_receipt_that_says_so(stand: Stand) -> None:
    payment = await stand.prompted()
    await stand.hear(payment, EvidenceKind.QUERY_PAID)
    await stand.sees("Paid: KES\u00a01,500")
    message = await stand.says("/receipt", "Receipt no. 000001")
    assert "see the M-Pesa SMS" in text_of(paper_of(stand, message))

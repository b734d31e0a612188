"""Fee notes in chat: one link opens one, all or a part is paid, never too much, and only by its client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.bill_order import BadBill, read_bill
from bot.rich import plain
from payments.audit import AuditKind
from payments.billing.note import FeeNote, NoteState
from payments.client import Client
from payments.nairobi import in_nairobi
from payments.values import ChatId, Phone, UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, K, Stand, standing, utc_now
from tests.bot.bot_watch import Noted

NB = "\u00a0"
BILL = "/bill 45000 case HCCC/E123/2026 Filing and first hearing"


@dataclass(slots=True)
class Desk:
    stand: Stand
    noted: Noted

    async def written(self, order: str = BILL) -> str:
        """The office writes it; the word that its link gives to /start."""
        told = await self.stand.says(order, "is written", user=ADMIN)
        found = re.search(r"https://t\.me/practice_fees_bot\?start=(bill_[\w-]{22})", plain(told.text))
        assert found is not None
        return found[1]

    async def note(self) -> FeeNote:
        """The newest one, read afresh."""
        notes = await self.stand.store.notes._many({}, [("seq", -1)], 1)
        return notes[0]

    async def knows_phone(self, user: int = ASHA) -> None:
        await self.stand.store.clients.seen(
            Client(
                user_id=UserId(user),
                chat_id=ChatId(user),
                first_name="Asha",
                seen_at=utc_now(),
                phone=Phone("254712345678"),
            )
        )

    async def opens(self, word: str, *expected: str, user: int = ASHA) -> str:
        return plain((await self.stand.says(f"/start {word}", *expected, user=user)).text)


@pytest_asyncio.fixture
async def desk(mongod_uri: str, database_name: str) -> AsyncIterator[Desk]:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch()) as stand:
        yield Desk(stand, noted)


async def test_one_link_opens_a_bill_and_two_taps_pay_it_with_a_number_that_is_known(desk: Desk) -> None:
    await desk.knows_phone()
    word = await desk.written()
    shown = await desk.opens(word, "Fee note FN-1 of Wanjiku & Partners")
    assert "Filing and first hearing\nMatter: HCCC/E123/2026" in shown
    assert f"Due: KES{NB}45,000" in shown
    await desk.stand.taps(f"Pay KES{NB}45,000", "Please check before you pay", "HCCC/E123/2026")
    await desk.stand.taps(f"Pay KES{NB}45,000", "Sending the request")
    payment = (await desk.stand.payments())[0]
    assert (payment.amount_kes, payment.note_id, payment.reference) == (
        45_000,
        (await desk.note()).id,
        "HCCC/E123/2026",
    )
    assert (await desk.note()).held_kes == 45_000


async def test_the_office_gets_a_paper_with_the_same_link(desk: Desk) -> None:
    word = await desk.written(f"{BILL} by {in_nairobi(utc_now()).date() + timedelta(days=30)} parts")
    paper = await desk.stand.sees("Fee note FN-1: KES", user=ADMIN)
    assert paper.document is not None
    assert paper.document["file_name"] == "fee-note-FN-1.pdf"
    await desk.stand.all_told()
    assert [event.kind for event in desk.noted.events] == [AuditKind.BILL_WRITTEN]
    looked = await desk.opens(word, "is written", user=ADMIN)  # The office looks and becomes nobody's client.
    assert "Due: KES" in looked
    assert (await desk.note()).client is None


async def test_a_part_is_paid_and_the_rest_stays_due(desk: Desk) -> None:
    await desk.knows_phone()
    word = await desk.written(f"{BILL} parts")
    await desk.opens(word, "Due:")
    await desk.stand.taps("Pay a part", "How much are you paying")
    await desk.stand.says("45001", f"That is more than is due: KES{NB}45,000.")
    await desk.stand.says("10000", "Please check before you pay")
    await desk.stand.taps(f"Pay KES{NB}10,000", "Sending the request")
    payment = (await desk.stand.payments())[0]
    await desk.stand.hear(payment, K.ENGINE_CLAIMED)
    payment = await desk.stand.payment(payment.id)
    await desk.stand.hear_paid(payment)
    shown = plain((await desk.stand.says("/matters", "Fee note FN-1")).text)
    assert f"Paid so far: KES{NB}10,000" in shown
    assert f"Due: KES{NB}35,000" in shown


async def test_a_bill_without_parts_is_paid_in_one_go(desk: Desk) -> None:
    word = await desk.written()
    message = await desk.stand.says(f"/start {word}", "Due:")
    assert [button.text for button in message.buttons] == [f"Pay KES{NB}45,000"]


async def test_part_payments_of_two_phones_at_once_never_exceed_it(desk: Desk) -> None:
    word = await desk.written(f"{BILL} parts")
    await desk.opens(word, "Due:")
    note = await desk.note()
    await desk.knows_phone()
    await desk.stand.taps("Pay a part", "How much are you paying")
    await desk.stand.says("30000", "Please check before you pay")
    draft = await desk.stand.store.drafts.of_chat(ChatId(ASHA))
    assert draft is not None
    twins = [replace(draft, id=type(draft.id)(f"{number:016x}")) for number in range(1, 7)]
    opened = await asyncio.gather(*(desk.stand.service.open(twin) for twin in twins), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in opened) == 1
    query = await desk.stand.telegram.taps(ASHA, f"Pay KES{NB}30,000")
    await desk.stand.telegram.wait_for_answer(query)
    await desk.stand.sees(f"That is more than is due: KES{NB}15,000.")
    kept = await desk.stand.store.notes.get(note.id)
    assert kept is not None
    assert (kept.held_kes, kept.paid_kes) == (30_000, 0)


async def test_what_was_tried_in_vain_is_tried_again_on_the_same_bill(desk: Desk) -> None:
    await desk.knows_phone()
    word = await desk.written()
    await desk.opens(word, "Due:")
    await desk.stand.taps(f"Pay KES{NB}45,000", "Please check before you pay")
    await desk.stand.taps(f"Pay KES{NB}45,000", "Sending the request")
    payment = (await desk.stand.payments())[0]
    await desk.stand.hear(payment, K.ENGINE_CLAIMED)
    await desk.stand.hear_unpaid(await desk.stand.payment(payment.id))
    await desk.stand.sees("Not paid")
    assert (await desk.note()).held_kes == 0
    await desk.stand.taps("Try again", "Please check before you pay")
    await desk.stand.taps(f"Pay KES{NB}45,000", "Sending the request")
    again = (await desk.stand.payments())[0]
    assert (again.retry_of, again.note_id) == (payment.id, payment.note_id)
    assert (await desk.note()).held_kes == 45_000


async def test_somebody_elses_bill_shows_nothing_and_its_buttons_do_nothing(desk: Desk) -> None:
    word = await desk.written()
    shown = await desk.stand.says(f"/start {word}", "Due:")
    refused = await desk.opens(word, "somebody else's", user=BARAKA)
    assert "45,000" not in refused
    assert "HCCC" not in refused
    theirs = await desk.stand.says("/help", "/pay", user=BARAKA)
    note = await desk.note()
    for action in ("all", "part", "withdraw", "sure", "keep"):
        query = await desk.stand.telegram.sends_callback(
            BARAKA, f"n:{note.id}:{action}", message_id=theirs.message_id
        )
        assert await desk.stand.alerted(query)
    assert shown.buttons
    assert (await desk.note()).state is NoteState.OPEN
    refusals = {AuditKind.BUTTON_REFUSED, AuditKind.COMMAND_REFUSED}
    assert sum(event.kind in refusals for event in desk.noted.events) == 5
    assert await desk.stand.payments(BARAKA) == []


async def test_a_bill_for_one_person_is_that_persons_alone(desk: Desk) -> None:
    word = await desk.written(f"{BILL} for {BARAKA}")
    await desk.opens(word, "somebody else's")
    await desk.opens(word, "Due:", user=BARAKA)
    assert (await desk.note()).client == UserId(BARAKA)


@pytest.mark.parametrize("word", ["bill_", "bill_AAAAAAAAAAAAAAAAAAAAAA", "bill_<b>_*[", 'bill_{"$ne":null}'])
async def test_a_made_up_link_opens_nothing(desk: Desk, word: str) -> None:
    await desk.written()
    await desk.opens(word, "This link opens nothing")


async def test_what_the_office_withdraws_nobody_can_pay_any_more_by_an_old_button_either(desk: Desk) -> None:
    word = await desk.written()
    await desk.opens(word, "Due:")
    await desk.stand.taps("Withdraw", "Withdraw FN-1?", user=ADMIN)
    await desk.stand.taps("Keep it", "is written", user=ADMIN)
    await desk.stand.taps("Withdraw", "Withdraw FN-1?", user=ADMIN)
    await desk.stand.taps("Yes, withdraw it", "FN-1 is withdrawn", user=ADMIN)
    await desk.stand.taps(f"Pay KES{NB}45,000", "withdrawn this fee note")
    assert await desk.stand.payments() == []
    await desk.stand.says("/matters", "no open fee notes")
    await desk.stand.says("/bills", "There are no open fee notes", user=ADMIN)
    await desk.stand.all_told()
    assert [event.kind for event in desk.noted.events] == [AuditKind.BILL_WRITTEN, AuditKind.BILL_WITHDRAWN]


async def test_the_office_lists_what_is_due(desk: Desk) -> None:
    day = in_nairobi(utc_now()).date() + timedelta(days=10)
    await desk.written(f"{BILL} by {day} for {BARAKA}")
    await desk.written("/bill 300,000 court HCCC/E9/2026 parts")
    shown = plain((await desk.stand.says("/bills", "Open fee notes", user=ADMIN)).text)
    assert f"FN-1 · KES{NB}45,000 of KES{NB}45,000 due by {day.day} " in shown
    assert f"FN-2 · KES{NB}300,000 of KES{NB}300,000 due · HCCC/E9/2026" in shown
    await desk.stand.taps("FN-2", "M-Pesa takes at most", "Court fee", user=ADMIN)


async def test_a_name_with_markup_is_shown_as_it_is(desk: Desk) -> None:
    word = await desk.written("/bill 100 document A<b>_*[ <i>Deed</i> & co")
    await desk.stand.says(f"/start {word}", "Matter: A<b>_*[", "<i>Deed</i> & co")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "for example"),
        ("45000", "for example"),
        ("45000 house HCCC/1 Title", "for example"),
        ("much case HCCC/1 Title", "could not read that as an amount"),
        ("0 case HCCC/1 Title", "smallest amount"),
        ("60000000 case HCCC/1 Title", "KES 50,000,000 at most"),
        ("10.50 case HCCC/1 Title", "whole shillings"),
        ("100 case /// Title", "needs some letters or figures"),
        (f"100 case HCCC/1 {'long ' * 20}", "for example"),
        ("100 case HCCC/1 Title by tomorrow", "for example"),
        ("100 case HCCC/1 Title by 2020-01-01", "That day is over"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_explained_and_writes_nothing(
    desk: Desk, words: str, answer: str
) -> None:
    await desk.stand.says(f"/bill {words}", answer, user=ADMIN)
    assert list(await desk.stand.store.notes.open_notes(5)) == []


def test_what_stands_at_the_end_may_come_in_any_order_and_words_of_a_title_stay() -> None:
    one = read_bill("/bill 100 case A1 Paid for by parts by 2026-12-15 parts for 77")
    two = read_bill("/bill 100 case A1 Paid for by parts for 77 by 2026-12-15 parts")
    assert (one.due_on, one.client, one.in_parts) == (two.due_on, two.client, two.in_parts)
    with pytest.raises(BadBill):
        read_bill("/bill 100 case A1 Paid for by nobody")
    assert read_bill("/bill 100 court A1").title == "Court fee"

"""Two clients and three roles of the office try whatever there is: each does what is theirs alone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.assembly import build_bot
from payments.audit import AuditKind
from payments.payment import Payment, State
from payments.refunds.rules import RefundPolicy
from payments.values import CheckoutId, UserId
from tests.bot.bot_stand import ADMIN, ASHA, BARAKA, K, Stand, standing
from tests.bot.bot_watch import Noted
from tests.bot.refund_stand import Clock, refund_parts, refund_service

CASHIER, AUDITOR = 901, 902
PEOPLE = (ASHA, BARAKA, ADMIN, CASHIER, AUDITOR)
CLIENTS = (ASHA, BARAKA)
SECRET = {ASHA: "ASHAS/E77/2026", BARAKA: "BARAKAS/E88/2026"}
PHONES = {ASHA: "0712345678", BARAKA: "0110000222"}
RECEIPTS = {ASHA: "UB47K2M9A", BARAKA: "UB47K2M9B"}
FILES_FOR_CLIENTS = ("receipt-", "my-data", "fee-note-")
TEXTS = (
    "/pay",
    "/status",
    "/history",
    "/receipt {receipt}",
    "/mydata",
    "/matters",
    "/payments",
    "/payments {receipt}",
    "/refund {receipt} 100 paid twice",
    "/refunds",
    "/resolve {waits} unpaid not on the statement",
    "/bill 500 case {secret} Drafting",
    "/bills",
    "/maintenance on",
    "/maintenance off",
    "/fees price intro {price}",
    "/audit {receipt}",
    "/analytics today",
    "/export today csv",
    "/board",
    "1500",
    "hello",
)
_REFUSALS = {AuditKind.COMMAND_REFUSED, AuditKind.BUTTON_REFUSED}
UPWARDS = f"/admins add {BARAKA} owner"
"""What an owner may do and the others must not; done by an owner it would end the game."""

ASKED, ALLOWED, RULED, BILLED, PRICED, ENROLLED, PAUSED = (
    "refunds asked for",
    "refunds allowed",
    "rulings",
    "bills",
    "fees",
    "the roll",
    "maintenance",
)
_CASHIERS: set[int | str] = {*CLIENTS, ASKED, RULED, BILLED, PAUSED}
MAY_CHANGE: Mapping[int, set[int | str]] = {
    ASHA: {ASHA},
    BARAKA: {BARAKA},
    AUDITOR: set(),
    CASHIER: _CASHIERS,
    ADMIN: _CASHIERS | {ALLOWED, PRICED, ENROLLED},
}
"""Whose payments, and what of the office's, may be other after an act of theirs."""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody writes something about a client, or presses a button that somebody was shown.

    Attributes:
        place: which button; those of the newest message first.
    """

    by: int
    about: int
    text: str = ""
    place: int = 0


@dataclass(slots=True)
class Tally:
    """What happened in all games together: without either, nothing was put to the test."""

    changed: set[int | str] = field(default_factory=set)
    refused: int = 0
    games: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


@st.composite
def scripts(draw: st.DrawFn) -> list[Act]:
    """Everybody writes everything, in any order, and presses what they are shown; somebody else does, too."""
    person, place = st.sampled_from(PEOPLE), st.integers(0, 2)
    script = []
    for by, text in draw(st.permutations([*product(PEOPLE, (*TEXTS, UPWARDS))])):
        script += [
            Act(by, draw(st.sampled_from(CLIENTS)), text),
            *(Act(by, by, place=place) for place in draw(st.lists(place, max_size=2))),
            Act(draw(person), by, place=draw(place)),
        ]
    return script


def test_i18_i19_two_clients_and_three_roles_at_random_never_see_or_do_what_is_not_theirs(
    mongod_uri: str, database_name: str
) -> None:
    tally = Tally()

    @settings(
        max_examples=2,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(scripts())
    def at_random(script: list[Act]) -> None:
        asyncio.run(_play(mongod_uri, database_name, script, tally))

    at_random()
    assert tally.refused > 0
    assert tally.changed >= {*CLIENTS, ASKED, RULED, BILLED, PRICED, PAUSED}


async def _play(uri: str, database_name: str, script: Sequence[Act], tally: Tally) -> None:
    noted, game = Noted(), next(tally.games)
    async with _everybody(uri, f"{database_name}_{game}", noted) as stand:
        for act in script:
            if act.text == UPWARDS and act.by == ADMIN:
                continue
            before = await _domains(stand)
            await _do(stand, act)
            after = await _domains(stand)
            changed = {name for name, holds in after.items() if holds != before[name]}
            assert changed <= MAY_CHANGE[act.by], (act, changed)
            tally.changed |= changed
        for client, other in (CLIENTS, CLIENTS[::-1]):
            _sees_only_their_own(stand, client, other)
        tally.refused += sum(event.kind in _REFUSALS for event in noted.events)
        await stand.store.payments._shelf.rows.database.client.drop_database(f"{database_name}_{game}")


@asynccontextmanager
async def _everybody(uri: str, database_name: str, noted: Noted) -> AsyncIterator[Stand]:
    """Each client has paid one fee and has another under review; the office has one of each role."""
    async with standing(uri, database_name, change=noted.watch(), started=False) as stand:
        stand.telegram.person(CASHIER, "Otieno")
        stand.telegram.person(AUDITOR, "Naliaka")
        service = refund_service(stand, stand.parts.admins, Clock(), RefundPolicy())
        stand.parts = replace(stand.parts, refunds=refund_parts(stand, service, lambda: None))
        stand.bot = build_bot(stand.parts)
        await stand.start()
        for person, role in ((CASHIER, "cashier"), (AUDITOR, "auditor")):
            await stand.says("/start", "Hello", user=person)
            await stand.says(f"/admins add {person} {role}", f"is {role}", user=ADMIN)
        for client in CLIENTS:
            await _has_paid_and_waits(stand, client)
        await stand.all_told()
        yield stand


async def _has_paid_and_waits(stand: Stand, client: int) -> None:
    payment = await _asked_for(stand, client, 1_500)
    await stand.hear_paid(payment, f"{RECEIPTS[client]}0")
    await stand.sees("Paid:", user=client)
    payment = await _asked_for(stand, client, 1_600)
    await stand.hear(payment, K.DEADLINE_PASSED)
    assert (await stand.hear(payment, K.DEADLINE_PASSED)).state is State.REVIEW


async def _asked_for(stand: Stand, client: int, amount_kes: int) -> Payment:
    """A case fee of their own matter, with its prompt on their phone."""
    await stand.says("/pay", "What would you like", user=client)
    await stand.taps("Case fee", "case number", user=client)
    await stand.says(SECRET[client], "How much", user=client)
    known = await stand.knows_number(client)
    await stand.says(f"{amount_kes}", "Please check" if known else "Which M-Pesa", user=client)
    if not known:
        await stand.says(PHONES[client], "Please check", user=client)
    await stand.taps(f"Pay KES\u00a0{amount_kes:,}", "Sending the request", user=client)
    (payment,) = await stand.service.open_payments(UserId(client))
    await stand.hear(payment, K.ENGINE_CLAIMED)
    accepted = await stand.hear(payment, K.PUSH_ACCEPTED, checkout_id=CheckoutId(f"ws_CO_{payment.id}"))
    await stand.sees("Check your phone", user=client)
    return accepted


async def _do(stand: Stand, act: Act) -> None:
    """A button is pressed where it was shown; whoever never saw it sends what it holds all the same."""
    if act.text:
        await stand.telegram.says(act.by, await _filled_in(stand, act))
    else:
        newest_first = reversed(stand.shown(act.about))
        shown = [(message, button.data) for message in newest_first for button in message.buttons]
        if not shown:
            return
        message, data = shown[act.place % len(shown)]
        assert data is not None
        under = message if act.by == act.about else stand.shown(act.by)[-1]
        await stand.telegram.sends_callback(act.by, data, message_id=under.message_id)
    await stand.all_worked()


async def _filled_in(stand: Stand, act: Act) -> str:
    waits = next(each.id for each in await stand.payments(act.about) if each.receipt is None)
    return act.text.format(
        receipt=f"{RECEIPTS[act.about]}0", secret=SECRET[act.about], waits=waits, price=act.by
    )


async def _domains(stand: Stand) -> dict[int | str, object]:
    """All that an act could change, apart."""
    store = stand.store
    refunds = [
        refund
        for client in CLIENTS
        for each in await stand.payments(client)
        for refund in await store.refunds.of_payment(each.id)
    ]
    rulings = await store.rulings._shelf.rows.find({}, {"state": True}).sort("_id").to_list()
    return {
        **{client: [_known_of(each) for each in await stand.payments(client)] for client in CLIENTS},
        ASKED: sorted(refund.id for refund in refunds),
        ALLOWED: sorted(refund.id for refund in refunds if refund.approved_by is not None),
        RULED: rulings,
        BILLED: [note.id for note in await store.notes.open_notes(50)],
        PRICED: await store.fees.everything(),
        ENROLLED: await store.roll.present(),
        PAUSED: await store.pauses.present(),
    }


def _known_of(payment: Payment) -> Payment:
    """Without when Safaricom is asked about it: whoever may look may have that looked up."""
    return replace(payment, version=0, next_at=None, ask_wanted=False, asked_at=None)


def _sees_only_their_own(stand: Stand, client: int, other: int) -> None:
    shown = stand.shown(client)
    seen = "\n".join(message.text for message in shown)
    assert SECRET[other] not in seen
    assert RECEIPTS[other] not in seen
    assert f"{PHONES[other][:4]}***" not in seen
    files = [str(message.document["file_name"]) for message in shown if message.document]
    assert all(name.startswith(FILES_FOR_CLIENTS) for name in files)
    assert not [message for message in shown if message.photo]

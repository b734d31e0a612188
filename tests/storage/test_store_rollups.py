"""The figures: every event counts once, on its day in Nairobi, and the sums are those of the record."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from payments.analytics.bookkeeping import Bookkeeper, BookkeeperLimits
from payments.analytics.figures import Takings
from payments.catalogue import FeeKind
from payments.evidence import EvidenceKind
from payments.invariants import Finding, offended
from payments.nairobi import NAIROBI
from payments.payment import Payment, State
from payments.periods import Period
from payments.reasons import Reason
from payments.refunds.evidence import Word
from payments.values import CheckoutId, Receipt
from storage.connect import Store
from storage.invariants import INVARIANTS
from tests.storage.conftest import Clock, Database
from tests.storage.planting import Life

K = EvidenceKind
EVER = Period(date(2026, 1, 1), date(2026, 12, 31))
MakePayment = Callable[..., Payment]


@pytest.fixture
def life(store: Store, clock: Clock, a_payment: MakePayment) -> Life:
    return Life(store, clock, a_payment)


async def other_than_the_record(store: Store) -> list[Finding]:
    figures = [invariant for invariant in INVARIANTS if invariant.id == "I22"]
    return offended(await store.invariants.full(figures))


def a_bookkeeper(store: Store, batch: int = 500) -> Bookkeeper:
    return Bookkeeper(rollups=store.rollups, limits=BookkeeperLimits(batch=batch))


async def test_a_payment_counts_once_on_its_day_hour_kind_and_matter(life: Life, store: Store) -> None:
    await life.paid()
    await a_bookkeeper(store).rest()
    figures = await store.rollups.figures(EVER, matters=9)
    one = Takings(received_kes=1_500, payments=1)
    assert figures.takings == one
    assert [part.key for part in figures.by_day if part.takings == one] == [date(2026, 3, 2)]
    assert [part.key for part in figures.by_hour if part.takings == one] == [12]  # 09:30 in UTC
    assert [(part.key, part.takings) for part in figures.by_kind] == [(FeeKind.CASE, one)]
    assert [(part.key, part.takings) for part in figures.by_matter] == [("HCCC/E123/2026", one)]
    assert (figures.new_payers, figures.returning_payers) == (1, 0)
    assert figures.success_rate == 1.0


async def test_a_refund_counts_on_the_day_it_went_out(life: Life, store: Store, clock: Clock) -> None:
    await life.sent_back()
    clock.forward(2 * 24 * 3_600)
    await life.hear("r1", Word.RESULT_PAID, amount_kes=500, mpesa_code=Receipt("BACK000001"))
    await life.settle()
    figures = await store.rollups.figures(EVER, matters=9)
    given_back = [part for part in figures.by_day if part.takings.refunds]
    assert [(part.key, part.takings.net_kes) for part in given_back] == [(date(2026, 3, 4), -500)]
    assert figures.takings.net_kes == 1_000
    assert [part.takings.net_kes for part in figures.by_matter] == [1_000]


async def test_a_success_after_a_no_takes_the_no_away(life: Life, store: Store, clock: Clock) -> None:
    await life.prompted()
    await life.say("a1", K.CALLBACK_UNPAID, reason=Reason.CANCELLED)
    await life.settle()
    figures = await store.rollups.figures(EVER, matters=9)
    assert [(failure.reason, failure.count) for failure in figures.failures] == [(Reason.CANCELLED, 1)]
    assert (figures.unpaid, figures.success_rate) == (1, 0.0)
    clock.forward(24 * 3_600)
    await life.say("a1", K.CALLBACK_PAID, amount_kes=1_500, receipt=Receipt("LATE000001"))
    await life.say("a1", K.QUERY_PAID)
    await life.settle()
    figures = await store.rollups.figures(EVER, matters=9)
    assert (figures.takings.payments, figures.unpaid, figures.failures) == (1, 0, ())
    assert await other_than_the_record(store) == []


async def test_midnight_is_nairobis(life: Life, store: Store, clock: Clock) -> None:
    for number, utc in enumerate(
        (datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 21, 0, 0, tzinfo=UTC))
    ):
        clock.time = utc
        await life.paid(f"a{number}", phone=f"25471234567{number}", chat=number + 1)
    march = await store.rollups.figures(Period(date(2026, 3, 1), date(2026, 3, 31)), matters=9)
    april = await store.rollups.figures(Period(date(2026, 4, 1), date(2026, 4, 30)), matters=9)
    assert (march.takings.payments, april.takings.payments) == (1, 1)
    assert march.by_hour[23].takings.payments == april.by_hour[0].takings.payments == 1


async def test_of_two_bookkeepers_one_posts_a_batch_and_the_other_nothing(
    life: Life, store: Store, other_store: Store
) -> None:
    await life.prompted()
    await life.say("a1", K.CALLBACK_PAID, amount_kes=1_500, receipt=Receipt("TWICE00001"))
    await life.log()
    batch, same = await store.rollups.waiting(99), await other_store.rollups.waiting(99)
    postings = [posting for event in batch.events for posting in event.postings()]
    assert await store.rollups.post(batch, postings)
    assert not await other_store.rollups.post(same, postings)
    assert (await store.rollups.figures(EVER, matters=0)).takings.payments == 1


async def test_of_many_matters_only_those_that_brought_most_are_read(
    store: Store, database: Database
) -> None:
    """Received over two days, of which each matter has one row; the sums of the others stay in the index."""
    for day in ("2026-03-03", "2026-03-04"):
        await database["matterrollups"].insert_many([_matter(day, number) for number in range(300)])
    before = await _rows_read(database)
    figures = await store.rollups.figures(Period(date(2026, 3, 3), date(2026, 3, 4)), matters=3)
    read = await _rows_read(database) - before
    assert [part.key for part in figures.by_matter] == ["M299", "M298", "M297"]
    assert figures.by_matter[0].takings == Takings(received_kes=598, payments=2, refunded_kes=20, refunds=2)
    assert read <= 2 * 3


async def test_of_one_week_the_index_is_read_no_further_than_the_greatest_matters(
    store: Store, database: Database
) -> None:
    rows = [_matter("2026-03-02", number, grain="week") for number in range(300)]
    await database["matterrollups"].insert_many(rows)
    before = await _rows_read(database, "scanned")
    figures = await store.rollups.figures(Period(date(2026, 3, 2), date(2026, 3, 8)), matters=3)
    read = await _rows_read(database, "scanned") - before
    assert [part.key for part in figures.by_matter] == ["M299", "M298", "M297"]
    assert figures.by_matter[0].takings == Takings(received_kes=299, payments=1, refunded_kes=10, refunds=1)
    assert read <= 4 * 3


def _matter(day: str, number: int, grain: str = "day") -> dict[str, object]:
    takings = {"received_kes": number, "payments": 1, "refunded_kes": 10, "refunds": 1}
    facts = {"grain": grain, "begins": day, "matter": f"M{number}"}
    return {"_id": f"{grain}:{day}:M{number}", **facts, "takings": takings}


async def _rows_read(database: Database, which: str = "scannedObjects") -> int:
    """By everybody, since the server began; with `scanned` entries of indexes."""
    status = await database.command("serverStatus")
    return int(status["metrics"]["queryExecutor"][which])


@pytest.mark.parametrize("seed", range(6))
async def test_i22_f44_whatever_happens_in_whatever_order_the_figures_are_the_sums_of_the_record(
    life: Life, store: Store, other_store: Store, clock: Clock, seed: int
) -> None:
    """Around the end of a leap February; batches of odd sizes; two bookkeepers by turns."""
    chance = random.Random(seed)  # noqa: S311  a seed to play again
    clock.time = datetime(2028, 2, 27, 19, 0, tzinfo=UTC)
    for number in range(25):
        clock.forward(chance.uniform(0, 4 * 3_600))
        await some_story(life, f"p{number}", chance)
        if chance.random() < 0.5:
            await life.log()
            await a_bookkeeper(chance.choice((store, other_store)), chance.randint(1, 7)).post()
    await life.log()
    await a_bookkeeper(store, 7).rest()
    assert await other_than_the_record(store) == []
    whole = Period(date(2028, 2, 1), date(2028, 3, 31))
    figures = await store.rollups.figures(whole, matters=99)
    raw = await store.payments.in_states([State.PAID], 99)
    assert figures.takings.received_kes == sum(payment.paid_kes or 0 for payment in raw) > 0
    days = Counter(payment.changed_at.astimezone(NAIROBI).date() for payment in raw)
    assert {part.key: part.takings.payments for part in figures.by_day if part.takings.payments} == days
    matters = Counter(payment.reference for payment in raw if payment.reference)
    assert {part.key: part.takings.payments for part in figures.by_matter} == matters
    assert figures.new_payers == len({payment.user_id for payment in raw})
    halves = [Period(whole.first, date(2028, 2, 29)), Period(date(2028, 3, 1), whole.last)]
    parts = [await store.rollups.figures(half, matters=99) for half in halves]
    assert sum(part.takings.received_kes for part in parts) == figures.takings.received_kes
    first, second = parts
    both = len({p.user_id for p in raw if p.changed_at.astimezone(NAIROBI).month == 2}) - first.new_payers
    assert (first.returning_payers, both) == (0, 0)
    in_march = {p.user_id for p in raw if p.changed_at.astimezone(NAIROBI).month == 3}
    assert second.new_payers + (second.returning_payers or 0) == len(in_march)


async def some_story(life: Life, payment_id: str, chance: random.Random) -> None:
    phone = f"2547123456{int(payment_id[1:]):02}"
    who, matter = chance.randint(1, 6), f"M{chance.randint(1, 4)}"
    await life.queued(payment_id, phone=phone, chat=who, reference=matter)
    await life.say(payment_id, K.ENGINE_CLAIMED)
    await life.say(payment_id, K.PUSH_ACCEPTED, checkout_id=CheckoutId(f"ws_CO_{payment_id}"))
    receipt = Receipt(f"R{payment_id.upper():0>9}")
    ways: dict[str, tuple[tuple[EvidenceKind, dict[str, Any]], ...]] = {
        "paid": ((K.CALLBACK_PAID, {"amount_kes": 1_500, "receipt": receipt}),),
        "unpaid": ((K.CALLBACK_UNPAID, {"reason": chance.choice((Reason.CANCELLED, Reason.WRONG_PIN))}),),
        "late": (
            (K.CALLBACK_UNPAID, {"reason": Reason.EXPIRED}),
            (K.CALLBACK_PAID, {"amount_kes": 1_500, "receipt": receipt}),
            (K.QUERY_PAID, {}),
        ),
        "open": (),
    }
    for kind, facts in ways[chance.choice(list(ways))]:
        life.clock.forward(chance.uniform(1, 3_600))
        await life.say(payment_id, kind, **facts)

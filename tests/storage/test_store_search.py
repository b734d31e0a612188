"""Searches find what they should, page by page, and never look at much more than they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from beanie import Document

from payments.catalogue import FeeKind
from payments.client import Client
from payments.nairobi import in_nairobi
from payments.payment import Payment, State
from payments.periods import Period
from payments.search import Place, Wanted
from payments.values import ChatId, PaymentId, Phone, Receipt, UserId, account_reference
from storage.connect import Store
from storage.documents import DOCUMENTS, PaymentDocument
from storage.payment_book import document_of
from storage.search import NEWEST_FIRST, filter_of, steps
from storage.shelf import Shelf, row_of
from tests.payments.builders import a_payment
from tests.storage.conftest import Database

BEGAN = datetime(2026, 11, 1, 9, tzinfo=UTC)
KINDS, STATES = list(FeeKind), (State.PAID, State.PAID, State.UNPAID, State.REVIEW)
COUNT = 400


def the_payment(number: int) -> Payment:
    """One of many: every second an hour's pair begun at the same moment."""
    reference = f"HCCC/E{number % 40}/2026"
    state = STATES[number % len(STATES)]
    return replace(
        a_payment(state),
        id=PaymentId(f"{number:016x}"),
        user_id=UserId(number % 20 + 1),
        chat_id=ChatId(number % 20 + 1),
        kind=KINDS[number % len(KINDS)],
        reference=reference,
        account_reference=account_reference(reference),
        amount_kes=1_000 + number,
        phone=Phone(f"2547000000{number % 50:02}"),
        created_at=BEGAN + timedelta(hours=number // 2),
        checkout_id=None,
        receipt=Receipt(f"R{number:08}X") if state is State.PAID else None,
        paid_kes=1_000 + number if state is State.PAID else None,
    )


ALL = [the_payment(number) for number in range(COUNT)]


@pytest_asyncio.fixture
async def full(store: Store, database: Database) -> Store:
    rows = [row_of(document_of(payment)) for payment in ALL]
    for row in rows:
        row.pop("next_at", None)
        row.pop("deadline_at", None)
    await Shelf(database, PaymentDocument).rows.insert_many(rows)
    for number in range(1, 21):
        name = "Ngũgĩ wa Thiong'o" if number == 7 else f"Client {number}"
        await store.clients.seen(
            Client(user_id=UserId(number), chat_id=ChatId(number), first_name=name, seen_at=BEGAN)
        )
    return store


async def everything(store: Store, wanted: Wanted, limit: int = 7) -> list[PaymentId]:
    found, place = list[PaymentId](), None
    for _ in range(COUNT):
        page = await store.search.page(wanted, place, limit)
        found += [each.payment.id for each in page.found]
        if page.rest is None:
            return found
        place = page.rest
    raise AssertionError("it never ends")


def those(*, newest_first: bool = True, **facts: object) -> list[PaymentId]:
    chosen = [each for each in ALL if all(getattr(each, name) == value for name, value in facts.items())]
    ordered = sorted(chosen, key=lambda each: (each.created_at, each.id), reverse=newest_first)
    return [each.id for each in ordered]


def the_day(payment_id: PaymentId) -> int:
    """The day in November on which it began, by Nairobi's clock."""
    return in_nairobi(the_payment(int(payment_id, 16)).created_at).day


SEARCHES = {
    "all": (Wanted(), those()),
    "state": (Wanted(states=frozenset({State.UNPAID})), those(state=State.UNPAID)),
    "kind": (Wanted(kinds=frozenset({FeeKind.COURT})), those(kind=FeeKind.COURT)),
    "phone": (Wanted(phone=Phone("254700000007")), those(phone="254700000007")),
    "receipt": (Wanted(receipt=Receipt("R00000004X")), those(receipt="R00000004X")),
    "id": (Wanted(payment_id=ALL[5].id), [ALL[5].id]),
    "reference": (Wanted(reference="hccc/e7/2026"), those(reference="HCCC/E7/2026")),
    "name": (Wanted(name="ngũgĩ"), those(user_id=7)),
    "amount": (Wanted(least_kes=1_100, most_kes=1_100), those(amount_kes=1_100)),
    "wide range": (
        Wanted(least_kes=1_050, most_kes=1_349),
        [each for each in those() if 50 <= int(each, 16) <= 349],
    ),
    "narrow range": (
        Wanted(least_kes=1_100, most_kes=1_111),
        [each for each in those() if 100 <= int(each, 16) <= 111],
    ),
    "at least": (Wanted(least_kes=1_390), [each for each in those() if int(each, 16) >= 390]),
    "at most": (Wanted(most_kes=1_200), [each for each in those() if int(each, 16) <= 200]),
    "state and range": (
        Wanted(states=frozenset({State.UNPAID}), least_kes=1_050, most_kes=1_349),
        [each for each in those(state=State.UNPAID) if 50 <= int(each, 16) <= 349],
    ),
    "state, kind and narrow range": (
        Wanted(
            states=frozenset({State.REVIEW}),
            kinds=frozenset({FeeKind.COURT}),
            least_kes=1_050,
            most_kes=1_090,
        ),
        [each for each in those(kind=FeeKind.COURT, state=State.REVIEW) if 50 <= int(each, 16) <= 90],
    ),
    "kind and range": (
        Wanted(kinds=frozenset({FeeKind.COURT}), least_kes=1_050, most_kes=1_349),
        [each for each in those(kind=FeeKind.COURT) if 50 <= int(each, 16) <= 349],
    ),
    "reference and range": (
        Wanted(reference="HCCC/E7/2026", least_kes=1_050, most_kes=1_349),
        [each for each in those(reference="HCCC/E7/2026") if 50 <= int(each, 16) <= 349],
    ),
    "name and range": (
        Wanted(name="ngũgĩ", least_kes=1_050, most_kes=1_349),
        [each for each in those(user_id=7) if 50 <= int(each, 16) <= 349],
    ),
    "days and range": (
        Wanted(period=Period(date(2026, 11, 3), date(2026, 11, 5)), least_kes=1_080, most_kes=1_120),
        [each for each in those() if 80 <= int(each, 16) <= 120 and the_day(each) in (3, 4, 5)],
    ),
    "day": (
        Wanted(period=Period(date(2026, 11, 3), date(2026, 11, 3))),
        [
            each.id
            for each in sorted(ALL, key=lambda each: (each.created_at, each.id), reverse=True)
            if datetime(2026, 11, 2, 21, tzinfo=UTC)
            <= each.created_at
            < datetime(2026, 11, 3, 21, tzinfo=UTC)
        ],
    ),
}


@pytest.mark.parametrize("search", SEARCHES)
async def test_all_that_is_wanted_is_found_once_newest_first_whatever_the_pages(
    full: Store, search: str
) -> None:
    wanted, expected = SEARCHES[search]
    assert expected
    assert await everything(full, wanted) == expected
    assert await everything(full, wanted, limit=1 + len(expected) // 3) == expected


async def test_a_payment_that_comes_meanwhile_shifts_nothing(full: Store, database: Database) -> None:
    first = await full.search.page(Wanted(), None, 5)
    newer = replace(the_payment(COUNT), receipt=None)
    await Shelf(database, PaymentDocument).rows.insert_one(row_of(document_of(newer)))
    second = await full.search.page(Wanted(), first.rest, 5)
    assert [each.payment.id for each in (*first.found, *second.found)] == those()[:10]


async def test_the_clients_name_comes_with_what_is_found(full: Store) -> None:
    page = await full.search.page(Wanted(name="NGŨGĨ WA"), None, 1)
    assert [found.client for found in page.found] == ["Ngũgĩ wa Thiong'o"]


ONE_PAGE, PAGES = frozenset({"receipt", "id"}), ("first", "later")


@pytest.mark.parametrize(
    ("search", "page"),
    [(search, page) for search in SEARCHES for page in PAGES if page == "first" or search not in ONE_PAGE],
)
async def test_a_page_looks_at_no_more_than_twice_what_it_shows(
    full: Store, database: Database, search: str, page: str
) -> None:
    wanted, _ = SEARCHES[search]
    query = filter_of(wanted) | ({"user_id": {"$in": [7, 8]}} if wanted.name else {})
    middle = ALL[COUNT // 2]
    place = Place(middle.created_at, middle.id) if page == "later" else None
    explained = [
        await database["payments"].find(step).sort(NEWEST_FIRST).limit(6).explain()
        for step in steps(query, place)
    ]
    figures = [each["executionStats"] for each in explained]
    shown = sum(each["nReturned"] for each in figures)
    assert sum(each["totalDocsExamined"] for each in figures) <= 2 * max(shown, 1)
    assert "COLLSCAN" not in str([each["queryPlanner"]["winningPlan"] for each in explained])
    del full


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.__name__)
def test_no_two_indexes_have_the_same_fields_for_one_of_them_would_not_be_made(
    document: type[Document],
) -> None:
    indexes = getattr(document.Settings, "indexes", [])
    fields = [frozenset(index.document["key"]) for index in indexes]
    assert len(set(fields)) == len(fields)


async def test_a_page_that_ends_among_payments_of_one_moment_goes_on_with_them(full: Store) -> None:
    first = await full.search.page(Wanted(), None, 3)
    second = await full.search.page(Wanted(), first.rest, 1)
    last, following = first.found[-1].payment, second.found[0].payment
    assert (last.created_at, following.created_at) == (following.created_at, last.created_at)
    assert following.id == those()[3]

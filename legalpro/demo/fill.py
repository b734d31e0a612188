"""Demo data: puts the story into a new program's database, through the books the program itself uses.

Owns what is written and who is told of it. Where any payment is kept already nothing is written at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from legalpro.demo import story_refunds
from legalpro.demo.people import PEOPLE
from legalpro.demo.story import of_asha, past
from legalpro.demo.story_refunds import Said
from payments import notices
from payments.client import Client
from payments.notices import Audience, Notice
from payments.payment import Payment, State
from payments.refunds import notices as refund_notices
from payments.refunds.ports import RefundBook
from payments.refunds.progress import advance
from payments.refunds.refund import Refund
from payments.values import ChatId
from storage.connect import Store

_TOLD = {State.PAID: {Audience.PAYER}, State.REVIEW: {Audience.PAYER, Audience.ADMINS}}
"""Who paid was told of it, and what a person must look at is told. All else is over."""


async def fill(store: Store, now: datetime) -> bool:
    """Write the story up to `now`; False when something is there already, and nothing was written."""
    if await store.payments.in_states(list(State), limit=1):
        return False
    payments = past(now)
    await asyncio.gather(*(store.payments.add(each, _news_of(each)) for each in payments))
    await asyncio.gather(*(store.clients.seen(client) for client in _clients(now)))
    refunds = story_refunds.returned(payments)
    await asyncio.gather(*(_give_back(store.refunds, *refund) for refund in refunds))
    waiting = story_refunds.waiting(of_asha(now), now)
    await store.refunds.add(waiting, refund_notices.on_entry(waiting))
    return True


def _news_of(payment: Payment) -> Sequence[Notice]:
    told = _TOLD.get(payment.state, set())
    return [each for each in notices.on_entry(payment) if each.audience in told]


def _clients(now: datetime) -> Iterable[Client]:
    for somebody in PEOPLE:
        yield Client(
            user_id=somebody.user_id,
            chat_id=ChatId(somebody.user_id),
            first_name=somebody.name,
            seen_at=now - timedelta(days=1),
            phone=somebody.phone,
        )


async def _give_back(book: RefundBook, refund: Refund, course: Sequence[Said]) -> None:
    """Only its payer hears of it now, the office has known it for long."""
    at, refund = refund.created_at, await book.add(refund, ())
    for turn, said in enumerate(course):
        at += timedelta(seconds=said.after_s)
        step = advance(refund, story_refunds.word(refund, said, turn, at), story_refunds.FIGURES)
        news = tuple(each for each in step.notices if each.audience is Audience.PAYER)
        await book.commit(replace(step, notices=news))
        refund = step.after

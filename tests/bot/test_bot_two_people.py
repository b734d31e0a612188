"""Two people try everything with each other's ids: nobody sees or moves what is not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from payments.payment import Payment
from payments.values import ChatId, PaymentId
from tests.bot.bot_stand import ASHA, BARAKA, Stand, standing

TEXTS = ("/start", "/pay", "/status", "/cancel", "/help", "1500", "HCCC/E1/2026", "hello", "Cancel")
SECRET = {ASHA: "ASHAS/E77/2026", BARAKA: "BARAKAS/E88/2026"}
PHONES = {ASHA: "0712345678", BARAKA: "0110000222"}
ACTIONS = ("kind:case", "kind:consultation", "fee:first", "pay", "phone", "cancel")
MORE = ("check", "again", "other", "cancel")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, and what: a text, or callback data about somebody's newest draft or payment."""

    user: int
    text: str = ""
    about: int = 0
    letter: str = ""
    action: str = ""


def deeds() -> st.SearchStrategy[Deed]:
    people = st.sampled_from((ASHA, BARAKA))
    words = st.builds(Deed, user=people, text=st.sampled_from(TEXTS))
    drafts = st.builds(Deed, user=people, about=people, letter=st.just("d"), action=st.sampled_from(ACTIONS))
    payments = st.builds(Deed, user=people, about=people, letter=st.just("p"), action=st.sampled_from(MORE))
    return st.one_of(words, drafts, payments)


def test_i18_two_people_at_random_never_see_or_move_what_is_not_theirs(
    mongod_uri: str, database_name: str
) -> None:
    @settings(
        max_examples=6,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(deeds(), min_size=6, max_size=14))
    def at_random(script: list[Deed]) -> None:
        asyncio.run(_play(mongod_uri, database_name, script))

    at_random()


async def _play(mongod_uri: str, database_name: str, script: Sequence[Deed]) -> None:
    async with standing(mongod_uri, database_name) as stand:
        for user in (ASHA, BARAKA):
            await _has_both(stand, user)
        await stand.all_told()
        for deed in script:
            before = await _belongings(stand, _other(deed.user))
            await _do(stand, deed)
            await stand.all_worked()
            assert await _belongings(stand, _other(deed.user)) == before
        for user in (ASHA, BARAKA):
            seen = "\n".join(message.text for message in stand.shown(user))
            assert SECRET[_other(user)] not in seen
            assert PHONES[_other(user)][-6:] not in seen
            assert PHONES[_other(user)][:4] + "***" not in seen


async def _has_both(stand: Stand, user: int) -> None:
    """A payment on its way and a draft under way, both with something in them that only they know."""
    await stand.says("/pay", "What would you like", user=user)
    await stand.taps("Case fee", "case number", user=user)
    await stand.says(SECRET[user], "How much", user=user)
    await stand.says("1500", "Please check" if await stand.knows_number(user) else "Which M-Pesa", user=user)
    if not await stand.knows_number(user):
        await stand.says(PHONES[user], "Please check", user=user)
    await stand.taps("Pay KES\u00a01,500", "Sending the request", user=user)
    await stand.says("/pay", "What would you like", user=user)


async def _do(stand: Stand, deed: Deed) -> None:
    if deed.text:
        await stand.telegram.says(deed.user, deed.text)
        return
    subject = await _newest(stand, deed.about, deed.letter)
    shown = stand.shown(deed.user)[-1]
    data = f"{deed.letter}:{subject}:{deed.action}"
    await stand.telegram.sends_callback(deed.user, data, message_id=shown.message_id)


async def _newest(stand: Stand, user: int, letter: str) -> PaymentId:
    payment = (await stand.payments(user))[0]
    if letter == "p":
        return payment.id
    draft = await stand.store.drafts.of_chat(ChatId(user))
    return draft.id if draft else payment.id


async def _belongings(stand: Stand, user: int) -> tuple[object, list[Payment], list[str]]:
    """Their draft, their payments, and everything in their chat."""
    draft = await stand.store.drafts.of_chat(ChatId(user))
    return draft, await stand.payments(user), [message.text for message in stand.shown(user)]


def _other(user: int) -> int:
    return BARAKA if user == ASHA else ASHA

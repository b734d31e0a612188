"""How fast the bot writes: never faster than Telegram allows, the most important first, nobody left out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.pace import Pace, PaceLimits
from payments.notices import Urgency
from payments.values import ChatId

CHAT = ChatId(1)
LIMITS = PaceLimits()


@dataclass(slots=True)
class Town:
    """A clock that is moved by hand, and a record of what went out when."""

    time: float = 100.0
    pace: Pace = field(init=False)
    sent: list[tuple[float, ChatId, Urgency]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace(LIMITS, clock=lambda: self.time)

    def wants(self, chat: int, urgency: Urgency = Urgency.INTERIM) -> asyncio.Task[None]:
        async def send() -> None:
            await self.pace.turn(ChatId(chat), urgency)
            self.sent.append((self.time, ChatId(chat), urgency))

        self.tasks.append(asyncio.create_task(send()))
        return self.tasks[-1]

    async def passes(self, seconds: float, step_s: float = 0.01) -> None:
        """Let time go by, little by little."""
        for _ in range(round(seconds / step_s)):
            await self._settle()
            self.time += step_s
            self.pace.look()
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    def most_within(self, window_s: float, wanted: Callable[[ChatId], bool] = lambda _: True) -> int:
        """The most messages in any span of this length."""
        times = [time for time, chat, _ in self.sent if wanted(chat)]
        return max((sum(begin <= time < begin + window_s for time in times) for begin in times), default=0)


@pytest.fixture
def town() -> Town:
    return Town()


async def test_b5_a_burst_of_3000_outcomes_drains_at_the_cap_and_nothing_is_lost_or_doubled(
    town: Town,
) -> None:
    for chat in range(3_000):
        town.wants(chat, Urgency.OUTCOME)
    await town.passes(121, step_s=0.04)
    assert sorted(chat for _, chat, _ in town.sent) == list(range(3_000))
    assert town.most_within(1.0) <= 30
    assert 115 <= town.sent[-1][0] - 100 <= 121
    assert town.pace.waiting == 0


async def test_a_chat_gets_one_message_a_second_after_a_small_burst(town: Town) -> None:
    for _ in range(10):
        town.wants(1)
    await town.passes(0.1)
    assert len(town.sent) == 3
    await town.passes(4)
    assert len(town.sent) == 7
    assert town.most_within(1.0) <= 4


async def test_the_order_within_a_chat_is_kept(town: Town) -> None:
    order: list[int] = []

    async def say(number: int) -> None:
        await town.pace.turn(CHAT, Urgency.INTERIM)
        order.append(number)

    town.tasks += [asyncio.create_task(say(number)) for number in range(8)]
    await town.passes(6)
    assert order == list(range(8))


async def test_what_somebody_does_is_answered_at_once(town: Town) -> None:
    for _ in range(4):
        town.pace.acted(CHAT)
        town.wants(1, Urgency.ANSWER)
        town.wants(1, Urgency.ANSWER)
        await town.passes(0.1)
    assert len(town.sent) == 8


async def test_outcomes_go_before_interim_news_and_answers_before_summaries(town: Town) -> None:
    chat = 0
    for urgency in Urgency:
        for _ in range(100):
            chat += 1
            town.wants(chat, urgency)
    await town.passes(4)  # about a hundred messages
    went = Counter(urgency for _, _, urgency in town.sent)
    assert went[Urgency.OUTCOME] > went[Urgency.ANSWER] > went[Urgency.INTERIM] >= went[Urgency.SUMMARY] > 0


async def test_a_person_at_work_is_answered_soon_in_the_middle_of_a_flood_of_outcomes(town: Town) -> None:
    for chat in range(1_000):
        town.wants(chat, Urgency.OUTCOME)
    await town.passes(1)
    answer = town.wants(5_000, Urgency.ANSWER)
    await town.passes(0.5)
    assert answer.done()
    for task in town.tasks:
        task.cancel()
    await asyncio.gather(*town.tasks, return_exceptions=True)
    assert town.pace.waiting == 0


async def test_f45_silence_asked_for_one_chat_stops_that_chat_alone(town: Town) -> None:
    town.pace.refused(CHAT, 30)
    mine, theirs = town.wants(1, Urgency.OUTCOME), town.wants(2)
    await town.passes(29.9, step_s=0.1)
    assert (mine.done(), theirs.done()) == (False, True)
    assert town.pace.closed().keys() == {CHAT}
    await town.passes(0.3, step_s=0.1)
    assert mine.done()


async def test_silence_asked_for_without_a_chat_stops_everything(town: Town) -> None:
    town.pace.refused(None, 2)
    town.wants(1, Urgency.OUTCOME)
    await town.passes(1.9, step_s=0.1)
    assert not town.sent
    await town.passes(0.3, step_s=0.1)
    assert town.sent


async def test_many_chats_refused_at_once_mean_the_bot_as_a_whole(town: Town) -> None:
    for chat in range(LIMITS.chats_refused):
        town.pace.refused(ChatId(chat), 2)
    town.wants(99, Urgency.OUTCOME)
    await town.passes(1.9, step_s=0.1)
    assert not town.sent
    await town.passes(0.3, step_s=0.1)
    assert town.sent


async def test_who_gives_up_waiting_takes_nobodys_turn(town: Town) -> None:
    first = [town.wants(1) for _ in range(4)][-1]
    await town.passes(0.1)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    last = town.wants(1)
    await town.passes(1.1)
    assert last.done()


async def test_chats_that_are_calm_are_forgotten(town: Town) -> None:
    for chat in range(500):
        town.pace.acted(ChatId(chat))
        town.pace.refused(ChatId(10_000), 1)
    town.time += 60
    town.pace.closed()
    assert not town.pace._chats


async def test_in_real_time_too_the_turns_come_by_themselves() -> None:
    pace = Pace(PaceLimits(per_second=200, burst=1, chat_per_second=50, chat_burst=1))
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(5):
        await asyncio.gather(*(pace.turn(CHAT, Urgency.ANSWER) for _ in range(6)))
    assert 0.08 <= loop.time() - began < 2

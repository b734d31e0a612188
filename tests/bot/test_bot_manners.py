"""How much one person may ask of the bot, and that nobody else has to wait for it."""

from __future__ import annotations

from collections import Counter

from bot.manners import Manner, MannerLimits, Manners
from bot.parts import BotLimits
from payments.audit import Actor, AuditKind
from payments.values import UserId
from tests.bot.bot_stand import ASHA, BARAKA, standing
from tests.bot.bot_watch import Noted, with_limits

U = UserId(7)


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_a_burst_is_fine_then_one_sentence_then_silence() -> None:
    manners = Manners(clock=Clock())
    seen = [manners.acts(U) for _ in range(60)]
    assert seen == [Manner.FINE] * 20 + [Manner.TELL] + [Manner.IGNORE] * 39


def test_a_steady_pace_is_always_fine() -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    for _ in range(1_000):
        clock.time += 1.0
        assert manners.acts(U) is Manner.FINE


def test_whoever_goes_on_flooding_is_told_once_alone() -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    seen: Counter[Manner] = Counter()
    for _ in range(100 * 60):
        clock.time += 0.01
        seen[manners.acts(U)] += 1
    assert seen[Manner.TELL] == 1
    assert seen[Manner.FINE] <= 21


def test_after_some_calm_one_is_listened_to_again() -> None:
    clock = Clock()
    manners = Manners(clock=clock)
    for _ in range(30):
        manners.acts(U)
    clock.time += 11
    assert manners.acts(U) is Manner.FINE


def test_so_many_people_are_remembered_and_no_more() -> None:
    manners = Manners(MannerLimits(most_people=100), clock=Clock())
    for number in range(1_000):
        assert manners.acts(UserId(number)) is Manner.FINE
    assert len(manners._people) == 100


LIMITS: BotLimits = with_limits(manners=MannerLimits(burst=5, per_second=0.5))


async def test_f53_a_flood_of_commands_is_throttled_and_others_are_answered(
    mongod_uri: str, database_name: str
) -> None:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch(LIMITS)) as stand:
        for _ in range(100):
            await stand.telegram.says(ASHA, "/help")
        await stand.says("/help", "M-Pesa asks", user=BARAKA)
        await stand.sees("a lot at once")
        await stand.all_told()
        texts = [message.text for message in stand.shown()]
        assert sum("M-Pesa asks" in text for text in texts) == 5
        assert sum("a lot at once" in text for text in texts) == 1
        assert len(await stand.kept_updates()) == 7
        (event,) = noted.events
        assert (event.kind, event.actor, event.who) == (AuditKind.RATE_LIMITED, Actor.USER, str(ASHA))


async def test_f52_guessing_deep_links_is_throttled_and_every_guess_is_answered_alike(
    mongod_uri: str, database_name: str
) -> None:
    noted = Noted()
    async with standing(mongod_uri, database_name, change=noted.watch(LIMITS)) as stand:
        payment = await _someone_elses_payment_id(mongod_uri, database_name)
        for guess in (payment, *(f"{number:016x}" for number in range(50))):
            await stand.telegram.says(ASHA, f"/start {guess}")
        await stand.sees("a lot at once")
        await stand.all_told()
        first, *others = [message.text for message in stand.shown() if "Hello" in message.text]
        assert len(set(others)) == 1
        assert first.startswith(others[0]), "only whoever is new is told what they agree to"


async def _someone_elses_payment_id(mongod_uri: str, database_name: str) -> str:
    async with standing(mongod_uri, f"{database_name}_b") as other:
        return (await other.opened(BARAKA)).id

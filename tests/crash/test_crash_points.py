"""At every effect of every main scenario the power goes, before and after it; the truth survives each time.

The program runs whole, in this process, between both sandboxes and a real MongoDB. After a power cut it is
dropped without finishing anything, started again on the same database, and left alone until all is at rest.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from storage.connect import Store
from tests.crash.incarnation import bury_all, known_by_context, stack_of
from tests.crash.power import Cut, When
from tests.crash.scenarios import SCENARIOS, Scenario
from tests.crash.truth import lies
from tests.crash.universe import Universe, new_database, universe

pytestmark = [
    # Whoever is dropped in the middle leaves coroutines that nobody awaits.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

AT_ONCE = 4
"""Worlds that run side by side, each in a database of its own: mostly they wait."""
EVERY = 17
"""Each run tries every seventeenth effect; `make soak` all of them."""
HUNG_S = 270
NEVER_REACHED = 2
"""A scenario is over when so many cuts were never reached because it had no such effect any more."""


@pytest.fixture(autouse=True, scope="module")
def what_the_dropped_left_open() -> Iterator[None]:
    """Collected here, after the last event loop: later, another test would be blamed for it."""
    yield
    for _ in range(3):
        gc.collect()


@pytest_asyncio.fixture(autouse=True)
async def tasks_known_by_context() -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(known_by_context)  # type: ignore[arg-type]  # typeshed leaves no room for `context`
    told = loop.call_later(HUNG_S, _tell_what_waits)
    yield
    told.cancel()
    loop.set_task_factory(None)
    await bury_all()


def _tell_what_waits() -> None:
    """For whoever must find out why a run did not end."""
    for task in asyncio.all_tasks():
        print(task, stack_of(task), sep="\n", file=sys.__stderr__, flush=True)


@dataclass(slots=True)
class Tally:
    """What was covered and what was found."""

    points: Counter[str] = field(default_factory=Counter)
    unreached: int = 0
    failures: list[str] = field(default_factory=list)


async def play(world: Universe, scenario: Scenario) -> None:
    """The scenario, through every power cut, until everything is at rest."""
    await world.begin(armed=scenario.from_nothing)
    alive = asyncio.create_task(world.keep_alive())
    try:
        if not scenario.from_nothing:
            await world.draft()
            if scenario.before is not None:
                await scenario.before(world)
            world.arm()
        await scenario.script(world)
        await world.at_rest()
    finally:
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)


@dataclass(slots=True)
class Slot:
    """A database that worlds use one after the other."""

    mongod_uri: str
    data_dir: Path
    database: str = field(default_factory=new_database)

    async def prepare(self) -> None:
        store = await Store.open(self.mongod_uri, self.database)
        await store.close()

    async def run(self, scenario: Scenario, *cuts: Cut) -> tuple[Universe, list[str]]:
        """One run; the world afterwards, and what is wrong in it."""
        async with universe(self.mongod_uri, self.database, self.data_dir, cuts, scenario.admins) as world:
            try:
                async with asyncio.timeout(60):
                    await play(world, scenario)
                wrong = await lies(world)
                if not cuts:
                    wrong += await _other_ends(world, scenario)
            except (AssertionError, TimeoutError) as error:
                wrong = [f"it never came to rest: {error!r}"]
            if wrong:
                wrong += [f"   {line}" for line in await _report(world)]
            return world, wrong


async def _other_ends(world: Universe, scenario: Scenario) -> list[str]:
    ends = tuple(payment.state for payment in await world.payments())
    refund_ends = tuple(refund.state for refund in await world.refunds())
    as_told = (ends, refund_ends) == (scenario.ends, scenario.refund_ends)
    return [] if as_told else [f"undisturbed it ended {ends} {refund_ends}"]


async def _report(world: Universe) -> list[str]:
    told = [world.botapi.transcript(7)]
    told += [str(payment) for payment in await world.payments()]
    told += [str(refund) for refund in await world.refunds()]
    told += [str(push) for push in (*world.simulator.pushes, *world.simulator.payouts)]
    return told + [str(call) for call in world.simulator.callbacks]


async def explore(slots: list[Slot], scenario: Scenario, *, every: int, first: int = 1) -> Tally:
    """Cut at every `every`-th effect from `first` on, on both sides, until there are no more effects."""
    tally = Tally()
    cuts = (Cut(number, when) for number in itertools.count(first, every) for when in When)
    await asyncio.gather(*(_explore_in(slot, scenario, cuts, tally) for slot in slots))
    return tally


async def _explore_in(slot: Slot, scenario: Scenario, cuts: Iterator[Cut], tally: Tally) -> None:
    while tally.unreached < NEVER_REACHED and len(tally.failures) < 3:
        cut = next(cuts)
        world, wrong = await slot.run(scenario, cut)
        at = world.lives[0].power.killed_at
        tally.points[world.effects[cut.number - 1] if at else "none"] += bool(at)
        tally.unreached += cut.number > len(world.effects)
        if wrong:
            tally.failures.append("\n".join([f"cut {cut.when} {cut.number} ({at})", *wrong]))


@pytest_asyncio.fixture
async def slots(mongod_uri: str, tmp_path: Path) -> list[Slot]:
    made = [Slot(mongod_uri, tmp_path) for _ in range(AT_ONCE)]
    for slot in made:
        await slot.prepare()
    return made


@pytest.mark.timeout(300, method="thread")  # Ends for certain: what was dropped may hang at the end, too.
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_power_cut_at_a_sample_of_all_effects_loses_nothing_and_doubles_nothing(
    name: str, slots: list[Slot], capsys: pytest.CaptureFixture[str]
) -> None:
    first = 1 + list(SCENARIOS).index(name) % EVERY
    await _survives(name, slots, capsys, every=EVERY, first=first)


@pytest.mark.soak
@pytest.mark.timeout(3_600, method="thread")
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_power_cut_at_every_effect_loses_nothing_and_doubles_nothing(
    name: str, slots: list[Slot], capsys: pytest.CaptureFixture[str]
) -> None:
    await _survives(name, slots, capsys, every=1, first=1)


async def _survives(
    name: str, slots: list[Slot], capsys: pytest.CaptureFixture[str], *, every: int, first: int
) -> None:
    scenario, began = SCENARIOS[name], time.monotonic()
    _, wrong = await slots[0].run(scenario)
    assert not wrong, "\n".join(wrong)
    tally = await explore(slots, scenario, every=every, first=first)
    with capsys.disabled():
        print(f"\n{name}: {tally.points.total()} points in {time.monotonic() - began:.0f} s")
    assert not tally.failures, "\n\n".join(tally.failures)

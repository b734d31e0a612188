"""Cuts the power at effects of one scenario, in a process of its own, and tells what was found.

The program runs whole, in this process, between both sandboxes and a real MongoDB. After a power cut it is
dropped without finishing anything, started again on the same database, and left alone until all is at rest.
What the dropped leave open ends with this process: nobody else stumbles over it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage.connect import Store
from tests.crash.incarnation import bury_all, known_by_context, stack_of
from tests.crash.power import Cut, When
from tests.crash.scenarios import SCENARIOS, Scenario
from tests.crash.truth import lies
from tests.crash.universe import Universe, new_database, universe

AT_ONCE = 4
"""Worlds that run side by side, each in a database of its own: mostly they wait."""
NEVER_REACHED = 2
"""A scenario is over when so many cuts were never reached because it had no such effect any more."""


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


def _tell_what_waits() -> None:
    """For whoever must find out why a run did not end."""
    for task in asyncio.all_tasks():
        print(task, stack_of(task), sep="\n", file=sys.stderr, flush=True)


async def survives(
    name: str, mongod_uri: str, folder: Path, *, every: int, first: int, hung_s: float
) -> bool:
    """Whether the scenario's truth survived every cut; what was covered and found is printed."""
    loop, scenario, began = asyncio.get_running_loop(), SCENARIOS[name], time.monotonic()
    loop.set_task_factory(known_by_context)  # type: ignore[arg-type]  # typeshed leaves no room for `context`
    loop.call_later(hung_s, _tell_what_waits)
    slots = [Slot(mongod_uri, folder) for _ in range(AT_ONCE)]
    for slot in slots:
        await slot.prepare()
    _, wrong = await slots[0].run(scenario)
    if wrong:
        print("undisturbed:", *wrong, sep="\n")
        return False
    tally = await explore(slots, scenario, every=every, first=first)
    await bury_all()
    print(*tally.failures, sep="\n\n")
    print(f"{name}: {tally.points.total()} points in {time.monotonic() - began:.0f} s")
    return not tally.failures and tally.points.total() > 0


def main() -> None:
    """Explore as told; exit code 0 if all is true. The process ends at once, whatever still hangs in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SCENARIOS)
    parser.add_argument("--uri", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--hung-s", type=float, default=270.0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="legalpro-", dir="/tmp") as folder:
        run = survives(
            told.name, told.uri, Path(folder), every=told.every, first=told.first, hung_s=told.hung_s
        )
        done = asyncio.new_event_loop().run_until_complete(run)
    sys.stdout.flush()
    os._exit(0 if done else 1)


if __name__ == "__main__":
    main()

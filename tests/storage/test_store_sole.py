"""What only one process may do: the others stand by, and one of them takes over."""

from __future__ import annotations

from storage.connect import Store
from storage.sole import LeasedRight


async def test_f56_one_process_has_the_right_until_it_lets_go(store: Store, other_store: Store) -> None:
    mine, theirs = LeasedRight(store.leases, "polling"), LeasedRight(other_store.leases, "polling")
    assert await mine.hold(30)
    assert not await theirs.hold(30)
    assert await mine.hold(30)
    await theirs.let_go()
    assert not await theirs.hold(30)
    await mine.let_go()
    assert await theirs.hold(30)


async def test_different_rights_do_not_disturb_each_other(store: Store) -> None:
    assert await LeasedRight(store.leases, "polling:a").hold(30)
    assert await LeasedRight(store.leases, "polling:b").hold(30)


async def test_alone_on_the_store_a_restart_has_every_right_at_once(store: Store) -> None:
    assert await LeasedRight(store.leases, "polling").hold(30)
    await store.leases.give_all_back()
    assert await LeasedRight(store.leases, "polling").hold(30)

"""What only one may do, one does: leases and the shared access token."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from pymongo import MongoClient

from storage.connect import Store
from storage.tokens import MongoTokenVault, StoredToken

T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
KEY = "the consumer key"


def token(value: str, fetched_s: float = 0) -> StoredToken:
    fetched_at = T0 + timedelta(seconds=fetched_s)
    return StoredToken(value, fetched_at + timedelta(hours=1), fetched_at, after_refusal=True)


async def keep(vault: MongoTokenVault, fetched: StoredToken) -> None:
    await vault.store(
        value=fetched.value,
        expires_at=fetched.expires_at,
        fetched_at=fetched.fetched_at,
        after_refusal=fetched.after_refusal,
    )


async def test_one_owner_holds_a_lease_and_may_prolong_it(store: Store, other_store: Store) -> None:
    first = await store.leases.hold("reconcile", "me", 60)
    assert first is not None
    assert await other_store.leases.hold("reconcile", "you", 60) is None
    again = await store.leases.hold("reconcile", "me", 60)
    assert again is not None
    assert again.fence == first.fence
    assert again.until >= first.until


async def test_of_twenty_that_want_a_lease_one_gets_it(store: Store, other_store: Store) -> None:
    stores = [store, other_store] * 10
    wanted = (each.leases.hold("one", f"owner {number}", 60) for number, each in enumerate(stores))
    held = [lease for lease in await asyncio.gather(*wanted) if lease]
    assert [lease.fence for lease in held] == [1]


async def test_the_fence_rises_with_every_new_holder(store: Store) -> None:
    expired = await store.leases.hold("one", "me", 0)
    held = await store.leases.hold("one", "you", 60)
    assert expired is not None
    assert held is not None
    assert held.fence > expired.fence
    await store.leases.release(expired)
    assert await store.leases.hold("one", "me", 60) is None
    await store.leases.release(held)
    after_release = await store.leases.hold("one", "me", 60)
    assert after_release is not None
    assert after_release.fence > held.fence


async def test_of_twenty_that_want_to_renew_the_token_one_does(store: Store, other_store: Store) -> None:
    vaults = [each.token_vault(KEY) for each in [store, other_store] * 10]
    claimed = await asyncio.gather(*(vault.claim_refresh(60) for vault in vaults))
    assert claimed.count(True) == 1


async def test_a_claim_given_up_or_outlived_is_free(store: Store) -> None:
    mine, yours = store.token_vault(KEY), store.token_vault(KEY)
    assert await mine.claim_refresh(60)
    await yours.release()
    assert not await yours.claim_refresh(60)
    await mine.release()
    assert await yours.claim_refresh(0)
    assert await mine.claim_refresh(60)
    await yours.release()
    assert not await yours.claim_refresh(60)


async def test_the_token_fetched_last_is_the_one_kept(store: Store, other_store: Store) -> None:
    vault = store.token_vault(KEY)
    assert await vault.read() is None
    await keep(vault, token("new", 10))
    await keep(vault, token("old", 0))
    assert await other_store.token_vault(KEY).read() == token("new", 10)
    await vault.claim_refresh(60)
    await keep(vault, token("newer", 20))
    assert await vault.read() == token("newer", 20)
    assert await store.token_vault("another key").read() is None


async def test_the_consumer_key_is_not_kept_and_the_token_not_shown(
    store: Store, mongod_uri: str, database_name: str
) -> None:
    await keep(store.token_vault(KEY), token("secret-value"))
    with MongoClient[dict[str, object]](mongod_uri) as shell:
        assert KEY not in str(list(shell[database_name]["tokens"].find()))
    assert "secret-value" not in repr(await store.token_vault(KEY).read())

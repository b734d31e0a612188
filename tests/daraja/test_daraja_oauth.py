"""One token, shared, renewed early and replaced sparingly."""

from __future__ import annotations

import asyncio
import base64
from collections import deque

import httpx
import pytest

from daraja.errors import CredentialsRefused, NoToken, NotSent, Throttled
from daraja.oauth import TokenSource
from daraja.vault import MemoryVault, Token
from tests.daraja.daraja_fakes import QUICK, Clock, FakeDaraja, Reply, credentials, error, fault, reply


def source(
    *replies: Reply,
    vault: MemoryVault | None = None,
    clock: Clock | None = None,
    fake: FakeDaraja | None = None,
) -> tuple[TokenSource, FakeDaraja, Clock]:
    fake = fake or FakeDaraja(token_script=deque(replies))
    clock = clock or Clock()
    tokens = TokenSource(vault or MemoryVault(), fake.http(), credentials(), clock, patience=QUICK)
    return tokens, fake, clock


def said(value: str, life_s: object) -> httpx.Response:
    return reply(200, {"access_token": value, "expires_in": life_s})


async def test_the_token_call_is_what_daraja_documents() -> None:
    tokens, fake, _ = source()
    assert await tokens.token() == "token-1"
    call = fake.token_calls[0]
    assert (call.method, str(call.url), call.content) == (
        "GET",
        "http://127.0.0.1:9/base/oauth/v1/generate?grant_type=client_credentials",
        b"",
    )
    pair = base64.b64encode(b"consumerkey:consumersecret").decode()
    assert call.headers["Authorization"] == f"Basic {pair}"


@pytest.mark.parametrize("life_s", ["3599", 3599, 3599.0])
async def test_a_life_may_be_a_number_or_a_text(life_s: object) -> None:
    tokens, fake, clock = source(said("a", life_s))
    await tokens.token()
    clock.pass_s(2870)
    assert await tokens.token() == "a"
    clock.pass_s(20)
    assert await tokens.token() == "token-2"
    assert len(fake.token_calls) == 2


async def test_many_callers_at_once_fetch_one_token() -> None:
    tokens, fake, _ = source()
    assert set(await asyncio.gather(*(tokens.token() for _ in range(50)))) == {"token-1"}
    assert len(fake.token_calls) == 1


async def test_several_processes_share_one_token() -> None:
    vault, fake = MemoryVault(), FakeDaraja()
    sources = [source(vault=vault, fake=fake)[0] for _ in range(4)]
    assert set(await asyncio.gather(*(one.token() for one in sources))) == {"token-1"}
    assert len(fake.token_calls) == 1


async def test_many_refusals_of_one_token_fetch_one_replacement() -> None:
    vault, fake = MemoryVault(), FakeDaraja()
    sources = [source(vault=vault, fake=fake)[0] for _ in range(4)]
    value = await sources[0].token()
    assert set(await asyncio.gather(*(one.refused(value) for one in sources * 3))) == {"token-2"}
    assert len(fake.token_calls) == 2


async def test_a_token_that_another_process_renewed_is_used_without_fetching() -> None:
    vault, fake = MemoryVault(), FakeDaraja()
    mine, theirs = (source(vault=vault, fake=fake)[0] for _ in range(2))
    old = await mine.token()
    new = await theirs.refused(old)
    assert await mine.token() == old, "nobody told us yet"
    assert await mine.refused(old) == new
    assert len(fake.token_calls) == 2


async def test_refusals_fetch_at_most_one_token_in_thirty_seconds() -> None:
    tokens, fake, clock = source()
    second = await tokens.refused(await tokens.token())
    for _ in range(3):
        with pytest.raises(CredentialsRefused) as caught:
            await tokens.refused(second)
        assert caught.value.retry_after_s == 30.0
    clock.pass_s(31)
    assert await tokens.refused(second) == "token-3"
    assert len(fake.token_calls) == 3


async def test_a_process_that_died_while_fetching_does_not_stop_the_others_for_ever() -> None:
    vault = MemoryVault()
    assert await vault.claim_refresh(0.02)
    tokens, _, _ = source(vault=vault)
    assert await tokens.token() == "token-1"


async def test_waiting_for_another_process_is_bounded_and_does_not_queue_up() -> None:
    vault = MemoryVault()
    assert await vault.claim_refresh(30.0)
    tokens, fake, _ = source(vault=vault)
    async with asyncio.timeout(1.0):
        outcomes = await asyncio.gather(*(tokens.token() for _ in range(100)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NoToken}
    assert fake.token_calls == []


async def test_a_token_stored_between_look_and_claim_is_used() -> None:
    class LateVault(MemoryVault):
        async def claim_refresh(self, lease_s: float) -> bool:
            now = Clock().now
            await self.store(
                value="theirs", expires_at=now.replace(hour=11), fetched_at=now, after_refusal=False
            )
            return await super().claim_refresh(lease_s)

    tokens, fake, _ = source(vault=LateVault())
    assert await tokens.token() == "theirs"
    assert fake.token_calls == []


FAILURES: dict[str, tuple[Reply, type[NotSent]]] = {
    "wrong_keys": (error(400, "400.008.01", "Invalid Authentication passed"), CredentialsRefused),
    "grant_type": (error(400, "400.008.02", "Invalid grant type passed"), CredentialsRefused),
    "401": (reply(401, {"error": "Invalid Credentials"}), CredentialsRefused),
    "no_product": (fault(401, "", "Invalid API call as no apiproduct match found"), CredentialsRefused),
    "throttled": (reply(429, b""), Throttled),
    "busy": (error(500, "500.003.02", "System is busy"), Throttled),
    "firewall": (reply(503, b"<html>Incapsula incident ID: 1"), NoToken),
    "page": (reply(200, b"<html>"), NoToken),
    "empty": (reply(200, b""), NoToken),
    "no_token": (reply(200, {"expires_in": 3599}), NoToken),
    "no_life": (reply(200, {"access_token": "abc"}), NoToken),
    "odd_life": (said("abc", "soon"), NoToken),
    "no_time_left": (said("abc", 0), NoToken),
    "header_injection": (said("abc\r\nX: y", 3599), NoToken),
    "token_as_number": (said(5, 3599), NoToken),  # type: ignore[arg-type] # the mistake under test
    "unreached": (httpx.ConnectError("x"), NoToken),
    "slow": (httpx.ReadTimeout("x"), NoToken),
    "lost": (httpx.RemoteProtocolError("x"), NoToken),
}


@pytest.mark.parametrize(("answer", "kind"), FAILURES.values(), ids=FAILURES)
async def test_without_a_token_nothing_has_been_sent(answer: Reply, kind: type[NotSent]) -> None:
    tokens, fake, clock = source(answer)
    with pytest.raises(NotSent) as caught:
        await tokens.token()
    assert type(caught.value) is kind
    assert "consumersecret" not in str(caught.value)
    clock.pass_s(61)
    assert await tokens.token() == "token-2", "the trouble passed"
    assert len(fake.token_calls) == 2


async def test_a_failure_is_not_repeated_by_everyone_who_waits() -> None:
    tokens, fake, clock = source(reply(503, b""), reply(503, b""))
    outcomes = await asyncio.gather(*(tokens.token() for _ in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NoToken}
    assert len(fake.token_calls) == 1
    clock.pass_s(6)
    with pytest.raises(NoToken):
        await tokens.token()
    assert len(fake.token_calls) == 2


async def test_an_old_token_serves_while_no_new_one_can_be_had() -> None:
    tokens, fake, clock = source(said("old", 3600), *(reply(503, b"") for _ in range(2)))
    await tokens.token()
    clock.pass_s(3000)
    assert [await tokens.token() for _ in range(5)] == ["old"] * 5
    assert len(fake.token_calls) == 2, "and Daraja is not asked for each"
    clock.pass_s(595)
    with pytest.raises(NoToken):
        await tokens.token()


async def test_an_old_token_serves_while_another_process_is_fetching() -> None:
    vault = MemoryVault()
    tokens, fake, clock = source(vault=vault)
    await tokens.token()
    clock.pass_s(3000)
    assert await vault.claim_refresh(30.0)
    assert await tokens.token() == "token-1"
    await vault.release()
    assert await tokens.token() == "token-2", "and nobody is kept from fetching afterwards"
    assert len(fake.token_calls) == 2


async def test_the_vault_keeps_the_token_that_was_fetched_last() -> None:
    vault, now = MemoryVault(), Clock().now
    await vault.store(value="new", expires_at=now, fetched_at=now, after_refusal=False)
    await vault.store(value="old", expires_at=now, fetched_at=now.replace(hour=1), after_refusal=False)
    kept = await vault.read()
    assert kept is not None
    assert kept.value == "new"


def test_a_token_never_shows_in_a_printed_record() -> None:
    now = Clock().now
    assert "sesame" not in repr(Token("sesame", now, now, after_refusal=False))

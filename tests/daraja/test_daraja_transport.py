"""What a failed exchange means, on real sockets where it can be."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from daraja.errors import DarajaError, NotSent, PerhapsSent, Unreached
from daraja.strictjson import MAX_BYTES
from daraja.transport import FATES, Answer, Timeouts, exchange, fate_of

HASTY = Timeouts(connect_s=0.3, read_s=0.3, write_s=0.3, pool_s=0.1, total_s=0.8)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[int]:
    """A real socket that treats its callers as told, and lets go of them at the end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def ask(url: str, http: httpx.AsyncClient | None = None) -> Answer:
    async with http or httpx.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": "Bearer the-token"}
        return await exchange(client, "POST", url, headers=headers, body=b"{}", timeouts=HASTY)


def test_every_failure_the_http_library_knows_is_classified() -> None:
    known = {kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)}
    assert known == set(FATES)


def test_a_failure_nobody_foresaw_counts_as_perhaps_sent() -> None:
    class NewTimeout(httpx.TimeoutException):
        pass

    for error in (NewTimeout("x"), OSError("x"), RuntimeError("x"), TimeoutError()):
        assert type(fate_of(error)) is PerhapsSent


def test_only_failures_before_the_first_byte_leave_a_push_free_to_be_repeated() -> None:
    free = {kind.__name__ for kind, fate in FATES.items() if issubclass(fate, NotSent)}
    assert free == {
        "ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol", "InvalidURL",
    }  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in FATES if not issubclass(kind, httpx.StreamError)])
async def test_nothing_of_the_http_library_leaves_the_room(kind: type[Exception]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        if issubclass(kind, httpx.HTTPStatusError):
            raise kind("the-token", request=request, response=httpx.Response(500))
        raise kind("the-token")

    with pytest.raises(DarajaError) as caught:
        await ask("http://127.0.0.1:9/", httpx.AsyncClient(transport=httpx.MockTransport(fail)))
    assert type(caught.value) is FATES[kind]
    assert caught.value.__context__ is caught.value.__cause__ is None
    assert "the-token" not in str(caught.value)


async def test_a_port_that_nobody_listens_on_is_surely_not_sent() -> None:
    async def nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        pass

    async with listening(nothing) as port:
        pass
    with pytest.raises(Unreached):
        await ask(f"http://127.0.0.1:{port}/")


async def test_a_name_that_does_not_resolve_is_surely_not_sent() -> None:
    with pytest.raises(Unreached):
        await ask("http://nowhere.invalid/")


async def test_a_failed_tls_handshake_is_surely_not_sent() -> None:
    async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with listening(no_tls) as port:
        with pytest.raises(Unreached):
            await ask(f"https://127.0.0.1:{port}/")


async def test_a_client_already_closed_is_surely_not_sent() -> None:
    http = httpx.AsyncClient(trust_env=False)
    await http.aclose()
    with pytest.raises(Unreached):
        await exchange(http, "GET", "http://127.0.0.1:9/", headers={}, timeouts=HASTY)


async def _silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while await reader.read(1000):
        pass


async def _hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read(1000)


async def _half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Checkout')


async def _noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
    writer.write(b"\x16\x03\x01 what\r\n\r\n")


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.05)  # a slow answer is what is tested


@pytest.mark.parametrize("handler", [_silence, _hang_up, _half, _noise, _trickle])
async def test_a_connection_that_fails_after_the_request_is_perhaps_sent(handler: Handler) -> None:
    async with listening(handler) as port:
        with pytest.raises(PerhapsSent):
            await ask(f"http://127.0.0.1:{port}/")


async def test_a_kept_alive_connection_that_dies_is_perhaps_sent_and_not_retried() -> None:
    requests: list[bytes] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"{}"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        requests.append(await reader.readuntil(b"{}"))

    async with listening(once) as port, httpx.AsyncClient(trust_env=False) as http:
        url = f"http://127.0.0.1:{port}/"
        first = await exchange(http, "POST", url, headers={}, body=b"{}", timeouts=HASTY)
        assert first == Answer(200, b"{}")
        with pytest.raises(PerhapsSent):
            await exchange(http, "POST", url, headers={}, body=b"{}", timeouts=HASTY)
    assert len(requests) == 2


async def test_a_full_pool_is_surely_not_sent() -> None:
    async with listening(_silence) as port:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
            url = f"http://127.0.0.1:{port}/"
            first = asyncio.create_task(exchange(http, "POST", url, headers={}, body=b"{}", timeouts=HASTY))
            await asyncio.sleep(0)
            with pytest.raises(Unreached):
                await exchange(http, "POST", url, headers={}, body=b"{}", timeouts=HASTY)
            with pytest.raises(PerhapsSent):
                await first


async def test_an_endless_answer_is_cut_where_the_reader_refuses_it() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"1" * 200_000)
        await reader.read()

    async with listening(flood) as port:
        answer = await ask(f"http://127.0.0.1:{port}/")
    assert len(answer.body) == MAX_BYTES + 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("99999", 3600.0), ("-1", None), ("Tue", None), ("", None)]
)
async def test_a_retry_after_in_seconds_is_understood_and_bounded(header: str, seconds: float | None) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(429, headers={"Retry-After": header}))
    answer = await ask("http://127.0.0.1:9/", httpx.AsyncClient(transport=transport))
    assert answer.retry_after_s == seconds


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    transport = httpx.MockTransport(
        lambda _: httpx.Response(307, headers={"Location": "http://127.0.0.1:9/x"})
    )
    assert (await ask("http://127.0.0.1:9/", httpx.AsyncClient(transport=transport))).status == 307

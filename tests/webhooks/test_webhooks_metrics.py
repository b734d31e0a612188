"""The numbers are for whoever watches the program from its own machine, and they name nobody."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from legalpro.metrics import Metrics
from storage.connect import Store
from tests.webhooks.web_stand import ID, Clock, Site, callback, line

OpenSite = Callable[..., Awaitable[Site]]
FROM_HERE = "Host: 127.0.0.1:8080"


@pytest.fixture
async def metrics(store: Store, clock: Clock) -> Metrics:
    return Metrics(store.census, clock)


@pytest.fixture
async def counted_site(open_site: OpenSite, metrics: Metrics) -> Site:
    return await open_site(meter=metrics, metrics=metrics.text)


async def read_metrics(site: Site, *headers: str) -> tuple[int, str]:
    """The whole answer to a plain GET; the numbers are longer than what the stand's client reads at once."""
    asked = "\r\n".join(["GET /metrics HTTP/1.1", *headers, "Connection: close", "", ""])
    async with line(site.port) as (reader, writer):
        writer.write(asked.encode())
        answer = (await reader.read(-1)).decode()
    return int(answer.split(" ", 2)[1]), answer


def value(text: str, name: str) -> float:
    found = re.search(rf"^legalpro_{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not in:\n{text}"
    return float(found[1])


async def test_a_caller_on_this_machine_reads_the_numbers(counted_site: Site) -> None:
    status, text = await read_metrics(counted_site, FROM_HERE)
    assert status == 200
    assert "text/plain; version=0.0.4" in text
    assert value(text, "store_up") == 1


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For: 41.90.64.1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-For:",
        "Forwarded: for=127.0.0.1",
        "X-Real-IP: 127.0.0.1",
        "Via: 1.1 proxy",
    ],
)
async def test_whoever_comes_through_a_proxy_finds_no_such_page(counted_site: Site, header: str) -> None:
    assert (await read_metrics(counted_site, FROM_HERE, header))[0] == 404


@pytest.mark.parametrize("host", ["pay.firm.example", "pay.firm.example:443", "10.0.0.1"])
async def test_whoever_asks_for_another_host_finds_no_such_page(counted_site: Site, host: str) -> None:
    assert (await read_metrics(counted_site, f"Host: {host}"))[0] == 404


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
async def test_this_machine_has_several_names(counted_site: Site, host: str) -> None:
    assert (await read_metrics(counted_site, f"Host: {host}"))[0] == 200


async def test_callbacks_are_counted_by_what_they_were_answered(counted_site: Site) -> None:
    await counted_site.tell(callback())
    await counted_site.tell(callback())
    await counted_site.tell(b"no callback")
    await counted_site.tell(callback(), path=f"/c/stk/{ID}/{'0' * 40}")
    await counted_site.tell(b"x" * 70_000)
    _, text = await read_metrics(counted_site, FROM_HERE)
    counts = {
        verdict: value(text, f'callbacks_received_total{{kind="stk",verdict="{verdict}"}}')
        for verdict in ("accepted", "unreadable", "refused", "too_large")
    }
    assert counts == {"accepted": 2, "unreadable": 1, "refused": 1, "too_large": 1}
    assert value(text, "callback_ack_seconds_count") == 5


async def test_the_store_s_numbers_are_of_this_moment(counted_site: Site, clock: Clock) -> None:
    await counted_site.tell(callback())
    clock.forward(90)
    _, text = await read_metrics(counted_site, FROM_HERE)
    assert (value(text, "inbox_depth"), value(text, "inbox_oldest_seconds")) == (1, 90)
    assert value(text, 'payments_total{state="paid"}') == 0


async def test_an_absent_store_is_a_number_too(
    counted_site: Site, fail: Callable[..., Awaitable[None]]
) -> None:
    await fail("aggregate", "payments", errorCode=91)
    status, text = await read_metrics(counted_site, FROM_HERE)
    assert (status, value(text, "store_up")) == (200, 0)


async def test_no_number_names_a_payment_or_a_phone(counted_site: Site) -> None:
    await counted_site.tell(callback())
    _, text = await read_metrics(counted_site, FROM_HERE)
    assert ID not in text
    assert not re.search(r"(?<!\d)(?:254|0)[17]\d{8}(?!\d)", text)

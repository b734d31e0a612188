"""The document of the HTTP surface is true, and nothing made from it or against it surprises the server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from payments.inbox import InboxRow
from tests.webhooks.web_stand import BASE, ID, KEY, OLD_KEY, Clock, Site, roomy, serving
from webhooks.addresses import CallbackAddresses
from webhooks.parts import WebParts
from webhooks.readiness import Readiness
from webhooks.server import build_web_app
from webhooks.sources import Sources

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
MOST_S = 10.0
ELSEWHERE = {"400", "404", "405"}
"""What is not in the document at all is refused so."""
ONE_LOOP = settings(deadline=None, max_examples=40, suppress_health_check=[*HealthCheck])


class Kept:
    """A store in memory: here only what is answered counts, and whether anything was kept at all."""

    def __init__(self) -> None:
        self.rows: list[InboxRow] = []
        self.updates: list[bytes] = []

    async def add(self, row: InboxRow) -> bool:
        self.rows.append(row)
        return True

    async def take_update(self, raw: bytes) -> bool:
        if b"update_id" not in raw:
            raise ValueError("not an update")
        self.updates.append(raw)
        return True


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


async def _well() -> None:
    """A store that is there."""


def test_the_document_has_the_routes_that_there_are_and_no_others() -> None:
    parts = WebParts(
        inbox=Kept(),
        addresses=CallbackAddresses(BASE, [KEY]),
        sources=Sources(),
        now=Clock(),
        arrived=lambda: None,
        ready=Readiness(ping=_well, spool=roomy),
    )
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in build_web_app(parts).router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    written = {(method, path) for path, methods in document()["paths"].items() for method in methods}
    assert written == routes


async def test_readiness_names_the_parts_that_the_document_names() -> None:
    said = await Readiness(ping=_well, spool=roomy).parts()
    assert sorted(document()["components"]["schemas"]["Readiness"]["required"]) == sorted(said)


def _served(kept: Kept) -> AbstractAsyncContextManager[Site]:
    return serving(kept, Clock(), take_update=kept.take_update, telegram_secret="only-telegram-knows")


@pytest.fixture(scope="module")
def live() -> Iterator[tuple[Site, Kept]]:
    """A server on a loop and a thread of its own: the fuzzer speaks to it from outside."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stack, kept = AsyncExitStack(), Kept()

    async def start() -> Site:
        return await stack.enter_async_context(_served(kept))

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(10), kept
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _cases() -> Iterator[Any]:
    """Every operation, by what fits the document and, where it has a body, by what does not."""
    for result in SCHEMA.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        modes = list(GenerationMode) if operation.method == "post" else [GenerationMode.POSITIVE]
        for mode in modes:
            yield pytest.param(operation, mode, id=f"{operation.label} {mode.value}")


SCHEMA = schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize(("operation", "mode"), [*_cases()])
def test_whatever_is_made_from_the_document_or_against_it_gets_an_answer_that_it_lists(
    live: tuple[Site, Kept], operation: Any, mode: GenerationMode
) -> None:
    site, kept = live

    @ONE_LOOP
    @given(case=operation.as_strategy(generation_mode=mode))
    def tell(case: Any) -> None:
        answer = case.call(base_url=f"http://127.0.0.1:{site.port}", timeout=MOST_S)
        assert str(answer.status_code) in {*operation.definition.raw["responses"], *ELSEWHERE}

    tell()
    assert (kept.rows, kept.updates) == ([], [])  # No token and no secret was ever right.


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_a_good_address_is_told_gets_an_answer_that_the_document_lists(
    live: tuple[Site, Kept], mode: GenerationMode, key: str
) -> None:
    site, kept = live
    operation = SCHEMA["/c/stk/{subject}/{token}"]["POST"]
    token = CallbackAddresses(BASE, [key]).url("stk", ID).rsplit("/", 1)[1]

    @ONE_LOOP
    @given(case=operation.as_strategy(generation_mode=mode))
    def tell(case: Any) -> None:
        case.path_parameters = {"subject": ID, "token": token}
        before = len(kept.rows)
        answer = case.call(base_url=f"http://127.0.0.1:{site.port}", timeout=MOST_S)
        assert answer.status_code in {200, 400, 405, 413}
        assert len(kept.rows) == before + (case.method.upper() == "POST" and answer.status_code != 413)

    tell()
    kept.rows.clear()

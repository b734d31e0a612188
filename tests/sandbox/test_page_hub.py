"""The queues between the stand-ins and the browser tabs are bounded."""

from __future__ import annotations

import pytest

from sandbox.page.hub import Hub, TooManyTabsError


async def test_a_tab_that_does_not_read_is_cut_off_and_costs_the_others_nothing() -> None:
    hub = Hub(most_waiting=3)
    slow, quick = hub.open(), hub.open()
    for number in range(5):
        hub.tell({"number": number})
        assert await quick.next(1) == f'data: {{"number": {number}}}\n\n'.encode()
    assert await slow.next(1) is None


async def test_silence_is_told_apart_from_the_end() -> None:
    hub = Hub()
    tab = hub.open()
    assert await tab.next(0.01) == b""
    hub.close()
    assert await tab.next(1) is None


async def test_only_so_many_tabs_are_served() -> None:
    hub = Hub(most_tabs=1)
    first = hub.open()
    with pytest.raises(TooManyTabsError):
        hub.open()
    hub.leave(first)
    hub.open()
    assert len(hub) == 1

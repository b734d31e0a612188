"""Who waits for a file or a picture sees that it is on its way, and only who really waits."""

from __future__ import annotations

import asyncio

import pytest

from bot.doing import DoingTimes, shown_meanwhile
from tests.bot.bot_stand import ADMIN, ASHA, Stand
from tests.bot.test_bot_receipts import paid

AT_ONCE = DoingTimes(felt_s=0, again_s=0.001)
LATER = DoingTimes(felt_s=3_600)


class Sign:
    """Counts how often it was shown, and knows when it was shown thrice."""

    def __init__(self) -> None:
        self.shown = 0
        self.is_there = asyncio.Event()

    async def show(self) -> None:
        self.shown += 1
        if self.shown == 3:
            self.is_there.set()


def under_way() -> int:
    return len(asyncio.all_tasks()) - 1


async def test_a_wait_that_nobody_feels_shows_nothing() -> None:
    sign = Sign()
    async with shown_meanwhile(sign.show, LATER):
        assert under_way() == 1
    assert (sign.shown, under_way()) == (0, 0)


async def test_a_long_wait_is_shown_again_and_again_until_it_is_over() -> None:
    sign = Sign()
    async with asyncio.timeout(10), shown_meanwhile(sign.show, AT_ONCE):
        await sign.is_there.wait()
    assert under_way() == 0


async def test_work_that_fails_or_is_given_up_leaves_no_sign_behind() -> None:
    sign = Sign()
    with pytest.raises(ValueError, match="no paper"):
        async with shown_meanwhile(sign.show, LATER):
            raise ValueError("no paper")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01), shown_meanwhile(sign.show, AT_ONCE):
            await asyncio.Event().wait()
    assert under_way() == 0


@pytest.mark.parametrize(
    ("user", "command", "method", "action"),
    [
        (ASHA, "/receipt", "sendDocument", "upload_document"),
        (ASHA, "/mydata", "sendDocument", "upload_document"),
        (ADMIN, "/export month csv", "sendDocument", "upload_document"),
        (ADMIN, "/analytics month", "sendPhoto", "upload_photo"),
        (ADMIN, "/analytics month xlsx", "sendDocument", "upload_document"),
        (ADMIN, "/bill 500 case HCCC/E123/2026 Drafting", "sendDocument", "upload_document"),
    ],
)
async def test_what_takes_long_is_shown_to_be_on_its_way(
    stand: Stand, user: int, command: str, method: str, action: str
) -> None:
    await paid(stand)
    stand.telegram.fault(method, "slow_s", delay_s=2)
    await stand.telegram.says(user, command)
    call = await stand.telegram.wait_for_call("sendChatAction")
    assert call.parameters == {"chat_id": str(user), "action": action}
    await stand.telegram.wait_for_call(method, lambda call: call.status == 200)


async def test_a_telegram_that_will_not_show_it_still_takes_the_paper(stand: Stand) -> None:
    await paid(stand)
    stand.telegram.fault("sendChatAction", "forbidden")
    stand.telegram.fault("sendDocument", "slow_s", delay_s=2)
    await stand.says("/receipt", "Receipt no. 000001")
    refused = await stand.telegram.wait_for_call("sendChatAction")
    assert refused.status == 403

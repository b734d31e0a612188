"""Whether a program can work, by its own word at `/readyz`. Owns the asking, once; waiting is the asker's."""

from __future__ import annotations

import aiohttp


async def is_ready(port: int, *, with_telegram: bool) -> bool:
    """Whether the program at that port can work; if wanted, whether it has met Telegram, too."""
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/readyz") as answer,
        ):
            return answer.ok and (not with_telegram or bool((await answer.json())["telegram"]))
    except aiohttp.ClientError:
        return False

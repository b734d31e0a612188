"""Delivery of updates to the bot's own address: in order per chat, repeated until accepted.

Telegram: setWebhook. Up to `max_connections` posts run at once, never two for one chat, so that a chat's
updates cannot overtake each other. A method call inside the bot's answer is not carried out here.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import aiohttp

from sandbox.doors import is_loopback

from .refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .events import Bell
    from .updates import Update, UpdateQueue
    from .wire import Call, JsonObject

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DEFAULT_CONNECTIONS = 40
_MOST_CONNECTIONS = 100
_ANSWER_WITHIN_S = 60.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where to post, and how it went."""

    url: str
    secret: str
    max_connections: int = _DEFAULT_CONNECTIONS
    last_error_date: int | None = None
    last_error_message: str | None = None


def read_webhook(call: Call) -> Webhook | None:
    """Read the parameters of setWebhook; None when the address is empty, which removes the webhook.

    Raises:
        Refusal: 400 for an address that is neither https nor on this machine, or for a malformed secret.
    """
    url = call.text("url").strip()
    if not url:
        return None
    if not _may_post_to(url):
        raise refusal("webhook_address")
    secret = call.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise refusal("webhook_secret")
    most = call.number("max_connections") or _DEFAULT_CONNECTIONS
    return Webhook(url=url, secret=secret, max_connections=max(1, min(most, _MOST_CONNECTIONS)))


def _may_post_to(url: str) -> bool:
    """Plain http is Telegram's no, and ours too, except to this very machine, where nobody listens in."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


@dataclass(slots=True)
class WebhookDelivery:
    """The postman: one task that hands pending updates to at most `max_connections` posts."""

    queue: UpdateQueue
    bell: Bell
    now: Callable[[], float]
    take_repeat: Callable[[], bool]
    """Tells whether a scripted fault wants this update posted twice."""
    webhook: Webhook | None = None
    _task: asyncio.Task[None] | None = None
    _posts: set[asyncio.Task[None]] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
    """Chats with an update on its way."""

    async def set(self, webhook: Webhook | None) -> None:
        """Post to this address from now on; None stops."""
        await self.stop()
        self.webhook = webhook
        if webhook is not None:
            self.queue.end_poll("poll_ended_by_webhook")
            self._task = asyncio.create_task(self._deliver(webhook))

    async def stop(self) -> None:
        """End all posting; what was not accepted stays pending."""
        tasks = [*self._posts, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._task = None
        self._posts.clear()
        self.busy.clear()

    def info(self) -> JsonObject:
        """Tell it as the Bot API's WebhookInfo."""
        hook = self.webhook
        known: JsonObject = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.pending),
        }
        if self.queue.allowed:
            known["allowed_updates"] = sorted(self.queue.allowed)
        if hook:
            known["max_connections"] = hook.max_connections
        if hook and hook.last_error_message:
            known |= {
                "last_error_date": hook.last_error_date,
                "last_error_message": hook.last_error_message,
            }
        return known

    async def _deliver(self, webhook: Webhook) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_WITHIN_S)) as session:
            while True:
                while (update := self._next(webhook)) is not None:
                    self.busy.add(update.chat_id)
                    post = asyncio.create_task(self._post(session, webhook, update))
                    self._posts.add(post)
                    post.add_done_callback(self._posts.discard)
                await self.bell.wait()

    def _next(self, webhook: Webhook) -> Update | None:
        """Pick the oldest update whose chat has nothing on the way."""
        if len(self.busy) >= webhook.max_connections:
            return None
        return next((update for update in self.queue.pending if update.chat_id not in self.busy), None)

    async def _post(self, session: aiohttp.ClientSession, webhook: Webhook, update: Update) -> None:
        pause_s = _FIRST_PAUSE_S
        while (problem := await self._post_once(session, webhook, update)) is not None:
            webhook.last_error_date = int(self.now())
            webhook.last_error_message = problem
            self.bell.ring()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        self.busy.discard(update.chat_id)
        if update in self.queue.pending:  # drop_pending_updates may have come meanwhile
            self.queue.pending.remove(update)
        if self.take_repeat():
            self.queue.repeat(update.update_id)
        self.bell.ring()

    async def _post_once(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: Update
    ) -> str | None:
        """Post once; None when accepted, else what to tell in getWebhookInfo."""
        headers = {HEADER: webhook.secret} if webhook.secret else {}
        try:
            async with session.post(
                webhook.url, json=update.body, headers=headers, allow_redirects=False
            ) as answer:
                accepted = 200 <= answer.status < 300  # noqa: PLR2004  the 2xx of HTTP
                return (
                    None if accepted else f"Wrong response from the webhook: {answer.status} {answer.reason}"
                )
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError as error:
            return f"Connection failed: {type(error).__name__}"

"""The door for Telegram's updates, polled or posted: stored before they are acknowledged.

Owns the promise that an update which was acknowledged is kept; and the one exception: who floods is not
listened to, told so once, and nothing of it is stored. In what order updates are worked, and how often, is
`bot.lanes`' to say.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from telegram import Bot, Update
from telegram.constants import ChatType

from bot.manners import Manner, Manners
from bot.phrases import speaking
from bot.tongues import tagged
from payments.language import Language
from payments.ports import StoreUnavailable
from payments.updates import StoredUpdate, UpdateInbox
from payments.values import ChatId, UserId

log = logging.getLogger(__name__)

TOLD = "told"
"""The mark, beside an update as it is stored, that its sender is to be asked for patience."""

_GREATEST_ID = 2**53


class _Envelope(BaseModel):
    """The one field every update has (Telegram: Update)."""

    model_config = ConfigDict(strict=True, extra="ignore")

    update_id: Annotated[int, Field(ge=0, le=_GREATEST_ID)]


class UpdateDoor:
    """Takes updates in.

    `arrived` is called whenever there is one more to work, `absent` when one could not be stored.
    """

    def __init__(
        self,
        *,
        inbox: UpdateInbox,
        bot: Bot,
        manners: Manners,
        arrived: Callable[[], None],
        absent: Callable[[ChatId], None],
    ) -> None:
        self._inbox = inbox
        self._bot = bot
        self._manners = manners
        self._arrived = arrived
        self._absent = absent

    async def accept(self, raw: bytes | str) -> bool:
        """Store an update durably; False when it was known already, or its sender floods.

        Raises:
            ValueError: it is no update.
            StoreUnavailable: nothing is known of the write; Telegram must send it again.
        """
        try:
            update_id = _Envelope.model_validate_json(raw).update_id
        except ValidationError as error:
            raise ValueError(f"not an update: {error.error_count()} mistakes") from None
        text = raw.decode() if isinstance(raw, bytes) else raw
        update = self.read(text)
        if update is None:
            stored = StoredUpdate(update_id=update_id, chat_id=None, raw=text)
            return await self._inbox.add(stored, aside="it cannot be read")
        manner = self._manner(update)
        if manner is Manner.IGNORE:
            return False
        chat = update.effective_chat
        kept = text if manner is Manner.FINE else _marked(text)
        stored = StoredUpdate(update_id=update_id, chat_id=ChatId(chat.id) if chat else None, raw=kept)
        try:
            new = await self._inbox.add(stored)
        except StoreUnavailable:
            if chat is not None and chat.type == ChatType.PRIVATE:
                with speaking(_language_of(update)):
                    self._absent(ChatId(chat.id))
            raise
        self._arrived()
        return new

    def read(self, text: str) -> Update | None:
        """Read an update as the library does; None when it cannot."""
        try:
            return Update.de_json(json.loads(text), self._bot)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            log.error("update_unreadable", extra={"why": type(error).__name__})  # noqa: TRY400  it holds what was said
            return None

    def _manner(self, update: Update) -> Manner:
        user = update.effective_user
        if user is None or update.my_chat_member is not None:
            return Manner.FINE
        manner = self._manners.acts(UserId(user.id))
        if manner is Manner.TELL:
            log.warning("person_floods", extra={"user": user.id})
        return manner


def is_too_much(text: str) -> bool:
    """Whether this stored update is only to be answered with a request for patience."""
    return bool(json.loads(text).get(TOLD))


def _language_of(update: Update) -> Language:
    """What they chose cannot be read while the store is away."""
    user = update.effective_user
    return (tagged(user.language_code) if user else None) or Language.ENGLISH


def _marked(text: str) -> str:
    return json.dumps({**json.loads(text), TOLD: True})

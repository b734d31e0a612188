"""What a person did, as small records: the only part of an update that the flows see.

Owns the reading of the library's `Update`. Nothing in it is trusted: ids say who it was, not what
they may do.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType

from payments.values import ChatId, MessageId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody in a chat, their private one unless said otherwise, and the update by which they act."""

    update_id: int
    chat_id: ChatId
    user_id: UserId
    first_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A shared contact card. `user_id` is None for a card of nobody on Telegram."""

    phone: str
    user_id: UserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message: a text, a contact, or neither (a picture, a sticker and the like)."""

    who: Who
    text: str | None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A tap on a button under a message."""

    who: Who
    query_id: str
    message_id: MessageId
    data: str


def read_said(update: Update) -> Said | None:
    """Read a message from a private chat; None for anything else."""
    who = _who(update)
    if update.message is None or who is None:
        return None
    return Said(who=who, text=update.message.text, contact=_contact(update.message))


def read_tap(update: Update) -> Tap | None:
    """Read a tap on a message of a private chat; None for anything else."""
    query, who = update.callback_query, _who(update)
    if query is None or who is None or query.message is None:
        return None
    return Tap(
        who=who,
        query_id=query.id,
        message_id=MessageId(query.message.message_id),
        data=query.data or "",
    )


def _who(update: Update) -> Who | None:
    chat = update.effective_chat
    return whoever(update) if chat is not None and chat.type == ChatType.PRIVATE else None


def _contact(message: Message) -> Contact | None:
    card = message.contact
    if card is None:
        return None
    return Contact(phone=card.phone_number, user_id=UserId(card.user_id) if card.user_id else None)


def whoever(update: Update) -> Who | None:
    """Who is behind an update, in whichever chat; None where there is no person or no chat."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return None
    return Who(
        update_id=update.update_id,
        chat_id=ChatId(chat.id),
        user_id=UserId(user.id),
        first_name=user.first_name,
    )

"""Everything the stand-in knows, in one place, for the methods and the people to work on.

It keeps and numbers; what may be done is decided in the methods, what people do in `people.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .chats import Chat, Message, Person
from .events import Bell, Stream
from .faults import WEBHOOK, FaultScript
from .journal import Journal
from .refusals import refusal
from .updates import UpdateQueue
from .webhook import WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from .wire import Call, JsonObject

QUERY_LIFE_S = 30
"""How long a button press may be answered. Telegram says only "seconds"; this is on the strict side."""


@dataclass(slots=True, kw_only=True)
class Query:
    """A button press waiting for its answer."""

    query_id: str
    user_id: int
    message_id: int
    data: str
    asked_at: float
    """Unix seconds."""
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An accepted answerCallbackQuery."""

    query_id: str
    user_id: int
    text: str
    show_alert: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file sent through the bot; `path` is its place under `/file/bot<token>/`."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    content: bytes = field(repr=False)
    path: str


def first_id(now_s: float) -> int:
    """Choose where ids begin. They must rise across restarts too, or a bot that remembers takes new for old.

    A hundred ids for every second since the last start, within 32 bits; it begins anew after 231 days.
    """
    return 1 + int(now_s * 100) % 2_000_000_000


class World:
    """People, chats, updates, files, commands, and the record of it all."""

    def __init__(self, *, bot_id: int, bot_name: str, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.bell = Bell()
        self.stream = Stream(self.bell)
        self.journal = Journal()
        self.faults = FaultScript()
        self._first = first_id(clock())
        self._message_id = self._first
        self._query_id = self._first << 20
        self._file_number = 0
        self.updates = UpdateQueue(self.bell, self._first)
        self.delivery = WebhookDelivery(
            self.updates,
            self.bell,
            clock,
            lambda: self.faults.take(WEBHOOK, "batch") is not None,
        )
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.answers: list[Answer] = []
        self.files: dict[str, StoredFile] = {}
        self.commands: dict[tuple[str, str], list[JsonObject]] = {}
        """Lists of commands by scope and language, the empty language being every language."""
        self.menu_buttons: dict[int | None, JsonObject] = {}
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by field and language."""
        self.bot: JsonObject = {
            "id": bot_id,
            "is_bot": True,
            "first_name": bot_name,
            "username": "practice_fees_bot",
        }

    def now(self) -> int:
        """Tell the time in whole Unix seconds."""
        return int(self.clock())

    def next_message_id(self) -> int:
        """Number a message."""
        self._message_id += 1
        return self._message_id

    def next_query_id(self) -> str:
        """Number a button press."""
        self._query_id += 1
        return str(self._query_id)

    def next_file_number(self) -> int:
        """Number a file; unlike the other ids these start anew each time."""
        self._file_number += 1
        return self._file_number

    def chat(self, user_id: int) -> Chat:
        """Find somebody's chat. Raises LookupError for somebody nobody introduced."""
        if user_id not in self.chats:
            raise LookupError(f"nobody with the id {user_id} is here; introduce people with person()")
        return self.chats[user_id]

    def chat_of(self, call: Call, *, to_send: bool = False) -> Chat:
        """Find the chat a call speaks of.

        Raises:
            Refusal: 400 when it is missing or unknown; 403 when `to_send` and its person blocked the bot.
        """
        if not call.text("chat_id"):
            raise refusal("chat_missing")
        try:
            chat = self.chats.get(int(call.text("chat_id")))
        except ValueError:  # "@channel": there are no channels here
            chat = None
        if chat is None:
            raise refusal("chat_unknown")
        if to_send and chat.person.blocked:
            raise refusal("blocked")
        return chat

    def add_message(self, message: Message) -> Message:
        """Show a new message and tell the stream."""
        self.chats[message.chat_id].add(message)
        self.stream.add("message", message.chat_id, message.view())
        return message

    def message_json(self, message: Message) -> JsonObject:
        """Tell a message as the Bot API's Message, with its chat and sender."""
        chat = self.chats[message.chat_id]
        head: JsonObject = {
            "message_id": message.message_id,
            "from": self.bot if message.from_bot else chat.person.as_user(),
            "chat": chat.person.as_chat(),
            "date": message.date,
        }
        replied = chat.message(message.reply_to) if message.reply_to else None
        if replied is not None:
            head["reply_to_message"] = self._head_json(replied, chat.person)
        return head | message.body()

    def _head_json(self, message: Message, person: Person) -> JsonObject:
        sender = self.bot if message.from_bot else person.as_user()
        head: JsonObject = {"message_id": message.message_id, "from": sender, "date": message.date}
        return head | {"chat": person.as_chat()} | message.body()

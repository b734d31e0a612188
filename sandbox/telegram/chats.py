"""People, their private chats with the bot, and the messages in them. It checks nothing and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .keyboards import Button, Markup, Rows
    from .wire import JsonObject


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a private chat; the chat's id is the user's id, as in Telegram."""

    user_id: int
    first_name: str
    username: str | None = None
    language_code: str | None = "en"
    blocked: bool = False

    def as_user(self) -> JsonObject:
        """Tell it as the Bot API's User."""
        user: JsonObject = {"id": self.user_id, "is_bot": False, "first_name": self.first_name}
        extra = {"username": self.username, "language_code": self.language_code}
        return user | {name: value for name, value in extra.items() if value}

    def as_chat(self) -> JsonObject:
        """Tell it as the Bot API's Chat."""
        chat: JsonObject = {"id": self.user_id, "type": "private", "first_name": self.first_name}
        return chat | ({"username": self.username} if self.username else {})


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as the chat shows it. `text` is the caption where there is a document or photo."""

    message_id: int
    chat_id: int
    from_bot: bool
    date: int
    """Unix seconds."""
    text: str = ""
    entities: list[JsonObject] = field(default_factory=list)
    html: str = ""
    """What the bot sent, before parsing; equal to `text` where no parse mode was given."""
    markup: Markup | None = None
    document: JsonObject | None = None
    photo: list[JsonObject] | None = None
    contact: JsonObject | None = None
    reply_to: int | None = None
    effect: str | None = None
    """The id of the animation it comes with."""
    media_group_id: str | None = None
    protected: bool = False
    edited: int = 0
    """How often the bot changed it."""
    edit_date: int | None = None
    deleted: bool = False
    pinned: bool = False

    @property
    def rows(self) -> Rows:
        """Rows of the inline keyboard under the message; empty when there is none."""
        return self.markup.rows if self.markup and self.markup.inline else ()

    @property
    def buttons(self) -> list[Button]:
        """All buttons under the message, row by row."""
        return [button for row in self.rows for button in row]

    @property
    def is_media(self) -> bool:
        """Tell whether the text is a caption."""
        return self.document is not None or self.photo is not None

    @property
    def file_unique_id(self) -> str | None:
        """Which file hangs on it, if one does."""
        shown = self.document or (self.photo[-1] if self.photo else None)
        return str(shown["file_unique_id"]) if shown else None

    def button(self, text_or_data: str) -> Button | None:
        """Find the button that shows this text or carries this data."""
        return next((b for b in self.buttons if text_or_data in {b.text, b.data}), None)

    def body(self) -> JsonObject:
        """Tell its content as fields of the Bot API's Message."""
        names = ("caption", "caption_entities") if self.is_media else ("text", "entities")
        fields: JsonObject = {
            names[0]: self.text,
            names[1]: self.entities,
            "document": self.document,
            "photo": self.photo,
            "contact": self.contact,
            "media_group_id": self.media_group_id,
            "has_protected_content": self.protected,
            "effect_id": self.effect,
            "edit_date": self.edit_date,
            "reply_markup": self.markup.wire if self.markup and self.rows else None,
        }
        return {name: value for name, value in fields.items() if value}

    def view(self) -> JsonObject:
        """Tell it as a page or a terminal shows it."""
        reply_rows = self.markup.rows if self.markup and not self.markup.inline else ()
        return {
            "message_id": self.message_id,
            "from_bot": self.from_bot,
            "date": self.date,
            "text": self.text,
            "entities": self.entities,
            "html": self.html,
            "rows": [[button.as_json() for button in row] for row in self.rows],
            "reply_kind": self.markup.kind if self.markup and not self.markup.inline else None,
            "reply_rows": [[button.as_json() for button in row] for row in reply_rows],
            "document": self.document,
            "photo": self.photo,
            "contact": self.contact,
            "reply_to": self.reply_to,
            "media_group_id": self.media_group_id,
            "protected": self.protected,
            "effect": self.effect,
            "edited": self.edited,
            "deleted": self.deleted,
            "pinned": self.pinned,
        }


@dataclass(slots=True)
class Chat:
    """A private chat: all messages ever, and the keyboard that stands in for the phone's own."""

    person: Person
    history: list[Message] = field(default_factory=list)
    """Deleted messages too."""
    reply_keyboard: Markup | None = None

    @property
    def messages(self) -> list[Message]:
        """The messages a person sees now, oldest first."""
        return [message for message in self.history if not message.deleted]

    @property
    def from_bot(self) -> list[Message]:
        """The visible messages the bot sent, oldest first."""
        return [message for message in self.messages if message.from_bot]

    @property
    def last(self) -> Message:
        """The newest visible message. Raises LookupError in an empty chat."""
        if not (seen := self.messages):
            raise LookupError(f"the chat with {self.person.first_name} is empty")
        return seen[-1]

    def message(self, message_id: int) -> Message | None:
        """Find a message that is still there."""
        found = (m for m in reversed(self.history) if m.message_id == message_id and not m.deleted)
        return next(found, None)

    def add(self, message: Message) -> None:
        """Show a new message; a keyboard of the replying kind takes its place or leaves it."""
        self.history.append(message)
        if message.markup and not message.markup.inline:
            self.reply_keyboard = message.markup if message.markup.rows else None

    def transcript(self) -> str:
        """Tell the whole chat in lines of readable text."""
        lines = [line for message in self.messages for line in self._lines(message)]
        return "\n".join(lines) or "(nothing yet)"

    def _lines(self, message: Message) -> list[str]:
        who = "Bot" if message.from_bot else self.person.first_name
        edited = f" (edited {message.edited}x)" if message.edited else ""
        attached = [_attachment(message)] if _attachment(message) else []
        said = [*attached, *message.text.splitlines()] or [""]
        keyboard = message.markup.rows if message.markup else ()
        rows = ["    " + " ".join(f"[{button.text}]" for button in row) for row in keyboard]
        first = f"{who} #{message.message_id}{edited}: {said[0]}"
        return [first, *(f"    {line}" for line in said[1:]), *rows]


def _attachment(message: Message) -> str:
    if message.document is not None:
        return f"({message.document['file_name']}, {message.document['file_size']} bytes)"
    if message.photo is not None:
        return "(photo)"
    if message.contact is not None:
        return f"(contact {message.contact['phone_number']})"
    return ""

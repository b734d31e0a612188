"""What people do in their chats: write, tap, share a contact, block. Each becomes an update for the bot.

These are coroutines so that a caller need not care whether they take time; nothing here waits or sleeps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .chats import Chat, Message, Person
from .html import utf16_length
from .world import Query

if TYPE_CHECKING:
    from .keyboards import Button
    from .wire import JsonObject
    from .world import World

_COMMAND = re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,32}(?:@\w+)?")


def command_entities(text: str) -> list[JsonObject]:
    """Mark the /commands of a text, as Telegram does for what people write."""
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }
        for found in _COMMAND.finditer(text)
    ]


class People:
    """The doings of people, over the world they happen in."""

    world: World

    def person(
        self,
        user_id: int,
        first_name: str,
        *,
        username: str | None = None,
        language_code: str | None = "en",
        blocked: bool = False,
    ) -> Person:
        """Introduce somebody, with a private chat of the same id; introducing again keeps the chat."""
        person = Person(
            user_id=user_id,
            first_name=first_name,
            username=username,
            language_code=language_code,
            blocked=blocked,
        )
        if user_id in self.world.chats:
            self.world.chats[user_id].person = person
        else:
            self.world.chats[user_id] = Chat(person)
        self.world.stream.add("person", user_id, person.as_user())
        return person

    async def says(self, user_id: int, text: str) -> int:
        """Write to the bot; the id of the update. Raises LookupError, or ValueError if blocked."""
        message = self._from_person(user_id)
        message.text = message.html = text
        message.entities = command_entities(text)
        return self._deliver(message)

    async def edits(self, user_id: int, message_id: int, text: str) -> int:
        """Change a message of one's own; the id of the update. Raises LookupError if there is none such."""
        message = self.world.chat(user_id).message(message_id)
        if message is None or message.from_bot:
            raise LookupError(f"no message {message_id} of this person's own is there to edit")
        message.text = message.html = text
        message.entities = command_entities(text)
        message.edited += 1
        message.edit_date = self.world.now()
        self.world.stream.add("edit", user_id, message.view())
        return self.world.updates.add("edited_message", user_id, self.world.message_json(message))

    async def sends_photo(self, user_id: int, caption: str = "") -> int:
        """Send a picture, which no bot of ours asked for; the id of the update."""
        message = self._from_person(user_id)
        file_id = f"picture-{message.message_id}"
        size: JsonObject = {"width": 90, "height": 90, "file_size": 1000}
        message.photo = [{"file_id": file_id, "file_unique_id": file_id} | size]
        message.text = message.html = caption
        return self._deliver(message)

    async def shares_contact(
        self,
        user_id: int,
        phone: str,
        *,
        contact_user_id: int | None = None,
        first_name: str | None = None,
    ) -> int:
        """Share a contact: one's own, or the card of `contact_user_id` (0 for a card of no Telegram user).

        Returns the id of the update.
        """
        message = self._from_person(user_id)
        name = first_name or self.world.chat(user_id).person.first_name
        owner = user_id if contact_user_id is None else contact_user_id
        message.contact = {"phone_number": phone, "first_name": name} | ({"user_id": owner} if owner else {})
        return self._deliver(message)

    async def taps(self, user_id: int, button: str, *, message_id: int | None = None) -> str:
        """Tap a button, named by its text or its data, on the newest message that has it.

        Returns the id of the callback query. Raises LookupError when no such button is there to tap.
        """
        message, tapped = self._find_button(self.world.chat(user_id), button, message_id)
        if tapped.data is None:
            raise LookupError(
                f"the button {tapped.text!r} opens or copies something; the bot never hears of it"
            )
        return self._press(user_id, message, tapped.data)

    async def sends_callback(self, user_id: int, data: str, *, message_id: int) -> str:
        """Press a button that need not be there: a screen gone stale, or a forged press.

        Returns the id of the callback query. Raises LookupError when the message never was.
        """
        history = self.world.chat(user_id).history
        message = next((m for m in history if m.message_id == message_id), None)
        if message is None:
            raise LookupError(f"there never was a message {message_id} in this chat")
        return self._press(user_id, message, data)

    async def blocks(self, user_id: int) -> int:
        """Block the bot; the id of the my_chat_member update."""
        return self._membership(user_id, blocked=True)

    async def unblocks(self, user_id: int) -> int:
        """Let the bot write again; the id of the my_chat_member update."""
        return self._membership(user_id, blocked=False)

    def repeat_update(self, update_id: int) -> None:
        """Deliver an update once more. Raises LookupError for an id the bot was never due."""
        self.world.updates.repeat(update_id)

    def _from_person(self, user_id: int) -> Message:
        if self.world.chat(user_id).person.blocked:
            raise ValueError("somebody who blocked the bot cannot write to it; call unblocks() first")
        return Message(
            message_id=self.world.next_message_id(),
            chat_id=user_id,
            from_bot=False,
            date=self.world.now(),
        )

    def _deliver(self, message: Message) -> int:
        self.world.add_message(message)
        return self.world.updates.add("message", message.chat_id, self.world.message_json(message))

    def _find_button(self, chat: Chat, wanted: str, message_id: int | None) -> tuple[Message, Button]:
        for message in reversed(chat.from_bot):
            found = message.button(wanted)
            if found is not None and message_id in {None, message.message_id}:
                return message, found
        raise LookupError(f"no button {wanted!r} here. There are: {_buttons_there(chat)}")

    def _press(self, user_id: int, message: Message, data: str) -> str:
        query = Query(
            query_id=self.world.next_query_id(),
            user_id=user_id,
            message_id=message.message_id,
            data=data,
            asked_at=self.world.clock(),
        )
        self.world.queries[query.query_id] = query
        content: JsonObject = {
            "id": query.query_id,
            "from": self.world.chat(user_id).person.as_user(),
            "message": self.world.message_json(message),
            "chat_instance": str(user_id),
            "data": data,
        }
        self.world.updates.add("callback_query", user_id, content)
        self.world.stream.add("tap", user_id, {"query_id": query.query_id, "data": data})
        return query.query_id

    def _membership(self, user_id: int, *, blocked: bool) -> int:
        person = self.world.chat(user_id).person
        before, person.blocked = person.blocked, blocked
        content: JsonObject = {
            "chat": person.as_chat(),
            "from": person.as_user(),
            "date": self.world.now(),
            "old_chat_member": self._member(blocked=before),
            "new_chat_member": self._member(blocked=blocked),
        }
        return self.world.updates.add("my_chat_member", user_id, content)

    def _member(self, *, blocked: bool) -> JsonObject:
        if not blocked:
            return {"user": self.world.bot, "status": "member"}
        return {"user": self.world.bot, "status": "kicked", "until_date": 0}


def _buttons_there(chat: Chat) -> str:
    there = [
        f"#{message.message_id} [{button.text}]{f' ({button.data})' if button.data else ''}"
        for message in chat.from_bot
        for button in message.buttons
    ]
    instead = [
        f"[{b.text}]" for row in (chat.reply_keyboard.rows if chat.reply_keyboard else ()) for b in row
    ]
    reply = f"; in place of the phone's keyboard (use says): {' '.join(instead)}" if instead else ""
    return (", ".join(there) or "none") + reply

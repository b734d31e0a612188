"""Methods that send, change and remove messages, and answer button presses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .chats import Chat, Message
from .content import Words, read_caption, read_effect, read_text
from .html import utf16_length
from .keyboards import read_inline_markup, read_markup
from .refusals import refusal
from .world import QUERY_LIFE_S, Answer

if TYPE_CHECKING:
    from .wire import Call, JsonObject
    from .world import World

_ANSWER_LIMIT = 200
_ACTIONS: Final = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(world: World, call: Call) -> JsonObject:
    """Telegram: sendMessage."""
    chat = world.chat_of(call, to_send=True)
    message = new_message(world, chat, call, read_text(call))
    return world.message_json(world.add_message(message))


def new_message(world: World, chat: Chat, call: Call, words: Words) -> Message:
    """Make a message of the bot's, not shown yet, from what all sending methods have in common."""
    markup = read_markup(call)
    reply_to = _replied(chat, call)
    if markup is not None and markup.inline and not markup.rows:
        markup = None
    return Message(
        message_id=world.next_message_id(),
        chat_id=chat.person.user_id,
        from_bot=True,
        date=world.now(),
        text=words.text,
        entities=words.entities,
        html=words.html,
        markup=markup,
        reply_to=reply_to,
        effect=read_effect(call),
        protected=call.flag("protect_content"),
    )


def _replied(chat: Chat, call: Call) -> int | None:
    reply = call.mapping("reply_parameters") or {}
    message_id = reply.get("message_id", call.number("reply_to_message_id"))
    if message_id is None:
        return None
    if isinstance(message_id, int) and chat.message(message_id) is not None:
        return message_id
    if reply.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise refusal("reply_unknown")


def message_of(world: World, call: Call, missing: str) -> tuple[Chat, Message]:
    """Find the message a call speaks of; the refusal named `missing` when its chat does not have it."""
    chat = world.chat_of(call)
    message_id = call.number("message_id")
    if message_id is None:
        raise refusal("message_id_missing")
    message = chat.message(message_id)
    if message is None:
        raise refusal(missing)
    return chat, message


def editable(world: World, call: Call) -> Message:
    """Find a message the bot may change: its own, without a keyboard of the replying kind.

    Telegram: "Updating messages": only messages without reply_markup or with inline keyboards.
    """
    chat, message = message_of(world, call, "edit_unknown")
    if not message.from_bot or (message.markup is not None and not message.markup.inline):
        raise refusal("edit_forbidden")
    if chat.person.blocked:
        raise refusal("blocked")
    return message


def edit_message_text(world: World, call: Call) -> JsonObject:
    """Telegram: editMessageText. Without reply_markup the keyboard goes."""
    message = editable(world, call)
    words = read_text(call)
    if message.is_media:
        raise refusal("edit_no_text")
    return _rewritten(world, call, message, words)


def edit_message_caption(world: World, call: Call) -> JsonObject:
    """Telegram: editMessageCaption."""
    message = editable(world, call)
    if not message.is_media:
        raise refusal("edit_no_caption")
    return _rewritten(world, call, message, read_caption(call))


def edit_message_reply_markup(world: World, call: Call) -> JsonObject:
    """Telegram: editMessageReplyMarkup."""
    message = editable(world, call)
    return _rewritten(world, call, message, Words(message.text, message.entities, message.html))


def _rewritten(world: World, call: Call, message: Message, words: Words) -> JsonObject:
    """Write new words into a message, and the keyboard that the call has or has not."""
    before, markup = content_of(message), read_inline_markup(call)
    write(message, words)
    message.markup = markup
    return changed(world, message, before)


def write(message: Message, words: Words) -> None:
    """Put words in the place of a message's own."""
    message.text, message.entities, message.html = words.text, words.entities, words.html


def content_of(message: Message) -> tuple[object, ...]:
    """All by which a message can differ from what it was."""
    wire = message.markup.wire if message.markup else None
    return message.text, message.entities, wire, message.file_unique_id


def changed(world: World, message: Message, before: tuple[object, ...]) -> JsonObject:
    """Tell of new content. Raises Refusal when it is what was there `before`."""
    if content_of(message) == before:
        raise refusal("edit_unchanged")
    message.edited += 1
    message.edit_date = world.now()
    world.stream.add("edit", message.chat_id, message.view())
    return world.message_json(message)


def delete_message(world: World, call: Call) -> bool:
    """Telegram: deleteMessage; in a private chat the person's messages may go too, for 48 hours."""
    _, message = message_of(world, call, "delete_unknown")
    if world.now() - message.date > 48 * 3600:
        raise refusal("delete_forbidden")
    message.deleted = True
    world.stream.add("delete", message.chat_id, {"message_id": message.message_id})
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    """Telegram: answerCallbackQuery; once, and soon."""
    text = call.text("text")
    if utf16_length(text) > _ANSWER_LIMIT:
        raise refusal("answer_long")
    query = world.queries.get(call.text("callback_query_id"))
    if query is None or query.answered or world.clock() - query.asked_at > QUERY_LIFE_S:
        raise refusal("query_old")
    query.answered = True
    answer = Answer(
        query_id=query.query_id,
        user_id=query.user_id,
        text=text,
        show_alert=call.flag("show_alert"),
        url=call.text("url"),
    )
    world.answers.append(answer)
    told: JsonObject = {"query_id": answer.query_id, "text": text, "show_alert": answer.show_alert}
    world.stream.add("answer", query.user_id, told | {"url": answer.url})
    return True


def send_chat_action(world: World, call: Call) -> bool:
    """Telegram: sendChatAction."""
    chat = world.chat_of(call, to_send=True)
    if call.text("action") not in _ACTIONS:
        raise refusal("action")
    world.stream.add("action", chat.person.user_id, {"action": call.text("action")})
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    """Telegram: pinChatMessage."""
    _, message = message_of(world, call, "pin_unknown")
    return _pinned(world, message, pinned=True)


def unpin_chat_message(world: World, call: Call) -> bool:
    """Telegram: unpinChatMessage; without message_id the newest pinned one."""
    if call.has("message_id"):
        _, message = message_of(world, call, "unpin_unknown")
        return _pinned(world, message, pinned=False)
    chat = world.chat_of(call)
    newest = next((m for m in reversed(chat.messages) if m.pinned), None)
    if newest is None:
        raise refusal("unpin_unknown")
    return _pinned(world, newest, pinned=False)


def unpin_all_chat_messages(world: World, call: Call) -> bool:
    """Telegram: unpinAllChatMessages."""
    for message in world.chat_of(call).messages:
        if message.pinned:
            _pinned(world, message, pinned=False)
    return True


def _pinned(world: World, message: Message, *, pinned: bool) -> bool:
    message.pinned = pinned
    world.stream.add("edit", message.chat_id, message.view())
    return True


def set_message_reaction(world: World, call: Call) -> bool:
    """Telegram: setMessageReaction; checked, shown nowhere."""
    message_of(world, call, "react_unknown")
    call.sequence("reaction")
    return True

"""The refusals of the Bot API: code and wording in one table. When they apply is told elsewhere."""

from __future__ import annotations

from typing import Final


class Refusal(Exception):
    """The Bot API's "no": an HTTP code, a description and perhaps parameters for the caller."""

    def __init__(self, code: int, description: str, parameters: dict[str, object] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "unauthorized": (401, "Unauthorized"),
    "unknown_method": (404, "Not Found"),
    "unreadable_request": (400, "Bad Request: can't parse the request: {why}"),
    "not_utf8": (400, "Bad Request: strings must be encoded in UTF-8"),
    # Receiving updates
    "second_poller": (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "poll_ended_by_webhook": (409, "Conflict: terminated by setWebhook request"),
    "poll_ended_by_outage": (502, "Bad Gateway"),
    "webhook_active": (
        409,
        (
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first"
        ),
    ),
    "webhook_address": (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    "webhook_secret": (400, "Bad Request: secret token contains unallowed characters"),
    # Parameters
    "missing": (400, "Bad Request: {name} is empty"),
    "malformed": (400, "Bad Request: can't parse {name}: {why}"),
    "chat_missing": (400, "Bad Request: chat_id is empty"),
    "message_id_missing": (400, "Bad Request: message identifier is not specified"),
    # Chats and messages
    "chat_unknown": (400, "Bad Request: chat not found"),
    "user_unknown": (400, "Bad Request: user not found"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "text_empty": (400, "Bad Request: message text is empty"),
    "text_long": (400, "Bad Request: message is too long"),
    "caption_long": (400, "Bad Request: message caption is too long"),
    "parse_mode": (400, "Bad Request: unsupported parse_mode"),
    "entities": (400, "Bad Request: can't parse entities: {why}"),
    "edit_unknown": (400, "Bad Request: message to edit not found"),
    "edit_forbidden": (400, "Bad Request: message can't be edited"),
    "edit_unchanged": (
        400,
        (
            "Bad Request: message is not modified: specified new message content and reply markup"
            " are exactly the same as a current content and reply markup of the message"
        ),
    ),
    "edit_no_text": (400, "Bad Request: there is no text in the message to edit"),
    "edit_no_caption": (400, "Bad Request: there is no caption in the message to edit"),
    "edit_no_media": (400, "Bad Request: there is no media in the request"),
    "effect": (400, "Bad Request: EFFECT_ID_INVALID"),
    "delete_unknown": (400, "Bad Request: message to delete not found"),
    "delete_forbidden": (400, "Bad Request: message can't be deleted for everyone"),
    "reply_unknown": (400, "Bad Request: message to be replied not found"),
    "pin_unknown": (400, "Bad Request: message to pin not found"),
    "unpin_unknown": (400, "Bad Request: message to unpin not found"),
    "react_unknown": (400, "Bad Request: message to react not found"),
    "action": (400, "Bad Request: wrong parameter action in request"),
    # Keyboards
    "markup": (400, "Bad Request: can't parse reply keyboard markup JSON object: {why}"),
    "inline_expected": (400, "Bad Request: inline keyboard expected"),
    "button_text": (400, "Bad Request: can't parse inline keyboard button: text must be non-empty"),
    "button_action_none": (
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    "button_action_many": (
        400,
        "Bad Request: can't parse inline keyboard button: exactly one action must be specified",
    ),
    "button_data": (400, "Bad Request: BUTTON_DATA_INVALID"),
    "button_url": (400, "Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"),
    "button_copy": (400, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
    "button_style": (400, "Bad Request: can't parse button: invalid button style specified"),
    "buttons_many": (400, "Bad Request: REPLY_MARKUP_TOO_LONG"),
    # Button presses
    "query_old": (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    "answer_long": (400, "Bad Request: MESSAGE_TOO_LONG"),
    # Commands and profile
    "command": (400, "Bad Request: BOT_COMMAND_INVALID"),
    "command_description": (400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    "commands_many": (400, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    "scope": (400, "Bad Request: can't parse BotCommandScope: {why}"),
    "language": (400, "Bad Request: invalid language code specified"),
    "menu_button": (400, "Bad Request: can't parse MenuButton: {why}"),
    "profile_long": (400, "Bad Request: {name} is too long"),
    # Files
    "file_missing": (400, "Bad Request: there is no {kind} in the request"),
    "file_empty": (400, "Bad Request: file must be non-empty"),
    "file_id": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "file_id_get": (400, "Bad Request: invalid file_id"),
    "file_big": (413, "Request Entity Too Large"),
    "file_big_get": (400, "Bad Request: file is too big"),
    "photo_unreadable": (400, "Bad Request: IMAGE_PROCESS_FAILED"),
    "photo_big": (400, "Bad Request: too big photo"),
    "photo_sides": (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    "group_size": (400, "Bad Request: media group must contain 2-10 items"),
    "group_media": (400, "Bad Request: can't parse InputMedia: {why}"),
    "group_mixed": (400, "Bad Request: documents can't be mixed with other media types"),
}
"""Telegram Bot API: the wording its server is known to use, plus the HTTP code that goes with it."""


def refusal(key: str, **fill: str) -> Refusal:
    """Make the refusal named `key`, its blanks filled. Raises KeyError for a name not in the table."""
    code, description = REFUSALS[key]
    return Refusal(code, description.format(**fill))

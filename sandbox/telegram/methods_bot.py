"""Methods about the bot itself: who it is, its commands, menu button and profile, and how it gets updates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .refusals import refusal
from .webhook import read_webhook

if TYPE_CHECKING:
    from .wire import Call, JsonObject
    from .world import World

_MOST_COMMANDS = 100
_MOST_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_SCOPES: Final = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
_PROFILE_LIMITS: Final = {"name": 64, "description": 512, "short_description": 120}
_MENU_BUTTONS: Final = {"commands", "web_app", "default"}
_LONGEST_POLL_S = 50


def get_me(world: World, call: Call) -> JsonObject:  # noqa: ARG001  all methods are called alike
    """Telegram: getMe."""
    able: JsonObject = {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot | able


def do_nothing(world: World, call: Call) -> bool:  # noqa: ARG001  all methods are called alike
    """Telegram: logOut, close. There is no other server to move to."""
    return True


async def get_updates(world: World, call: Call) -> list[JsonObject]:
    """Telegram: getUpdates."""
    if world.delivery.webhook is not None:
        raise refusal("webhook_active")
    world.updates.remember_allowed(call.sequence("allowed_updates"))
    limit = call.number("limit", 100) or 100
    timeout_s = max(0, min(call.number("timeout", 0) or 0, _LONGEST_POLL_S))
    batch = await world.updates.poll(call.number("offset", 0) or 0, max(limit, 1), timeout_s)
    fault = world.faults.take("getUpdates", "batch") if batch else None
    bodies = [update.body for update in batch]
    if fault is not None and fault.kind == "duplicate_update":
        for update in batch:
            world.updates.repeat(update.update_id)
    return bodies[::-1] if fault is not None and fault.kind == "reversed_updates" else bodies


async def set_webhook(world: World, call: Call) -> bool:
    """Telegram: setWebhook; an empty address removes it."""
    webhook = read_webhook(call)
    world.updates.remember_allowed(call.sequence("allowed_updates"))
    if call.flag("drop_pending_updates"):
        world.updates.drop_all()
    await world.delivery.set(webhook)
    return True


async def delete_webhook(world: World, call: Call) -> bool:
    """Telegram: deleteWebhook."""
    if call.flag("drop_pending_updates"):
        world.updates.drop_all()
    await world.delivery.set(None)
    return True


def get_webhook_info(world: World, call: Call) -> JsonObject:  # noqa: ARG001  all methods are called alike
    """Telegram: getWebhookInfo."""
    return world.delivery.info()


def get_chat(world: World, call: Call) -> JsonObject:
    """Telegram: getChat."""
    chat = world.chat_of(call)
    return chat.person.as_chat() | {"accent_color_id": 0, "max_reaction_count": 11}


def set_my_commands(world: World, call: Call) -> bool:
    """Telegram: setMyCommands."""
    commands = [_command(item) for item in call.sequence("commands") or []]
    if len(commands) > _MOST_COMMANDS:
        raise refusal("commands_many")
    place = _scope(world, call), _language(call)
    world.commands[place] = commands
    _tell_commands(world, place)
    return True


def get_my_commands(world: World, call: Call) -> list[JsonObject]:
    """Telegram: getMyCommands; exactly this scope and language, without falling back."""
    return world.commands.get((_scope(world, call), _language(call)), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """Telegram: deleteMyCommands."""
    place = _scope(world, call), _language(call)
    if world.commands.pop(place, None) is not None:
        _tell_commands(world, place)
    return True


def _tell_commands(world: World, place: tuple[str, str]) -> None:
    world.stream.add("commands", None, {"scope": place[0], "language": place[1]})


def commands_for(world: World, user_id: int, language: str | None) -> list[JsonObject]:
    """Tell which commands somebody's menu shows (Telegram: BotCommandScope, order of choice)."""
    tongue = (language or "").split("-")[0]
    for scope in (f"chat:{user_id}", "all_private_chats", "default"):
        for spoken in (tongue, ""):
            if found := world.commands.get((scope, spoken)):
                return found
    return []


def _command(item: object) -> JsonObject:
    if not isinstance(item, dict):
        raise refusal("malformed", name="commands", why="expected an object of type BotCommand")
    if not _COMMAND.fullmatch(str(item.get("command", "")).removeprefix("/")):
        raise refusal("command")
    if not 1 <= len(str(item.get("description", "")).strip()) <= _MOST_DESCRIPTION:
        raise refusal("command_description")
    return {"command": str(item["command"]).removeprefix("/"), "description": str(item["description"])}


def _scope(world: World, call: Call) -> str:
    scope = call.mapping("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in _SCOPES:
        raise refusal("scope", why="unsupported type specified")
    if kind != "chat":
        return kind
    chat_id = str(scope.get("chat_id"))
    if not chat_id.lstrip("-").isdecimal() or int(chat_id) not in world.chats:
        raise refusal("chat_unknown")
    return f"chat:{chat_id}"


def _language(call: Call) -> str:
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise refusal("language")
    return language


def set_my_profile(world: World, call: Call) -> bool:
    """Telegram: setMyName, setMyDescription, setMyShortDescription."""
    field = _profile_field(call)
    if len(call.text(field)) > _PROFILE_LIMITS[field]:
        raise refusal("profile_long", name=field)
    world.profile[field, _language(call)] = call.text(field)
    return True


def get_my_profile(world: World, call: Call) -> JsonObject:
    """Telegram: getMyName, getMyDescription, getMyShortDescription."""
    field = _profile_field(call)
    found = world.profile.get((field, _language(call))) or world.profile.get((field, ""), "")
    return {field: found}


def _profile_field(call: Call) -> str:
    return {"name": "name", "description": "description"}.get(
        call.method[len("setmy") :], "short_description"
    )


def set_chat_menu_button(world: World, call: Call) -> bool:
    """Telegram: setChatMenuButton."""
    chat_id = world.chat_of(call).person.user_id if call.has("chat_id") else None
    button = call.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in _MENU_BUTTONS:
        raise refusal("menu_button", why="unsupported type specified")
    world.menu_buttons[chat_id] = button
    return True


def get_chat_menu_button(world: World, call: Call) -> JsonObject:
    """Telegram: getChatMenuButton."""
    chat_id = world.chat_of(call).person.user_id if call.has("chat_id") else None
    default: JsonObject = {"type": "default"}
    return world.menu_buttons.get(chat_id) or world.menu_buttons.get(None, default)

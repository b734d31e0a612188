"""The stage: who plays, which phone lines are known, and how chat and phone look right now, in JSON.

It looks, it changes nothing; what people do is in `deeds.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.safaricom import DarajaSimulator
    from sandbox.telegram import FakeBotApi, Happening
    from sandbox.telegram.wire import JsonObject

    from .personas import Persona

_MOST_OTHER_LINES: Final = 20
_SHOWN_SMS: Final = 50


class Nonsense(ValueError):
    """The page asked for something that makes no sense here, such as a person nobody knows."""


class Stage:
    """Both stand-ins and the people in front of them."""

    def __init__(self, botapi: FakeBotApi, simulator: DarajaSimulator, personas: Sequence[Persona]) -> None:
        self.botapi = botapi
        self.simulator = simulator
        self.personas = {persona.user_id: persona for persona in personas}
        self._own_lines = {persona.phone for persona in personas}
        # Lines nobody here owns: somebody typed another number into the chat. An ordered set.
        self._other_lines: dict[str, None] = {}
        for push in simulator.pushes:
            self.notice_line(push.order.phone)

    def persona(self, user_id: int) -> Persona:
        """Find who plays. Raises Nonsense."""
        if user_id not in self.personas:
            raise Nonsense(f"nobody here has the id {user_id}")
        return self.personas[user_id]

    def notice_line(self, msisdn: str) -> None:
        """Remember a phone that was mentioned; of those nobody owns, the newest few."""
        if msisdn in self._own_lines:
            return
        self._other_lines.pop(msisdn, None)
        self._other_lines[msisdn] = None
        if len(self._other_lines) > _MOST_OTHER_LINES:
            del self._other_lines[next(iter(self._other_lines))]

    def check_line(self, msisdn: str) -> str:
        """Let only known lines be touched. Raises Nonsense."""
        if msisdn not in self._own_lines and msisdn not in self._other_lines:
            raise Nonsense("no such phone is on this page")
        return msisdn

    def phone_json(self, msisdn: str) -> JsonObject:
        """Tell how a phone looks: balance, prompt, the newest text messages."""
        shown = self.simulator.phone(msisdn).as_json()
        messages = shown["sms"]
        if isinstance(messages, list):
            shown["sms"] = messages[-_SHOWN_SMS:]
        return shown

    def state_json(self, user_id: int) -> JsonObject:
        """Tell everything a tab needs to begin with; news up to `number` is already in it."""
        persona = self.persona(user_id)
        chat = self.botapi.chat(user_id)
        return {
            "number": self.botapi.world.stream.last_number,
            "bot": {name: self.botapi.world.bot[name] for name in ("first_name", "username")},
            "personas": [somebody.as_json() for somebody in self.personas.values()],
            "me": persona.as_json(),
            "messages": [message.view() for message in chat.messages],
            "keyboard": self.keyboard_json(user_id),
            "commands": self.botapi.commands_for(user_id),
            "phones": [self.phone_json(line) for line in (persona.phone, *self._other_lines)],
        }

    def keyboard_json(self, user_id: int) -> JsonObject | None:
        """Tell the keyboard that stands in for the phone's own; None when there is none."""
        markup = self.botapi.chat(user_id).reply_keyboard
        if markup is None:
            return None
        return {
            "rows": [[button.as_json() for button in row] for row in markup.rows],
            "one_time": markup.wire.get("one_time_keyboard", False),
            "placeholder": markup.wire.get("input_field_placeholder"),
        }

    def phone_news(self, msisdn: str) -> JsonObject:
        """Tell all tabs how a phone looks now."""
        return {"kind": "phone", "phone": self.phone_json(msisdn)}

    def chat_news(self, happening: Happening) -> list[JsonObject]:
        """Tell a happening in somebody's chat to the tabs; nothing for what no persona would see."""
        if happening.kind == "commands":
            return [self._commands_news(user_id) for user_id in self.personas]
        told = _TOLD.get(happening.kind)
        user_id = happening.chat_id
        if told is None or user_id is None or user_id not in self.personas:
            return []
        head: JsonObject = {"kind": happening.kind, "uid": user_id, "number": happening.number}
        return [head | told(self, user_id, happening.body)]

    def _commands_news(self, user_id: int) -> JsonObject:
        return {"kind": "commands", "uid": user_id, "commands": self.botapi.commands_for(user_id)}


def _message(stage: Stage, user_id: int, body: JsonObject) -> JsonObject:
    return {"message": body, "keyboard": stage.keyboard_json(user_id)}


def _as_it_is(_: Stage, __: int, body: JsonObject) -> JsonObject:
    return body


_TOLD: Final[dict[str, Callable[[Stage, int, JsonObject], JsonObject]]] = {
    "message": _message,
    "edit": _message,
    "delete": _as_it_is,
    "answer": _as_it_is,
    "action": _as_it_is,
}
"""Which happenings a person would see, and how each is told."""

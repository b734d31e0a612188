"""The stage: who plays, which phone lines are known, and how everything looks right now, in JSON.

It looks, it changes nothing but what it was told of the program; what people do is in `deeds.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from .weather import Weather

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.personas import Persona
    from sandbox.telegram import FakeBotApi, Happening
    from sandbox.telegram.wire import JsonObject

    from .sky import ChangeableSafaricom
    from .tracks import Track

ProgramState = Literal["running", "killed", "starting", "unknown"]

_MOST_OTHER_LINES: Final = 20
_SHOWN_SMS: Final = 50


class Nonsense(ValueError):
    """The page asked for something that makes no sense here, such as a person nobody knows."""


@dataclass(slots=True)
class ToldOfProgram:
    """What the page was told of the program under demonstration: it never asks it anything itself."""

    state: ProgramState = "unknown"
    tracks: dict[int, tuple[Track, ...]] = field(default_factory=dict)
    """What moves for each person, the newest first."""


class Stage:
    """Both stand-ins and the people in front of them. `kill` ends the program; False when it does not run."""

    def __init__(
        self,
        botapi: FakeBotApi,
        simulator: ChangeableSafaricom,
        personas: Sequence[Persona],
        kill: Callable[[], bool] | None = None,
    ) -> None:
        self.botapi = botapi
        self.simulator = simulator
        self.personas = {persona.user_id: persona for persona in personas}
        self.kill = kill
        self.weather = Weather(botapi, simulator)
        self.program = ToldOfProgram()
        self._run = secrets.token_hex(4)
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
            "run": self._run,
            "number": self.botapi.world.stream.last_number,
            "bot": {name: self.botapi.world.bot[name] for name in ("first_name", "username")},
            "personas": [somebody.as_json() for somebody in self.personas.values()],
            "received": self._received(),
            "me": persona.as_json(),
            "messages": [message.view() for message in chat.messages],
            "keyboard": self.keyboard_json(user_id),
            "commands": self.botapi.commands_for(user_id),
            "phones": [self.phone_json(line) for line in (persona.phone, *self._other_lines)],
            "weather": self.weather.as_json(),
            "program": self._program_json(),
            "tracks": self._tracks_json(user_id),
        }

    def _received(self) -> dict[int, int]:
        """Count what each person was sent so far: by this a tab knows what it has not shown yet."""
        histories = {user_id: self.botapi.chat(user_id).history for user_id in self.personas}
        return {user_id: sum(m.from_bot for m in history) for user_id, history in histories.items()}

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

    # News

    def phone_news(self, msisdn: str) -> JsonObject:
        """Tell all tabs how a phone looks now."""
        return {"kind": "phone", "phone": self.phone_json(msisdn)}

    def weather_news(self) -> JsonObject:
        """Tell all tabs where the switches stand."""
        return {"kind": "weather", "weather": self.weather.as_json()}

    def program_news(self, state: ProgramState) -> JsonObject:
        """Remember how the program is, and tell all tabs."""
        self.program.state = state
        return {"kind": "program", "program": self._program_json()}

    def tracks_news(self, user_id: int, tracks: Sequence[Track]) -> JsonObject | None:
        """Remember what moves for a person, and tell all tabs; None when they know."""
        if self.program.tracks.get(user_id, ()) == tuple(tracks):
            return None
        self.program.tracks[user_id] = tuple(tracks)
        return {"kind": "tracks", "uid": user_id, "tracks": self._tracks_json(user_id)}

    def _program_json(self) -> JsonObject:
        return {"state": self.program.state, "killable": self.kill is not None}

    def _tracks_json(self, user_id: int) -> list[JsonObject]:
        return [track.as_json() for track in self.program.tracks.get(user_id, ())]

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

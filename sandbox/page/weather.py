"""The weather: what goes wrong between the program and the world, as switches with named positions.

Owns the table and what each position does to the stand-ins. A switch stays where it was put.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sandbox.telegram import FakeBotApi
    from sandbox.telegram.wire import JsonObject

    from .sky import ChangeableSafaricom

FINE: Final = "fine"
"""Every switch has this position, and begins there."""
SLOW_S: Final = 5.0
"""How long a slow Safaricom thinks about each call."""


class NoSuchSwitch(LookupError):
    """There is no switch of this name, or none with this position."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a switch can stand: how that is called, and what it means for whoever pays."""

    label: str
    story: str


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can go wrong in several ways."""

    title: str
    positions: dict[str, Position]


SWITCHES: Final[dict[str, Switch]] = {
    "callback": Switch(
        "Safaricom's confirmation",
        {
            FINE: Position("arrives", "One callback, at once."),
            "lost": Position("gets lost", "No callback ever comes: the bot has to ask."),
            "late": Position("comes late", "The callback takes its time: the bot may ask before it comes."),
            "doubled": Position("comes twice", "Two at the same moment, and a third one later."),
            "early": Position("comes too early", "Before the answer to the request that it belongs to."),
        },
    ),
    "safaricom": Switch(
        "Safaricom",
        {
            FINE: Position("works", "Requests are answered at once."),
            "slow": Position("is slow", f"Every answer takes {SLOW_S:.0f} seconds."),
            "busy": Position(
                "is busy", "Requests are refused: the bot keeps away for a minute, then tries again."
            ),
            "down": Position("is down", "Nothing but an error page."),
        },
    ),
    "telegram": Switch(
        "Telegram",
        {
            FINE: Position("works", "Messages come and go."),
            "down": Position("is down", "The bot can neither hear nor speak; payments go on."),
        },
    ),
}


class Weather:
    """The switches, where each stands, and their wires to the stand-ins."""

    def __init__(self, botapi: FakeBotApi, simulator: ChangeableSafaricom) -> None:
        self._botapi = botapi
        self._simulator = simulator
        self._stands: dict[str, str] = dict.fromkeys(SWITCHES, FINE)

    def turn(self, name: str, position: str) -> None:
        """Put a switch into a position. Raises NoSuchSwitch."""
        if name not in SWITCHES or position not in SWITCHES[name].positions:
            raise NoSuchSwitch(f"{name}: {position}")
        self._stands[name] = position
        self._let_it_be()

    def as_json(self) -> list[JsonObject]:
        """Tell the page every switch, its positions, and where it stands."""
        return [self._switch_json(name, switch) for name, switch in SWITCHES.items()]

    def _switch_json(self, name: str, switch: Switch) -> JsonObject:
        positions = [
            {"name": each, "label": position.label, "story": position.story}
            for each, position in switch.positions.items()
        ]
        return {"name": name, "title": switch.title, "stands": self._stands[name], "positions": positions}

    def _let_it_be(self) -> None:
        """A busy Safaricom takes no request, so that there is no callback to go astray."""
        callback, safaricom = self._stands["callback"], self._stands["safaricom"]
        scenario = "system_busy" if safaricom == "busy" else callback
        self._simulator.prevail(None if scenario == FINE else scenario)
        self._simulator.weather.slow_s = SLOW_S if safaricom == "slow" else 0.0
        self._simulator.weather.down = safaricom == "down"
        self._botapi.outage(on=self._stands["telegram"] == "down")

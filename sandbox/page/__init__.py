"""The demo's browser page: the chat on one side, the phone on the other, the weather beside them.

It shows what the stand-ins for Telegram and Safaricom know, and what it is told of the program under
demonstration, and lets a person act in it. It decides nothing about payments and never talks to the program.
"""

from sandbox.personas import DEMO_PERSONAS, Persona

from .server import DemoPage
from .sky import ChangeableSafaricom
from .stage import ProgramState
from .tracks import HeardWord, Station, Tone, Track

__all__ = [
    "DEMO_PERSONAS",
    "ChangeableSafaricom",
    "DemoPage",
    "HeardWord",
    "Persona",
    "ProgramState",
    "Station",
    "Tone",
    "Track",
]

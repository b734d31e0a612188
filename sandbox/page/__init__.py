"""The demo's browser page: the chat on one side, the phone on the other.

It shows what the stand-ins for Telegram and Safaricom know and lets a person act in them. It decides nothing
about payments and never talks to the program under demonstration.
"""

from .personas import DEMO_PERSONAS, Persona
from .server import DemoPage

__all__ = ["DEMO_PERSONAS", "DemoPage", "Persona"]

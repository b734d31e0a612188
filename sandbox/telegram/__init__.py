"""A strict stand-in for Telegram's Bot API server, and for the people who chat with the bot.

It refuses what Telegram refuses, so that a mistake shows here and not in a client's chat. Loopback only.
It knows nothing of the program it serves: it is written from Telegram's documents alone.
"""

from .chats import Chat, Message, Person
from .events import Happening
from .journal import CallRecord
from .server import FakeBotApi

__all__ = ["CallRecord", "Chat", "FakeBotApi", "Happening", "Message", "Person"]

"""Daraja without an account: OAuth, STK push, STK query, and phones that answer.

Written from Safaricom's documents and published captures alone, and importing nothing of the bot, so that
it can catch the bot's misreadings. It refuses to be clever: a table says what each scenario does.
"""

from sandbox.safaricom.config import QUICK, SimulatorConfig
from sandbox.safaricom.program import run_simulator
from sandbox.safaricom.server import DarajaSimulator

__all__ = ["QUICK", "DarajaSimulator", "SimulatorConfig", "run_simulator"]

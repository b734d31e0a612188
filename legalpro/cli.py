"""The command line: `legalpro run|demo|tour|simulate|check`.

Owns the commands and the exit codes: 0 done, 1 failed, 2 wrongly set up. Heavy parts are imported
only by the command that needs them, so that a mistake is told within a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence

from legalpro.settings import BadSettings, Settings, read_settings

DONE, FAILED, WRONGLY_SET_UP = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BadSettings as error:
        for problem in error.problems:
            print(f"legalpro: {problem}", file=sys.stderr)
        print("legalpro: see .env.example for every setting", file=sys.stderr)
        return WRONGLY_SET_UP
    except KeyboardInterrupt:
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="legalpro", description="A law firm's fees, paid in a chat by M-Pesa."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, (command, summary) in _COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.set_defaults(command=command)
        if name in {"demo", "simulate"}:
            sub.add_argument("--port", type=int, default=0 if name == "simulate" else 8100)
    return parser


def _run(_: argparse.Namespace) -> int:
    settings = _with_logs(read_settings())
    from legalpro.program import run  # noqa: PLC0415  # heavy

    return asyncio.run(run(settings))


def _demo(options: argparse.Namespace) -> int:
    from legalpro.demo import demo  # noqa: PLC0415  # heavy

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(demo(port=options.port))
    return DONE


def _tour(_: argparse.Namespace) -> int:
    from legalpro.tour import tour  # noqa: PLC0415  # heavy

    return asyncio.run(tour())


def _simulate(options: argparse.Namespace) -> int:
    from sandbox.safaricom import run_simulator  # noqa: PLC0415  # heavy

    asyncio.run(run_simulator("127.0.0.1", options.port))
    return DONE


def _check(_: argparse.Namespace) -> int:
    settings = read_settings()
    print("The settings are complete and well-formed.")
    print(f"Callbacks are awaited at {settings.callback_base}/c/…")
    return DONE


def _with_logs(settings: Settings) -> Settings:
    from legalpro.logs import set_up_logs  # noqa: PLC0415  # heavy

    set_up_logs(settings.log_level, settings.log_format, settings.secret_texts)
    return settings


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "run": (_run, "the bot and its web server, until Ctrl-C"),
    "demo": (_demo, "everything on this machine without any account, until Ctrl-C"),
    "tour": (_tour, "the whole story told in the terminal"),
    "simulate": (_simulate, "the Daraja simulator alone, for any client"),
    "check": (_check, "whether the settings are complete"),
}

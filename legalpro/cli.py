"""The command line: `legalpro run|demo|tour|simulate|check|audit|invariants|reconcile|replay`.

Owns the commands and the exit codes: 0 done, 1 failed, 2 wrongly set up. Heavy parts are imported
only by the command that needs them, so that a mistake is told within a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from legalpro.exits import DONE, WRONGLY_SET_UP, BadSettings

if TYPE_CHECKING:
    from legalpro.settings import Settings


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
        if name == "demo":
            sub.add_argument("--empty", action="store_true", help="begin without any payments")
            sub.add_argument("--no-browser", action="store_true", help="do not open the page, only name it")
        if name == "replay":
            which = sub.add_mutually_exclusive_group(required=True)
            which.add_argument("id", nargs="?", help="the row's id, as the log and `invariants` name it")
            which.add_argument("--quarantined", action="store_true", help="all that could not be worked")
        if name == "export":
            sub.add_argument("period", nargs="*", help="month (the default), today, week, year, or two days")
            sub.add_argument("--form", choices=("csv", "xlsx", "json"), default="csv")
            sub.add_argument("--out", metavar="FILE", help="a file that is not there yet")
        if name == "audit":
            sub.add_argument("what", choices=("verify", "head"))
            sub.add_argument("--head", metavar="HASH", help="an earlier head, which must still be there")
    return parser


def _run(_: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.program import run  # noqa: PLC0415  # heavy

    return asyncio.run(run(settings))


def _demo(options: argparse.Namespace) -> int:
    from legalpro.demo import demo  # noqa: PLC0415  # heavy

    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(demo(options.port, empty=options.empty, browser=not options.no_browser))
    return DONE


def _tour(_: argparse.Namespace) -> int:
    from legalpro.tour import tour  # noqa: PLC0415  # heavy

    return asyncio.run(tour())


def _simulate(options: argparse.Namespace) -> int:
    from sandbox.safaricom import run_simulator  # noqa: PLC0415  # heavy

    asyncio.run(run_simulator("127.0.0.1", options.port))
    return DONE


def _check(_: argparse.Namespace) -> int:
    from legalpro.settings import read_settings  # noqa: PLC0415  # heavy

    settings = read_settings()
    if settings.refunds_set_up:
        from legalpro.wiring_refunds import initiator_of  # noqa: PLC0415  # heavy

        initiator_of(settings)
    print("The settings are complete and well-formed.")
    print(f"Callbacks are awaited at {settings.callback_base}/c/…")
    print("Refunds are set up." if settings.refunds_set_up else "Refunds are not set up.")
    return DONE


def _audit(options: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.audit import head, verify  # noqa: PLC0415  # heavy

    return asyncio.run(head(settings) if options.what == "head" else verify(settings, options.head))


def _invariants(_: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.operator import invariants  # noqa: PLC0415  # heavy

    return asyncio.run(invariants(settings))


def _reconcile(_: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.operator import reconcile  # noqa: PLC0415  # heavy

    return asyncio.run(reconcile(settings))


def _replay(options: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.operator import replay  # noqa: PLC0415  # heavy

    return asyncio.run(replay(settings, None if options.quarantined else options.id))


def _export(options: argparse.Namespace) -> int:
    settings = _settings_and_logs()
    from legalpro.export import export  # noqa: PLC0415  # heavy
    from reports.exports import Form  # noqa: PLC0415  # heavy

    out = Path(options.out) if options.out else None
    return asyncio.run(export(settings, options.period, Form(options.form), out))


def _settings_and_logs() -> Settings:
    from legalpro.logs import set_up_logs  # noqa: PLC0415  # heavy
    from legalpro.settings import read_settings  # noqa: PLC0415  # heavy

    settings = read_settings()
    set_up_logs(settings.log_level, settings.log_format, settings.secret_texts)
    return settings


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "run": (_run, "the bot and its web server, until Ctrl-C"),
    "demo": (_demo, "everything on this machine without any account, until Ctrl-C"),
    "tour": (_tour, "the whole story told in the terminal"),
    "simulate": (_simulate, "the Daraja simulator alone, for any client"),
    "audit": (_audit, "whether the audit trail is whole (verify), or where it ends (head)"),
    "invariants": (_invariants, "whether all that is stored is as it must be, and what is not"),
    "reconcile": (_reconcile, "ask Safaricom now about every payment whose outcome is not known"),
    "replay": (_replay, "work a stored callback again, or every quarantined one"),
    "export": (_export, "payments and refunds of a period as CSV, XLSX or JSON"),
    "check": (_check, "whether the settings are complete"),
}

"""What the operator does by hand: `legalpro invariants`, `legalpro reconcile`, `legalpro replay`.

Owns what is printed and the exit codes: 0 all is well, 1 not. Each works beside a running program or without
one, and goes through the same worker and engine: nothing here writes to a payment by itself. What people are
to be told is told by the program, now or when it runs again.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence

import httpx

from legalpro.beside import DONE, FAILED, with_store
from legalpro.settings import Settings
from legalpro.wiring import Parts, wire
from payments.engine import ASKED_ABOUT
from payments.inbox import InboxRow, RowState
from payments.invariants import Finding, offended
from payments.payment import Payment
from payments.refunds.service import ASKED_ABOUT as REFUNDS_ASKED_ABOUT
from payments.timing import can_be_asked_about
from storage.connect import Store

MOST_PAYMENTS = 500
MOST_ROWS = 1_000
"""How many one command takes on; the next one goes on from there."""
REPLAY_S = 15.0
_LOOK_S = 0.1


async def invariants(settings: Settings) -> int:
    """Look at everything that is stored, and print a line for each invariant."""

    async def look(store: Store) -> int:
        findings = await store.invariants.full()
        for finding in findings:
            print(_line(finding))
        return FAILED if offended(findings) else DONE

    return await with_store(settings, look, as_it_is=True)


def _line(finding: Finding) -> str:
    verdict = "ok" if finding.holds else f"{finding.count} offending: {', '.join(finding.examples)}"
    more = ", …" if finding.count > len(finding.examples) else ""
    return f"{finding.id:<4} {finding.sentence}: {verdict}{more}"


# Working callbacks again.


async def replay(settings: Settings, row_id: str | None) -> int:
    """Work a stored callback again, or all quarantined ones, and print what came of each.

    The same word counts once, however often it is worked: what is recorded already changes nothing.
    """

    async def work(store: Store) -> int:
        ids = [row_id] if row_id else [row.id for row in await store.inbox.quarantined(MOST_ROWS)]
        async with _wired(settings, store) as parts:
            well = [await _replayed(parts, each) for each in ids]
        if not ids:
            print("Nothing is quarantined.")
        return DONE if all(well) else FAILED

    return await with_store(settings, work)


async def _replayed(parts: Parts, row_id: str) -> bool:
    if await parts.store.inbox.get(row_id) is None:
        print(f"{row_id}: there is no such row", file=sys.stderr)
        return False
    await parts.store.inbox.reopen(row_id)  # One that still waits is worked all the same.
    row = await _worked(parts, row_id)
    waiting = row is None or row.state is RowState.NEW
    print(f"{row_id}: {'it waits still; the program will work it' if waiting else _verdict(row)}")
    return row is not None and row.state is RowState.DONE


async def _worked(parts: Parts, row_id: str) -> InboxRow | None:
    """Work what is due until this row is settled; a running program may be the one who takes it."""
    row = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REPLAY_S):
            while (row := await parts.store.inbox.get(row_id)) and row.state is RowState.NEW:
                if not await parts.worker.work_batch():
                    await asyncio.sleep(_LOOK_S)  # Another process has it: it can only be looked at.
    return row


def _verdict(row: InboxRow | None) -> str:
    return f"{row.state}: {row.verdict}" if row else "it is gone"


# Asking Safaricom.


async def reconcile(settings: Settings) -> int:
    """Ask Safaricom now about whatever is not known, and print what each answer changed."""

    async def ask(store: Store) -> int:
        unknown = [
            payment
            for payment in await store.payments.in_states(ASKED_ABOUT, MOST_PAYMENTS)
            if can_be_asked_about(payment)
        ]
        async with _wired(settings, store) as parts:
            for payment in unknown:
                await parts.engine.ask_about(payment)
            about_refunds = await _ask_about_refunds(parts)
        after = [await store.payments.get(payment.id) or payment for payment in unknown]
        print("\n".join([*_table(unknown, after), *about_refunds]))
        return DONE

    return await with_store(settings, ask)


async def _ask_about_refunds(parts: Parts) -> list[str]:
    """Answers about refunds come by themselves, to the running program."""
    if parts.refunds is None:
        return []
    unknown = await parts.store.refunds.in_states(REFUNDS_ASKED_ABOUT, MOST_PAYMENTS)
    asked = [refund for refund in unknown if await parts.refunds.engine.ask_about(refund)]
    lines = [f"refund {refund.id}: KES {refund.amount_kes:,}, {refund.state}, asked" for refund in asked]
    left = len(unknown) - len(asked)
    sentence = f"{len(asked)} refunds asked about, {left} cannot be asked about now."
    return ["", *lines, f"{sentence} Answers come to the running program."] if unknown else []


def _table(before: Sequence[Payment], after: Sequence[Payment]) -> list[str]:
    rows = [("payment", "KES", "was", "is", "Safaricom said")]
    rows += [
        (then.id, f"{then.amount_kes:,}", then.state, now.state, _said(then, now))
        for then, now in zip(before, after, strict=True)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    changed = sum(then.state is not now.state for then, now in zip(before, after, strict=True))
    return [*(line.rstrip() for line in lines), "", f"{len(before)} asked about, {changed} changed."]


def _said(before: Payment, after: Payment) -> str:
    """The answer; without one it was not asked now, and the engine asks as soon as it may."""
    news = after.history[len(before.history) :]
    if not news:
        return "nothing yet: it is asked again when Safaricom bears it"
    return " ".join(filter(None, [news[-1].kind, news[-1].code, news[-1].note]))


@contextlib.asynccontextmanager
async def _wired(settings: Settings, store: Store) -> AsyncIterator[Parts]:
    """The program's own parts, none of them running."""
    trust_env = settings.mpesa_api_url is None
    async with httpx.AsyncClient(trust_env=trust_env, follow_redirects=False) as http:
        yield wire(settings, store, http)

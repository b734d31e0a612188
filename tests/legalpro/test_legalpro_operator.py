"""What the operator does by hand, beside the running program and without it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from legalpro import operator
from legalpro.beside import DONE, FAILED
from legalpro.metrics import Metrics
from legalpro.rounds import Rounds
from legalpro.settings import Settings
from legalpro.stage import stage
from legalpro.wiring import utc_now
from payments.inbox import InboxRow, RowState, row_id
from payments.payment import State
from sandbox.safaricom import QUICK, DarajaSimulator
from storage.connect import Store
from tests.journeys.house import FIGURES, House, built

NEVER_ASKS = replace(FIGURES, prompt_s=60, ladder_s=(600,))
ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def house(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[House]:
    """The program, open, between the sandboxes."""
    async with built(mongod_uri, database_name, tmp_path) as opened:
        yield opened


def settings_of(house: House) -> Settings:
    """What a command started beside it would read."""
    address = {"mongodb_uri": SecretStr(house.mongod_uri), "mongodb_database": house.database}
    return house.settings().model_copy(update=address)


async def spoil(house: House, payment_id: str) -> None:
    """Change an amount behind the program's back."""
    shelf = house.parts.store.payments._shelf
    await shelf.change({"_id": payment_id}, {"$set": {"paid_kes": 1}})


# -- Invariants


async def test_a_healthy_journey_breaks_no_invariant(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.pays()
    await house.until(State.PAID)
    await house.pays("cancelled", amount="700")
    await house.sees("cancelled on the phone")
    await house.at_rest()
    await house.parts.auditor.rest()
    assert await operator.invariants(settings_of(house)) == DONE
    told = capsys.readouterr().out.splitlines()
    assert len(told) > 15
    assert all(line.endswith(": ok") for line in told)


async def test_what_is_broken_is_named_and_the_command_fails(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    payment_id = await house.pays()
    await house.until(State.PAID)
    await spoil(house, payment_id)
    assert await operator.invariants(settings_of(house)) == FAILED
    broken = [line for line in capsys.readouterr().out.splitlines() if not line.endswith(": ok")]
    assert broken == [f"I3   the amount paid is the amount asked for: 1 offending: payments/{payment_id}"]


async def test_two_payments_with_one_receipt_are_named_though_no_program_could_start_on_them(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    first = await house.pays()
    receipt = (await house.until(State.PAID)).receipt
    await house.at_rest()
    second = await house.pays(amount="700")
    await house.until(State.PAID, second)
    await house.at_rest()
    rows = house.parts.store.payments._shelf.rows
    await rows.drop_index("receipt_1")
    await rows.update_one({"_id": second}, {"$set": {"receipt": receipt}})
    assert await operator.invariants(settings_of(house)) == FAILED
    broken = [line for line in capsys.readouterr().out.splitlines() if not line.endswith(": ok")]
    assert [line[:2] for line in broken] == ["I4"]
    assert {first, second} == {
        each.removeprefix("payments/") for each in broken[0].split(": ")[2].split(", ")
    }


async def test_the_rounds_make_a_number_of_what_is_broken_and_take_it_back_when_it_is_mended(
    house: House,
) -> None:
    payment_id = await house.pays()
    await house.until(State.PAID)
    metrics = Metrics(house.parts.store.census, utc_now)
    rounds = Rounds(book=house.parts.store.invariants, metrics=metrics)
    await spoil(house, payment_id)
    await rounds.look(full=True)
    await rounds.look(full=False)
    assert 'legalpro_invariant_violations{invariant="I3"} 1.0' in (await metrics.text()).decode()
    shelf = house.parts.store.payments._shelf
    await shelf.change({"_id": payment_id}, {"$set": {"paid_kes": 1_500}})
    await rounds.look(full=False)
    await rounds.look(full=True)
    assert 'legalpro_invariant_violations{invariant="I3"} 0.0' in (await metrics.text()).decode()


async def test_the_numbers_tell_of_a_journey(house: House) -> None:
    await house.pays()
    await house.until(State.PAID)
    await house.at_rest()
    tell = house.parts.engine.meter
    assert isinstance(tell, Metrics)
    text = (await tell.text()).decode()
    assert 'legalpro_payments_total{state="paid"} 1.0' in text
    assert 'legalpro_daraja_requests_total{api="push",outcome="push_accepted"} 1.0' in text
    assert 'legalpro_callbacks_received_total{kind="stk",verdict="accepted"} 1.0' in text
    assert 'legalpro_telegram_sends_total{outcome="sent"}' in text
    assert "legalpro_sweep_last_success_timestamp_seconds 1." in text


# -- Replay


async def test_a_callback_worked_again_changes_nothing_and_tells_nobody(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    payment_id = await house.pays()
    before = await house.until(State.PAID)
    await house.at_rest()
    messages = len(house.botapi.chat(7).from_bot)
    row = (before.paid_by or "").removeprefix("inbox:")
    assert await operator.replay(settings_of(house), row) == DONE
    assert capsys.readouterr().out == f"{row}: done: callback_paid: prompted to paid\n"
    await house.at_rest()
    after = await house.payment(payment_id)
    assert (after.version, after.history) == (before.version, before.history)
    assert len(house.botapi.chat(7).from_bot) == messages


async def test_a_quarantined_callback_is_worked_once_its_payment_can_be_read(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    payment_id = await house.pays("lost")
    await house.until(State.PAID)
    await house.close()
    store = await Store.open(house.mongod_uri, house.database)
    row = await _quarantined(store, payment_id)
    assert await operator.replay(settings_of(house), None) == DONE
    assert capsys.readouterr().out.startswith(f"{row.id}: done: callback_unclear")
    kept = await store.inbox.get(row.id)
    assert kept is not None
    assert kept.state is RowState.DONE
    await store.close()
    await house.open()


async def _quarantined(store: Store, payment_id: str) -> InboxRow:
    raw = (
        b'{"Body":{"stkCallback":{"MerchantRequestID":"m-1","CheckoutRequestID":"",'
        b'"ResultCode":98765,"ResultDesc":"nobody knows"}}}'
    )
    row = InboxRow(
        id=row_id("stk", payment_id, raw),
        kind="stk",
        subject=payment_id,
        raw=raw,
        peer="127.0.0.1",
        trusted=True,
        received_at=utc_now(),
        state=RowState.QUARANTINE,
        verdict="failed too often",
    )
    await store.inbox.add(row)
    return row


async def test_a_row_that_is_not_there_is_said_to_be_so(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await operator.replay(settings_of(house), "stk:nobody:0") == FAILED
    assert "there is no such row" in capsys.readouterr().err


# -- Reconcile


async def test_safaricom_is_asked_about_what_is_unknown_and_the_answer_is_shown(
    mongod_uri: str, database_name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with built(mongod_uri, database_name, tmp_path) as house:
        await house.close()
        house.figures = NEVER_ASKS
        await house.open()
        payment_id = await house.pays("lost")
        claimed = await house.until(State.PROMPTED)
        await _answered_on_the_phone(house)
        assert claimed.claimed_at is not None
        a_minute_ago = claimed.claimed_at - timedelta(minutes=1)
        await house.parts.store.payments._shelf.change(
            {"_id": payment_id}, {"$set": {"claimed_at": a_minute_ago}}
        )
        assert await operator.reconcile(settings_of(house)) == DONE
        told = capsys.readouterr().out
        assert f"{payment_id}  1,500  prompted  paid  query_paid" in told
        assert "1 asked about, 1 changed." in told
        await house.sees("Paid: KES 1,500")


async def _answered_on_the_phone(house: House) -> None:
    async def answered() -> bool:
        return all(push.result is not None for push in house.pushes())

    await house._until(answered)


# -- The real commands


async def legalpro(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "legalpro",
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await program.communicate()
    return program.returncode or 0, told.decode()


@pytest.mark.program
async def test_the_commands_work_beside_the_running_program_and_without_it(short_folder: Path) -> None:
    short_folder.mkdir(parents=True)  # noqa: ASYNC240  small, local, and nothing else runs
    async with stage(short_folder, simulator=DarajaSimulator(config=QUICK)) as set_up:
        environment = {**set_up.program._environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        await set_up.program.start()
        beside = await asyncio.gather(
            legalpro(environment, "invariants"),
            legalpro(environment, "replay", "--quarantined"),
            legalpro(environment, "reconcile"),
            legalpro(environment, "export", "month", "--form", "json"),
            legalpro(environment, "export", "soon"),
        )
        await set_up.program.stop()
        alone = await legalpro(environment, "invariants")
    assert [code for code, _ in beside] == [0, 0, 0, 0, 1], beside
    assert "I3   the amount paid is the amount asked for: ok" in beside[0][1]
    assert "Nothing is quarantined." in beside[1][1]
    assert "0 asked about, 0 changed." in beside[2][1]
    assert '"net_kes": 0' in beside[3][1]
    assert "«soon» is no period" in beside[4][1]
    assert alone[0] == 0, alone

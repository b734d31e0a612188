"""What Safaricom's callbacks say, read as evidence, in every shape that the simulator knows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from daraja import codes
from daraja.callbacks import NO_REASON, REASONS, check_stk, stk_evidence
from payments.evidence import Evidence, EvidenceKind
from payments.inbox import InboxRow, row_id
from payments.reasons import Reason
from sandbox.safaricom.shapes import DRIFTS
from tests.daraja.gateway_stand import OpenStand, Stand, standing

K = EvidenceKind


@pytest_asyncio.fixture
async def open_stand() -> AsyncIterator[OpenStand]:
    async with standing() as opened:
        yield opened


@pytest_asyncio.fixture
async def stand(open_stand: OpenStand) -> Stand:
    return await open_stand()


def test_every_reason_of_daraja_has_a_word_in_the_house_or_is_none() -> None:
    assert set(REASONS) | NO_REASON == set(codes.Reason)
    assert not set(REASONS) & NO_REASON


def row_of(raw: bytes, *, trusted: bool = True) -> InboxRow:
    return InboxRow(
        id=row_id("stk", "00aa11bb22cc33dd", raw),
        kind="stk",
        subject="00aa11bb22cc33dd",
        raw=raw,
        peer="127.0.0.1",
        trusted=trusted,
        received_at=datetime(2026, 2, 4, 7, 15, 30, tzinfo=UTC),
    )


async def told(stand: Stand, scenario: str) -> Evidence:
    """What the simulator's first callback says."""
    await stand.ended(scenario)
    (sent, *_) = await stand.simulator.wait_for_callbacks(1)
    raw = json.dumps(sent.body).encode()
    check_stk(raw)
    return stk_evidence(row_of(raw))


@pytest.mark.parametrize("shape", [name for name in DRIFTS if name not in {"usual", "wrong_amount"}])
async def test_a_success_is_read_in_every_shape_it_drifts_into(stand: Stand, shape: str) -> None:
    word = await told(stand, shape)
    push = stand.simulator.pushes[0]
    assert (word.kind, word.amount_kes, word.amount_odd) == (K.CALLBACK_PAID, 1_500, False)
    assert (word.receipt, word.checkout_id) == (push.receipt, push.checkout_request_id)
    assert word.paid_at is not None
    assert word.reason is None


async def test_another_amount_is_told_as_it_came(stand: Stand) -> None:
    assert (await told(stand, "wrong_amount")).amount_kes == 1_499


NOES = {
    "cancelled": (K.CALLBACK_UNPAID, Reason.CANCELLED),
    "cancelled_odd_text": (K.CALLBACK_UNPAID, Reason.CANCELLED),
    "wrong_pin": (K.CALLBACK_UNPAID, Reason.WRONG_PIN),
    "low_balance": (K.CALLBACK_UNPAID, Reason.LOW_BALANCE),
    "unreachable": (K.CALLBACK_UNPAID, Reason.UNREACHABLE),
    "expired": (K.CALLBACK_UNPAID, Reason.EXPIRED),
    "string_code": (K.CALLBACK_UNPAID, Reason.MISCONFIGURED),
    "unknown_code": (K.CALLBACK_UNCLEAR, Reason.UNKNOWN),
}


@pytest.mark.parametrize(("scenario", "expected"), NOES.items(), ids=NOES)
async def test_a_no_is_read_with_its_reason(
    stand: Stand, scenario: str, expected: tuple[EvidenceKind, Reason]
) -> None:
    word = await told(stand, scenario)
    assert (word.kind, word.reason) == expected
    assert word.receipt is None


def test_a_callback_keeps_whether_its_sender_is_listed() -> None:
    raw = b'{"Body":{"stkCallback":{"ResultCode":0}}}'
    assert stk_evidence(row_of(raw)).trusted
    assert not stk_evidence(row_of(raw, trusted=False)).trusted


def test_the_same_row_is_always_the_same_word() -> None:
    raw = b'{"Body":{"stkCallback":{"ResultCode":1032}}}'
    assert stk_evidence(row_of(raw)) == stk_evidence(row_of(raw))

"""An operator with a certificate of their own, and builders for what the tests of money going out need."""

from __future__ import annotations

import functools
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from daraja.initiator import Initiator
from daraja.oauth import TokenSource
from daraja.payout import Addresses, PayoutRequest, ReversalRequest, StatusQuestion
from daraja.payout_client import PayoutClient, Taken
from daraja.security import SecurityCredential, sealed
from daraja.vault import MemoryVault
from tests.daraja.daraja_fakes import QUICK, Clock, FakeDaraja, Reply, credentials, reply

if TYPE_CHECKING:
    import httpx
    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

    from daraja.credentials import DarajaCredentials

PASSWORD = "Opens&Sesame#42"
RESULT = "https://pay.example.co.ke/c/b2c/r1/0123abcd"
TIMEOUT = "https://pay.example.co.ke/c/timeout/r1/4567ef01"
CONVERSATION = "AG_20260204_20107f3c9a1b5d2e8846"
OUR_ID = "refund-r1"
PHONE = "254700000123"

ADDRESSES = Addresses(result=RESULT, timeout=TIMEOUT)
EVERY_CALL = ("pay_out", "reverse", "ask_status", "ask_balance")


@functools.cache
def operator_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Making a key takes long, so each is made once."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def certificate(key: CertificateIssuerPrivateKeyTypes | None = None) -> x509.Certificate:
    """A certificate that ended years ago, as those that Safaricom hands out did."""
    key = key or operator_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "operator.invalid")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2014, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2016, 1, 1, tzinfo=UTC))
    )
    return builder.sign(key, hashes.SHA256())


@functools.cache
def credential() -> SecurityCredential:
    """The operator's password, sealed once for all tests."""
    return sealed(PASSWORD, certificate().public_bytes(serialization.Encoding.PEM))


def initiator(**changes: object) -> Initiator:
    """The operator; payouts leave from 600992, payments are collected at 174379."""
    values: dict[str, object] = {
        "shortcode": "600992",
        "name": "refunder",
        "credential": credential(),
        "collects": "174379",
    }
    return Initiator(**(values | changes))  # type: ignore[arg-type] # wrong values are among what is tested


def taken(**changes: object) -> httpx.Response:
    """Daraja took the call; None leaves a field out."""
    body = {
        "ConversationID": CONVERSATION,
        "OriginatorConversationID": OUR_ID,
        "ResponseCode": "0",
        "ResponseDescription": "Accept the service request successfully.",
    }
    return reply(200, {key: value for key, value in (body | changes).items() if value is not None})


def payout(**changes: object) -> PayoutRequest:
    """A payout of 1,200 shillings."""
    values: dict[str, object] = {
        "originator_id": OUR_ID,
        "amount_kes": 1200,
        "msisdn": PHONE,
        "remarks": "Refund r1",
        "addresses": ADDRESSES,
    }
    return PayoutRequest(**(values | changes))  # type: ignore[arg-type] # wrong types are among what is tested


def reversal(**changes: object) -> ReversalRequest:
    """The reversal of a payment of 2,500 shillings."""
    values: dict[str, object] = {
        "receipt": "UB47K2M9QX",
        "amount_kes": 2500,
        "remarks": "Refund r1",
        "addresses": ADDRESSES,
    }
    return ReversalRequest(**(values | changes))  # type: ignore[arg-type] # wrong types are among what is tested


def question(**changes: object) -> StatusQuestion:
    """What became of the payout?"""
    values: dict[str, object] = {"originator_id": OUR_ID, "addresses": ADDRESSES}
    return StatusQuestion(**(values | changes))  # type: ignore[arg-type] # wrong types are among what is tested


def payout_client(
    *replies: Reply, identity: DarajaCredentials | None = None, who: Initiator | None = None
) -> tuple[PayoutClient, FakeDaraja]:
    """A real client whose Daraja gives these replies in turn."""
    fake = FakeDaraja(deque(replies))
    us, http = identity or credentials(), fake.http()
    tokens = TokenSource(MemoryVault(), http, us, Clock(), patience=QUICK)
    return PayoutClient(us, who or initiator(), http, tokens), fake


async def ask(daraja: PayoutClient, what: str) -> Taken:
    """One of the four calls, by name."""
    match what:
        case "reverse":
            return await daraja.reverse(reversal())
        case "ask_status":
            return await daraja.ask_status(question())
        case "ask_balance":
            return await daraja.ask_balance(ADDRESSES)
        case _:
            return await daraja.pay_out(payout())

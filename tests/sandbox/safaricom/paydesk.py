"""The firm's desk for money that goes out: calls in an initiator's name over HTTP, and what they brought."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

if TYPE_CHECKING:
    import httpx

    from sandbox.safaricom.out.records import Out
    from sandbox.safaricom.phones import Phone
    from tests.sandbox.safaricom.conftest import Shop

PAYEE = "254700000123"
PAYOUT = "/mpesa/b2c/v3/paymentrequest"
PAYOUT_V1 = "/mpesa/b2c/v1/paymentrequest"
REVERSAL = "/mpesa/reversal/v1/request"
STATUS = "/mpesa/transactionstatus/v1/query"
BALANCE = "/mpesa/accountbalance/v1/query"
EVERY_CALL = (PAYOUT, PAYOUT_V1, REVERSAL, STATUS, BALANCE)
WHO = {path: "InitiatorName" if path in {PAYOUT, PAYOUT_V1} else "Initiator" for path in EVERY_CALL}
"""The operator's name stands in a field of another name in payouts (Daraja: B2C payout)."""

Result = dict[str, Any]


@dataclass(slots=True)
class Paydesk:
    """Sends money out; each payout has an id of its own unless told otherwise."""

    shop: Shop
    password: str = ""
    _sent: int = field(default=0, init=False)

    def sealed(self) -> str:
        """The operator's password, or the wrong one that is set, under the published certificate."""
        key = x509.load_pem_x509_certificate(self.shop.simulator.certificate_pem).public_key()
        assert isinstance(key, RSAPublicKey)
        plain = self.password or self.shop.simulator.config.initiator_password
        return base64.b64encode(key.encrypt(plain.encode(), PKCS1v15())).decode()

    def at(self, what: str) -> str:
        """The address of the mailbox for results or for notices."""
        return f"{self.shop.mailbox.url}?{what}"

    def body(self, path: str, **changes: object) -> dict[str, Any]:
        """A request with every field that Daraja documents; None leaves one out."""
        common: dict[str, Any] = {
            WHO[path]: self.shop.simulator.config.initiator_name,
            "SecurityCredential": self.sealed(),
            "Remarks": "Refund r1",
            "QueueTimeOutURL": self.at("timeout"),
            "ResultURL": self.at("result"),
        }
        body = common | self._own_fields(path) | changes
        return {name: value for name, value in body.items() if value is not None}

    def _own_fields(self, path: str) -> dict[str, Any]:
        config = self.shop.simulator.config
        if path in {PAYOUT, PAYOUT_V1}:
            self._sent += 1
            own_id = {"OriginatorConversationID": f"refund-{self._sent}"} if path == PAYOUT else {}
            parties = {"Amount": 1_200, "PartyA": int(config.b2c_shortcode), "PartyB": int(PAYEE)}
            return own_id | parties | {"CommandID": "BusinessPayment", "Occassion": "Refund r1"}
        if path == REVERSAL:
            return {
                "CommandID": "TransactionReversal",
                "TransactionID": "UB47K2M9QX",
                "Amount": 1_500,
                "ReceiverParty": int(config.shortcode),
                "RecieverIdentifierType": "11",
                "Occasion": "Refund r1",
            }
        asked = {"TransactionID": "UB47K2M9QX", "Occasion": "Why"} if path == STATUS else {}
        command = "TransactionStatusQuery" if path == STATUS else "AccountBalance"
        return asked | {"CommandID": command, "PartyA": int(config.b2c_shortcode), "IdentifierType": "4"}

    async def call(self, path: str, **changes: object) -> httpx.Response:
        return await self.shop.post(path, self.body(path, **changes))

    async def pay(self, scenario: str = "", /, **changes: object) -> httpx.Response:
        if scenario:
            self.shop.simulator.plan_out(scenario)
        return await self.call(PAYOUT, **changes)

    async def paid(self, scenario: str = "", /, **changes: object) -> Out:
        """Pay, and wait until it is known inside what became of it."""
        await self.pay(scenario, **changes)
        return await self.closed()

    async def closed(self) -> Out:
        """The newest call, as soon as it is closed."""
        out = self.shop.simulator.payouts[-1]
        return await self.shop.simulator.until(lambda: out if out.state != "queued" else None)

    async def told(self, count: int = 1) -> list[Result]:
        """What arrived, as soon as so much was answered."""
        await self.shop.simulator.wait_for_callbacks(count)
        return [body["Result"] for body in self.shop.mailbox.bodies]

    async def told_where(self, count: int) -> list[tuple[str, object]]:
        """To which address what code was told, in order."""
        callbacks = await self.shop.simulator.wait_for_callbacks(count)
        return [(sent.url.partition("?")[2], _code_of(sent.body)) for sent in callbacks]

    def phone(self) -> Phone:
        return self.shop.simulator.phone(PAYEE)

    def moved_kes(self) -> tuple[int, int]:
        """What the firm's utility account has lost and what the phone has got."""
        config = self.shop.simulator.config
        lost = config.utility_kes - self.shop.simulator.treasury.utility_kes
        return lost, self.phone().balance_kes - config.phone_balance_kes


def _code_of(body: object) -> object:
    assert isinstance(body, dict)
    return body["Result"]["ResultCode"]


def parameters(result: Result) -> dict[str, Any]:
    """The parameters by key; of one that comes twice the last."""
    return {one["Key"]: one.get("Value") for one in result["ResultParameters"]["ResultParameter"]}


def assert_invalid(reply: httpx.Response, name: str) -> None:
    """The call was refused for this field."""
    assert reply.status_code == 400
    assert reply.json()["errorCode"] == "400.002.02"
    assert reply.json()["errorMessage"] == f"Bad Request - Invalid {name}"

"""What the status query tells, when it does not know yet, and how often it may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.safaricom.conftest import OpenShop, Shop

PENDING = "The transaction is being processed"


async def test_an_unknown_id_is_invalid(shop: Shop) -> None:
    reply = await shop.ask("ws_CO_04022026101530412700000123")
    assert reply.status_code == 400
    assert reply.json()["errorCode"] == "400.002.02"
    assert reply.json()["errorMessage"] == "Bad Request - Invalid CheckoutRequestID"


async def test_an_id_may_be_unknown_at_first(open_shop: OpenShop) -> None:
    shop = await open_shop(query_blind_s=60.0)
    push = await shop.buy("paid")
    assert (await shop.ask(push.checkout_request_id)).status_code == 400


@pytest.mark.parametrize("field", ["BusinessShortCode", "Password", "Timestamp", "CheckoutRequestID"])
async def test_each_field_of_the_query_is_needed(shop: Shop, field: str) -> None:
    reply = await shop.ask("ws_CO_1", **{field: ""})
    assert reply.json()["errorMessage"] == f"Bad Request - Invalid {field}"


async def test_the_query_checks_the_password(shop: Shop) -> None:
    reply = await shop.ask("ws_CO_1", Timestamp="20260204101530")
    assert (reply.status_code, reply.json()["errorMessage"]) == (500, "Wrong credentials")


async def test_a_push_under_way_is_being_processed(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(manual=True, prompt_lifetime_s=60.0)
    asked_about = (await shop.push(phone)).json()["CheckoutRequestID"]
    reply = await shop.ask(asked_about)
    assert reply.status_code == 500
    assert reply.json() == {
        "requestId": asked_about,
        "errorCode": "500.001.1001",
        "errorMessage": PENDING,
    }


async def test_being_processed_can_be_code_4999(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(manual=True, prompt_lifetime_s=60.0, pending_as="4999")
    reply = await shop.ask((await shop.push(phone)).json()["CheckoutRequestID"])
    assert (reply.status_code, reply.json()["ResultCode"]) == (200, "4999")


@pytest.mark.parametrize(
    ("scenario", "code"), [("paid", "0"), ("lost", "0"), ("cancelled", "1032"), ("lost_cancelled", "1032")]
)
async def test_the_query_tells_the_result_as_text_and_nothing_of_the_money(
    shop: Shop, scenario: str, code: str
) -> None:
    push = await shop.buy(scenario)
    reply = await shop.ask(push.checkout_request_id)
    assert reply.status_code == 200
    assert reply.json() == {
        "ResponseCode": "0",
        "ResponseDescription": "The service request has been accepted successfully",
        "MerchantRequestID": push.merchant_request_id,
        "CheckoutRequestID": push.checkout_request_id,
        "ResultCode": code,
        "ResultDesc": push.result.description if push.result else "",
    }


async def test_the_query_may_contradict_the_callback(shop: Shop) -> None:
    push = await shop.buy("query_contradicts")
    [told] = await shop.told()
    assert told["ResultCode"] == 0
    assert (await shop.ask(push.checkout_request_id)).json()["ResultCode"] == "1032"


async def test_the_query_may_know_nothing_for_a_while(open_shop: OpenShop) -> None:
    shop = await open_shop(pending_queries=2)
    push = await shop.buy("pending_queries")
    replies = [await shop.ask(push.checkout_request_id) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [500, 500, 200]
    assert replies[2].json()["ResultCode"] == "0"
    assert not shop.mailbox.bodies


async def test_the_query_may_know_nothing_for_a_while_with_code_4999(shop: Shop) -> None:
    push = await shop.buy("pending_4999")
    codes = [(await shop.ask(push.checkout_request_id)).json()["ResultCode"] for _ in range(3)]
    assert codes == ["4999", "4999", "0"]


async def test_asking_twice_in_a_row_breaks_the_sandbox_limit(open_shop: OpenShop) -> None:
    shop = await open_shop(query_limit=5)
    push = await shop.buy("paid")
    assert (await shop.ask(push.checkout_request_id)).status_code == 200
    reply = await shop.ask(push.checkout_request_id)
    assert reply.status_code == 429
    assert reply.json() == {
        "fault": {
            "faultstring": "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, "
            "periodInMicroseconds=60000000, maxBurstMessageCount=1.0}",
            "detail": {"errorcode": "policies.ratelimit.SpikeArrestViolation"},
        }
    }


async def test_a_larger_burst_allows_more_queries_in_a_row(open_shop: OpenShop) -> None:
    shop = await open_shop(query_limit=5, query_burst=3)
    push = await shop.buy("paid")
    replies = [await shop.ask(push.checkout_request_id) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]


async def test_the_limit_can_be_lifted(open_shop: OpenShop) -> None:
    shop = await open_shop(query_limit=None)
    push = await shop.buy("paid")
    replies = [await shop.ask(push.checkout_request_id) for _ in range(20)]
    assert {reply.status_code for reply in replies} == {200}

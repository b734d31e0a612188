"""Tokens, verbs, fields and merchants: what the simulated Daraja lets in, and in which words it refuses."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.safaricom.conftest import OpenShop, Shop

PUSH = "/mpesa/stkpush/v1/processrequest"
QUERY = "/mpesa/stkpushquery/v1/query"
GENERATE = "/oauth/v1/generate?grant_type=client_credentials"


def assert_refused(reply: httpx.Response, status: int, code: str, message: str) -> None:
    assert reply.status_code == status
    body = reply.json()
    assert set(body) == {"requestId", "errorCode", "errorMessage"}
    assert (body["errorCode"], body["errorMessage"]) == (code, message)


async def test_a_token_lasts_3599_seconds_and_says_so_as_text(shop: Shop) -> None:
    reply = await shop.sign_in()
    assert reply.status_code == 200
    assert len(reply.json()["access_token"]) == 28
    assert reply.json()["expires_in"] == "3599"


async def test_expires_in_can_be_a_number(open_shop: OpenShop) -> None:
    shop = await open_shop(expires_in_as_number=True)
    assert (await shop.sign_in()).json()["expires_in"] == 3599


@pytest.mark.parametrize("header", ["", "Basic ???", "Bearer abc", "Basic d3Jvbmc6c2VjcmV0"])
async def test_wrong_credentials_get_no_token(shop: Shop, header: str) -> None:
    reply = await shop.http.get(GENERATE, headers={"Authorization": header})
    assert_refused(reply, 400, "400.008.01", "Invalid Authentication passed")


@pytest.mark.parametrize("asked", ["", "?grant_type=password", "?grant_type=client_credentials%20"])
async def test_another_grant_type_gets_no_token(shop: Shop, asked: str) -> None:
    config = shop.simulator.config
    auth = (config.consumer_key, config.consumer_secret)
    reply = await shop.http.get("/oauth/v1/generate" + asked, auth=auth)
    assert_refused(reply, 400, "400.008.02", "Invalid grant type passed")


async def test_a_token_is_fetched_with_get_only(shop: Shop) -> None:
    assert_refused(await shop.http.post(GENERATE), 405, "405.001", "Method Not Allowed")


@pytest.mark.parametrize("path", [PUSH, QUERY])
async def test_a_call_without_a_token_is_refused(shop: Shop, path: str) -> None:
    reply = await shop.http.post(path, json={})
    assert_refused(reply, 404, "404.001.04", "Invalid Authentication Header")


@pytest.mark.parametrize("path", [PUSH, QUERY])
async def test_an_unknown_token_is_told_so_with_404(shop: Shop, path: str) -> None:
    shop.bearer = "not-one-of-ours"
    assert_refused(await shop.post(path, {}), 404, "404.001.03", "Invalid Access Token")


async def test_an_expired_token_opens_nothing(shop: Shop) -> None:
    shop.simulator.expire_tokens()
    assert_refused(await shop.push(), 404, "404.001.03", "Invalid Access Token")


async def test_a_token_ends_with_its_lifetime(open_shop: OpenShop) -> None:
    shop = await open_shop(token_lifetime_s=0.0)
    assert_refused(await shop.push(), 404, "404.001.03", "Invalid Access Token")


@pytest.mark.parametrize(("kills", "status"), [(True, 404), (False, 200)])
async def test_a_new_token_may_kill_the_old_one(open_shop: OpenShop, *, kills: bool, status: int) -> None:
    shop = await open_shop(new_token_kills_old=kills)
    old = shop.bearer
    await shop.sign_in()
    shop.bearer = old
    assert (await shop.push()).status_code == status


@pytest.mark.parametrize("path", [PUSH, QUERY])
async def test_get_where_post_is_wanted_is_a_bad_header(shop: Shop, path: str) -> None:
    assert_refused(await shop.http.get(path), 404, "404.001.04", "Invalid Authentication Header")


async def test_other_verbs_are_not_allowed(shop: Shop) -> None:
    assert_refused(await shop.http.put(PUSH), 405, "405.001", "Method Not Allowed")


async def test_an_unknown_path_is_not_found(shop: Shop) -> None:
    assert_refused(await shop.http.post("/mpesa/nothing"), 404, "404.001.01", "Resource not found")


async def test_a_form_lacks_the_first_field(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.bearer}"}
    reply = await shop.http.post(PUSH, data=shop.order(), headers=headers)
    assert_refused(reply, 400, "400.002.02", "Bad Request - Invalid BusinessShortCode")


async def test_a_body_without_a_type_has_an_invalid_timestamp(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.bearer}"}
    reply = await shop.http.post(PUSH, content=b"{}", headers=headers)
    assert_refused(reply, 400, "400.002.02", "Bad Request - Invalid Timestamp")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
async def test_broken_json_is_an_invalid_payload(shop: Shop, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {shop.bearer}", "Content-Type": "application/json"}
    reply = await shop.http.post(PUSH, content=content, headers=headers)
    assert_refused(reply, 400, "400.002.05", "Invalid Request Payload")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("BusinessShortCode", None),
        ("BusinessShortCode", "17437A"),
        ("Password", "not base64!"),
        ("Timestamp", "2026-02-04 10:15"),
        ("Timestamp", "20261304101530"),
        ("TransactionType", "CustomerPaysSomehow"),
        ("Amount", 0),
        ("Amount", 250_001),
        ("Amount", 10.5),
        ("Amount", "10.00"),
        ("Amount", True),
        ("Amount", "-5"),
        ("PartyA", "0708374149"),
        ("PartyB", "12"),
        ("PhoneNumber", "+254708374149"),
        ("PhoneNumber", 254208374149),
        ("CallBackURL", "somewhere"),
        ("CallBackURL", "ftp://127.0.0.1/told"),
        ("AccountReference", None),
        ("AccountReference", ""),
        ("AccountReference", "LP-2026-00001"),
        ("TransactionDesc", "Consultations!"),
        ("TransactionDesc", ["Fee"]),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(shop: Shop, field: str, value: object) -> None:
    reply = await shop.post(PUSH, shop.order() | {field: value})
    assert_refused(reply, 400, "400.002.02", f"Bad Request - Invalid {field}")
    assert not shop.simulator.pushes


async def test_the_first_wrong_field_in_line_is_named(shop: Shop) -> None:
    reply = await shop.push(Amount=0, PartyA="x", AccountReference="")
    assert reply.json()["errorMessage"] == "Bad Request - Invalid Amount"


@pytest.mark.parametrize("word", ["M-Pesa", "MPESA", "safaricom", "exe", "exec", "cmd", "Sql", "query"])
async def test_a_forbidden_word_in_the_callback_address_is_a_threat(shop: Shop, word: str) -> None:
    reply = await shop.push(CallBackURL=f"https://firm.example/{word}/told")
    assert_refused(reply, 400, "400.002.02", "Bad Request - Threat Detected")


@pytest.mark.parametrize("amount", [1, "1", 250_000, "250000"])
async def test_numbers_and_strings_are_both_taken(shop: Shop, amount: object) -> None:
    body = {
        "Amount": amount,
        "PartyB": "174379",
        "PhoneNumber": "254708374149",
        "BusinessShortCode": "174379",
    }
    assert (await shop.post(PUSH, shop.order() | body)).status_code == 200


async def test_the_description_may_be_left_out(shop: Shop) -> None:
    assert (await shop.push(TransactionDesc=None)).status_code == 200


async def test_another_shortcode_is_no_merchant(shop: Shop) -> None:
    reply = await shop.push(BusinessShortCode=600000)
    assert_refused(reply, 500, "500.001.1001", "Merchant does not exist")


async def test_a_password_of_another_moment_is_wrong(shop: Shop) -> None:
    reply = await shop.push(Timestamp="20260204101530")
    assert_refused(reply, 500, "500.001.1001", "Wrong credentials")


async def test_a_password_of_another_passkey_is_wrong(shop: Shop) -> None:
    reply = await shop.push(Password=base64.b64encode(b"174379wrong").decode())
    assert_refused(reply, 500, "500.001.1001", "Wrong credentials")


async def test_the_clock_is_looked_at_only_when_told_to(open_shop: OpenShop) -> None:
    shop = await open_shop(timestamp_skew_s=-1.0)
    reply = await shop.push()
    assert_refused(reply, 400, "400.002.02", "Bad Request - Invalid Timestamp")


@pytest.mark.parametrize(
    ("answer", "status", "code", "message"),
    [
        ("invalid_token_401", 401, "401.002.01", "Error Occurred - Invalid Access Token - {token}"),
        ("invalid_token_400", 400, "400.003.01", "Invalid Access Token"),
        ("internal_error", 500, "500.003.1001", "Internal Server Error"),
    ],
)
async def test_the_next_answer_at_a_door_can_be_spoilt_once(
    shop: Shop, answer: str, status: int, code: str, message: str
) -> None:
    shop.simulator.spoil("push", answer)
    assert_refused(await shop.push(), status, code, message.format(token=shop.bearer))
    assert (await shop.push()).status_code == 200


async def test_an_app_without_the_product_is_told_by_the_gateway(shop: Shop) -> None:
    shop.simulator.spoil("oauth", "gateway_no_product")
    reply = await shop.http.get(GENERATE)
    assert reply.status_code == 401
    assert reply.json()["fault"]["faultstring"] == "Invalid API call as no apiproduct match found"


async def test_the_simulator_carries_only_so_many_pushes_at_once(open_shop: OpenShop) -> None:
    shop = await open_shop(most_lives=1)
    replies = await asyncio.gather(*(shop.push(f"25470000000{last}") for last in range(3)))
    assert sorted(reply.status_code for reply in replies) == [200, 500, 500]
    refusal = next(reply for reply in replies if reply.status_code == 500)
    assert refusal.json()["errorMessage"] == "System is busy. Please try again in few minutes."
    assert refusal.json()["requestId"] is None

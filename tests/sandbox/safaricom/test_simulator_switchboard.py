"""The switches: what a person or a test can arrange, look at and do, over HTTP and in Python."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.safaricom import QUICK, run_simulator
from sandbox.safaricom.phones import NoPromptError, PromptAnswer
from sandbox.safaricom.scenarios import BY_LAST_DIGITS, SCENARIOS, UnknownScenarioError
from sandbox.safaricom.switchboard import is_loopback
from sandbox.safaricom.weather import UnknownFaultError

if TYPE_CHECKING:
    from tests.sandbox.safaricom.conftest import OpenShop, Shop

BY_HAND = {"manual": True, "prompt_lifetime_s": 60.0}


async def test_the_table_can_be_read(shop: Shop) -> None:
    table = (await shop.http.get("/_control/scenarios")).json()
    assert set(table["scenarios"]) == set(SCENARIOS)
    assert table["by_last_digits"] == BY_LAST_DIGITS


async def test_a_plan_can_be_made_over_http(shop: Shop, phone: str) -> None:
    plan = {"scenario": "quota", "phone": phone, "times": 1}
    assert (await shop.http.post("/_control/plan", json=plan)).json() == {"ok": True}
    assert (await shop.push(phone)).status_code == 500
    assert (await shop.push(phone)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("plan", {"scenario": "nonsense"}, 404),
        ("plan", {"scenario": "paid", "phone": "0708374149"}, 400),
        ("plan", {"scenario": "paid", "times": 0}, 400),
        ("plan", {"scenari": "paid"}, 400),
        ("faults", {"door": "window", "answer": "quota"}, 404),
        ("faults", {"door": "push", "answer": "nonsense"}, 404),
        ("weather", {"slow_s": -1}, 400),
        ("phones/254708374149", {"pin": "12345"}, 400),
        ("phones/254708374149/cancel", {}, 409),
        ("phones/254708374149/enter", {}, 400),
    ],
)
async def test_a_switch_that_does_not_exist_is_refused(
    shop: Shop, path: str, body: object, status: int
) -> None:
    reply = await shop.http.post(f"/_control/{path}", json=body)
    assert (reply.status_code, reply.json()["ok"]) == (status, False)


async def test_python_refuses_what_does_not_exist_too(shop: Shop, phone: str) -> None:
    with pytest.raises(UnknownScenarioError):
        shop.simulator.plan("nonsense")
    with pytest.raises(UnknownFaultError):
        shop.simulator.spoil("push", "nonsense")
    with pytest.raises(NoPromptError):
        shop.simulator.answer_now(phone, PromptAnswer("cancel"))


async def test_in_manual_mode_a_person_pays(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(**BY_HAND)
    await shop.push(phone)
    prompt = await shop.simulator.wait_for_prompt(phone)
    shown = (await shop.http.get(f"/_control/phones/{phone}")).json()
    assert shown["prompt"]["amount_kes"] == prompt.amount_kes == 1500
    assert shown["prompt"]["account"] == "LP-2026-1"
    assert shown["prompt"]["business_name"] == shop.simulator.config.business_name
    await shop.http.post(f"/_control/phones/{phone}/enter", json={"pin": "1234"})
    assert [told["ResultCode"] for told in await shop.told()] == [0]
    shown = (await shop.http.get(f"/_control/phones/{phone}")).json()
    assert shown["prompt"] is None
    assert len(shown["sms"]) == 1


@pytest.mark.parametrize(
    ("deed", "body", "code"),
    [("enter", {"pin": "9999"}, 2001), ("cancel", {}, 1032), ("ignore", {}, 1019)],
)
async def test_a_person_can_also_not_pay(
    open_shop: OpenShop, phone: str, deed: str, body: object, code: int
) -> None:
    shop = await open_shop(**BY_HAND)
    await shop.push(phone)
    await shop.simulator.wait_for_prompt(phone)
    await shop.http.post(f"/_control/phones/{phone}/{deed}", json=body)
    assert [told["ResultCode"] for told in await shop.told()] == [code]


async def test_a_test_can_hold_the_phone_in_python(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(**BY_HAND)
    simulator = shop.simulator
    deeds = [simulator.enter_pin(phone, "1234"), simulator.cancel(phone), simulator.ignore(phone)]
    for count, deed in enumerate(deeds, start=1):
        await shop.push(phone, Amount=count)
        await deed
        await simulator.wait_for_callbacks(count)
    assert [told["ResultCode"] for told in await shop.told(3)] == [0, 1032, 1019]


async def test_in_manual_mode_a_planned_loss_still_waits_for_the_person(
    open_shop: OpenShop, phone: str
) -> None:
    shop = await open_shop(**BY_HAND)
    shop.simulator.plan("lost")
    await shop.push(phone)
    await shop.simulator.enter_pin(phone, "1234")
    push = await shop.simulator.wait_for_result(shop.simulator.pushes[0])
    assert push.state == "paid"
    assert not shop.simulator.callbacks


async def test_one_push_can_wait_for_a_person_while_others_pay(shop: Shop, phone: str) -> None:
    shop.simulator.plan("by_hand", phone=phone)
    await shop.push(phone)
    await shop.simulator.cancel(phone)
    assert [told["ResultCode"] for told in await shop.told()] == [1032]


async def test_balance_and_pin_can_be_set(open_shop: OpenShop, phone: str) -> None:
    shop = await open_shop(**BY_HAND)
    change = {"balance": 10, "pin": "4321"}
    shown = (await shop.http.post(f"/_control/phones/{phone}", json=change)).json()
    assert shown["balance_kes"] == 10
    assert "4321" not in json.dumps(shown)
    await shop.push(phone)
    await shop.simulator.enter_pin(phone, "4321")
    assert [told["ResultCode"] for told in await shop.told()] == [1]


async def test_pushes_callbacks_and_requests_can_be_looked_at(shop: Shop, phone: str) -> None:
    await shop.buy("paid")
    await shop.told()
    [push] = (await shop.http.get("/_control/pushes")).json()
    [callback] = (await shop.http.get("/_control/callbacks")).json()
    requests = (await shop.http.get("/_control/requests")).json()
    assert (push["state"], push["scenario"], push["phone"]) == ("paid", "paid", phone)
    assert (callback["url"], callback["status"]) == (shop.mailbox.url, 200)
    assert callback["body"] == shop.mailbox.bodies[0]
    assert [seen["path"] for seen in requests] == ["/oauth/v1/generate", "/mpesa/stkpush/v1/processrequest"]


async def test_a_callback_can_be_forged(shop: Shop) -> None:
    forged = {"Body": {"stkCallback": {"ResultCode": 0}}}
    order = {"url": shop.mailbox.url, "body": forged, "headers": {"X-Forwarded-For": "203.0.113.9"}}
    reply = await shop.http.post("/_control/callbacks", json=order)
    assert reply.json()["status"] == 200
    assert shop.mailbox.bodies == [forged]


async def test_forged_bytes_go_out_as_they_are(shop: Shop) -> None:
    sent = await shop.simulator.send_callback(shop.mailbox.url, b'{"odd":   1}')
    assert sent.status == 200
    assert sent.body == '{"odd":   1}'


async def test_bad_weather_answers_everything_with_the_firewall(shop: Shop) -> None:
    await shop.http.post("/_control/weather", json={"down": True})
    assert (await shop.push()).status_code == 503
    await shop.http.post("/_control/weather", json={"down": False})
    assert (await shop.push()).status_code == 200


async def test_slow_weather_makes_an_impatient_client_give_up(shop: Shop) -> None:
    await shop.http.post("/_control/weather", json={"slow_s": 0.5})
    shop.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        await shop.push()


async def test_a_fault_at_one_door_leaves_the_others_alone(shop: Shop) -> None:
    push = await shop.buy("paid")
    await shop.http.post("/_control/faults", json={"door": "query", "answer": "soap_fault"})
    assert (await shop.sign_in()).status_code == 200
    assert (await shop.ask(push.checkout_request_id)).status_code == 500
    assert (await shop.ask(push.checkout_request_id)).status_code == 200


async def test_a_door_can_cut_the_connection(shop: Shop) -> None:
    shop.simulator.spoil("query", "cut_off")
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.ask("ws_CO_1")


async def test_tokens_can_be_expired_over_http(shop: Shop) -> None:
    await shop.http.post("/_control/tokens/expire")
    assert (await shop.push()).status_code == 404


async def test_events_tell_the_story_in_order(shop: Shop) -> None:
    events = shop.simulator.events()
    await shop.buy("paid")
    await shop.told()
    kinds = [(await anext(events)).kind for _ in range(6)]
    assert kinds == ["push_received", "prompt_opened", "prompt_closed", "sms", "push_closed", "callback_sent"]


async def test_events_end_with_the_simulator(shop: Shop) -> None:
    events = shop.simulator.events()
    await shop.simulator.stop()
    assert [event async for event in events] == []
    assert [event async for event in shop.simulator.events()] == []


async def test_events_can_be_followed_over_http(shop: Shop) -> None:
    async with shop.http.stream("GET", "/_control/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await shop.push()
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: push_received"
        data = json.loads((await anext(lines)).removeprefix("data: "))
    assert (data["kind"], data["phone"]) == ("push_received", "254708374149")


async def test_a_wait_that_is_not_met_ends(shop: Shop, phone: str) -> None:
    with pytest.raises(TimeoutError):
        await shop.simulator.wait_for_prompt(phone, timeout_s=0.01)


async def test_a_page_of_another_site_may_not_turn_switches(shop: Shop) -> None:
    bad = await shop.http.get("/_control/pushes", headers={"Origin": "https://firm.example"})
    good = await shop.http.get("/_control/pushes", headers={"Origin": "http://127.0.0.1:8000"})
    assert (bad.status_code, good.status_code) == (403, 200)


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("203.0.113.9", False),
        ("10.0.0.4", False),
        ("firm.example", False),
        ("", False),
    ],
)
def test_only_this_machine_may_turn_switches(name: str, *, is_ours: bool) -> None:
    assert is_loopback(name) is is_ours


async def test_the_program_tells_how_to_reach_it_and_stops_when_told() -> None:
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run_simulator("127.0.0.1", 0, config=QUICK, tell=told.set_result))
    words = await told
    address = words.split("MPESA_API_URL=")[1].split()[0]
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{address}/_control/scenarios")).status_code == 200
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{address}/_control/scenarios")
    assert QUICK.consumer_key in words
    assert all(f"..{digits}  {name}" in words for digits, name in BY_LAST_DIGITS.items())


async def test_a_port_that_is_taken_is_an_error(shop: Shop) -> None:
    port = int(shop.simulator.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        await run_simulator("127.0.0.1", port, tell=lambda _: None)

"""Where a request really came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.sources import SAFARICOM_IPS, Sources, networks

LISTED = Sources(safaricom=networks(SAFARICOM_IPS))


@pytest.mark.parametrize("address", [*SAFARICOM_IPS, "::ffff:196.201.214.200"])
def test_safaricom_is_known_by_each_of_its_addresses(address: str) -> None:
    assert LISTED.lists(address)


@pytest.mark.parametrize(
    "address", ["196.201.214.201", "127.0.0.1", "", "196.201.214.200.", "unknown", "\udcff"]
)
def test_nobody_else_is_taken_for_safaricom(address: str) -> None:
    assert not LISTED.lists(address)


def test_where_no_addresses_are_configured_everybody_is_listed() -> None:
    assert Sources().lists("203.0.113.9")


def test_a_proxy_is_known_on_a_socket_that_serves_both_families() -> None:
    sources = Sources(proxies=networks(["10.0.0.0/8"]))
    assert sources.client("::ffff:10.0.0.1", ["41.90.1.1"]) == "41.90.1.1"


@given(st.text(max_size=20), st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_forwarded_a_stranger_stays_who_they_are(peer: str, forwarded: list[str]) -> None:
    assert Sources().client(peer, forwarded) == peer
    assert Sources(proxies=networks(["10.0.0.0/8"])).client("41.90.1.1", forwarded) == "41.90.1.1"


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "proxy.local"])
def test_what_is_no_range_is_refused_when_it_is_configured(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        networks([text])

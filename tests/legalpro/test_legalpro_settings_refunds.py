"""The settings of refunds: whole or not at all, told by name, and never with the secret."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from legalpro.exits import BadSettings
from legalpro.settings import Settings
from legalpro.wiring_refunds import initiator_of
from tests.legalpro.test_legalpro_settings import ENOUGH, LIVE, given, problems, read

__all__ = ["given"]  # a fixture of theirs

PASSWORD = "hush-operators-password"
CREDENTIAL = "c2VhbGVk" * 43
WHO = {"MPESA_B2C_SHORTCODE": "600998", "MPESA_INITIATOR_NAME": "firm.api"}
SEALING = {"MPESA_INITIATOR_PASSWORD": PASSWORD, "MPESA_CERTIFICATE": "certificate.pem"}
BY_PASSWORD = WHO | SEALING
BY_CREDENTIAL = WHO | {"MPESA_SECURITY_CREDENTIAL": CREDENTIAL}
NAMES = (*BY_PASSWORD, "MPESA_SECURITY_CREDENTIAL")
HALVES = [
    dict(half) for size in range(1, len(BY_PASSWORD)) for half in combinations(BY_PASSWORD.items(), size)
]


def test_without_an_operator_there_are_no_refunds_and_nothing_is_missing(given: pytest.MonkeyPatch) -> None:
    assert not read(given, ENOUGH).refunds_set_up
    assert not read(given, LIVE).refunds_set_up


@pytest.mark.parametrize("operator", [BY_PASSWORD, BY_CREDENTIAL, BY_PASSWORD | BY_CREDENTIAL])
def test_an_operator_with_a_sealed_password_or_the_means_to_seal_it_is_whole(
    given: pytest.MonkeyPatch, operator: dict[str, str]
) -> None:
    settings = read(given, ENOUGH | operator)
    assert settings.refunds_set_up
    assert settings.mpesa_b2c_shortcode == "600998"


@pytest.mark.parametrize("half", HALVES, ids="+".join)
def test_half_an_operator_is_refused_with_the_names_of_the_other_half(
    given: pytest.MonkeyPatch, half: dict[str, str]
) -> None:
    told = problems(given, ENOUGH | half)
    for name in BY_PASSWORD:
        assert (f"{name}: needed for refunds" in told) == (name not in half)
    assert PASSWORD not in told


@pytest.mark.parametrize("left_out", sorted(WHO))
def test_a_sealed_password_of_nobody_is_refused(given: pytest.MonkeyPatch, left_out: str) -> None:
    told = problems(given, ENOUGH | BY_CREDENTIAL | {left_out: ""})
    assert f"{left_out}: needed for refunds" in told
    assert "MPESA_INITIATOR_PASSWORD" not in told
    assert CREDENTIAL not in told


def test_an_empty_operator_is_none(given: pytest.MonkeyPatch) -> None:
    assert not read(given, ENOUGH | dict.fromkeys(NAMES, "")).refunds_set_up


def test_production_refuses_half_an_operator_too(given: pytest.MonkeyPatch) -> None:
    assert "MPESA_CERTIFICATE: needed for refunds" in problems(
        given, LIVE | BY_PASSWORD | {"MPESA_CERTIFICATE": ""}
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MPESA_B2C_SHORTCODE", "12ab"),
        ("MPESA_B2C_SHORTCODE", "1234"),
        ("MPESA_INITIATOR_NAME", "firm api"),
        ("MPESA_INITIATOR_NAME", "f" * 101),
        ("REFUND_APPROVAL_ABOVE", "-1"),
        ("REFUND_APPROVAL_ABOVE", "999.5"),
        ("REFUND_APPROVAL_ABOVE", "always"),
        ("REFUND_ROUTE", "cheque"),
        ("LOW_FLOAT_KES", "-10"),
        ("LOW_FLOAT_KES", "10,000"),
    ],
)
def test_what_is_malformed_is_named_with_what_is_expected_and_never_shown(
    given: pytest.MonkeyPatch, name: str, value: str
) -> None:
    told = problems(given, ENOUGH | BY_PASSWORD | {name: value})
    expected = Settings.model_fields[name.lower()].description
    assert told == f"{name} is malformed: expected {expected}"
    assert value not in told


def test_every_refund_needs_a_second_admin_and_goes_to_the_phone_unless_the_firm_says_otherwise(
    given: pytest.MonkeyPatch,
) -> None:
    settings = read(given, ENOUGH)
    assert (settings.refund_approval_above, settings.refund_route, settings.low_float_kes) == (
        0,
        "b2c",
        10_000,
    )
    chosen = {"REFUND_APPROVAL_ABOVE": "500", "REFUND_ROUTE": "reversal", "LOW_FLOAT_KES": "0"}
    assert _policy(read(given, ENOUGH | chosen)) == (500, "reversal", 0)


def _policy(settings: Settings) -> tuple[int, str, int]:
    return settings.refund_approval_above, settings.refund_route, settings.low_float_kes


def test_the_operators_password_never_shows_and_is_kept_from_the_logs(given: pytest.MonkeyPatch) -> None:
    settings = read(given, ENOUGH | BY_PASSWORD | BY_CREDENTIAL)
    printed = f"{settings!r} {settings}"
    for secret in (PASSWORD, CREDENTIAL):
        assert secret in settings.secret_texts
        assert secret not in printed


def test_the_certificate_is_a_path(given: pytest.MonkeyPatch) -> None:
    assert read(given, ENOUGH | BY_PASSWORD).mpesa_certificate == Path("certificate.pem")


def test_results_are_awaited_where_everything_is_unless_the_guides_addresses_say_otherwise(
    given: pytest.MonkeyPatch,
) -> None:
    bases = read(given, LIVE | BY_PASSWORD).refund_bases
    assert set(bases) == {"b2c", "reversal", "timeout", "status", "balance"}
    assert set(bases.values()) == {"https://pay.firm.example"}
    guide = {
        "MPESA_RESULT_URL": "https://results.firm.example/any/path",
        "MPESA_TIMEOUT_URL": "https://timeouts.firm.example",
    }
    assert read(given, LIVE | BY_PASSWORD | guide).refund_bases == {
        "b2c": "https://results.firm.example",
        "reversal": "https://results.firm.example",
        "timeout": "https://timeouts.firm.example",
        "status": "https://results.firm.example",
        "balance": "https://results.firm.example",
    }
    given.setenv("MPESA_B2C_CALLBACK_URL", "https://b2c.firm.example")
    assert read(given, LIVE).refund_bases["b2c"] == "https://b2c.firm.example"


@pytest.mark.parametrize("name", ["MPESA_B2C_CALLBACK_URL", "MPESA_RESULT_URL", "MPESA_TIMEOUT_URL"])
def test_an_address_that_safaricom_would_refuse_is_refused_here(given: pytest.MonkeyPatch, name: str) -> None:
    assert f"{name} is malformed" in problems(
        given, ENOUGH | BY_PASSWORD | {name: "https://mpesa.firm.example"}
    )


@pytest.mark.parametrize(
    ("operator", "complaint"),
    [
        (BY_PASSWORD, "MPESA_CERTIFICATE cannot be read: No such file"),
        (BY_PASSWORD | {"MPESA_CERTIFICATE": "letter.pem"}, "MPESA_CERTIFICATE: "),
        (WHO | {"MPESA_SECURITY_CREDENTIAL": PASSWORD}, "MPESA_SECURITY_CREDENTIAL: not a sealed password"),
    ],
)
def test_an_operator_who_cannot_be_sealed_is_refused_at_the_start_without_the_secret(
    given: pytest.MonkeyPatch, operator: dict[str, str], complaint: str
) -> None:
    Path("letter.pem").write_text(f"no certificate, and {PASSWORD}", encoding="ascii")
    settings = read(given, ENOUGH | operator)
    with pytest.raises(BadSettings) as refused:
        initiator_of(settings)
    assert complaint in str(refused.value)
    assert PASSWORD not in str(refused.value)

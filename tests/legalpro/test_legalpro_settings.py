"""A mistake in the settings is told at once, by name, and without the value."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from legalpro.exits import BadSettings
from legalpro.settings import SANDBOX_PASSKEY, Settings, read_settings

TOKEN = "123456789:AAE-not-a-real-token-0123456789abcdef"
ENOUGH = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "MPESA_CONSUMER_KEY": "a-consumer-key",
    "MPESA_CONSUMER_SECRET": "a-consumer-secret",
}
LIVE = ENOUGH | {
    "MPESA_ENVIRONMENT": "production",
    "MPESA_SHORTCODE": "600123",
    "MPESA_PASSKEY": "a-passkey",
    "CALLBACK_SECRET": "k" * 32,
    "PUBLIC_URL": "https://pay.firm.example",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def read(given: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in values.items():
        given.setenv(name, value)
    return read_settings()


def problems(given: pytest.MonkeyPatch, values: dict[str, str]) -> str:
    with pytest.raises(BadSettings) as refused:
        read(given, values)
    return "\n".join(refused.value.problems)


def test_three_settings_are_enough_for_the_sandbox(given: pytest.MonkeyPatch) -> None:
    settings = read(given, ENOUGH)
    assert (settings.shortcode, settings.passkey) == ("174379", SANDBOX_PASSKEY)
    assert settings.callback_base == "http://127.0.0.1:8080"


def test_what_is_missing_is_named_with_what_is_expected(given: pytest.MonkeyPatch) -> None:
    told = problems(given, {})
    assert "TELEGRAM_BOT_TOKEN is missing: expected the token BotFather gave" in told
    assert "MPESA_CONSUMER_KEY is missing" in told


def test_an_empty_setting_is_a_missing_one(given: pytest.MonkeyPatch) -> None:
    assert "MPESA_CONSUMER_KEY is missing" in problems(given, ENOUGH | {"MPESA_CONSUMER_KEY": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("MPESA_SHORTCODE", "12"),
        ("MPESA_API_URL", "ftp://x"),
        ("PUBLIC_URL", "https://firm.example/mpesa"),
        ("PUBLIC_URL", "https://SafariCom.example"),
        ("ADMIN_IDS", "1,two"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("CALLBACK_SECRET", "short-and-secret"),
        ("TELEGRAM_MODE", "pigeon"),
        ("TELEGRAM_BOT_TOKEN", "with a space"),
        ("TELEGRAM_WEBHOOK_SECRET", "not/allowed"),
        ("LOG_FORMAT", "xml"),
        ("MONGODB_URI", "postgres://secret-host"),
    ],
)
def test_what_is_malformed_is_named_and_never_shown(given: pytest.MonkeyPatch, name: str, value: str) -> None:
    told = problems(given, ENOUGH | {name: value})
    assert f"{name} is malformed" in told
    assert value not in told or value in {"12", "eighty"}


@pytest.mark.parametrize("name", ["MPESA_SHORTCODE", "MPESA_PASSKEY", "CALLBACK_SECRET", "PUBLIC_URL"])
def test_production_asks_for_more(given: pytest.MonkeyPatch, name: str) -> None:
    assert name in problems(given, LIVE | {name: ""})


def test_production_takes_only_https(given: pytest.MonkeyPatch) -> None:
    assert "https" in problems(given, LIVE | {"PUBLIC_URL": "http://pay.firm.example"})


def test_production_with_webhook_asks_for_its_secret(given: pytest.MonkeyPatch) -> None:
    assert "TELEGRAM_WEBHOOK_SECRET" in problems(given, LIVE | {"TELEGRAM_MODE": "webhook"})


def test_the_guides_callback_address_gives_the_host(given: pytest.MonkeyPatch) -> None:
    guide = {"MPESA_STK_CALLBACK_URL": "https://pay.firm.example/api/payments/mpesa/stk-callback"}
    assert read(given, ENOUGH | guide).callback_base == "https://pay.firm.example"


def test_several_keys_are_taken_while_they_are_changed(given: pytest.MonkeyPatch) -> None:
    settings = read(given, ENOUGH | {"CALLBACK_SECRET": f"{'a' * 32},{'b' * 32}"})
    assert settings.callback_keys() == ["a" * 32, "b" * 32]


def test_a_key_made_here_is_kept_between_runs_and_private(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read(given, ENOUGH)
    assert settings.callback_keys() == settings.callback_keys()
    assert (tmp_path / "data" / "callback_secret").stat().st_mode & 0o777 == 0o600


def test_no_secret_shows_when_the_settings_are_printed(given: pytest.MonkeyPatch) -> None:
    settings = read(given, LIVE | {"MONGODB_URI": "mongodb://user:hidden@host"})
    printed = f"{settings!r} {settings}"
    assert not [secret for secret in settings.secret_texts if secret in printed]


def test_a_wrong_start_ends_within_a_second_with_code_2(tmp_path: Path) -> None:
    started = time.monotonic()
    done = subprocess.run(  # our own program
        [sys.executable, "-m", "legalpro", "run"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "MPESA_CONSUMER_KEY": "hush",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 2
    assert "TELEGRAM_BOT_TOKEN is missing" in done.stderr
    assert "hush" not in done.stderr + done.stdout
    print(f"took {time.monotonic() - started:.2f} s")

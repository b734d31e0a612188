"""What the operator decides, read from the environment and `.env`.

Owns names, defaults and what is expected of each. Imports nothing heavy, so that a mistake is
reported within a second, by name, and without the value: it may be a secret.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from legalpro.exits import BadSettings
from legalpro.setting_types import (
    BASE,
    RANGES,
    SHORTEST_KEY,
    WEB,
    Address,
    CallbackBase,
    FirmLines,
    GuideAddress,
    Ranges,
    Shortcode,
    listed,
    secret,
)
from payments.limits import Rates, rates
from payments.nairobi import NEVER

SANDBOX_SHORTCODE = "174379"
SANDBOX_PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"
"""Daraja's sandbox values, the same for everybody; they protect nothing."""

SANDBOX_QUERIES_PER_MIN = 5.0
QUERIES_PER_MIN = 300.0
"""Production's own limit is not published."""


class Settings(BaseSettings):
    """Every setting by its name in lower case; each description says what is expected."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    telegram_bot_token: Annotated[SecretStr, secret(r"[!-.0-~]+")] = Field(
        description="the token BotFather gave, without spaces"
    )
    telegram_api_url: Address = Field("https://api.telegram.org", description=WEB)
    telegram_file_url: Address | None = Field(None, description=WEB)
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="polling or webhook")
    telegram_webhook_secret: Annotated[SecretStr, secret(r"[A-Za-z0-9_-]{0,256}")] = Field(
        SecretStr(""), description="1 to 256 letters, digits, _ or -"
    )
    admin_ids: Annotated[list[int], NoDecode, BeforeValidator(listed)] = Field(
        [], description="numeric Telegram ids, comma-separated"
    )

    mpesa_environment: Literal["sandbox", "production"] = Field(
        "sandbox", description="sandbox or production"
    )
    mpesa_consumer_key: SecretStr = Field(min_length=1, description="the consumer key of the Daraja app")
    mpesa_consumer_secret: SecretStr = Field(
        min_length=1, description="the consumer secret of the Daraja app"
    )
    mpesa_shortcode: Shortcode | None = Field(None, description="5 to 8 digits: the PayBill or store number")
    mpesa_passkey: SecretStr | None = Field(None, description="the passkey Safaricom sent for the shortcode")
    mpesa_till: Shortcode | None = Field(None, description="5 to 8 digits: the till, where there is one")
    mpesa_api_url: Address | None = Field(None, description=WEB)
    mpesa_queries_per_minute: float | None = Field(
        None, gt=0, le=60_000, description="a number above 0: how often a minute all processes may ask"
    )
    mpesa_pushes_per_second: float = Field(
        5.0, gt=0, le=1_000, description="a number above 0: how many requests a second all processes may send"
    )

    mpesa_b2c_shortcode: Shortcode | None = Field(
        None, description="5 to 8 digits: the shortcode that refunds are paid from"
    )
    mpesa_initiator_name: str | None = Field(
        None, pattern=r"^[!-~]{1,100}$", description="the API operator's user name, without spaces"
    )
    mpesa_security_credential: SecretStr | None = Field(
        None, description="the operator's sealed password: 344 characters of base64"
    )
    mpesa_initiator_password: SecretStr | None = Field(
        None, min_length=1, max_length=200, description="the operator's password"
    )
    mpesa_certificate: Path | None = Field(
        None, description="the path of Safaricom's certificate for this environment"
    )
    refund_approval_above: int = Field(
        0, ge=0, description="whole shillings: above it a second admin must allow a refund"
    )
    summary_hour: int = Field(
        7, ge=0, le=NEVER, description="0 to 23: the hour in Nairobi of the morning's brief; 24: never"
    )
    refund_route: Literal["b2c", "reversal"] = Field(
        "b2c", description="b2c, or reversal for refunds of a whole payment"
    )
    low_float_kes: int = Field(
        10_000, ge=0, description="whole shillings: below it /balance warns that the float is low"
    )

    public_url: CallbackBase | None = Field(None, description=BASE)
    mpesa_stk_callback_url: GuideAddress | None = Field(None, description=BASE)
    mpesa_b2c_callback_url: GuideAddress | None = Field(None, description=BASE)
    mpesa_timeout_url: GuideAddress | None = Field(None, description=BASE)
    mpesa_result_url: GuideAddress | None = Field(None, description=BASE)
    callback_secret: Annotated[
        list[Annotated[SecretStr, secret(rf".{{{SHORTEST_KEY},}}")]], NoDecode, BeforeValidator(listed)
    ] = Field(
        [],
        description=f"keys of {SHORTEST_KEY} characters or more, several comma-separated while rotating",
    )
    trusted_proxies: Ranges = Field([], description=RANGES)
    safaricom_ips: Ranges | None = Field(None, description=RANGES)

    mongodb_uri: Annotated[SecretStr, secret(r"mongodb(\+srv)?://.+")] | None = Field(
        None, description="a mongodb:// address"
    )
    mongodb_database: str = Field("legalpro", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="a database name")
    mongod: str | None = Field(None, description="the path of a mongod program")
    data_dir: Path = Field(Path("data"), description="a folder of this program's own")

    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="the port to listen on, 0 for any free one")
    firm_name: str = Field(
        "LegalPro Advocates", min_length=1, max_length=80, description="1 to 80 characters"
    )
    firm_details: FirmLines = Field([], max_length=4, description="up to 4 lines, separated by |")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["text", "json"] = Field("text", description="text or json")

    @model_validator(mode="after")
    def _refunds_whole_or_not_at_all(self) -> Self:
        """Half an operator can pay nothing back, and would show it only when money is to go out."""
        given = {name for name in _OF_REFUNDS if getattr(self, name)}
        missing = [name for name in ("mpesa_b2c_shortcode", "mpesa_initiator_name") if name not in given]
        if "mpesa_security_credential" not in given:
            sealing = ("mpesa_initiator_password", "mpesa_certificate")
            missing += [name for name in sealing if name not in given]
        if given and missing:
            raise ValueError("; ".join(f"{name.upper()}: needed for refunds" for name in missing))
        return self

    @model_validator(mode="after")
    def _fits_production(self) -> Self:
        """What the sandbox lets pass and production must not."""
        if self.mpesa_environment != "production":
            return self
        problems = [name.upper() for name in _NEEDED_IN_PRODUCTION if not getattr(self, name)]
        if self.telegram_mode == "webhook" and not self.telegram_webhook_secret.get_secret_value():
            problems.append("TELEGRAM_WEBHOOK_SECRET")
        if not (self.public_url or self.mpesa_stk_callback_url):
            problems.append("PUBLIC_URL")
        elif not self.callback_base.startswith("https://"):
            raise ValueError("PUBLIC_URL: in production it must be an https address")
        if problems:
            raise ValueError("; ".join(f"{name}: needed in production" for name in problems))
        return self

    @property
    def verify_base(self) -> str:
        """Where anybody can check a receipt, up to its code."""
        return f"{self.callback_base}/verify/"

    @property
    def callback_base(self) -> str:
        """What callback addresses begin with; this machine itself where nothing was said."""
        return self.public_url or self.mpesa_stk_callback_url or f"http://127.0.0.1:{self.port}"

    @property
    def refunds_set_up(self) -> bool:
        """Whether there is an operator who can pay money back."""
        return self.mpesa_initiator_name is not None

    @property
    def refund_bases(self) -> dict[str, str]:
        """What the addresses of refunds begin with, by the kind of what is awaited there."""
        result = self.mpesa_result_url or self.callback_base
        return {
            "b2c": self.mpesa_b2c_callback_url or result,
            "reversal": result,
            "timeout": self.mpesa_timeout_url or self.callback_base,
            "status": result,
            "balance": result,
        }

    @property
    def shortcode(self) -> str:
        """The shortcode, the sandbox's own where none was given."""
        return self.mpesa_shortcode or SANDBOX_SHORTCODE

    @property
    def passkey(self) -> str:
        """The passkey, the sandbox's own where none was given."""
        return self.mpesa_passkey.get_secret_value() if self.mpesa_passkey else SANDBOX_PASSKEY

    @property
    def rates(self) -> Rates:
        """How fast Safaricom may be called. Its sandbox bears 5 queries a minute (Daraja: STK query)."""
        known = SANDBOX_QUERIES_PER_MIN if self.mpesa_environment == "sandbox" else QUERIES_PER_MIN
        return rates(
            queries_per_minute=self.mpesa_queries_per_minute or known,
            pushes_per_second=self.mpesa_pushes_per_second,
        )

    @property
    def secret_texts(self) -> list[str]:
        """Everything that must never stand in a log."""
        named = (
            self.telegram_bot_token,
            self.mpesa_consumer_key,
            self.mpesa_consumer_secret,
            self.mpesa_passkey,
            self.mpesa_security_credential,
            self.mpesa_initiator_password,
        )
        more = (self.telegram_webhook_secret, self.mongodb_uri, *self.callback_secret)
        texts = [secret.get_secret_value() for secret in (*named, *more) if secret]
        return [text for text in texts if text]

    def callback_keys(self) -> list[str]:
        """The keys of callback addresses; outside production one is made and kept when none was given."""
        if self.callback_secret:
            return [key.get_secret_value() for key in self.callback_secret]
        return [_kept_key(self.data_dir / "callback_secret")]


_OF_REFUNDS = (
    "mpesa_b2c_shortcode",
    "mpesa_initiator_name",
    "mpesa_security_credential",
    "mpesa_initiator_password",
    "mpesa_certificate",
)
_NEEDED_IN_PRODUCTION = ("mpesa_shortcode", "mpesa_passkey", "callback_secret")


def _kept_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SHORTEST_KEY))
    return path.read_text(encoding="ascii").strip()


def read_settings() -> Settings:
    """The settings of the environment and `.env`.

    Raises:
        BadSettings: something is missing or malformed.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings([*_problems(error)]) from None


def _problems(error: ValidationError) -> list[str]:
    problems: dict[str, str] = {}
    for found in error.errors(include_input=False, include_url=False, include_context=False):
        if not found["loc"]:
            problems[found["msg"]] = found["msg"].removeprefix("Value error, ")
            continue
        name = str(found["loc"][0])
        expected = Settings.model_fields[name].description
        missing = "is missing: expected" if found["type"] == "missing" else "is malformed: expected"
        problems[name] = f"{name.upper()} {missing} {expected}"
    return list(problems.values())

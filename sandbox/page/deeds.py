"""What a person does on the page: one strict shape per deed, which also knows how it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.safaricom.phones import MSISDN_PATTERN, NoPromptError, PromptAnswer

from .stage import Nonsense, Stage
from .weather import NoSuchSwitch

if TYPE_CHECKING:
    from sandbox.telegram.wire import JsonObject

_MOST_BALANCE_KES: Final = 10_000_000


class Gone(LookupError):
    """It was there a moment ago: a button the bot took away, a prompt that closed."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: what its doer hears, and news for every tab that the stand-ins do not tell of."""

    told: JsonObject = field(default_factory=dict)
    news: tuple[JsonObject, ...] = ()


class _Deed(BaseModel):
    """Unknown fields are refused, so that a mistake in the page shows."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Say(_Deed):
    """Write to the bot."""

    do: Literal["say"]
    uid: int
    text: str = Field(min_length=1, max_length=4096, pattern=r"\S")

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense."""
        return Done({"update_id": await stage.botapi.says(stage.persona(self.uid).user_id, self.text)})


class Tap(_Deed):
    """Tap the button that carries this data, under this message."""

    do: Literal["tap"]
    uid: int
    message_id: int
    data: str = Field(min_length=1, max_length=64)

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense; Gone when the bot has taken the button away."""
        user_id = stage.persona(self.uid).user_id
        message = stage.botapi.chat(user_id).message(self.message_id)
        if message is None or all(button.data != self.data for button in message.buttons):
            raise Gone("That button is not there any more.")
        query_id = await stage.botapi.taps(user_id, self.data, message_id=self.message_id)
        return Done({"query_id": query_id})


class Contact(_Deed):
    """Share one's own number."""

    do: Literal["contact"]
    uid: int

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense."""
        persona = stage.persona(self.uid)
        return Done({"update_id": await stage.botapi.shares_contact(persona.user_id, persona.phone)})


class _PhoneDeed(_Deed):
    phone: str = Field(pattern=f"^{MSISDN_PATTERN}$")

    def answer(self, stage: Stage, answer: PromptAnswer) -> Done:
        """Answer the prompt. Raises Nonsense; Gone when no prompt is open."""
        try:
            stage.simulator.answer_now(stage.check_line(self.phone), answer)
        except NoPromptError:
            raise Gone("This phone shows no prompt any more.") from None
        return Done()


class Pin(_PhoneDeed):
    """Enter a PIN into the prompt."""

    do: Literal["pin"]
    pin: str = Field(pattern=r"^[0-9]{4}$", repr=False)

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense, Gone."""
        return self.answer(stage, PromptAnswer("pin", self.pin))


class Cancel(_PhoneDeed):
    """Cancel the prompt."""

    do: Literal["cancel"]

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense, Gone."""
        return self.answer(stage, PromptAnswer("cancel"))


class Ignore(_PhoneDeed):
    """Let the prompt's time run out at once."""

    do: Literal["ignore"]

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense, Gone."""
        return self.answer(stage, PromptAnswer("ignore"))


class Balance(_PhoneDeed):
    """Set what is on the line."""

    do: Literal["balance"]
    balance_kes: int = Field(ge=0, le=_MOST_BALANCE_KES)

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense."""
        stage.simulator.phone(stage.check_line(self.phone)).balance_kes = self.balance_kes
        return Done(news=(stage.phone_news(self.phone),))


class Turn(_Deed):
    """Turn a switch of the weather."""

    do: Literal["turn"]
    switch: str = Field(max_length=40)
    to: str = Field(max_length=40)

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense."""
        try:
            stage.weather.turn(self.switch, self.to)
        except NoSuchSwitch:
            raise Nonsense("there is no such switch") from None
        return Done(news=(stage.weather_news(),))


class Kill(_Deed):
    """Kill the program under demonstration, as a power cut would."""

    do: Literal["kill"]

    async def play(self, stage: Stage) -> Done:
        """Do it. Raises Nonsense; Gone when it does not run just now."""
        if stage.kill is None:
            raise Nonsense("there is no program here to kill")
        if not stage.kill():
            raise Gone("The program is not running just now.")
        return Done()


Deed = Say | Tap | Contact | Pin | Cancel | Ignore | Balance | Turn | Kill
_READER: Final[TypeAdapter[Deed]] = TypeAdapter(Annotated[Deed, Field(discriminator="do")])


def read_deed(body: bytes) -> Deed:
    """Read a deed. Raises Nonsense, which never repeats what was sent."""
    try:
        return _READER.validate_json(body)
    except ValueError as error:
        raise Nonsense(f"not understood: {type(error).__name__}") from None

"""One call as it came over the wire: its parameters, read strictly and one by one, and its uploads.

Telegram takes the same parameters as a query, a form, JSON or multipart; in forms numbers and booleans are
text, and nested values are JSON in text. What a parameter means is not decided here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from .refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonObject: TypeAlias = dict[str, object]

_TRUE_WORDS = {"true", "1", "yes"}
_FALSE_WORDS = {"false", "0", "no", ""}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call: method in lower case, parameters as they came, uploads by field name."""

    method: str
    parameters: Mapping[str, object]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Tell whether the parameter was given at all, even empty."""
        return name in self.parameters

    def text(self, name: str, default: str = "") -> str:
        """Read a text; numbers are taken as text, as Telegram does."""
        value = self.parameters.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise refusal("malformed", name=name, why="expected a string")
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise refusal("not_utf8") from None
        return str(value)

    def number(self, name: str, default: int | None = None) -> int | None:
        """Read a whole number, or `default` when the parameter is missing or empty."""
        value = self.parameters.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return int(str(value))
        except ValueError:
            raise refusal("malformed", name=name, why="expected an integer") from None

    def flag(self, name: str) -> bool:
        """Read a yes or no; missing is no."""
        value = self.parameters.get(name)
        word = "" if value is None else str(value).lower()
        if word not in _TRUE_WORDS | _FALSE_WORDS:
            raise refusal("malformed", name=name, why="expected a boolean")
        return word in _TRUE_WORDS

    def json(self, name: str) -> object:
        """Read a nested value, given as JSON text or already nested; None when missing or empty."""
        value = self.parameters.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            nested: object = json.loads(value)
        except ValueError:
            raise refusal("malformed", name=name, why="expected JSON") from None
        return nested

    def mapping(self, name: str) -> JsonObject | None:
        """Read a nested object; None when missing or empty."""
        value = self.json(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise refusal("malformed", name=name, why="expected an object")
        return value

    def sequence(self, name: str) -> list[object] | None:
        """Read a nested list; None when missing or empty."""
        value = self.json(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise refusal("malformed", name=name, why="expected an array")
        return value


async def read_call(request: web.Request, method: str) -> Call:
    """Read the call out of an HTTP request, in whichever of the four forms it came.

    Raises:
        Refusal: the JSON body is not a JSON object.
    """
    parameters: JsonObject = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        parameters |= _json_object(await request.read())
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                parameters[name] = value
    return Call(method.lower(), parameters, uploads)


def _json_object(body: bytes) -> JsonObject:
    try:
        value: object = json.loads(body or b"{}")
    except ValueError:
        raise refusal("unreadable_request", why="the body is not JSON") from None
    if not isinstance(value, dict):
        raise refusal("unreadable_request", why="the body is not a JSON object")
    return value

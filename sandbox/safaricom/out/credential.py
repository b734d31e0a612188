"""The initiator's password: sealed with a certificate of our own, opened, compared, locked when guessed.

Daraja: SecurityCredential (RSA, PKCS#1 v1.5, base64).
"""

from __future__ import annotations

import base64
import binascii
import hmac

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from sandbox.certificate import private_key


class Operator:
    """The one API operator: name, password, and how often somebody was wrong about it."""

    def __init__(self, name: str, password: str, *, most_wrong: int) -> None:
        self._name = name
        self._password = password
        self._most_wrong = most_wrong
        self._wrong = 0

    @property
    def locked(self) -> bool:
        """Whether the operator is locked after too many wrong passwords."""
        return self._wrong >= self._most_wrong

    def unlock(self) -> None:
        """As the portal does it, with a new password."""
        self._wrong = 0

    def is_who(self, name: str, credential: str) -> bool:
        """Whether this is the operator, by the sealed password; being wrong is counted."""
        right = name == self._name and hmac.compare_digest(_opened(credential), self._password.encode())
        if right and not self.locked:
            self._wrong = 0
        elif not right:
            self._wrong += 1
        return right


def _opened(credential: str) -> bytes:
    try:
        return private_key().decrypt(base64.b64decode(credential, validate=True), PKCS1v15())
    except (binascii.Error, ValueError):
        return b""

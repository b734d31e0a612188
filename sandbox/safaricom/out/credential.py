"""The initiator's password: sealed with a certificate of our own, opened, compared, locked when guessed.

Daraja: SecurityCredential (RSA, PKCS#1 v1.5, base64). The key is made once for a process: making one takes
long.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hmac
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

_BITS = 2048


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)


@functools.cache
def certificate_pem() -> bytes:
    """The certificate to seal with; long past its end, as those that Safaricom hands out are."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rehearsal.invalid")])
    ended = datetime(2018, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ended - timedelta(days=730))
        .not_valid_after(ended)
        .sign(_key(), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


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
        return _key().decrypt(base64.b64decode(credential, validate=True), PKCS1v15())
    except (binascii.Error, ValueError):
        return b""

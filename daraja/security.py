"""The operator's sealed password, without which no money goes out and no question about it is answered.

Owns the sealing: RSA with the public key of Safaricom's certificate, PKCS#1 v1.5, base64, and nothing sealed
but the password (Daraja: security credential). Refuses to own where certificate and password come from: the
settings do.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_KEY_BITS: Final = 2048  # Daraja: both public certificates
_SEALED_BYTES: Final = _KEY_BITS // 8
_LONGEST_PASSWORD_BYTES: Final = _SEALED_BYTES - 11  # what PKCS#1 v1.5 leaves of a block
_PEM: Final = b"-----BEGIN"


@dataclass(frozen=True, slots=True)
class SecurityCredential:
    """A sealed password: 344 characters of base64, good for many calls. It never shows itself.

    Raises:
        ValueError: it cannot be one; the sentence never holds the text.
    """

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            length = len(base64.b64decode(self.text, validate=True))
        except ValueError:  # not base64, or not even ASCII
            length = 0
        if length != _SEALED_BYTES:
            raise ValueError("not a sealed password: 344 characters of base64")


def sealed(password: str, certificate: bytes) -> SecurityCredential:
    """The password sealed with the certificate's key: another text each time, all of them good.

    `certificate` is PEM or DER. Its dates are not looked at: those that Safaricom hands out are often past
    them.

    Raises:
        ValueError: no certificate, not one of a 2048-bit RSA key, or no password that can be sealed; the
            sentence holds no secret.
    """
    key, plain = _key_of(certificate), password.encode()
    if not 0 < len(plain) <= _LONGEST_PASSWORD_BYTES:
        raise ValueError(f"the initiator's password must be 1 to {_LONGEST_PASSWORD_BYTES} bytes long")
    return SecurityCredential(base64.b64encode(key.encrypt(plain, PKCS1v15())).decode())


def _key_of(certificate: bytes) -> RSAPublicKey:
    load = x509.load_pem_x509_certificate if _PEM in certificate else x509.load_der_x509_certificate
    try:
        key = load(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("not a certificate: PEM or DER is needed") from None
    if not isinstance(key, RSAPublicKey) or key.key_size != _KEY_BITS:
        raise ValueError(f"the certificate's key is not RSA of {_KEY_BITS} bits")
    return key

"""The certificate with which the initiator's password is sealed for the simulated Safaricom, and its key.

Owns the pair, made once for a process. It stands apart from the simulator, so that a program can be given the
certificate before the simulator is there. Opening what was sealed is the simulator's.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_BITS = 2048


@functools.cache
def private_key() -> rsa.RSAPrivateKey:
    """The key that opens what was sealed with the certificate."""
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
        .public_key(private_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ended - timedelta(days=730))
        .not_valid_after(ended)
        .sign(private_key(), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)

"""How the operator's password is sealed, and that it shows itself nowhere."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from daraja.security import SecurityCredential, sealed
from tests.daraja.payout_fakes import PASSWORD, certificate, credential, initiator, operator_key

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


def opened(text: str) -> bytes:
    return operator_key().decrypt(base64.b64decode(text), PKCS1v15())


@pytest.mark.parametrize("encoding", [PEM, DER])
def test_whoever_holds_the_key_of_a_certificate_long_past_its_end_reads_the_bare_password(
    encoding: serialization.Encoding,
) -> None:
    text = sealed(PASSWORD, certificate().public_bytes(encoding)).text
    assert opened(text) == PASSWORD.encode()
    assert len(text) == 344


def test_a_certificate_may_come_with_words_around_it_and_another_systems_line_ends() -> None:
    lines = certificate().public_bytes(PEM).replace(b"\n", b"\r\n")
    assert opened(sealed(PASSWORD, b"Certificate:\r\n    Data:\r\n" + lines + b"\r\n").text)


def test_two_seals_differ_and_both_are_good() -> None:
    pem = certificate().public_bytes(PEM)
    first, second = sealed(PASSWORD, pem), sealed(PASSWORD, pem)
    assert first != second
    assert opened(first.text) == opened(second.text)


@pytest.mark.parametrize("password", ["", "x" * 246, "é" * 123])
def test_a_password_that_cannot_be_sealed_is_refused_without_being_told(password: str) -> None:
    with pytest.raises(ValueError, match="1 to 245 bytes") as caught:
        sealed(password, certificate().public_bytes(PEM))
    assert not password or password not in str(caught.value)


def test_the_longest_password_that_fits_is_sealed() -> None:
    assert opened(sealed("x" * 245, certificate().public_bytes(PEM)).text) == b"x" * 245


NO_CERTIFICATES = {
    "nothing": b"",
    "words": b"the certificate is in the other folder",
    "half": certificate().public_bytes(PEM)[:600],
    "public_key": operator_key()
    .public_key()
    .public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    "damaged": certificate().public_bytes(DER)[:-40],
}


@pytest.mark.parametrize("found", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
def test_what_is_no_certificate_is_called_so(found: bytes) -> None:
    with pytest.raises(ValueError, match="not a certificate") as caught:
        sealed(PASSWORD, found)
    assert PASSWORD not in str(caught.value)


def test_a_key_of_another_kind_or_length_is_refused() -> None:
    for key in (operator_key(1024), ec.generate_private_key(ec.SECP256R1())):
        with pytest.raises(ValueError, match="not RSA of 2048 bits"):
            sealed(PASSWORD, certificate(key).public_bytes(PEM))


def test_a_credential_that_somebody_sealed_already_is_taken_as_it_is() -> None:
    assert SecurityCredential(credential().text).text == credential().text


@pytest.mark.parametrize(
    "text",
    [
        "",
        PASSWORD,
        base64.b64encode(b"x" * 128).decode(),
        base64.b64encode(b"x" * 257).decode(),
        credential().text + "\n",
        credential().text[:-1],
        credential().text[:-4] + "é===",
    ],
)
def test_what_cannot_be_a_sealed_password_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValueError, match="344 characters of base64") as caught:
        SecurityCredential(text)
    assert not text or text not in str(caught.value)


def test_the_credential_never_shows_itself() -> None:
    for shown in (repr(credential()), str(credential()), f"{credential()}", repr(initiator())):
        assert credential().text not in shown
    assert "refunder" in repr(initiator())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"shortcode": "1234"}, "5 to 8 digits"),
        ({"shortcode": "60000x"}, "5 to 8 digits"),
        ({"collects": ""}, "5 to 8 digits"),
        ({"name": ""}, "without spaces"),
        ({"name": "two words"}, "without spaces"),
        ({"name": "x" * 101}, "without spaces"),
    ],
)
def test_an_operator_that_daraja_could_not_accept_is_refused(changes: dict[str, str], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        initiator(**changes)

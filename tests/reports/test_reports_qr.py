"""A phone reads what a QR code was made of."""

import io

import pytest
import zxingcpp
from PIL import Image

from reports.qr import qr_modules, qr_png


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/LegalProBot?start=fn_8f3kQ2mZ7xT1",
        "https://pay.example.co.ke/verify/K7M2-PQ9X",
        "Ngũgĩ wa Thiong'o",
        "0",
        "x" * 300,
    ],
)
def test_a_phone_reads_the_text_back(text: str) -> None:
    picture = Image.open(io.BytesIO(qr_png(text)))
    assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [text]


def test_the_code_has_the_light_border_that_readers_want() -> None:
    picture = Image.open(io.BytesIO(qr_png("fn_1"))).convert("L")
    module = picture.width // (len(qr_modules("fn_1")) + 8)
    border = picture.crop((0, 0, picture.width, 4 * module))
    assert border.getextrema() == (255, 255)


def test_the_picture_is_large_enough_for_a_screen_and_small_enough_for_chat() -> None:
    png = qr_png("https://t.me/LegalProBot?start=fn_8f3kQ2mZ7xT1")
    assert 500 <= Image.open(io.BytesIO(png)).width <= 640
    assert len(png) < 5_000


def test_the_same_text_gives_the_same_bytes() -> None:
    assert qr_png("fn_1") == qr_png("fn_1")


@pytest.mark.parametrize("text", ["", "x" * 301])
def test_what_makes_no_readable_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="QR"):
        qr_png(text)

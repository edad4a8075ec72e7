"""What is read of a picture before a decoder sees it: sizes, texts, profiles, to the byte."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image, ImageCms

from catalog import decoding
from catalog.decoding import MAX_PNG_TEXT, PictureError, decode_picture, picture_format_of

RED = (200, 0, 0)


def chunk(kind: bytes, body: bytes, wrong: int = 0) -> bytes:
    """A PNG's chunk; `wrong` is added to its checksum."""
    checksum = (zlib.crc32(kind + body) + wrong) % (1 << 32)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def png(width: int, height: int, *extra: bytes) -> bytes:
    """A red picture of 16 x 16 pixels whose header says another size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + bytes(RED) * 16) * 16))
    return b"".join((b"\x89PNG\r\n\x1a\n", header, *extra, pixels, chunk(b"IEND", b"")))


def webp(kind: bytes, width: int, height: int) -> bytes:
    """The first 30 bytes of a WebP, as its container and bitstream documents lay them out."""
    if kind == b"VP8X":
        body = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == b"VP8L":
        size = (width - 1) | (height - 1) << 14 | 1 << 28  # a bit more: has alpha
        body = b"\x2f" + struct.pack("<I", size) + b"\0" * 5
    else:  # the upper two bits of each side say how to scale it up
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width | 1 << 14, height | 2 << 14)
    chunks = b"WEBP" + kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def refusal_of(data: bytes) -> PictureError:
    with pytest.raises(PictureError) as refusal:
        decode_picture(data)
    return refusal.value


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoders that say so where one is opened."""

    def opened(*_, **__):
        raise OSError("a decoder was opened")

    monkeypatch.setattr(Image, "open", opened)


HEADERS = {
    "PNG": png,
    **{
        f"WebP {kind.decode()}": lambda *size, k=kind: webp(k, *size) for kind in (b"VP8X", b"VP8L")
    },
    "WebP VP8": lambda *size: webp(b"VP8 ", *size),
}


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        (10_000, 5_000, None),
        (5_000, 10_000, None),
        (10_001, 5_000, "too_large"),
        (5_000, 10_001, "too_large"),
        (16_383, 16_383, "too_large"),
        (8, 8, None),
        (7, 3_000, "too_small"),
        (3_000, 7, "too_small"),
    ],
)
def test_a_size_is_judged_before_a_decoder_is_opened(header, width, height, code) -> None:
    refusal = refusal_of(header(width, height))
    if code is None:
        assert "a decoder was opened" in str(refusal)
    else:
        assert refusal.code == code and f"{width} x {height}" in str(refusal)


@pytest.mark.usefixtures("unopened")
def test_every_cut_of_a_png_or_a_webps_header_is_told_without_a_decoder() -> None:
    whole = png(16, 16)
    for kept in range(8, len(whole)):
        assert "cut off" in str(refusal_of(whole[:kept]))
    whole = webp(b"VP8X", 16, 16)
    for kept in range(12, len(whole)):
        assert "cut off" in str(refusal_of(whole[:kept]))
    assert "no picture" in str(refusal_of(webp(b"ICCP", 16, 16)))


@pytest.mark.parametrize("size", [12, 40, 52, 56, 64, 108, 124])
def test_every_bmp_header_is_known(size: int) -> None:
    assert picture_format_of(b"BM" + b"\0" * 12 + struct.pack("<I", size)) == "BMP"
    with pytest.raises(PictureError):
        picture_format_of(b"BM" + b"\0" * 12 + struct.pack("<I", size + 1))


def compressed(kind: bytes, text: bytes) -> bytes:
    between = b"\0\0" if kind == b"zTXt" else b"\0\1\0en\0word\0"
    return chunk(kind, b"name" + between + zlib.compress(text))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_texts_count_as_long_as_they_become(kind: bytes) -> None:
    most = b"x" * MAX_PNG_TEXT
    assert decode_picture(png(16, 16, compressed(kind, most))).size == (16, 16)
    assert refusal_of(png(16, 16, compressed(kind, most + b"x"))).code == "undecodable"
    half = compressed(kind, most[: MAX_PNG_TEXT // 2])
    assert decode_picture(png(16, 16, half, half)).size == (16, 16)
    assert "text" in str(refusal_of(png(16, 16, half, half, chunk(b"tEXt", b"a\0b"))))


def test_a_text_that_is_not_compressed_counts_with_its_name() -> None:
    for kind, name in ((b"tEXt", b"a\0"), (b"iTXt", b"a\0\0\0en\0word\0")):
        most = name + b"x" * (MAX_PNG_TEXT - len(name))
        assert decode_picture(png(16, 16, chunk(kind, most))).size == (16, 16)
        assert refusal_of(png(16, 16, chunk(kind, most + b"x"))).code == "undecodable"


@pytest.fixture(scope="module")
def red_is_green() -> bytes:
    """A colour profile by which red is green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, other in (
        ("sRGB".encode("utf-16-be"), "test".encode("utf-16-be")),
        (b"rXYZ", b"?XYZ"),
        (b"gXYZ", b"rXYZ"),
        (b"?XYZ", b"gXYZ"),
    ):
        profile = profile.replace(name, other)
    return profile


def is_turned(*chunks: bytes) -> bool:
    red, green, _ = decode_picture(png(16, 16, *chunks)).getpixel((3, 3))
    assert abs(red - green) > 150
    return green > red


def profiled(profile: bytes, name: bytes = b"name", between: bytes = b"\0\0", wrong: int = 0):
    return chunk(b"iCCP", name + between + zlib.compress(profile), wrong)


def test_a_pngs_profile_is_used_where_it_can_be_read(red_is_green: bytes) -> None:
    longest = red_is_green.ljust(MAX_PNG_TEXT, b"\0")
    assert is_turned(profiled(red_is_green))
    assert is_turned(profiled(red_is_green, name=b"n" * 79))
    assert is_turned(profiled(longest))
    assert not is_turned()
    assert not is_turned(profiled(red_is_green, name=b"n" * 80))
    assert not is_turned(profiled(red_is_green, between=b"\0\1"))
    assert not is_turned(profiled(red_is_green, between=b""))
    assert not is_turned(profiled(red_is_green, wrong=1))
    assert not is_turned(profiled(longest + b"\0"))


def test_the_first_profile_that_can_be_read_is_the_pngs(red_is_green: bytes) -> None:
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_turned(profiled(red_is_green), profiled(plain))
    assert not is_turned(profiled(plain), profiled(red_is_green))
    assert is_turned(profiled(plain, wrong=1), profiled(red_is_green))


def test_a_profile_is_no_longer_than_it_may_be(red_is_green: bytes, monkeypatch) -> None:
    monkeypatch.setattr(decoding, "MAX_COLOUR_PROFILE", len(red_is_green))
    assert is_turned(profiled(red_is_green))
    monkeypatch.setattr(decoding, "MAX_COLOUR_PROFILE", len(red_is_green) - 1)
    assert not is_turned(profiled(red_is_green))

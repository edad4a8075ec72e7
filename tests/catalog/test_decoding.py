from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from catalog.decoding import MAX_JPEG_SCANS, PictureError, decode_picture

MakePicture = Callable[..., bytes]
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"]


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


GREY = (b"IDAT", zlib.compress((b"\0" + b"\x80" * 16) * 16))
END = (b"IEND", b"")


def code_of(data: bytes) -> str:
    with pytest.raises(PictureError) as refusal:
        decode_picture(data)
    assert str(refusal.value)
    return refusal.value.code


def encoded(picture: Image.Image, picture_format: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, picture_format, **options)
    return file.getvalue()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference, in grey levels of 255."""
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean())


@pytest.mark.parametrize("picture_format", FORMATS)
def test_every_format_is_read(make_picture: MakePicture, picture_format: str):
    original = Image.open(io.BytesIO(make_picture(picture_format="PNG")))
    decoded = decode_picture(make_picture(picture_format=picture_format))
    assert (decoded.mode, decoded.size) == ("RGB", (64, 48))
    assert difference(decoded, original) < 8


@pytest.mark.parametrize("picture_format", FORMATS)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_cut_off_picture_is_refused(make_picture: MakePicture, picture_format: str, kept: float):
    whole = make_picture(picture_format=picture_format)
    assert code_of(whole[: int(len(whole) * kept)]) == "undecodable"


def test_a_cut_off_progressive_jpeg_is_refused(make_picture: MakePicture):
    whole = make_picture(progressive=True)
    decode_picture(whole)
    assert code_of(whole[:-20]) == "undecodable"


@pytest.mark.parametrize("at_least", [None, 100])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_cut_off_jpeg_with_its_end_put_back_is_refused(
    make_picture: MakePicture, kept: float, at_least: int | None
):
    whole = make_picture(size=(240, 240), quality=95)
    with pytest.raises(PictureError, match="cut off"):
        decode_picture(whole[: int(len(whole) * kept)] + b"\xff\xd9", at_least=at_least)


@pytest.mark.parametrize("colour", ["white", (128, 128, 128)])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_ends_in_one_colour_is_whole(colour, progressive: bool):
    picture = Image.new("RGB", (400, 400), colour)
    picture.paste((200, 20, 20), (10, 10, 40, 40))
    data = encoded(picture, "JPEG", progressive=progressive)
    for at_least in (None, 100):
        assert decode_picture(data, at_least=at_least).getpixel((99, 99))[0] >= 128


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_body"),
        (b"just some text, renamed .jpg", "undecodable"),
        (b"\xff\xd8\xff", "undecodable"),
        (b"BM" + b"\0" * 60, "undecodable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg />", "unsupported_format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "unsupported_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"8BPS\0\1", "unsupported_format"),
        (b"SIMPLE  =                    T", "unsupported_format"),
        (b"II*\0\x08\0\0\0", "unsupported_format"),
        (b"MM\0*\0\0\0\x08", "unsupported_format"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported_format"),
    ],
)
def test_what_is_refused_by_its_first_bytes(data: bytes, code: str):
    assert code_of(data) == code


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 7), (7, 8)])
def test_too_small(size: tuple[int, int]):
    assert code_of(encoded(Image.new("RGB", size), "PNG")) == "too_small"


def test_a_huge_png_is_refused_by_its_header():
    bomb = png(header(50_000, 50_000), (b"IDAT", zlib.compress(b"\0" * 1000)), END)
    assert code_of(bomb) == "too_large"


def test_a_huge_webp_is_refused_before_its_canvas_is_made(make_picture: MakePicture):
    small = make_picture(picture_format="WEBP")
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\x3f\0" * 2
    body = b"WEBP" + chunk + small[12:]
    assert code_of(b"RIFF" + struct.pack("<I", len(body)) + body) == "too_large"


@pytest.mark.parametrize("picture_format", ["JPEG", "GIF", "BMP"])
def test_other_huge_pictures_are_refused(picture_format: str):
    bomb = encoded(Image.new("L", (8000, 6400)), picture_format)
    assert code_of(bomb) == "too_large"


@pytest.mark.parametrize(
    "chunk",
    [
        (b"zTXt", b"bomb\0\0" + zlib.compress(b"x" * (8 << 20))),
        (b"iTXt", b"bomb\0\1\0\0\0" + zlib.compress(b"x" * (8 << 20))),
        (b"tEXt", b"bomb\0" + b"x" * (2 << 20)),
    ],
)
def test_a_png_with_an_enormous_text_is_refused(chunk: tuple[bytes, bytes]):
    assert code_of(png(header(16, 16), chunk, GREY, END)) == "undecodable"


def test_many_small_texts_count_together():
    text = (b"zTXt", b"bomb\0\0" + zlib.compress(b"x" * (200 << 10)))
    assert decode_picture(png(header(16, 16), text, GREY, END)).size == (16, 16)
    assert code_of(png(header(16, 16), *[text] * 10, GREY, END)) == "undecodable"


def test_a_broken_text_or_profile_of_a_png_costs_nothing():
    broken = [(b"zTXt", b"x\0\0not zlib"), (b"iCCP", b"x\0\1?"), (b"iCCP", b"x\0\0not zlib")]
    for chunk in broken:
        assert decode_picture(png(header(16, 16), chunk, GREY, END)).size == (16, 16)


def test_a_jpeg_of_endless_scans_is_refused(make_picture: MakePicture):
    whole = make_picture(progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    assert code_of(whole[:-2] + scan * MAX_JPEG_SCANS + b"\xff\xd9") == "undecodable"


@pytest.mark.parametrize("picture_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(picture_format: str):
    frames = [Image.new("RGB", (32, 32), (i * 10, 0, 0)) for i in range(20, 0, -1)]
    animation = encoded(frames[0], picture_format, save_all=True, append_images=frames[1:])
    assert difference(decode_picture(animation), frames[0]) < 6


def test_cmyk_looks_like_its_rgb_twin(make_picture: MakePicture):
    rgb = Image.open(io.BytesIO(make_picture(picture_format="PNG")))
    cmyk = encoded(rgb.convert("CMYK"), "JPEG", quality=95)
    assert difference(decode_picture(cmyk), rgb) < 6


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 16 * 16, dtype=np.uint16).reshape(16, 16)
    decoded = np.asarray(decode_picture(encoded(Image.fromarray(ramp), "PNG")))
    assert (decoded[..., 0] == ramp >> 8).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_becomes_rgb(mode: str):
    assert decode_picture(encoded(Image.new(mode, (16, 16)), "PNG")).mode == "RGB"


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "GIF"])
def test_transparency_is_on_white(picture_format: str):
    picture = Image.new("RGBA", (32, 32), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 32, 16))
    options = {"lossless": True} if picture_format == "WEBP" else {}
    decoded = decode_picture(encoded(picture, picture_format, **options))
    assert decoded.getpixel((5, 5)) == (255, 255, 255)
    assert decoded.getpixel((5, 25)) == (255, 0, 0)


def test_half_transparent_is_mixed_with_white():
    assert decode_picture(encoded(Image.new("RGBA", (16, 16), (0, 0, 0, 128)), "PNG")).getpixel(
        (0, 0)
    ) == (127, 127, 127)


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(
    make_picture: MakePicture, orientation: int, picture_format: str
):
    upright = Image.open(io.BytesIO(make_picture(picture_format="PNG")))
    undo = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)  # the inverse turns
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # orientation -> Image.Transpose
    stored = upright if undo == 1 else upright.transpose(Image.Transpose(turns[undo]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode_picture(encoded(stored, picture_format, exif=exif, quality=95))
    assert decoded.size == upright.size
    assert difference(decoded, upright) < 6


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0"]
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_corrupt_exif_costs_nothing(make_picture: MakePicture, exif: bytes):
    decoded = decode_picture(make_picture(exif=exif))
    assert difference(decoded, decode_picture(make_picture())) == 0


def test_corrupt_profile_costs_nothing(make_picture: MakePicture):
    for picture_format in ("JPEG", "PNG", "WEBP"):
        data = make_picture(picture_format=picture_format, icc_profile=b"no profile" * 30)
        assert decode_picture(data).size == (64, 48)


def test_a_good_profile_is_converted():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_green = srgb.replace(b"s\0R\0G\0B", b"t\0e\0s\0t")
    for name, other in ((b"rXYZ", b"?XYZ"), (b"gXYZ", b"rXYZ"), (b"?XYZ", b"gXYZ")):
        red_is_green = red_is_green.replace(name, other)
    red = Image.new("RGB", (16, 16), (200, 0, 0))
    assert decode_picture(encoded(red, "PNG", icc_profile=srgb)).getpixel((0, 0)) == (200, 0, 0)
    turned = decode_picture(encoded(red, "PNG", icc_profile=red_is_green))
    assert difference(turned, Image.new("RGB", (16, 16), (0, 200, 0))) < 3


def test_html_behind_a_jpeg_is_a_picture(make_picture: MakePicture):
    assert decode_picture(make_picture() + b"<script>alert(1)</script>").size == (64, 48)


def test_at_least_decodes_a_jpeg_smaller(make_picture: MakePicture):
    photo = make_picture(size=(1600, 1200))
    assert decode_picture(photo).size == (1600, 1200)
    assert decode_picture(photo, at_least=300).size == (400, 300)
    assert decode_picture(photo, at_least=1201).size == (1600, 1200)


def test_garbage_behind_a_signature_is_refused():
    noise = np.random.default_rng(0)
    starts = [
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"BM" + b"\0" * 12 + b"\x28\0\0\0",
    ]
    starts += [b"RIFF\x10\0\0\0WEBPVP8 ", b"\0\0\0\x1cftypavif"]
    for start in starts:
        for _ in range(20):
            assert code_of(start + noise.bytes(200)) in ("undecodable", "too_large", "too_small")

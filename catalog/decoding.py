"""From bytes that somebody sent to a plain RGB picture, or a clear refusal.

The one place where untrusted picture bytes meet a decoder. The bytes decide the format, never a
file name or a Content-Type. Everything that can be checked in the file's header is checked there,
before a pixel is decoded, so that a small file can't ask for a large amount of memory or time.

    PictureError(CatalogError)
        .code  empty_body           no bytes at all
               unsupported_format   a picture format that we know and don't read (SVG, TIFF, ...)
               undecodable          not a picture, damaged, or cut off
               too_large            more pixels than `MAX_PIXELS`
               too_small            a side under `MIN_SIDE`
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Literal

import numpy as np
from PIL import Image, ImageCms

from catalog.product import CatalogError

MIN_SIDE = 8  # pixels
MAX_PIXELS = 50_000_000
MAX_PNG_TEXT = 1 << 20  # bytes of text, decompressed, in all of a PNG's text chunks together
MAX_JPEG_SCANS = 100  # real progressive JPEGs have about ten; each scan walks the whole picture
MAX_COLOUR_PROFILE = 4 << 20  # bytes; CMYK profiles of print shops reach 2 MB

ErrorCode = Literal["empty_body", "undecodable", "too_large", "too_small", "unsupported_format"]

_READABLE = "JPEG, PNG, WebP, GIF, AVIF and BMP"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)

# EXIF orientation -> what turns the stored pixels upright (TIFF 6.0, tag 274).
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG = 0x0112


class PictureError(CatalogError):
    """Bytes that can't become a picture. ``code`` is for programs, the message for people."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


def decode_picture(data: bytes, *, at_least: int | None = None) -> Image.Image:
    """Decode untrusted bytes to a picture of mode ``RGB``, turned upright.

    Transparent pixels are composited on white; of an animation, the first frame is taken;
    16 bits a channel become 8; a colour profile, where readable, is converted to sRGB.

    ``at_least`` (pixels) allows a JPEG to be decoded at 1/2, 1/4 or 1/8 of its size as long as
    neither side falls under ``at_least``: a photo that will be shrunk anyway costs a fraction.

    Raises `PictureError`.
    """
    picture_format = picture_format_of(data)
    if picture_format == "PNG":
        data = _png_without_extras(data)
    elif picture_format == "WEBP":
        _check_webp_header(data)
    elif picture_format == "JPEG" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PictureError(
            "undecodable", f"this JPEG has more than {MAX_JPEG_SCANS} scans; save it afresh"
        )
    try:
        with Image.open(io.BytesIO(data), formats=[picture_format]) as image:
            check_size(*image.size)
            if at_least is not None and min(image.size) > at_least:
                image.draft(None, (at_least, at_least))
            orientation = orientation_of(image)
            image.load()
            if picture_format == "JPEG" and _ends_in_grey(image):
                _refuse_if_hungry(image, data, at_least)
            upright = _in_srgb(image)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("too_large", f"{error}; at most {MAX_PIXELS:,} pixels") from error
    except Exception as error:  # on crafted bytes Pillow's readers raise nearly anything
        raise PictureError(
            "undecodable", f"this {picture_format} is damaged or cut off ({error}); send it again"
        ) from error
    turn = _UPRIGHT.get(orientation)
    return upright if turn is None else upright.transpose(turn)


def picture_format_of(data: bytes) -> str:
    """The format that the first bytes announce, by Pillow's name for it (``"JPEG"``...).

    Raises `PictureError`: ``empty_body``, ``unsupported_format`` or ``undecodable``.
    """
    if not data:
        raise PictureError("empty_body", "expected a picture, got no bytes at all")
    head = data[:32]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(_PNG_SIGNATURE):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head[4:8] == b"ftyp" and _is_avif(data):
        return "AVIF"
    if head.startswith(b"BM") and head[14:18] in _BMP_HEADER_SIZES:
        return "BMP"
    other = _known_but_unread(data)
    if other is not None:
        raise PictureError("unsupported_format", f"{other} is not read; send {_READABLE}")
    raise PictureError("undecodable", f"these bytes are no picture; expected {_READABLE}")


def check_size(width: int, height: int) -> None:
    """Raises `PictureError` (``too_small``, ``too_large``) for a size in pixels out of bounds."""
    if width * height > MAX_PIXELS:
        raise PictureError(
            "too_large", f"{width} x {height} pixels; at most {MAX_PIXELS:,} in all: shrink it"
        )
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            "too_small", f"{width} x {height} pixels; each side needs at least {MIN_SIDE}"
        )


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where it is absent or the EXIF block is corrupt."""
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # a corrupt EXIF block must not cost the picture
        return 1
    return orientation if orientation in _UPRIGHT else 1


_BMP_HEADER_SIZES = {struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124)}


def _is_avif(data: bytes) -> bool:
    box_size = int.from_bytes(data[:4], "big")
    brands = data[8 : min(box_size, 256)]
    return any(brands[i : i + 4] in (b"avif", b"avis") for i in range(0, len(brands), 4))


def _known_but_unread(data: bytes) -> str | None:
    head = data[:16]
    starts = {
        b"II*\x00": "TIFF",
        b"MM\x00*": "TIFF",
        b"8BPS": "PSD",
        b"SIMPLE  =": "FITS",
        b"%PDF": "PDF",
        b"%!PS": "EPS",
        b"\xc5\xd0\xd3\xc6": "EPS",
        b"\x00\x00\x01\x00": "ICO",
        b"\x00\x00\x00\x0cjP  ": "JPEG 2000",
        b"\xff\x0a": "JPEG XL",
        b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    }
    for start, name in starts.items():
        if head.startswith(start):
            return name
    if head[4:8] == b"ftyp":
        return "HEIC, or another ISO media file,"
    if _SVG.search(data[:4096]):
        return "SVG"
    return None


def _png_without_extras(data: bytes) -> bytes:
    """The same PNG with only the chunks that make its pixels (and its orientation).

    Pillow reads text and profile chunks before the pixels and lets some of them end the reading;
    here a text bomb is refused, and a broken profile is left out.
    """
    kept = [_PNG_SIGNATURE]
    profile = b""
    text_left = MAX_PNG_TEXT
    position = len(_PNG_SIGNATURE)
    while True:
        if position + 12 > len(data):
            raise PictureError("undecodable", "this PNG is cut off; send the whole file")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise PictureError("undecodable", "this PNG is cut off; send the whole file")
        if kind == b"IHDR" and length == 13:
            check_size(*struct.unpack_from(">II", data, position + 8))
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            text_left -= _png_text_size(kind, data[position + 8 : end - 4], text_left)
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"):
            kept.append(data[position:end])
        elif kind == b"iCCP" and not profile and length <= MAX_COLOUR_PROFILE:
            profile = _readable_png_profile(data[position:end])
            kept.append(profile)
        if kind == b"IEND":
            return b"".join(kept)
        position = end


def _png_text_size(kind: bytes, body: bytes, limit: int) -> int:
    """Bytes of text in one chunk once decompressed; refuses what would pass ``limit``."""
    packed = b""
    if kind == b"zTXt":
        packed = body.partition(b"\0")[2][1:]
    elif kind == b"iTXt":
        flags_and_rest = body.partition(b"\0")[2]
        if flags_and_rest[:1] == b"\1":
            packed = flags_and_rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    size = len(body)
    if packed:
        try:
            size = len(zlib.decompressobj().decompress(packed, limit + 1))
        except zlib.error:
            size = len(body)
    if size > limit:
        raise PictureError(
            "undecodable", f"this PNG carries more than {MAX_PNG_TEXT:,} bytes of text beside it"
        )
    return size


def _readable_png_profile(chunk: bytes) -> bytes:
    name, separator, rest = chunk[8:-4].partition(b"\0")
    if not separator or len(name) > 79 or rest[:1] != b"\0":
        return b""
    if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return b""
    try:
        size = len(zlib.decompressobj().decompress(rest[1:], MAX_PNG_TEXT + 1))
    except zlib.error:
        return b""
    return chunk if size <= MAX_PNG_TEXT else b""


def _check_webp_header(data: bytes) -> None:
    """WebP's decoder allocates its whole canvas on opening, so the size is read here first."""
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise PictureError("undecodable", "this WebP is cut off; send the whole file")
    kind = data[12:16]
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width = int.from_bytes(data[26:28], "little") & 0x3FFF
        height = int.from_bytes(data[28:30], "little") & 0x3FFF
    else:
        raise PictureError("undecodable", "this WebP has no picture in it")
    check_size(width, height)


def _ends_in_grey(image: Image.Image) -> bool:
    """Whether the last pixels are what libjpeg makes of blocks that the file doesn't have."""
    width, height = image.size
    last_row = image.crop((width // 2, height - 1, width, height))
    return image.mode in ("L", "RGB") and set(last_row.tobytes()) == {128}


def _refuse_if_hungry(image: Image.Image, data: bytes, at_least: int | None) -> None:
    """Refuse a JPEG that was cut off and then closed with an end marker.

    libjpeg fills what is missing with grey and says nothing that Pillow passes on. So more bytes
    are put before the end: only a decoder that still misses some will draw anything from them.
    """
    end = data.rfind(b"\xff\xd9")
    fed = data[:end] + b"\x55" * 1024 + b"\xff\xd9"
    with Image.open(io.BytesIO(fed), formats=["JPEG"]) as again:
        if again.size != image.size and at_least is not None:
            again.draft(None, (at_least, at_least))
        if again.tobytes() != image.tobytes():
            raise PictureError("undecodable", "this JPEG is cut off; send the whole file")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Mode RGB, on white, in sRGB."""
    if image.mode.startswith("I"):  # 16-bit grey: Pillow's own conversion would clip, not scale
        grey = np.asarray(image).astype(np.int64) >> 8
        return Image.fromarray(grey.clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        on_white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        on_white.alpha_composite(with_alpha)
        flat = on_white.convert("RGB")
        return _by_profile(flat, image.info.get("icc_profile")) or flat
    return _by_profile(image, image.info.get("icc_profile")) or image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """``image`` converted by its colour profile; ``None`` where there is nothing to convert."""
    if not profile or len(profile) > MAX_COLOUR_PROFILE or image.mode not in ("RGB", "CMYK"):
        return None
    if image.mode == "RGB" and (b"sRGB" in profile or b"s\0R\0G\0B" in profile):
        return None
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # a corrupt profile must not cost the picture
    return converted

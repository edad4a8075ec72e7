"""The picture store: every product picture once, small, under the hash of its content.

A stored picture is a baseline RGB JPEG of at most `MAX_SIDE` pixels, upright, without metadata,
in ``pictures/ab/abcd...jpg`` where the name is the SHA-256 of the file's bytes.

What a crash can do. A file is written under a name of its own and then renamed, so after
``kill -9`` a picture is whole or absent. There is no fsync a picture: at thousands of small files
that would be most of an import's time. So after a loss of power a picture that was written in the
last seconds may be absent or damaged; `PictureStore.read` notices (the name is the checksum), the
store then counts it as absent, and importing again writes it afresh. An import that has reported
its end has flushed everything (see `catalog.importer`).
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path

from PIL import Image

from catalog.decoding import decode_picture, orientation_of, picture_format_of

MAX_SIDE = 384  # pixels
JPEG_QUALITY = 90
MAX_KEPT_BYTES = 512 << 10  # a larger file than this at 384 px is worth encoding anew

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_START_OF_SCAN = 0xDA
_DROPPED = {0xFE, *range(0xE1, 0xF0)} - {0xEE}  # comments, APP1-15; APP14 says how to read colours


def stored_form(data: bytes) -> bytes:
    """The bytes to store for a picture's bytes: a small, upright, plain RGB JPEG.

    A JPEG that is all that already keeps its compressed pixels as they are (it was still fully
    decoded, so a truncated one is refused) and loses only its metadata.
    Raises `catalog.decoding.PictureError`.
    """
    image = decode_picture(data, at_least=2 * MAX_SIDE)
    if max(image.size) <= MAX_SIDE and _is_plain_jpeg(data):
        return _without_metadata(data)
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4", optimize=True)
    return encoded.getvalue()


def _is_plain_jpeg(data: bytes) -> bool:
    if len(data) > MAX_KEPT_BYTES or picture_format_of(data) != "JPEG":
        return False
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as header:
        return (
            header.format == "JPEG"
            and header.mode == "RGB"
            and "icc_profile" not in header.info
            and orientation_of(header) == 1
        )


def _without_metadata(jpeg: bytes) -> bytes:
    """A decodable JPEG less its comments, EXIF and whatever follows its end."""
    kept = [jpeg[:2]]
    position = 2
    while jpeg[position + 1] != _START_OF_SCAN:
        if jpeg[position] != 0xFF or jpeg[position + 1] == 0xFF:
            return jpeg  # fill bytes or an odd layout: harmless, and not worth a parser
        end = position + 2 + int.from_bytes(jpeg[position + 2 : position + 4], "big")
        if jpeg[position + 1] not in _DROPPED:
            kept.append(jpeg[position:end])
        position = end
        if position + 4 > len(jpeg):
            return jpeg
    last = jpeg.rfind(b"\xff\xd9")
    kept.append(jpeg[position : last + 2] if last > position else jpeg[position:])
    return b"".join(kept)


class PictureStore:
    """Pictures in a folder, by content hash. Safe for many threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._ready: set[str] = set()

    def add(self, image_bytes: bytes) -> str:
        """Decode, turn, shrink, encode and store a picture; its hash (64 hexadecimal digits).

        Raises `catalog.decoding.PictureError` for bytes that are no good picture and `OSError`
        where the disk fails; then nothing was stored.
        """
        stored = stored_form(image_bytes)
        picture = hashlib.sha256(stored).hexdigest()
        if self._size(picture) != len(stored):
            self._write(picture, stored)
        return picture

    def path(self, picture: str) -> Path:
        """Where a picture lies (or would). Raises `KeyError` for what is no hash."""
        if not _HASH.match(picture):
            raise KeyError(picture)
        return self.folder / picture[:2] / f"{picture}.jpg"

    def read(self, picture: str) -> bytes:
        """A stored picture's JPEG bytes. Raises `KeyError` where it is absent or damaged."""
        path = self.path(picture)
        try:
            stored = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise KeyError(picture) from None
        if hashlib.sha256(stored).hexdigest() != picture:
            path.unlink(missing_ok=True)  # absent is a state that the next import mends
            raise KeyError(picture)
        return stored

    def __contains__(self, picture: object) -> bool:
        return isinstance(picture, str) and bool(_HASH.match(picture)) and self._size(picture) > 0

    def forget_unfinished(self) -> None:
        """Remove what killed writers left behind; only while no other process is adding."""
        for leftover in self.folder.glob("??/*.part"):
            leftover.unlink(missing_ok=True)

    def _size(self, picture: str) -> int:
        try:
            return self.path(picture).stat().st_size
        except OSError:
            return -1

    def _write(self, picture: str, stored: bytes) -> None:
        path = self.path(picture)
        if path.parent.name not in self._ready:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._ready.add(path.parent.name)
        descriptor, unfinished = tempfile.mkstemp(suffix=".part", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(stored)
            os.chmod(unfinished, 0o644)  # noqa: PTH101  mkstemp makes it private to one user
            os.replace(unfinished, path)  # noqa: PTH105
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

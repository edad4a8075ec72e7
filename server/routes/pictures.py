"""GET /v1/pictures/{hash}?size=256: a catalogue picture at one of a few sizes.

The name is a hash of the content, so an answer never changes and may be kept for good.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

from catalog.pictures import PictureStore
from server.engine import Engine
from server.errors import BadRequest, NotFound

SIZES = (96, 192, 384)  # longest side in pixels; what is asked for is rounded up to one of these


class SizedPictures:
    """Resized pictures, the most recently shown of them in at most `capacity` bytes of memory."""

    def __init__(self, store: PictureStore, capacity: int) -> None:
        self._store = store
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def kept(self, picture: str, size: int) -> bytes | None:
        """What `get` would return, where it is in memory."""
        with self._lock:
            if (picture, size) in self._kept:
                self._kept.move_to_end((picture, size))
            return self._kept.get((picture, size))

    def get(self, picture: str, size: int) -> bytes:
        """JPEG bytes with the longest side at most `size` pixels. Raises `KeyError`."""
        data = _resized(self._store.read(picture), size)
        with self._lock:
            self._bytes += len(data) - len(self._kept.pop((picture, size), b""))
            self._kept[picture, size] = data
            while self._bytes > self._capacity:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return data


async def picture(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    name = request.path_params["hash"]
    size = _size(request.query_params.get("size", str(SIZES[-1])))
    if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise NotFound("unknown_picture", "expected a picture's hash: 64 hexadecimal digits")
    headers = {
        "ETag": f'"{name[:32]}-{size}"',
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    pictures: SizedPictures = request.app.state.pictures
    try:
        data = pictures.kept(name, size)
        if data is None:
            data = await engine.in_thread(pictures.get, name, size)
    except KeyError:
        raise NotFound("unknown_picture", f"there is no picture {name}") from None
    return Response(data, media_type="image/jpeg", headers=headers)


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= 10_000):
        raise BadRequest("invalid_options", f"size: expected pixels, 1 to 10000, got {text[:40]!r}")
    return next((size for size in SIZES if size >= int(text)), SIZES[-1])


def _resized(jpeg: bytes, size: int) -> bytes:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        if max(image.size) <= size:
            return jpeg
        image.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        encoded = io.BytesIO()
        image.save(encoded, "JPEG", quality=85)
        return encoded.getvalue()

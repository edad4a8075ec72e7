"""Bodies in: bounded in bytes and in time, a picture kept in memory and never on the disk."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator
from typing import TypeVar

import msgspec
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from catalog.decoding import PictureError, picture_format_of
from server.errors import BadRequest, TooLarge, TooSlow, Unsupported
from server.settings import Settings

Options = TypeVar("Options", bound=msgspec.Struct)

_MULTIPART_EXTRA = 16 << 10  # bytes for boundaries and part headers


@dataclasses.dataclass(frozen=True, slots=True)
class SearchBody:
    """What came: a picture's bytes, the options' JSON text, or both."""

    picture: bytes | None
    options: bytes | None


async def read_search_body(request: Request, settings: Settings) -> SearchBody:
    """Read the body in one of its three forms (picture, multipart, JSON).

    Raises `BadRequest`, `TooLarge` (before reading where the length is announced), `TooSlow`,
    `Unsupported`, or `ClientDisconnect`.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Unsupported(
            "unsupported_encoding", f"expected a plain body, got Content-Encoding {encoding[:40]!r}"
        )
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        most = settings.picture_bytes + settings.json_bytes + _MULTIPART_EXTRA
        return await _read_parts(_Bounded(request, most, settings.body_seconds), settings)
    if kind == "application/json" or kind.endswith("+json"):
        data = await _Bounded(request, settings.json_bytes, settings.body_seconds).body()
        if not data.strip():
            raise BadRequest("empty_body", "expected a picture or JSON options, got an empty body")
        if _is_picture(data):
            raise Unsupported(
                "unsupported_media_type",
                "these bytes are a picture but were announced as JSON: send them as image/*",
            )
        return SearchBody(None, data)
    data = await _Bounded(request, settings.picture_bytes, settings.body_seconds).body()
    if not data:
        raise BadRequest("empty_body", "expected a picture or JSON options, got an empty body")
    if not _is_picture(data):
        if data.lstrip()[:1] in (b"{", b"["):
            raise Unsupported(
                "unsupported_media_type",
                "this body looks like JSON: send it with Content-Type application/json",
            )
        if kind == "application/x-www-form-urlencoded":
            raise Unsupported(
                "unsupported_media_type",
                "expected a picture, JSON or multipart/form-data, got an urlencoded form",
            )
    return SearchBody(data, None)


def read_options(data: bytes, kind: type[Options]) -> Options:
    """Parse and check JSON. Raises `BadRequest` that says where and what was expected."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        wrong = isinstance(error, msgspec.ValidationError)
        code = "invalid_options" if wrong else "invalid_json"
        raise BadRequest(code, f"the options are not as expected: {error}"[:500]) from None


class _Bounded:
    """A request whose body ends with a refusal when it is too long or too slow."""

    def __init__(self, request: Request, most: int, seconds: float) -> None:
        self.request = request
        self._most = most
        self._seconds = seconds
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise self._too_large()

    async def body(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body's pieces as they arrive."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        size = 0
        more = True
        while more:
            message = await self._next(deadline)
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            more = message.get("more_body", False)
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._most:
                raise self._too_large()
            if piece:
                yield piece

    async def _next(self, deadline: float) -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                return await self.request.receive()
        except TimeoutError:
            raise TooSlow(
                "body_timeout",
                f"the body did not arrive within {self._seconds:g} seconds",
                headers={"Connection": "close"},
            ) from None

    def _too_large(self) -> TooLarge:
        return TooLarge(
            "body_too_large",
            f"expected at most {self._most:,} bytes: send a smaller picture",
            headers={"Connection": "close"},
        )


class _PartsInMemory(MultiPartParser):
    """Starlette's parser, but no part ever spills into a temporary file."""

    spool_max_size = 1 << 40


async def _read_parts(bounded: _Bounded, settings: Settings) -> SearchBody:
    parser = _PartsInMemory(
        bounded.request.headers,
        bounded.chunks(),
        max_files=2,
        max_fields=2,
        max_part_size=settings.json_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise BadRequest("invalid_multipart", error.message) from None
    found: dict[str, bytes] = {}
    try:
        for name, part in form.multi_items():
            if name not in ("picture", "options"):
                raise BadRequest(
                    "unknown_part", f"expected the parts picture and options, got {name[:80]!r}"
                )
            if name in found:
                raise BadRequest("repeated_part", f"expected one part {name!r}, got several")
            found[name] = await part.read() if isinstance(part, UploadFile) else part.encode()
    finally:
        await form.close()
    if len(found.get("options", b"")) > settings.json_bytes:
        raise TooLarge("body_too_large", f"options: at most {settings.json_bytes:,} bytes")
    if len(found.get("picture", b"")) > settings.picture_bytes:
        raise TooLarge("body_too_large", f"picture: at most {settings.picture_bytes:,} bytes")
    if not found:
        raise BadRequest("empty_body", "expected a part named picture, got no parts")
    if found.get("picture") == b"":
        raise BadRequest("empty_body", "the part named picture is empty")
    return SearchBody(found.get("picture"), found.get("options"))


def _is_picture(data: bytes) -> bool:
    try:
        picture_format_of(data)
    except PictureError:
        return False
    return True

"""Where a page goes on: the cursor of a request, checked before anything is computed for it."""

from __future__ import annotations

from collections.abc import Sequence

from server.errors import BadRequest, Conflict
from server.search.question import Cursor, CursorError, OtherIndexError


def resumed_stride(
    text: str, *, index_version: str, strides: Sequence[int] | None, depth: int
) -> int:
    """The stride that a cursor goes on with; `strides` are those the request names, if any.

    Raises `Conflict` for a cursor of another index, `BadRequest` for one that does not fit, or
    that has walked `depth` ranks of its stride (an answer would have given none).
    """
    try:
        cursor = Cursor.read(text)
        named = (cursor.stride,) if strides is None else tuple(dict.fromkeys(strides))
        cursor.require(version=index_version, strides=named)
    except OtherIndexError as error:
        raise Conflict("index_changed", str(error)) from None
    except CursorError as error:
        raise BadRequest("invalid_cursor", str(error)) from None
    if cursor.walked >= depth:
        raise BadRequest(
            "invalid_cursor",
            f"cursor: this server pages through at most {depth:,} ranks of a stride: filter, or "
            "search with something closer",
        )
    return cursor.stride

"""Which strides a search answers with: the levels of the variety slider."""

from __future__ import annotations

from collections.abc import Sequence

from server.errors import BadRequest

MOST_LEVELS = 16


def chosen_strides(
    asked: Sequence[int] | None, *, limit: int, passed: int, total: int
) -> tuple[int, ...]:
    """The strides asked for, each once; else 1, 2, 4, 8... as long as half of `limit` is filled.

    Raises `BadRequest` for a stride beyond the catalogue, which could never show anything.
    """
    if asked is not None:
        if max(asked) > total:
            raise BadRequest(
                "stride_out_of_range",
                f"strides: expected at most {total:,} (the products there are), got {max(asked)}",
            )
        return tuple(dict.fromkeys(asked))
    half = (limit + 1) // 2
    strides = [1]
    while len(strides) < MOST_LEVELS and strides[-1] * 2 * half <= passed:
        strides.append(strides[-1] * 2)
    return tuple(strides)

"""The forms of a question to the index and of its answer; what they mean stands in exact.py."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float32, Int64

FOLD_DISTANCE = 0.02  # squared; unit vectors closer than this show the same picture to the eye


class CursorError(ValueError):
    """A cursor that cannot be resumed: of another index version, of another question, or damaged."""


class OtherIndexError(CursorError):
    """A cursor of another index version: the ranking it stopped in is no more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fold:
    """Fold near-duplicates: items whose main pictures' squared distance is at most `distance`.

    The distance is sum of `weights` (x - y)^2 over the dimensions of the stored vectors, all 1
    where not given. What lies as close to one of `pictures`, the question's own, unweighted
    vectors, is not shown at all.
    """

    distance: float = FOLD_DISTANCE
    weights: Float32[np.ndarray, " dim"] | None = None
    pictures: Float32[np.ndarray, "own dim"] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One query of a batch; each may have its own settings. See `ExactIndex`."""

    vectors: Float32[np.ndarray, "several dim"]
    limit: int = 128
    strides: tuple[int, ...] = (1,)
    mask: Bool[np.ndarray, " items"] | None = None
    least: float | None = None
    fold: Fold | None = None
    after: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """The items at ranks stride, 2 stride, 3 stride... (ranks count from 1).

    `deepest` is the last rank looked at, 0 where there is none. `folded`, where folding was asked,
    holds for each result the items folded into it; a group's size is one more than their number.
    `more` resumes after the last result; `None` where nothing follows.
    """

    stride: int
    ranks: Int64[np.ndarray, " results"]
    items: Int64[np.ndarray, " results"]
    scores: Float32[np.ndarray, " results"]
    deepest: int = 0
    folded: tuple[Int64[np.ndarray, " _"], ...] | None = None
    more: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """One query's rankings, in the order of the strides asked, and how many items passed.

    `own` are the items seen that lie within the fold distance of the question's own pictures.
    """

    rankings: tuple[Ranking, ...]
    passed: int
    own: Int64[np.ndarray, " own"] = dataclasses.field(
        default_factory=lambda: np.empty(0, np.int64)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Cursor:
    """Where a ranking stopped: after `walked` ranks and `shown` results, the last at `rank`."""

    version: str
    stride: int
    walked: int
    shown: int
    rank: int
    item: int
    score: str  # float.hex of the canonical score

    @property
    def place(self) -> tuple[int, int, str]:
        return self.rank, self.item, self.score

    def as_text(self) -> str:
        values = [getattr(self, field.name) for field in dataclasses.fields(self)]
        fields = json.dumps(values, separators=(",", ":"))
        return base64.urlsafe_b64encode(fields.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises `CursorError` for what is no cursor."""
        try:
            fields = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            cursor = cls(*fields)
            whole = (cursor.stride, cursor.walked, cursor.shown, cursor.rank, cursor.item)
            if not all(isinstance(each, int) for each in whole) or min(whole[:4]) < 1:
                raise ValueError(text)
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise CursorError(
                f"expected a cursor as an earlier answer gave it, got {text[:40]!r}"
            ) from None
        return cursor

    def require(self, *, version: str, strides: Sequence[int]) -> None:
        """Raises `OtherIndexError` or `CursorError` where it is not of this index version and
        of just this stride."""
        if self.version != version:
            raise OtherIndexError(
                f"the cursor is of index {str(self.version)[:80]!r}, this is {version!r}: "
                "search again"
            )
        if tuple(strides) != (self.stride,):
            raise CursorError(
                f"the cursor is of stride {self.stride}, expected a question with just that, "
                f"got {list(strides)}"
            )

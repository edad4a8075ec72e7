"""What a first pass is asked and what it answers; native.py and dense.py agree here."""

from __future__ import annotations

import dataclasses

import numpy as np
from jaxtyping import Bool, Float, Float32, Int64


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """The `need` best items by their best picture's greatest dot product with any of `vectors`,
    of the `passed` items whose pictures are in `mask`. No item has more than `most_pictures`."""

    vectors: Float32[np.ndarray, "several dim"]
    need: int
    mask: Bool[np.ndarray, " pictures"] | None
    passed: int
    most_pictures: int


@dataclasses.dataclass(frozen=True, slots=True)
class Scored:
    """At least the `need` canonically best items, ascending, each within `margin` of its
    canonical score. An item whose canonical score is below theirs may be too low. `items` is
    `None` where all items are there."""

    items: Int64[np.ndarray, " found"] | None
    scores: Float[np.ndarray, " found"]
    margin: float

    def items_of(self, places: slice | Int64[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """The items at these places of `scores`."""
        if self.items is not None:
            return self.items[places]
        return np.arange(len(self.scores))[places] if isinstance(places, slice) else places

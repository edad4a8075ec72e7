"""How a run is doing on val while it runs: the same figures every so many steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from model.facets import FacetLayout
from model.preprocess import to_canvas
from train.dataset import Selected
from train.labels import largest_feed
from train.loader import decoded
from train.weights import Judge

PICTURES = 2000
BATCH = 250

Forward = Callable[[np.ndarray], jax.Array]  # uint8 (n, S, S, 3) to float32 (n, dim)


class Watch:
    """Some pictures of val, prepared once, judged with the facets' weights of the config.

    The pictures are drawn by seed from the largest feed.
    """

    def __init__(self, records: Any, layout: FacetLayout, canvas: int, path: Path):
        _, records, labels = largest_feed(records)
        numbers = np.sort(np.random.default_rng(0).permutation(len(labels))[:PICTURES])
        chosen = Selected(records, numbers.tolist())
        self._labels, self._layout, self._path = labels.part(numbers), layout, path
        self._canvases = np.stack(
            [to_canvas(decoded(chosen[i]["picture"]), canvas) for i in range(len(chosen))]
        )

    def note(self, step: int, forward: Forward) -> dict[str, float]:
        """Judge, and write a line to the file of this run."""
        count = len(self._canvases)
        parts = []
        for start in range(0, count, BATCH):
            batch = self._canvases[start : start + BATCH]
            padded = np.zeros((BATCH, *batch.shape[1:]), np.uint8)
            padded[: len(batch)] = batch
            parts.append(np.asarray(forward(padded))[: len(batch)])
        shares = np.array(list(self._layout.default_weights.values()))
        judge = Judge(np.concatenate(parts), None, self._labels, self._layout)
        figures = judge.values(shares)
        with self._path.open("a") as file:
            file.write(json.dumps({"step": step, **figures}) + "\n")
        return figures

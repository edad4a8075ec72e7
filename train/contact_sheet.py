"""A sheet of queries and their neighbours, to judge with one's own eyes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from train.labels import Labels
from train.loader import decoded

CELL, QUERIES, SHOWN = 72, 40, 10


def draw_neighbours(
    records: Any, found: np.ndarray, labels: Labels, out: Path, *, seed: int = 0
) -> None:
    """40 queries drawn by ``seed``, then the 40 with the fewest neighbours of their category:
    each the query (framed) and its 10 neighbours; a red bar marks another category."""
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(found))[:QUERIES]
    category = labels.codes["category"]
    known = np.flatnonzero(category >= 0)
    right = (category[found[known]] == category[known][:, None]).mean(axis=1)
    worst = known[np.argsort(right, kind="stable")[:QUERIES]]
    rows = [*drawn.tolist(), *worst.tolist()]
    shown = min(SHOWN, found.shape[1])
    width = (shown + 1) * CELL + 12
    half = -(-len(rows) // 2)
    sheet = Image.new("RGB", (2 * width, half * CELL), "white")
    brush = ImageDraw.Draw(sheet)
    for place, query in enumerate(rows):
        left, top = (place // half) * width, (place % half) * CELL
        for column, number in enumerate([query, *found[query][:shown].tolist()]):
            image = decoded(records[number]["picture"])
            image.thumbnail((CELL - 6, CELL - 6))
            x = left + column * CELL + (8 if column else 0)
            sheet.paste(image, (x + 3, top + 3))
            if column == 0:
                brush.rectangle((x, top, x + CELL - 2, top + CELL - 2), outline="black")
            elif category[number] != category[query]:
                brush.line((x + 3, top + CELL - 2, x + CELL - 6, top + CELL - 2), "red", 2)
    sheet.save(out)

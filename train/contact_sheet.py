"""Sheets of queries and their answers, to judge with one's own eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from train.evaluators.cross_domain import right_categories
from train.judging import Gallery, Strangers
from train.loader import decoded

CELL, CAPTION, QUERIES, SHOWN = 84, 26, 40, 10
LETTERS = 15  # of a category's name that fit under a picture
RED, GREY = (190, 30, 30), (90, 90, 90)
Right = Callable[[int, int], bool]  # (query row, gallery row) -> whether it is what was asked for


def draw_neighbours(gallery: Gallery, found: np.ndarray, folder: Path, *, seed: int = 0) -> None:
    """``neighbours.jpg``: 40 queries drawn by ``seed``. ``worst.jpg``: the 40 with the fewest
    neighbours of their category (ties drawn by ``seed``). A red caption marks another category."""
    category = gallery.labels.codes["category"]

    def right(query: int, answer: int) -> bool:
        return bool(category[query] < 0 or category[query] == category[answer])

    order = np.random.default_rng(seed).permutation(len(found))
    _draw(gallery, order[:QUERIES], gallery, found, right, Path(folder) / "neighbours.jpg")
    known = order[category[order] >= 0]
    if known.size:
        share = (category[found[known]] == category[known][:, None]).mean(axis=1)
        worst = known[np.argsort(share, kind="stable")[:QUERIES]]
        _draw(gallery, worst, gallery, found, right, Path(folder) / "worst.jpg")


def draw_answers(
    strangers: Strangers, gallery: Gallery, found: np.ndarray, out: Path, *, seed: int = 0
) -> None:
    """40 pictures of another feed, drawn by ``seed``, and what they found. A red caption marks a
    category that the mapping does not call right."""
    right = right_categories(gallery.labels, strangers.mapping)
    asking = strangers.gallery.labels.codes["category"]
    category = gallery.labels.codes["category"]
    answerable = np.flatnonzero(right.any(axis=1))
    asked = np.flatnonzero(np.isin(asking, answerable))

    def judged(query: int, answer: int) -> bool:
        return bool(category[answer] >= 0 and right[asking[query], category[answer]])

    drawn = np.random.default_rng(seed).permutation(asked)[:QUERIES]
    _draw(strangers.gallery, drawn, gallery, found, judged, out)


def _draw(
    asking: Gallery,
    rows: np.ndarray,
    gallery: Gallery,
    found: np.ndarray,
    right: Right,
    out: Path,
) -> None:
    """Two columns of rows: the query, framed, and its answers, each over category and price."""
    shown = min(SHOWN, found.shape[1])
    width, high, half = (shown + 1) * CELL + 28, CELL + CAPTION, -(-len(rows) // 2)
    sheet = Image.new("RGB", (2 * width, half * high), "white")
    brush, font = ImageDraw.Draw(sheet), ImageFont.load_default(10)
    for place, query in enumerate(int(row) for row in rows):
        left, top = (place // half) * width, (place % half) * high
        answers = found[query][:shown]
        for column, (owner, row) in enumerate(
            [(asking, query), *((gallery, int(answer)) for answer in answers)]
        ):
            x = left + column * CELL + (10 if column else 0)
            image = decoded(owner.records[row]["picture"])
            scale = (CELL - 6) / max(image.size)
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            image = image.resize(size, Image.Resampling.BICUBIC)
            sheet.paste(image, (x + (CELL - image.width) // 2, top + (CELL - image.height) // 2))
            wrong = column > 0 and not right(query, row)
            for line, text in enumerate(_caption(owner, row)):
                place_of_text = x + 4, top + CELL - 1 + 11 * line
                brush.text(place_of_text, text, RED if wrong else GREY, font=font)
        brush.rectangle((left, top + 1, left + CELL - 1, top + CELL - 2), outline="black")
    sheet.save(out, quality=88)


def _caption(gallery: Gallery, row: int) -> tuple[str, str]:
    labels = gallery.labels
    code = labels.codes["category"][row]
    name = labels.names["category"][code] if code >= 0 else ""
    price = np.exp(labels.log_price[row])
    short = name if len(name) <= LETTERS else f"{name[:3]}…{name[4 - LETTERS :]}"
    return short, f"${price:.0f}" if np.isfinite(price) else ""

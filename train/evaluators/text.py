"""From words to pictures: a title's own picture, and those of a category by its name."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Int

from train.figures import Figures, mean
from train.labels import Labels, canonical
from train.metrics import NEIGHBOURS, Search, first_ranks, precision_at

MRR = "title to picture MRR"
NAMED = "category's name to pictures P@10"


def titles_of(labels: Labels) -> tuple[str, ...]:
    """The title of every picture, empty where there is none."""
    return tuple(labels.titles[code] if code >= 0 else "" for code in labels.title)


def telling_titles(labels: Labels) -> Int[np.ndarray, " asked"]:
    """The rows whose title says more than the name of the category."""
    code, names = labels.codes["category"], labels.names["category"]
    return np.array(
        [
            row
            for row, title in enumerate(titles_of(labels))
            if title and not (code[row] >= 0 and canonical(title) == canonical(names[code[row]]))
        ],
        np.int64,
    )


def text_figures(
    texts: Float32[np.ndarray, "asked dim"],
    rows: Int[np.ndarray, " asked"],
    gallery: Float32[np.ndarray, "n dim"],
    labels: Labels,
) -> Figures:
    """R@1, R@10 and mean reciprocal rank of title ``rows[i]``, embedded as ``texts[i]``, among all
    pictures. A title that several pictures share counts any of them."""
    if not len(rows):
        return {}
    book: dict[str, int] = {}
    code = np.array([book.setdefault(title.lower(), len(book)) for title in titles_of(labels)])
    search = Search(texts, gallery, np.full(len(rows), -1))
    rank = first_ranks(search, lambda asked: code[rows[asked]][:, None] == code[None, :])
    return {
        "title to picture R@1": mean(rank <= 1),
        "title to picture R@10": mean(rank <= 10),
        MRR: mean(1 / rank),
    }


def named_categories(labels: Labels) -> Int[np.ndarray, " named"]:
    """The codes of the categories that fill a list: with 10 pictures at least."""
    codes = labels.codes["category"]
    return np.flatnonzero(np.bincount(codes[codes >= 0]) >= NEIGHBOURS)


def name_figures(
    texts: Float32[np.ndarray, "named dim"],
    named: Int[np.ndarray, " named"],
    gallery: Float32[np.ndarray, "n dim"],
    labels: Labels,
) -> Figures:
    """P@10 of the name of category ``named[i]``, embedded as ``texts[i]``, among all pictures: what
    people ask who type one word or two."""
    if not len(named):
        return {}
    found = Search(texts, gallery, np.full(len(named), -1)).found
    return {NAMED: mean(precision_at(found, named, labels.codes["category"], NEIGHBOURS))}

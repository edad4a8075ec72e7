"""Recall of the same product in another view, and of the same style in another colour."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int

from train.figures import Figures, mean
from train.labels import Labels
from train.metrics import Search, first_ranks
from train.styles import styles

SAME_STYLE = "same style, other colour"


def same_product_figures(search: Search, labels: Labels) -> Figures:
    """R@1 and R@10 of any other picture of the query's product (variants of one group are one
    product). Queries must be rows of the gallery; those without another picture are left out."""
    return _recalls("same product", search, _another(search, labels.group), labels.group, None)


def same_style_figures(search: Search, labels: Labels) -> Figures:
    """R@1 and R@10 of the same style in another colour (``styles`` says what a style is).

    Queries are pictures of known colour whose style the gallery has in another one too. Other
    pictures of that style in the same or an unknown colour are taken out of the list.
    """
    style, colour = styles(labels)[0], labels.codes["color"]
    asked = in_another_colour(style, colour)[search.own]
    return _recalls(SAME_STYLE, search, asked, style, colour)


def in_another_colour(
    style: Int[np.ndarray, " n"], colour: Int[np.ndarray, " n"]
) -> Bool[np.ndarray, " n"]:
    """Which pictures have a known colour, and their style another one too (-1: unknown)."""
    known = (style >= 0) & (colour >= 0)
    pairs = np.unique(np.stack([style[known], colour[known]]), axis=1)
    shades = np.bincount(pairs[0], minlength=style.max(initial=0) + 1)
    return known & (shades[style] > 1)


def _another(search: Search, group: np.ndarray) -> np.ndarray:
    return np.bincount(group)[group[search.own]] > 1


def _recalls(
    name: str, search: Search, asked: np.ndarray, group: np.ndarray, colour: np.ndarray | None
) -> Figures:
    """Of the ``asked`` queries: another of its group (in another colour, where given)."""
    if not asked.any():
        return {}
    part = Search(search.queries[asked], search.gallery, search.own[asked])
    own = part.own

    def alike(rows: np.ndarray) -> np.ndarray:
        return group[own[rows]][:, None] == group[None, :]

    def other(rows: np.ndarray) -> np.ndarray:
        if colour is None:
            return np.ones((1, 1), bool)
        return (colour[own[rows]][:, None] != colour[None, :]) & (colour >= 0)

    rank = first_ranks(part, lambda rows: alike(rows) & other(rows), alike)
    return {f"{name} R@{k}": mean(rank <= k) for k in (1, 10)}

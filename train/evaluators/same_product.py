"""Recall of the same product in another view, and of the same style in another colour."""

from __future__ import annotations

import re

import numpy as np
from jaxtyping import Int

from train.evaluators.text import titles_of
from train.figures import Figures, mean
from train.labels import Labels
from train.metrics import Search, first_ranks


def same_product_figures(search: Search, labels: Labels) -> Figures:
    """R@1 and R@10 of any other picture of the query's product (variants of one group are one
    product). Queries must be rows of the gallery; those without another picture are left out."""
    return _recalls("same product", search, _another(search, labels.group), labels.group, None)


def same_style_figures(search: Search, labels: Labels) -> Figures:
    """R@1 and R@10 of the same style in another colour (``styles`` says what a style is).

    Queries are pictures of known colour whose style the gallery has in another one too. Other
    pictures of that style in the same or an unknown colour are taken out of the list.
    """
    style, colour = styles(labels), labels.codes["color"]
    own_style, own_colour = style[search.own], colour[search.own]
    shades = {
        int(code): np.unique(colour[(style == code) & (colour >= 0)])
        for code in np.unique(style[style >= 0])
    }
    asked = np.array(
        [
            s >= 0 and c >= 0 and len(shades[int(s)]) > 1
            for s, c in zip(own_style, own_colour, strict=True)
        ],
        bool,
    )
    return _recalls("same style, other colour", search, asked, style, colour)


def styles(labels: Labels) -> Int[np.ndarray, " n"]:
    """The style of each picture as a number, -1 where unknown.

    Pictures of one product group are one style. So are products of one feed that share brand,
    category, gender and title, without regard to words for colours: every word of any colour
    label in use.
    """
    colours = {word for name in labels.names["color"] for word in _words(name)}
    books: dict[object, int] = {}
    sizes = np.bincount(labels.group)
    out = np.full(len(labels), -1)
    for row, title in enumerate(titles_of(labels)):
        words = tuple(word for word in _words(title) if word not in colours)
        brand, category, gender = (
            int(labels.codes[name][row]) for name in ("brand", "category", "gender")
        )
        if sizes[labels.group[row]] > 1:
            key: object = int(labels.group[row])
        elif brand >= 0 and category >= 0 and words:
            key = (int(labels.source[row]), brand, category, gender, words)
        else:
            continue
        out[row] = books.setdefault(key, len(books))
    return out


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


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

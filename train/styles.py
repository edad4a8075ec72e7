"""Which products are one style: the same thing but for its colour."""

from __future__ import annotations

import re

import numpy as np
from jaxtyping import Int32

from train.labels import UNKNOWN, Labels


def styles(labels: Labels) -> tuple[Int32[np.ndarray, " n"], tuple[str, ...]]:
    """The style of each picture as a number, -1 where unknown, and each style's words.

    Pictures of one product group are one style. So are products of one feed that share brand,
    category, gender and title, without regard to words for colours: every word of any colour
    label in use. A style's words are those of its title that are left.
    """
    colours = {word for name in labels.names.get("color", ()) for word in _words(name)}
    books: dict[object, int] = {}
    names: list[str] = []
    sizes = np.bincount(labels.group)
    out = np.full(len(labels), UNKNOWN, np.int32)
    nothing = np.full(len(labels), UNKNOWN)
    columns = [labels.codes.get(name, nothing) for name in ("brand", "category", "gender")]
    for row, title in enumerate(labels.title):
        text = labels.titles[title] if title >= 0 else ""
        words = tuple(word for word in _words(text) if word not in colours)
        brand, category, gender = (int(codes[row]) for codes in columns)
        if sizes[labels.group[row]] > 1:
            key: object = int(labels.group[row])
        elif brand >= 0 and category >= 0 and words:
            key = (int(labels.source[row]), brand, category, gender, words)
        else:
            continue
        if key not in books:
            books[key] = len(books)
            names.append(" ".join(words))
        out[row] = books[key]
    return out, tuple(names)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())

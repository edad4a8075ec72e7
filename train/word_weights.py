"""The default weights for a query of words alone, which are chosen on val.

Words tell a style apart better than a kind, so weights that suit pictures are not theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float32

from model.facets import FacetLayout
from train.climb import climb
from train.evaluators.text import (
    MRR,
    NAMED,
    name_figures,
    named_categories,
    telling_titles,
    text_figures,
    titles_of,
)
from train.labels import Labels
from train.weights import ROWS


def choose_word_weights(
    embed_texts: Callable[[Sequence[str]], np.ndarray],
    unit_facets: Float32[np.ndarray, "n dim"],
    labels: Labels,
    layout: FacetLayout,
    *,
    seed: int = 0,
) -> tuple[dict[str, float], dict[str, float]] | None:
    """Weights (they sum to 1) by which words ask as well as by any that were found by ``climb``,
    and their figures; None where no title says more than the category. ``unit_facets`` are the
    pictures', row by row as ``labels``; ``embed_texts`` gives those of texts, float32
    ``(texts, dim)``.

    Judged by the mean of two figures: the mean reciprocal rank of a title's picture among all, and
    P@10 of the categories' names, as people ask in many words and in one. Facets that words say
    nothing of have weight 0. At most 2,500 pictures (drawn by ``seed``) are judged.
    """
    rows = np.random.default_rng(seed).permutation(len(unit_facets))[:ROWS]
    labels, pictures = labels.part(rows), unit_facets[rows]
    asked, titles = telling_titles(labels), titles_of(labels)
    named, names = named_categories(labels), labels.names["category"]
    if not len(asked):
        return None
    texts = embed_texts([titles[row] for row in asked] + [names[code] for code in named])
    told = [name for name, part in layout.slices.items() if texts[:, part].any()]
    usual = layout.default_weights

    def weights_of(shares: np.ndarray) -> dict[str, float]:
        chosen = dict(zip(told, (round(float(share), 3) for share in shares), strict=True))
        return dict.fromkeys(layout.names, 0.0) | chosen

    def figures_of(shares: np.ndarray) -> dict[str, float]:
        queries = layout.weigh_query(texts, weights_of(shares))
        of_titles, of_names = np.split(queries, [len(asked)])
        figures = text_figures(of_titles, asked, pictures, labels)
        figures |= name_figures(of_names, named, pictures, labels)
        return {name: figures[name].value for name in (MRR, NAMED) if name in figures}

    shares, _ = climb(
        lambda shares: float(np.mean(list(figures_of(shares).values()))),
        np.array([usual[name] for name in told]),
    )
    return weights_of(shares), figures_of(shares)

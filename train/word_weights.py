"""The default weights for a query of words alone, which are chosen on val.

Words tell a style apart better than a kind, so weights that suit pictures are not theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float32

from model.facets import FacetLayout
from train.climb import climb
from train.evaluators.text import MRR, telling_titles, text_figures, titles_of
from train.labels import Labels
from train.weights import ROWS


def choose_word_weights(
    embed_texts: Callable[[Sequence[str]], np.ndarray],
    unit_facets: Float32[np.ndarray, "n dim"],
    labels: Labels,
    layout: FacetLayout,
    *,
    leave_out: Sequence[str] = (),
    seed: int = 0,
) -> tuple[dict[str, float], float] | None:
    """Weights (they sum to 1) with as good a mean reciprocal rank of a title's picture among all as
    any that was found by ``climb``, and that figure; None where no title says more than the
    category. ``unit_facets`` are the pictures', row by row as ``labels``; ``embed_texts`` gives
    those of titles, float32 ``(asked, dim)``.

    Facets that words say nothing of have weight 0, and so have those to ``leave_out``: brands,
    which titles name and people who type "chair" do not; words without one are then taken for one
    at random. At most 2,500 pictures (drawn by ``seed``) are
    judged.
    """
    rows = np.random.default_rng(seed).permutation(len(unit_facets))[:ROWS]
    labels, pictures = labels.part(rows), unit_facets[rows]
    asked, titles = telling_titles(labels), titles_of(labels)
    if not len(asked):
        return None
    texts = embed_texts([titles[row] for row in asked])
    told = [
        name
        for name, part in layout.slices.items()
        if texts[:, part].any() and name not in leave_out
    ]
    usual = layout.default_weights

    def weights_of(shares: np.ndarray) -> dict[str, float]:
        chosen = dict(zip(told, (round(float(share), 3) for share in shares), strict=True))
        return dict.fromkeys(layout.names, 0.0) | chosen

    def figure_of(shares: np.ndarray) -> float:
        queries = layout.weigh_query(texts, weights_of(shares))
        return text_figures(queries, asked, pictures, labels)[MRR].value

    shares, figure = climb(figure_of, np.array([usual[name] for name in told]))
    return weights_of(shares), figure

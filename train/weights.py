"""The stated overall figure, and the default weights of the facets, which are chosen by it on val."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float32

from model.embedder import Embedder
from model.facets import FacetLayout
from train.asking import embed_queries
from train.climb import climb
from train.evaluators import alterations
from train.evaluators.robustness import FOUND_AGAIN, altered
from train.evaluators.same_product import SAME_STYLE, in_another_colour
from train.labels import Labels
from train.metrics import NEIGHBOURS, answer_medians, best, category_medians, precision_at
from train.styles import styles

ROWS = 2500
PRECISIONS = ("category P@1", "category P@10", "color P@1", "gender P@10", "brand P@1")
OTHER_COLOUR = {k: f"{SAME_STYLE} R@{k}" for k in (1, NEIGHBOURS)}
COUNTED = dict.fromkeys((*PRECISIONS, *OTHER_COLOUR.values(), FOUND_AGAIN), 1.0) | {
    "color P@1": 2.0,
    "gender P@10": 3.0,
}
PRICE = "price error / category median"


def overall(values: Mapping[str, float]) -> float:
    """The stated overall figure: the mean of category P@1 and P@10, color P@1, gender P@10,
    brand P@1, same style in another colour R@1 and R@10, 1 - half the price error's ratio to the
    category median, and same picture found again R@1 (the query altered by ``elsewhere``), each
    where there is one. Gender counts three times, colour twice.

    Answers for someone else and in another colour are what people notice first; and gender moves
    by one point where most others move by three, so that counted like them it would choose
    nothing."""
    parts = [(values[name], share) for name, share in COUNTED.items() if name in values]
    if PRICE in values:
        parts.append((1 - 0.5 * values[PRICE], 1.0))
    if not parts:
        return 0.0
    figures, shares = zip(*parts, strict=True)
    return float(np.average(figures, weights=shares))


def elsewhere_views(
    embedder: Embedder, records: Any, progress: Callable[[int], None] | None = None
) -> Float32[np.ndarray, "n 2 dim"]:
    """Unit facets of every record's picture as another site may show it (two alterations drawn
    for each, seeded), row by row, of its framings (``embed_queries``): for ``choose_weights``."""
    pictures = (altered(records[row], alterations.elsewhere) for row in range(len(records)))
    return embed_queries(embedder, filter(None, pictures), progress)


def choose_weights(
    unit_facets: Float32[np.ndarray, "n dim"],
    labels: Labels,
    layout: FacetLayout,
    *,
    elsewhere: Float32[np.ndarray, "n framings dim"] | None = None,
    draws: int = 2,
    seed: int = 0,
) -> tuple[dict[str, float], float]:
    """Weights with as good an overall figure as any that was found, and that figure.

    By ``climb``, from ``draws`` random shares too; every facet keeps about 5%, so that none of the
    dials starts at nothing. At most 2,500 rows (drawn by ``seed``) are judged. ``elsewhere`` are
    unit facets of altered views of the same pictures, row by row (``elsewhere_views``).
    """
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(unit_facets))[:ROWS]
    judged = Judge(
        unit_facets[rows],
        None if elsewhere is None else elsewhere[rows],
        labels.part(rows),
        layout,
    )
    stated = np.array([layout.default_weights[name] for name in layout.names])
    shares, figure = climb(judged, stated, list(rng.dirichlet(np.ones(len(stated)), draws)))
    return {name: round(float(s), 3) for name, s in zip(layout.names, shares, strict=True)}, figure


class Judge:
    """The overall figure of some shares (they sum to 1). Each facet's cosines are computed once;
    the score matrix of any shares is their weighted sum."""

    def __init__(
        self,
        facets: np.ndarray,
        altered: np.ndarray | None,
        labels: Labels,
        layout: FacetLayout,
    ):
        parts = [np.ascontiguousarray(facets[:, part]) for part in layout.slices.values()]
        self._size = len(facets)
        self._cosines = np.stack([(part @ part.T).ravel() for part in parts])
        self._altered = None
        if altered is not None:
            flat = altered.reshape(-1, altered.shape[-1])
            views = [np.ascontiguousarray(flat[:, part]) for part in layout.slices.values()]
            self._altered = np.stack(
                [(view @ part.T).ravel() for view, part in zip(views, parts, strict=True)]
            )
        self._codes = {
            name.split()[0]: labels.codes[name.split()[0]]
            for name in PRECISIONS
            if labels.has(name.split()[0])
        }
        style, colour = styles(labels)[0], labels.codes["color"]
        self._styled = np.flatnonzero(in_another_colour(style, colour))
        self._same_style = style[self._styled][:, None] == style[None, :]
        self._other_colour = (colour[self._styled][:, None] != colour[None, :]) & (colour >= 0)
        self._price = labels.log_price.astype(np.float64) if labels.has("price") else None
        if self._price is not None:
            medians = category_medians(self._price, labels.codes["category"])
            self._price_baseline = float(np.nanmean(np.abs(self._price - medians)))

    def __call__(self, shares: np.ndarray) -> float:
        return overall(self.values(shares))

    def values(self, shares: np.ndarray) -> dict[str, float]:
        """What ``overall`` is the mean of, by name."""
        shares = shares.astype(np.float32)
        scores = self._matrix(shares, self._cosines)
        np.fill_diagonal(scores, -np.inf)
        found = best(scores, min(NEIGHBOURS, self._size - 1))
        values = {}
        for name in PRECISIONS:
            column, _, k = name.partition(" P@")
            if column in self._codes:
                codes = self._codes[column]
                values[name] = float(precision_at(found, codes, codes, int(k)).mean())
        if len(self._styled):
            asked = scores[self._styled]
            wanted = self._same_style & self._other_colour
            nearest = np.where(wanted, asked, -np.inf).max(axis=1, keepdims=True)
            before = ((asked > nearest) & ~self._same_style).sum(axis=1)
            for among, name in OTHER_COLOUR.items():
                values[name] = float(np.mean(before < among))
        if self._price is not None:
            errors = np.abs(self._price - answer_medians(found, self._price))
            values[PRICE] = float(np.nanmean(errors)) / self._price_baseline
        if self._altered is not None:
            scores = self._matrix(shares, self._altered)
            first = scores.reshape(self._size, -1, self._size).max(axis=1).argmax(axis=1)
            values[FOUND_AGAIN] = float(np.mean(first == np.arange(self._size)))
        return values

    def _matrix(self, shares: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return (shares @ cosines).reshape(-1, self._size)

"""What float32 scores leave of a question's items, where each is off by as much as it may be."""

from __future__ import annotations

import numpy as np
import pytest

from server.search.asked import Asked
from server.search.scores import first_pictures, least_of_best, rounding_margins, selected


def test_the_margin_is_highams_bound():
    queries = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    margins = rounding_margins(queries, 2.0, 33)
    unit = 2.0**-24
    highams = 33 * unit / (1 - 33 * unit) * 5 * 2
    assert highams < margins[0] < highams * (1 + 1e-6)
    assert 0 < margins[1] < 1e-35  # what underflow may lose
    assert rounding_margins(queries[:1], 2.0, 66)[0] == pytest.approx(2 * margins[0], rel=1e-5)


@pytest.mark.parametrize("count", [1, 8, 9, 1000, 5000])
@pytest.mark.parametrize("need", [1, 3, 100])
def test_so_many_scores_reach_the_least_of_the_best(count, need):
    scores = np.random.default_rng(count).normal(size=count)
    least = least_of_best(scores, need)
    assert (scores >= least).sum() >= min(need, count)
    if count >= 8 * need:  # and not many more
        assert (scores >= least).sum() <= 4 * need


@pytest.mark.parametrize("pictures", [1, 3])
@pytest.mark.parametrize("passing", [1.0, 0.3])
@pytest.mark.parametrize("several", [1, 2])
@pytest.mark.parametrize("margin", [1e-3, 0.05])
def test_the_best_items_are_never_left_out(margin, several, passing, pictures):
    rng = np.random.default_rng(5)
    item_of = np.arange(6000) // pictures
    items = int(item_of[-1]) + 1
    begins = first_pictures(None if pictures == 1 else item_of)
    canonical = rng.normal(size=(2, several, 6000))
    by_item = canonical.max(axis=1).reshape(2, items, pictures).max(axis=2)
    mask = rng.random(items) < passing if passing < 1 else None
    if mask is not None:
        by_item[:, ~mask] = -np.inf
    for need in (1, 5, 60):
        # The best are as much too low as may be, and all others as much too high.
        best = np.argsort(-by_item, axis=1)[:, :need]
        off = np.where([np.isin(item_of, each) for each in best], -margin, margin)[:, None]
        products = (canonical + 0.999 * off).astype(np.float32)
        rows = None if mask is None else mask[item_of]
        asked = [Asked(np.zeros((several, 4), np.float32), need, rows, items, pictures)] * 2
        products = products.reshape(2 * several, -1)
        found = selected(asked, products, np.full(2 * several, margin), begins)
        shown = products.reshape(2, several, items, pictures).max(axis=(1, 3))
        for scored, wanted, scores in zip(found, best, shown, strict=True):
            kept = scored.items_of(slice(None))
            assert set(wanted.tolist()) <= set(kept.tolist())
            assert (np.diff(kept) > 0).all() and len(kept) < items
            assert mask is None or mask[kept].all()
            np.testing.assert_array_equal(scored.scores, scores[kept])

"""Golden numbers worked by hand, and slow float64 references, for every objective."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from train.objectives.normalised_softmax import normalised_softmax
from train.objectives.ordinal_softmax import ordinal_softmax
from train.objectives.rank_n_contrast import rank_n_contrast
from train.objectives.supervised_contrastive import supervised_contrastive
from train.objectives.title_contrast import title_contrast


def unit_rows(n: int, dim: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, dim))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def all_pairs(n: int) -> jax.Array:
    return jnp.ones((n, n), bool)


# --- supervised contrastive ---


def slow_supervised_contrastive(
    z: np.ndarray, labels: np.ndarray, comparable: np.ndarray, t: float
) -> float:
    losses = []
    for i in range(len(z)):
        others = [j for j in range(len(z)) if j != i and labels[j] >= 0 and comparable[i, j]]
        positives = [j for j in others if labels[j] == labels[i]]
        if labels[i] < 0 or not positives:
            continue
        total = sum(np.exp(z[i] @ z[k] / t) for k in others)
        losses.append(-np.mean([np.log(np.exp(z[i] @ z[j] / t) / total) for j in positives]))
    return float(np.mean(losses)) if losses else 0.0


def test_supervised_contrastive_by_hand() -> None:
    # Two equal vectors of one class, one orthogonal of another; temperature 1:
    # both anchors have -log(e^1 / (e^1 + e^0)) = 0.313262.
    z = jnp.array([[1.0, 0], [1.0, 0], [0, 1.0]])
    loss = supervised_contrastive(z, jnp.array([0, 0, 1]), all_pairs(3), temperature=1.0)
    assert float(loss) == pytest.approx(0.3132617, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_supervised_contrastive_is_the_slow_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, labels = unit_rows(20, 6, seed), rng.integers(-1, 5, 20)
    comparable = rng.random((20, 20)) < 0.7
    fast = supervised_contrastive(
        jnp.asarray(z, jnp.float32), jnp.asarray(labels), jnp.asarray(comparable)
    )
    assert float(fast) == pytest.approx(
        slow_supervised_contrastive(z, labels, comparable, 0.1), rel=1e-4
    )


def test_supervised_contrastive_of_very_different_scores_is_the_slow_reference() -> None:
    z, labels = unit_rows(12, 6), np.arange(12) % 3
    fast = supervised_contrastive(  # e^200 is beyond float32
        jnp.asarray(z, jnp.float32), jnp.asarray(labels), all_pairs(12), temperature=0.005
    )
    slow = slow_supervised_contrastive(z, labels, np.ones((12, 12), bool), 0.005)
    assert float(fast) == pytest.approx(slow, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_memory_is_contrast_but_no_anchor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, labels = unit_rows(20, 6, seed), rng.integers(-1, 5, 20)
    comparable = rng.random((20, 20)) < 0.7
    fast = supervised_contrastive(
        jnp.asarray(z[:8], jnp.float32),
        jnp.asarray(labels[:8]),
        jnp.asarray(comparable[:8]),
        memory=(jnp.asarray(z[8:], jnp.float32), jnp.asarray(labels[8:])),
    )
    # The slow reference averages over every anchor: leave those of the memory no contrast.
    comparable[8:] = False
    assert float(fast) == pytest.approx(
        slow_supervised_contrastive(z, labels, comparable, 0.1), rel=1e-4
    )


# --- normalised softmax ---


def test_normalised_softmax_by_hand() -> None:
    # Cosines 1 and 0 at temperature 1: -log(e / (e + 1)); the prototypes' length plays no part.
    z, prototypes = jnp.array([[1.0, 0]]), jnp.array([[5.0, 0], [0, 0.1]])
    loss = normalised_softmax(z, prototypes, jnp.array([0]), jnp.ones((1, 2), bool), 1.0)
    assert float(loss) == pytest.approx(0.3132617, abs=1e-5)


def test_normalised_softmax_leaves_impossible_classes_out() -> None:
    z, prototypes = jnp.array([[1.0, 0]]), jnp.array([[1.0, 0], [1.0, 0]])
    possible = jnp.array([[True, False]])
    loss = normalised_softmax(z, prototypes, jnp.array([0]), possible)
    assert float(loss) == pytest.approx(0, abs=1e-6)


# --- Rank-N-Contrast ---


def slow_rank_n_contrast(z: np.ndarray, y: np.ndarray, comparable: np.ndarray, t: float) -> float:
    losses = []
    for i in range(len(z)):
        others = [
            j
            for j in range(len(z))
            if j != i and comparable[i, j] and np.isfinite(y[i]) and np.isfinite(y[j])
        ]
        if len(others) < 2:
            continue
        terms = []
        for j in others:
            contrast = [k for k in others if abs(y[i] - y[k]) >= abs(y[i] - y[j])]
            total = sum(np.exp(z[i] @ z[k] / t) for k in contrast)
            terms.append(-np.log(np.exp(z[i] @ z[j] / t) / total))
        losses.append(np.mean(terms))
    return float(np.mean(losses)) if losses else 0.0


def test_rank_n_contrast_by_hand() -> None:
    # Three rows, all cosines equal: the nearer of the two others is one of two (log 2), the
    # farther is alone (0): each anchor has log(2) / 2, but the middle one, equally far from
    # both, has log 2 for both.
    z = jnp.array([[1.0, 0], [1.0, 0], [1.0, 0]])
    loss = rank_n_contrast(z, jnp.array([0.0, 1.0, 2.0]), all_pairs(3))
    assert float(loss) == pytest.approx((np.log(2) / 2 * 2 + np.log(2)) / 3, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_rank_n_contrast_is_the_slow_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, y = unit_rows(15, 6, seed), np.round(rng.normal(size=15), 1)
    y[rng.random(15) < 0.2] = np.nan
    comparable = rng.random((15, 15)) < 0.6
    fast = rank_n_contrast(
        jnp.asarray(z, jnp.float32), jnp.asarray(y, jnp.float32), jnp.asarray(comparable)
    )
    y = y.astype(np.float32).astype(float)
    assert float(fast) == pytest.approx(slow_rank_n_contrast(z, y, comparable, 0.2), rel=1e-3)


@pytest.mark.parametrize("comparisons", [[2, 1, 0, 0], [2, 2, 1, 1], [3, 2, 2, 3]])
def test_rank_n_contrast_of_few_comparisons_is_the_slow_reference(comparisons: list[int]) -> None:
    z, y = unit_rows(4, 3), np.array([1.0, 1.5, 3.0, 7.0])
    comparable = np.zeros((4, 4), bool)
    for row, others in enumerate(comparisons):  # one comparison alone ranks nothing
        comparable[row, [each for each in range(4) if each != row][:others]] = True
    fast = rank_n_contrast(
        jnp.asarray(z, jnp.float32), jnp.asarray(y, jnp.float32), jnp.asarray(comparable)
    )
    assert float(fast) == pytest.approx(slow_rank_n_contrast(z, y, comparable, 0.2), rel=1e-3)


# --- titles ---


def slow_title_contrast(logits: np.ndarray, titles: np.ndarray) -> float:
    losses = []
    for i in np.flatnonzero(titles >= 0):
        known = [j for j in range(len(titles)) if titles[j] >= 0]
        same = [j for j in known if titles[j] == titles[i]]
        for way in (logits, logits.T):
            asked = sum(np.exp(way[i, j]) for j in same)
            losses.append(-np.log(asked / sum(np.exp(way[i, j]) for j in known)))
    return float(np.mean(losses)) if losses else 0.0


def test_title_contrast_by_hand() -> None:
    # Two pictures, two titles, logits log 3 for the own title and 0 for the other: 3 of 4.
    logits = jnp.eye(2) * np.log(3)
    loss = title_contrast(logits, jnp.array([0, 1]))
    assert float(loss) == pytest.approx(-np.log(3 / 4), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_title_contrast_is_the_slow_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(9, 9)).astype(np.float32) * 3
    titles = rng.integers(-1, 5, 9)
    fast = title_contrast(jnp.asarray(logits), jnp.asarray(titles))
    assert float(fast) == pytest.approx(slow_title_contrast(logits.astype(float), titles), rel=1e-4)


@pytest.mark.parametrize("titles", [[-1, -1], [3, 3], [-1, 2]], ids=["none", "all one", "one"])
def test_titles_without_contrast_teach_nothing(titles: list[int]) -> None:
    logits = jnp.array([[1.0, -2.0], [0.5, 3.0]])
    value, gradient = jax.value_and_grad(title_contrast)(logits, jnp.array(titles))
    assert float(value) == pytest.approx(0, abs=1e-6)
    assert bool(jnp.isfinite(gradient).all())


# --- ordinal softmax ---


def slow_ordinal_softmax(
    z: np.ndarray, prototypes: np.ndarray, marks: np.ndarray, y: np.ndarray, width: float, t: float
) -> float:
    losses = []
    for row in np.flatnonzero(np.isfinite(y)):
        wanted = np.exp(-0.5 * ((y[row] - marks) / width) ** 2)
        wanted /= wanted.sum()
        cosines = prototypes @ z[row] / np.linalg.norm(prototypes, axis=1)
        share = np.exp(cosines / t) / np.exp(cosines / t).sum()
        losses.append(-np.sum(wanted * np.log(share)))
    return float(np.mean(losses)) if losses else 0.0


def test_ordinal_softmax_by_hand() -> None:
    # Halfway between two marks whose prototypes lie at equal angles: log 2, whatever the width.
    z, prototypes = jnp.array([[1.0, 0]]), jnp.array([[1.0, 1], [1, -1]])
    loss = ordinal_softmax(z, prototypes, jnp.array([0.0, 2.0]), jnp.array([1.0]))
    assert float(loss) == pytest.approx(np.log(2), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_ordinal_softmax_is_the_slow_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, prototypes = unit_rows(12, 6, seed), rng.normal(size=(7, 6))
    marks, y = np.sort(rng.normal(size=7)), rng.normal(size=12)
    y[rng.random(12) < 0.3] = np.nan
    arrays = [jnp.asarray(a, jnp.float32) for a in (z, prototypes, marks, y)]
    fast = ordinal_softmax(*arrays, width=0.4, temperature=0.2)
    assert float(fast) == pytest.approx(
        slow_ordinal_softmax(z, prototypes, marks, y, 0.4, 0.2), rel=1e-3
    )


# --- rows with nothing to learn from: 0, and a finite gradient ---


@pytest.mark.parametrize(
    "labels", [[-1, -1, -1], [0, 1, 2], [-1, 0, 1]], ids=["unknown", "no positives", "mixed"]
)
def test_no_positives_give_zero_and_finite_gradients(labels: list[int]) -> None:
    z = jnp.asarray(unit_rows(3, 4), jnp.float32)
    value, gradient = jax.value_and_grad(supervised_contrastive)(z, jnp.array(labels), all_pairs(3))
    assert float(value) == 0 and bool(jnp.isfinite(gradient).all())


def test_no_negatives_give_a_finite_loss() -> None:
    z = jnp.asarray(unit_rows(4, 4), jnp.float32)
    value, gradient = jax.value_and_grad(supervised_contrastive)(z, jnp.zeros(4, int), all_pairs(4))
    assert np.isfinite(float(value)) and bool(jnp.isfinite(gradient).all())


@pytest.mark.parametrize(
    "prices",
    [[np.nan] * 4, [1.0, np.nan, np.nan, np.nan], [2.0, 2.0, 2.0, 2.0]],
    ids=["no price", "one price", "all equal"],
)
def test_odd_prices_give_finite_losses_and_gradients(prices: list[float]) -> None:
    z = jnp.asarray(unit_rows(4, 4), jnp.float32)
    value, gradient = jax.value_and_grad(rank_n_contrast)(
        z, jnp.array(prices, jnp.float32), all_pairs(4)
    )
    assert np.isfinite(float(value)) and bool(jnp.isfinite(gradient).all())
    value, gradient = jax.value_and_grad(ordinal_softmax)(
        z, jnp.eye(4), jnp.zeros(4), jnp.array(prices, jnp.float32)
    )
    assert np.isfinite(float(value)) and bool(jnp.isfinite(gradient).all())


def test_equal_vectors_give_finite_gradients() -> None:
    z = jnp.ones((4, 3)) / 3**0.5
    for loss in (
        lambda z: supervised_contrastive(z, jnp.array([0, 0, 1, 1]), all_pairs(4)),
        lambda z: rank_n_contrast(z, jnp.arange(4.0), all_pairs(4)),
        lambda z: title_contrast(10 * z @ z.T, jnp.array([0, 1, 1, -1])),
        lambda z: ordinal_softmax(z, jnp.eye(3), jnp.arange(3.0), jnp.array([0.5, 1, 2, jnp.nan])),
    ):
        value, gradient = jax.value_and_grad(loss)(z)
        assert np.isfinite(float(value)) and bool(jnp.isfinite(gradient).all())

"""Whitening: what it makes even, and what of classes is left."""

import numpy as np
import pytest

from train.whitening import half_whitening, whitening_within


def rows_along(squares: list[float], n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Rows with these mean squares along random axes, and the axes as columns."""
    rng = np.random.default_rng(0)
    axes, _ = np.linalg.qr(rng.normal(size=(len(squares), len(squares))))
    coordinates, _ = np.linalg.qr(rng.normal(size=(n, len(squares))))
    rows = (coordinates * np.sqrt(n * np.array(squares))) @ axes.T
    return rows.astype(np.float32), axes


def moments(rows: np.ndarray) -> np.ndarray:
    return rows.T @ rows / len(rows)


def test_components_are_half_white_strongest_first() -> None:
    rows, axes = rows_along([16.0, 9.0, 4.0, 1.0, 0.25, 0.04])
    kernel = half_whitening(rows, 4)
    np.testing.assert_allclose(moments(rows @ kernel), np.diag([4.0, 3.0, 2.0, 1.0]), atol=1e-4)
    np.testing.assert_allclose(np.abs(axes.T @ kernel[:, 0]), [0.5, 0, 0, 0, 0, 0], atol=1e-5)


@pytest.mark.parametrize("rows", [np.zeros((5, 6)), np.ones((1, 6)), np.eye(2, 6)])
@pytest.mark.parametrize("dim", [4, 9])
def test_few_or_equal_pictures_give_a_finite_kernel(rows: np.ndarray, dim: int) -> None:
    kernel = half_whitening(rows.astype(np.float32), dim)
    assert kernel.shape == (6, dim) and np.isfinite(kernel).all()
    assert not kernel[:, 6:].any()
    # No direction is made more of than a thousandth of the strongest would be.
    lengths = np.linalg.norm(kernel[:, : min(dim, 6)], axis=0)
    assert lengths.max() <= 10.01 * lengths.min()


def test_without_classes_all_directions_say_as_much() -> None:
    rows, _ = rows_along([16.0, 9.0, 4.0, 1.0, 0.25])
    kernel = whitening_within(rows, np.full(len(rows), -1))
    np.testing.assert_allclose(moments(rows @ kernel), np.eye(5), atol=1e-4)
    # What hardly varies is not blown up: below a hundredth of the strongest nothing grows more.
    rows, axes = rows_along([16.0, 9.0, 1e-6])
    kernel = whitening_within(rows, np.full(len(rows), -1))
    np.testing.assert_allclose(np.linalg.norm(axes.T @ kernel, axis=1), [0.25, 1 / 3, 2.5], 1e-3)


def test_what_classes_differ_by_says_less_than_what_pictures_of_one_differ_by() -> None:
    rng = np.random.default_rng(1)
    classes = np.repeat(np.arange(-1, 4), 40)
    centres = np.zeros((5, 6))
    centres[1:, :2] = 2 * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    rows = (centres[classes + 1] + rng.normal(size=(200, 6))).astype(np.float32)
    out = rows @ whitening_within(rows, classes)
    plain = rows @ whitening_within(rows, np.full(200, -1))

    def between(vectors: np.ndarray) -> np.ndarray:
        """What the means of the classes contribute to the moments."""
        means = np.stack([vectors[classes == c].mean(axis=0) for c in range(4)])
        return means.T @ means * 40 / len(vectors)

    def share(vectors: np.ndarray) -> float:
        return float(np.trace(between(vectors)) / np.trace(moments(vectors)))

    assert share(out) < 0.3 * share(plain)
    np.testing.assert_allclose(moments(out) + 9 * between(out), np.eye(6), atol=1e-4)


@pytest.mark.parametrize("rows", [np.zeros((5, 6)), np.ones((1, 6)), np.eye(2, 6)])
@pytest.mark.parametrize("known", [-1, 0])
def test_few_or_equal_pictures_of_a_class_give_a_finite_kernel(
    rows: np.ndarray, known: int
) -> None:
    kernel = whitening_within(rows.astype(np.float32), np.full(len(rows), known))
    assert kernel.shape == (6, 6) and np.isfinite(kernel).all()

import numpy as np
import pytest

from model.facets import Facet, FacetError, FacetLayout

LAYOUT = FacetLayout((Facet("kind", 3, "what it is", 3.0), Facet("price", 2, "price tier", 1.0)))


def vectors(seed: int, n: int = 5) -> np.ndarray:
    raw = np.random.default_rng(seed).normal(size=(n, LAYOUT.dim)).astype(np.float32)
    return LAYOUT.normalise(raw)


def test_slices_follow_the_order() -> None:
    assert LAYOUT.dim == 5
    assert LAYOUT.slices == {"kind": slice(0, 3), "price": slice(3, 5)}
    assert LAYOUT.default_weights == {"kind": 0.75, "price": 0.25}


def test_the_score_is_the_weighted_sum_of_cosines() -> None:
    queries, pictures = vectors(0), vectors(1)
    scores = LAYOUT.weigh_query(queries, {"kind": 1, "price": 4}) @ pictures.T
    by_hand = 0.2 * queries[:, :3] @ pictures[:, :3].T + 0.8 * queries[:, 3:] @ pictures[:, 3:].T
    np.testing.assert_allclose(scores, by_hand, atol=1e-6)


def test_weighing_both_sides_gives_the_same_score_and_unit_rows() -> None:
    queries, pictures = LAYOUT.weigh_both(vectors(0)), LAYOUT.weigh_both(vectors(1))
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(
        queries @ pictures.T, LAYOUT.weigh_query(vectors(0)) @ vectors(1).T, atol=1e-6
    )


def test_normalise_leaves_a_zero_facet_at_zero() -> None:
    row = np.array([[0, 0, 0, 3, 4]], np.float32)
    np.testing.assert_allclose(LAYOUT.normalise(row), [[0, 0, 0, 0.6, 0.8]], atol=1e-7)


@pytest.mark.parametrize(
    "weights", [{"wool": 1.0}, {"kind": -1.0}, {"kind": float("nan")}, {"kind": 0.0, "price": 0.0}]
)
def test_bad_weights_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(FacetError):
        LAYOUT.shares(weights)


@pytest.mark.parametrize("use", [LAYOUT.weigh_query, LAYOUT.weigh_both, LAYOUT.normalise])
def test_a_vector_of_the_wrong_length_is_refused(use) -> None:
    with pytest.raises(FacetError, match=r"\(n, 5\)"):
        use(np.zeros((1, 4), np.float32))


def test_words_alone_have_weights_of_their_own() -> None:
    assert LAYOUT.for_words == LAYOUT
    told = LAYOUT.with_weights({"kind": 1.0}, words={"price": 0.0})
    assert told.default_weights == {"kind": 0.5, "price": 0.5}
    assert told.for_words.default_weights == {"kind": 1.0, "price": 0.0}
    assert told.for_words.for_words == told.for_words
    assert FacetLayout.from_list(told.as_list()) == told
    assert FacetLayout.from_list([{"name": "a", "dim": 1, "about": "", "weight": 1}]).for_words
    with pytest.raises(FacetError):
        LAYOUT.with_weights(words={"kind": -1.0})
    with pytest.raises(FacetError, match="above 0"):
        LAYOUT.with_weights(words={"kind": 0.0, "price": 0.0})


def test_layout_survives_json() -> None:
    assert FacetLayout.from_list(LAYOUT.as_list()) == LAYOUT


@pytest.mark.parametrize(
    ("facets", "said"),
    [
        ((), "distinct names"),
        ((Facet("kind", 3, "", 1.0), Facet("kind", 2, "", 1.0)), "distinct names"),
        ((Facet("kind", 0, "", 1.0),), "dim >= 1"),
        ((Facet("kind", 3, "", -1.0), Facet("look", 3, "", 2.0)), "weight >= 0"),
        ((Facet("kind", 3, "", float("nan")), Facet("look", 3, "", 2.0)), "weight >= 0"),
        ((Facet("kind", 3, "", 1.0, words=-1.0),), "weight for words of 0 or more"),
        ((Facet("kind", 3, "", 0.0),), "a weight above 0"),
        ((Facet("kind", 3, "", 1.0, words=0.0),), "a weight above 0"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(facets: tuple[Facet, ...], said: str) -> None:
    with pytest.raises(FacetError, match=said):
        FacetLayout(facets)

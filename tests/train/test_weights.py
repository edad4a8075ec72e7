import numpy as np
import pytest

from model.facets import Facet, FacetLayout
from tests.train.conftest import labels_of
from train.climb import LEAST_SHARE, NOISE, climb, kept
from train.evaluators.price import price_figures
from train.evaluators.same_product import same_style_figures
from train.evaluators.text import MRR, NAMED
from train.judging import choose_weights
from train.metrics import leave_one_out, precision_at
from train.weights import OTHER_COLOUR, Judge, overall
from train.word_weights import choose_word_weights

LAYOUT = FacetLayout(
    (Facet("kind", 4, "", 0.2), Facet("noise", 4, "", 0.7), Facet("view", 4, "", 0.1))
)


def unit(vectors: np.ndarray) -> np.ndarray:
    return LAYOUT.normalise(vectors.astype(np.float32))


def facets(seed: int = 0, n: int = 120) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Facets that know the category, nothing, and the single picture; altered views of them."""
    rng = np.random.default_rng(seed)
    category = [number % 4 for number in range(n)]
    kind = np.eye(4)[category] + rng.normal(0, 0.4, (n, 4))
    view = rng.normal(size=(n, 4))
    clean = np.concatenate([kind, rng.normal(size=(n, 4)), view], axis=1)
    other_kind = np.eye(4)[category] + rng.normal(0, 0.4, (n, 4))
    seen_again = view + rng.normal(0, 0.1, (n, 4))
    again = np.concatenate([other_kind, rng.normal(size=(n, 4)), seen_again], axis=1)
    return unit(clean), unit(again), category


def test_overall_counts_what_there_is() -> None:
    assert overall({}) == 0
    assert overall({"category P@1": 0.8, "season P@1": 0.1}) == pytest.approx(0.8)
    assert overall(
        {
            "category P@1": 0.8,
            "price error / category median": 1.0,
            "same picture found again R@1": 0.2,
        }
    ) == pytest.approx((0.8 + 0.5 + 0.2) / 3)
    assert overall({"price error / category median": 0.8}) == pytest.approx(0.6)
    labels = {"category P@10": 0.7, "color P@1": 0.4, "gender P@10": 0.9, "brand P@1": 0.3}
    assert overall(labels) == pytest.approx((0.7 + 2 * 0.4 + 3 * 0.9 + 0.3) / 7)


def test_the_facet_that_tells_the_category_wins_over_noise() -> None:
    clean, _, category = facets()
    labels = labels_of(*({"category": "abcd"[c]} for c in category))
    weights, figure = choose_weights(clean, labels, LAYOUT)
    assert weights["kind"] > 0.8 and sum(weights.values()) == pytest.approx(1, abs=0.002)
    assert all(share > 0.9 * LEAST_SHARE for share in weights.values())
    found, codes = leave_one_out(LAYOUT.weigh_both(clean, weights)).found, labels.codes["category"]
    judged = [precision_at(found, codes, codes, k).mean() for k in (1, 10)]
    assert figure == pytest.approx(np.mean(judged), abs=0.01)


def test_the_price_error_is_the_evaluators() -> None:
    clean, _, category = facets(n=60)
    prices = np.exp(np.random.default_rng(1).normal(size=60) + np.array(category))
    labels = labels_of(
        *(
            {"category": "abcd"[c]} | ({} if row % 7 == 0 else {"reference_price": prices[row]})
            for row, c in enumerate(category)
        )
    )
    shares = np.array([0.7, 0.2, 0.1])
    judged = Judge(clean, None, labels, LAYOUT).values(shares)["price error / category median"]
    weighed = LAYOUT.weigh_both(clean, dict(zip(LAYOUT.names, shares.tolist(), strict=True)))
    figure = price_figures(leave_one_out(weighed), labels)["price error / category median"]
    assert judged == pytest.approx(figure.value, rel=1e-5)


def test_elsewhere_turns_up_the_facet_that_survives_it() -> None:
    clean, again, category = facets()
    labels = labels_of(*({"category": "abcd"[c]} for c in category))
    without, _ = choose_weights(clean, labels, LAYOUT)
    elsewhere = again[:, None]  # one framing
    heeding, _ = choose_weights(clean, labels, LAYOUT, elsewhere=elsewhere)
    assert heeding["view"] > 1.3 * without["view"]
    # No chance in it, and of several framings the closest counts.
    assert heeding == choose_weights(clean, labels, LAYOUT, elsewhere=elsewhere)[0]
    beside = np.stack([np.zeros_like(again), again], axis=1)
    assert heeding == choose_weights(clean, labels, LAYOUT, elsewhere=beside)[0]


def test_the_same_style_in_another_colour_is_counted_as_the_evaluator_counts_it() -> None:
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(60, 12)))
    labels = labels_of(
        *(
            {
                "brand": "B",
                "category": "Mug",
                "title": f"Mug {number // 4}",
                "color": ("Red", "Blue", "Red", None)[number % 4],
            }
            for number in range(60)
        )
    )
    shares = np.array([0.2, 0.7, 0.1])
    judged = Judge(vectors, None, labels, LAYOUT).values(shares)
    figures = same_style_figures(leave_one_out(LAYOUT.weigh_both(vectors)), labels)
    for name in OTHER_COLOUR.values():
        assert 0 < judged[name] < 0.9
        assert judged[name] == pytest.approx(figures[name].value)


def test_of_weights_that_do_as_well_those_nearest_the_layout_s_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clean, _, category = facets()
    labels = labels_of(*({"category": "abcd"[c]} for c in category))
    figures = []
    for noise in (0.0, 0.02, 1.0):
        monkeypatch.setattr("train.climb.NOISE", noise)
        weights, figure = choose_weights(clean, labels, LAYOUT)
        figures.append((weights["noise"], figure))
    assert figures[0][1] > figures[1][1] >= figures[0][1] - 0.02 > figures[2][1]
    assert figures[0][0] < figures[1][0] < figures[2][0] == pytest.approx(0.7)


def test_nothing_to_judge_by_keeps_the_layout_s_weights() -> None:
    clean, _, category = facets()
    weights, figure = choose_weights(clean, labels_of(*({} for _ in category)), LAYOUT)
    assert figure == 0 and weights == pytest.approx({"kind": 0.2, "noise": 0.7, "view": 0.1})


def test_the_climb_ends_near_the_best_and_closest_to_what_was_stated() -> None:
    best = np.array([0.6, 0.3, 0.1])
    stated = np.array([0.2, 0.2, 0.6])

    def peaked(shares: np.ndarray) -> float:
        return float(1 - np.abs(shares - best).sum())

    shares, figure = climb(peaked, stated)
    assert figure > 0.95 and figure == pytest.approx(peaked(shares))
    assert shares.sum() == pytest.approx(1)
    # Where nothing matters more than the noise, nothing changes.
    shares, _ = climb(lambda shares: NOISE * float(shares[0]), stated)
    np.testing.assert_allclose(shares, kept(stated))


def told(texts: list[str]) -> np.ndarray:
    """What a title is by the second facet, nothing by the first, and no third."""
    places = np.array([int(text.split()[-1]) if text[-1].isdigit() else 0 for text in texts])
    noise = np.random.default_rng(1).normal(size=(len(texts), 4))
    return unit(np.concatenate([noise, seen(places), np.zeros((len(texts), 4))], axis=1))


def seen(places: np.ndarray) -> np.ndarray:
    return np.stack([np.random.default_rng(place).normal(size=4) for place in places])


def test_the_facet_that_words_tell_pictures_by_wins_where_words_ask() -> None:
    noise = np.random.default_rng(2).normal(size=(2, 60, 4))
    pictures = unit(np.concatenate([noise[0], seen(np.arange(60)), noise[1]], axis=1))
    labels = labels_of(*({"title": f"Cup {n}", "category": "Cups"} for n in range(60)))
    weights, figures = choose_word_weights(told, pictures, labels, LAYOUT)
    assert weights["noise"] > 0.9 and weights["view"] == 0 and figures[MRR] > 0.9
    assert sum(weights.values()) == pytest.approx(1, abs=0.002)
    alone = labels_of(*({"title": "Cups", "category": "Cups"} for _ in range(60)))
    assert choose_word_weights(told, pictures, alone, LAYOUT) is None


def test_a_facet_that_names_ask_by_counts_beside_the_one_that_titles_ask_by() -> None:
    kinds = [f"kind {place % 4}" for place in range(60)]
    rng = np.random.default_rng(3)
    noise, own = rng.normal(size=(2, 60, 4))
    places = np.eye(4)[np.arange(60) % 4] + 0.1 * noise
    pictures = unit(np.concatenate([places, own, noise], axis=1))

    def told(texts: list[str]) -> np.ndarray:
        """A name by the first facet, a title by the second; the other facet is anything."""
        out = np.random.default_rng(4).normal(size=(len(texts), 12))
        out[:, 8:] = 0
        for row, text in enumerate(texts):
            word, place = text.split()
            if word == "kind":
                out[row, :4] = np.eye(4)[int(place)]
            else:
                out[row, 4:8] = own[int(place)]
        return unit(out)

    named = labels_of(*({"title": f"Cup {n}", "category": kinds[n]} for n in range(60)))
    weights, figures = choose_word_weights(told, pictures, named, LAYOUT)
    rare = labels_of(*({"title": f"Cup {n}", "category": f"kind {n}"} for n in range(60)))
    alone, titles = choose_word_weights(told, pictures, rare, LAYOUT)
    assert set(figures) == {MRR, NAMED} and set(titles) == {MRR}
    assert figures[NAMED] > 0.6
    first = LAYOUT.names[0]
    assert weights[first] > 2 * alone[first]

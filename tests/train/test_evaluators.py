"""Each evaluator on a handful of vectors whose figures can be told by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from catalog.product import CatalogError
from tests.train.conftest import labels_of
from train.evaluators.cross_domain import cross_domain_figures, read_mapping
from train.evaluators.hubness import hub_figures
from train.evaluators.labels import label_figures
from train.evaluators.price import price_figures
from train.evaluators.same_product import (
    in_another_colour,
    same_product_figures,
    same_style_figures,
)
from train.evaluators.text import (
    NAMED,
    name_figures,
    named_categories,
    telling_titles,
    text_figures,
    titles_of,
)
from train.metrics import Search, leave_one_out
from train.styles import styles

MAPPINGS = Path(__file__).resolve().parents[2] / "train" / "mappings"


def around(*degrees: float) -> np.ndarray:
    turn = np.radians(degrees)
    return np.stack([np.cos(turn), np.sin(turn)], 1).astype(np.float32)


def values(figures: dict) -> dict[str, float]:
    return {name: figure.value for name, figure in figures.items()}


def test_every_label_column_with_labels_is_judged() -> None:
    labels = labels_of(
        *({"category": c, "usage": u} for c, u in zip("aabb", ["x", "y", "x", "y"], strict=True))
    )
    found = values(label_figures(leave_one_out(around(0, 10, 80, 90)), labels, labels))
    assert found["category P@1"] == found["category mAP@R"] == 1
    assert found["usage P@1"] == found["usage mAP@R"] == 0
    assert found["category P@10"] == pytest.approx(1 / 3)
    assert not any(name.startswith(("color", "brand", "season")) for name in found)


def test_a_column_is_judged_where_queries_have_labels_and_the_gallery_tells_some_apart() -> None:
    labels = labels_of(
        *({"season": s, "usage": u} for s, u in zip("xxyy", "ppqq", strict=True)),
        {"season": "x", "brand": "b"},
        {"season": "x", "brand": "b"},
    )
    search = Search(around(0, 1), around(0, 2, 40, 42, 50, 60), np.array([4, 5]))
    found = values(label_figures(search, labels.part(np.array([4, 5])), labels))
    assert {name.split()[0] for name in found} == {"season"}  # usage: no query; brand: one value
    assert found["season P@1"] == 1


def test_price_error_is_beside_the_category_median() -> None:
    prices = [1.0, np.e, np.e**4, np.e**5]
    labels = labels_of(*({"category": "a", "reference_price": price} for price in prices))
    found = values(price_figures(leave_one_out(around(0, 1, 80, 81)), labels))
    # ln prices 0 1 4 5: the median of the other three is 4 4 1 1, by neighbours and category.
    assert found["price error / category median"] == pytest.approx(1)
    assert found["price Spearman"] == pytest.approx(-2 / 5**0.5)
    assert price_figures(leave_one_out(around(0, 1)), labels_of({}, {})) == {}
    one = Search(around(0), around(0, 1, 80, 81), np.array([2]))
    assert price_figures(one, labels) == {}  # no correlation of one
    two = Search(around(80, 81), around(0, 1, 80, 81), np.array([2, 3]))
    assert len(price_figures(two, labels)) == 2


def test_hubs() -> None:
    # 12 in a fan, each list all but one's own and the farthest.
    found = hub_figures(leave_one_out(around(*range(12))))
    assert values(found) == {"largest hub share": pytest.approx(11 / 12), "never found": 0}


def test_what_lies_far_from_all_is_never_found() -> None:
    found = values(hub_figures(leave_one_out(around(*range(12), 170))))
    assert found["never found"] == pytest.approx(1 / 13)


def test_a_style_in_another_colour_is_asked_for_where_there_is_one() -> None:
    style, colour = np.array([0, 0, 1, 1, -1, 2, 2, 3]), np.array([0, 1, 4, 4, 0, 3, -1, 2])
    assert np.flatnonzero(in_another_colour(style, colour)).tolist() == [0, 1]
    alone = labels_of({"group": "a", "color": "red"}, {"group": "b", "color": "red"})
    assert same_style_figures(leave_one_out(around(0, 1)), alone) == {}
    assert same_product_figures(leave_one_out(around(0, 1)), alone) == {}


def test_same_product_is_any_other_picture_of_it() -> None:
    labels = labels_of(*({"group": g} for g in "aabbc"))
    found = values(same_product_figures(leave_one_out(around(0, 10, 20, 50, 90)), labels))
    # 0: 10 is next, right. 10: 0 and 20 tie, the first is right. 20: 10, wrong. 50: 20, right.
    assert found["same product R@1"] == pytest.approx(3 / 4)
    assert found["same product R@10"] == 1


def test_a_style_is_brand_category_gender_and_title_without_colour_words() -> None:
    shirt = {"brand": "Acme", "category": "Shirts", "gender": "Men", "title": "Acme Check red"}
    labels = labels_of(
        {**shirt, "color": "Navy Blue", "title": "Acme blue Check"},
        {**shirt, "color": "Red"},
        {**shirt, "color": "Red", "gender": "Women"},
        {**shirt, "color": "Red", "brand": "Other"},
        {"color": "Red", "group": "g"},
        {"group": "g"},
        {"color": "Red", "title": "Mug"},
    )
    first, second, third, fourth, fifth, sixth, seventh = styles(labels)[0]
    assert first == second and fifth == sixth and seventh == -1
    assert len({first, third, fourth, fifth}) == 4


def test_same_style_passes_over_the_same_colour() -> None:
    labels = labels_of(*({"group": g, "color": c} for g, c in zip("aaab", "rrbr", strict=True)))
    found = values(same_style_figures(leave_one_out(around(0, 1, 10, 5)), labels))
    # Both red ones pass each other over and meet b (5 degrees) before the blue; blue meets b too.
    assert found["same style, other colour R@1"] == 0
    assert found["same style, other colour R@10"] == 1
    closer = values(same_style_figures(leave_one_out(around(0, 1, 4, 60)), labels))
    assert closer["same style, other colour R@1"] == 1


def test_text_finds_any_picture_that_shares_the_title() -> None:
    titles = ["Red mug", "red mug", "Blue plate", "Untitled", "Mugs"]
    labels = labels_of(*({"category": "mug", "title": title} for title in titles))
    rows = telling_titles(labels)
    assert rows.tolist() == [0, 1, 2]
    assert titles_of(labels_of({"title": "Mug"}, {})) == ("Mug", "")
    found = values(text_figures(around(40, 0, 0), rows, around(0, 50, 90, 20, 10), labels))
    # 40 degrees: nearest is 50 (its twin), rank 1. 0: itself, 1. The plate's asks at 0: rank 5.
    assert found["title to picture R@1"] == pytest.approx(2 / 3)
    assert found["title to picture R@10"] == 1
    assert found["title to picture MRR"] == pytest.approx((1 + 1 + 1 / 5) / 3)


def test_a_title_s_picture_counts_down_to_the_tenth_place() -> None:
    labels = labels_of(*({"title": f"Mug number {number}"} for number in range(12)))
    gallery = around(*range(0, 60, 5))  # a title that asks at 0 finds them in their order
    rows = np.array([0, 1, 9, 10])
    found = values(text_figures(around(0, 0, 0, 0), rows, gallery, labels))
    assert found["title to picture R@1"] == pytest.approx(1 / 4)
    assert found["title to picture R@10"] == pytest.approx(3 / 4)
    assert found["title to picture MRR"] == pytest.approx((1 + 1 / 2 + 1 / 10 + 1 / 11) / 4)
    assert text_figures(around(), rows[:0], gallery, labels) == {}


def test_a_category_s_name_asks_where_its_pictures_fill_a_list() -> None:
    kinds = ["mug"] * 10 + ["plate"] * 9 + ["bowl"] * 10
    labels = labels_of(*({"category": kind} for kind in kinds))
    named = named_categories(labels)
    assert [labels.names["category"][code] for code in named] == ["mug", "bowl"]
    gallery = around(*[0.0] * 10, *[40.0] * 9, *[90.0] * 10)
    # "mug" asks among the mugs; "bowl" asks at 50 degrees, where the nine plates come first.
    found = name_figures(around(0, 50), named, gallery, labels)[NAMED]
    assert found.value == pytest.approx((1 + 0.1) / 2)
    few = labels_of({"category": "mug"}, {"category": "mug"})
    assert name_figures(around(), named_categories(few), around(0, 1), few) == {}


def test_cross_domain_is_judged_by_the_mapping() -> None:
    both = labels_of(
        {"source": "street", "category": "Pants"},
        {"source": "street", "category": "T-Shirt"},
        {"source": "street", "category": "Umbrella"},
        *({"category": c} for c in ("Jeans", "Tshirts", "Trousers")),
    )
    asking, gallery = both.part(np.arange(3)), both.part(np.arange(3, 6))
    search = Search(around(0, 0, 0), around(1, 2, 3), np.full(3, -1))
    mapping = {"Pants": ["Jeans", "Trousers"], "T-Shirt": ["Tshirts"]}
    found = values(cross_domain_figures(search, asking, gallery, mapping))
    assert found["mapped category P@1"] == pytest.approx(1 / 2)  # jeans for pants, and for a shirt
    assert found["mapped category P@10"] == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert found["mapped category by chance"] == pytest.approx((2 / 3 + 1 / 3) / 2)
    with pytest.raises(CatalogError, match="not in this catalogue"):
        cross_domain_figures(search, asking, gallery, {"Sofa": ["Couch"]})


def test_answers_and_queries_without_a_category_are_never_right() -> None:
    both = labels_of(
        *({"category": c} for c in ("Jeans", "Tshirts", None, "Jeans")),
        *({"source": "street", "category": c} for c in ("Pants", None, "Pants")),
    )
    gallery, asking = both.part(np.arange(4)), both.part(np.arange(4, 7))
    search = Search(around(0, 0, 90), around(1, 20, 40, 60), np.full(3, -1))
    mapping = {"Pants": ["Jeans"]}
    found = values(cross_domain_figures(search, asking, gallery, mapping))
    # Two queries: jeans, shirt, nothing, jeans; and the other way round.
    assert found["mapped category P@1"] == 1
    assert found["mapped category P@10"] == found["mapped category by chance"] == pytest.approx(0.5)
    found = values(cross_domain_figures(search, asking, gallery, {"Pants": ["Tshirts"]}))
    assert found["mapped category P@1"] == 0
    assert found["mapped category P@10"] == pytest.approx(1 / 4)
    nobody = asking.part(np.array([1]))
    one = Search(around(0), around(1, 20, 40, 60), np.array([-1]))
    assert cross_domain_figures(one, nobody, gallery, mapping) == {}


def test_of_several_vectors_of_a_query_the_closest_counts() -> None:
    several = np.stack([around(0, 10), around(40, 50)], axis=1)
    gallery = around(1, 38, 52)
    assert Search(several, gallery, np.array([-1, -1])).found.tolist() == [[0, 1, 2], [2, 0, 1]]
    assert Search(several, gallery, np.array([-1, 2])).found[1, 0] == 0


@pytest.mark.parametrize("text", ["", "[]", '{"categories": 3}', '{"categories": {"a": "b"}}'])
def test_a_mapping_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.json"
    with pytest.raises(CatalogError, match="can't read the mapping"):
        read_mapping(path)
    path.write_text(text)
    with pytest.raises(CatalogError, match="is no mapping of categories: expected"):
        read_mapping(path)


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.json")), ids=lambda path: path.stem)
def test_the_project_s_mappings_say_what_they_are_about(path: Path) -> None:
    assert read_mapping(path) and json.loads(path.read_text())["about"]


def test_the_street_mapping_names_categories_that_there_are(catalogs: Path) -> None:
    def categories(name: str) -> set[str]:
        lines = (catalogs / name / "products.jsonl").read_text().splitlines()
        return {json.loads(line).get("category", "") for line in lines} - {""}

    mapping = read_mapping(MAPPINGS / "street_to_fashion.json")
    assert set(mapping) == categories("street")
    assert {name for right in mapping.values() for name in right} <= categories("fashion")

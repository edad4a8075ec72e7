"""The drawn shop: honest, varied, the same for the same seed, whole or not there at all."""

from __future__ import annotations

import collections
import dataclasses
import json
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.illustrator import draw_catalogue, illustrate
from catalog.illustrator.brands import AISLES, BRANDS
from catalog.illustrator.contact_sheet import contact_sheet
from catalog.illustrator.draw import is_complete, rasterise
from catalog.illustrator.materials import MATERIALS
from catalog.illustrator.palette import DYES, MOODS, channels, colourway, darker, lightness, mix
from catalog.illustrator.patterns import PATTERNS, TURNED
from catalog.illustrator.products import (
    PER_DOLLAR,
    TRAIT_GAIN,
    ShopProduct,
    make_products,
    trait_score,
)
from catalog.illustrator.shop import CATEGORIES, STYLES


@pytest.fixture(scope="module")
def shop() -> list[ShopProduct]:
    return make_products(1600, 0)


def ranks(values: list[float]) -> np.ndarray:
    return np.argsort(np.argsort(np.asarray(values))).astype(float)


def test_the_shop_is_as_large_and_as_wide_as_promised(shop):
    counts = collections.Counter(product.row["category"] for product in shop)
    assert len(shop) == 1600
    assert len(counts) >= 24
    assert min(counts.values()) >= 35
    assert sum(len(product.specs) == 2 for product in shop) == pytest.approx(160, abs=50)


def test_ids_links_and_pictures_are_unique(shop):
    for of in (lambda row: row["id"], lambda row: row["link"], lambda row: row["images"][0]):
        assert len({of(product.row) for product in shop}) == len(shop)
    assert all(p.row["link"].startswith("https://example.com/shop/") for p in shop)


def test_a_group_is_one_design_in_several_colours_and_one_split(shop):
    groups = collections.defaultdict(list)
    for product in shop:
        groups[product.row["product_id"]].append(product)
    several = [group for group in groups.values() if len(group) > 1]
    assert len(several) > 200
    for group in several:
        assert len({p.row["split"] for p in group}) == 1
        assert len({p.row["shade"] for p in group}) == len(group)
        assert all(p.specs[0].traits == group[0].specs[0].traits for p in group)
    share = collections.Counter(group[0].row["split"] for group in groups.values())
    total = len(groups)
    assert share["train"] / total == pytest.approx(0.8, abs=0.05)
    assert share["val"] / total == pytest.approx(0.1, abs=0.04)


def test_prices_follow_what_can_be_seen(shop):
    for category in CATEGORIES:
        shelf = [p for p in shop if p.row["category"] == category]
        price = [float(p.row["price"]) / PER_DOLLAR[p.row["currency"]] for p in shelf]
        styles = [STYLES[p.specs[0].style] for p in shelf]
        seen = [
            trait_score(s, p.specs[0]) - 0.4 * sum(s.worth.values()) + np.log(s.price) / TRAIT_GAIN
            for s, p in zip(styles, shelf, strict=True)
        ]
        spearman = np.corrcoef(ranks(price), ranks(seen))[0, 1]
        assert spearman > 0.4, f"{category}: {spearman:.2f}"


def test_a_sale_price_is_a_lower_price(shop):
    sales = [p.row for p in shop if "sale_price" in p.row]
    assert 100 < len(sales) < 400
    assert all(0 < float(row["sale_price"]) < float(row["price"]) for row in sales)


def test_wearables_say_for_whom_and_the_rest_does_not(shop):
    for product in shop:
        worn = AISLES[product.row["category"]] not in ("home", "table")
        assert ("gender" in product.row) == worn
        assert ("age_group" in product.row) == worn


def test_titles_read_like_a_shop(shop):
    for product in shop:
        row = product.row
        assert row["title"].endswith(f", {row['shade']}")
        assert row["style"] in row["title"]
        assert "  " not in row["title"]
        assert row["description"].count(".") == 1
        assert row["description"][0].isupper()


def test_the_same_seed_gives_the_same_shop_and_another_seed_another(shop):
    again = make_products(1600, 0)
    assert [p.row for p in again] == [p.row for p in shop]
    assert [illustrate(p.specs[0]) for p in again[:40]] == [
        illustrate(p.specs[0]) for p in shop[:40]
    ]
    other = make_products(1600, 1)
    assert [p.row for p in other] != [p.row for p in shop]
    assert illustrate(other[0].specs[0]) != illustrate(shop[0].specs[0])


def test_every_style_draws_at_both_ends_of_its_proportions():
    for style in STYLES.values():
        shelf = next(
            p for p in make_products(len(CATEGORIES) * 12, 3) if p.specs[0].style == style.key
        )
        for end in (0, 1):
            traits = {
                name: options[end * (len(options) - 1)]
                if isinstance(options[0], str)
                else options[end]
                for name, options in style.traits.items()
            }
            svg = illustrate(dataclasses.replace(shelf.specs[0], traits=traits))
            assert svg.startswith("<svg") and "nan" not in svg


def test_every_choice_of_every_style_can_be_drawn():
    by_style = {p.specs[0].style: p.specs[0] for p in make_products(len(CATEGORIES) * 12, 3)}
    for key, style in STYLES.items():
        for name, options in style.traits.items():
            for option in (o for o in options if isinstance(o, str)):
                traits = {**by_style[key].traits, name: option}
                assert "<svg" in illustrate(dataclasses.replace(by_style[key], traits=traits))


def test_styles_name_only_what_exists():
    for style in STYLES.values():
        assert set(style.materials) <= set(MATERIALS)
        assert set(style.patterns) <= {"plain", "ombre", *PATTERNS, *TURNED}
        assert style.category in AISLES
        for trait in style.worth:
            name, _, option = trait.partition("=")
            assert name in style.traits
            assert not option or option in style.traits[name], f"{style.key}: {trait}"
    for brand in BRANDS:
        assert set(brand.moods) <= set(MOODS)
        assert set(brand.loves) <= {"plain", "ombre", *PATTERNS, *TURNED}


@pytest.mark.parametrize("dye", ["cherry", "sage", "navy", "butter", "black"])
def test_a_picture_shows_its_colour(shop, dye):
    tee = next(p.specs[0] for p in shop if p.row["style"] == "tee")
    colours = (DYES[dye].hex, "#ffffff", "#ffffff")
    plain = dataclasses.replace(
        tee, pattern="plain", material="cotton", colours=colours, scene="white"
    )
    plain = dataclasses.replace(plain, traits={**plain.traits, "finish": "clean"})
    middle = np.asarray(rasterise(illustrate(plain)))[180:220, 160:220].reshape(-1, 3)
    assert np.abs(np.median(middle, axis=0) / 255 - channels(colours[0])).max() < 0.15


def test_a_drawn_folder_is_a_folder_feed(tmp_path: Path):
    told: list[tuple[int, int]] = []
    draw_catalogue(tmp_path / "shop", count=6, seed=2, progress=lambda *step: told.append(step))
    rows = [json.loads(line) for line in (tmp_path / "shop" / "products.jsonl").open()]
    assert len(rows) == 6
    pictures = [name for row in rows for name in row["images"]]
    assert told[-1] == (len(pictures), len(pictures))
    for name in pictures:
        with Image.open(tmp_path / "shop" / "images" / name) as picture:
            assert (picture.size, picture.mode, picture.format) == ((384, 384), "RGB", "JPEG")
    assert is_complete(tmp_path / "shop")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]


def test_a_drawing_that_was_cut_short_leaves_the_old_folder_alone(tmp_path: Path):
    draw_catalogue(tmp_path / "shop", count=2, seed=0)
    before = (tmp_path / "shop" / "products.jsonl").read_bytes()

    def unplug(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_catalogue(tmp_path / "shop", count=4, seed=9, progress=unplug)
    assert (tmp_path / "shop" / "products.jsonl").read_bytes() == before
    assert is_complete(tmp_path / "shop")


def test_what_a_killed_drawing_left_is_swept_away(tmp_path: Path):
    left = tmp_path / ".shop.drawing" / "images"
    left.mkdir(parents=True)
    (left / "half.jpg").write_bytes(b"half")
    draw_catalogue(tmp_path / "shop", count=1)
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]
    assert not (tmp_path / "shop" / "images" / "half.jpg").exists()


def test_half_a_folder_is_not_complete(tmp_path: Path):
    assert not is_complete(tmp_path)
    draw_catalogue(tmp_path / "shop", count=1)
    with (tmp_path / "shop" / "products.jsonl").open("a") as rows:
        rows.write("{}\n")
    assert not is_complete(tmp_path / "shop")


def test_no_products_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="at least 1"):
        draw_catalogue(tmp_path / "shop", count=0)


def test_contact_sheet_has_a_cell_for_each_product(shop):
    sheet = contact_sheet(shop[:5], size=48, columns=3, gap=2)
    assert sheet.size == (3 * 50 + 2, 2 * 50 + 2)


def test_colours_agree():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert lightness(darker("#c96f4a", 0.5)) < lightness("#c96f4a")
    for mood in MOODS:
        main, second, third = colourway(random.Random(0), mood)
        assert len({main.name, second.name, third.name}) == 3

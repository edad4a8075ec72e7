"""Variety, dials and filters."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.panel_page import searches, set_range, settled, shown


def test_variety_moves_without_a_request(results: Page) -> None:
    closest = shown(results)
    steps = int(results.locator("#variety-range").get_attribute("max") or 0)
    assert steps >= 1
    with searches(results) as asked:
        set_range(results, "#variety-range", steps)
        wild = shown(results)
        set_range(results, "#variety-range", 0)
    assert asked == []
    assert wild != closest
    # Every second of the order: what is at rank 2 among the closest is first among these.
    assert closest[1] == wild[0] or steps > 1
    assert shown(results) == closest


def test_variety_is_said_in_words(results: Page) -> None:
    words = results.locator("#variety-words")
    expect(words).to_have_text("closest matches")
    slider = results.get_by_role("slider", name="Variety")
    slider.focus()
    results.keyboard.press("End")
    expect(words).to_contain_text("wild cards: every")
    expect(slider).to_have_attribute("aria-valuetext", words.inner_text())
    expect(results.locator("#status")).to_contain_text("down to number")
    expect(results.locator(".card__rank").first).to_be_visible()


def test_turned_dial_searches_again_with_the_vector(start: Page, picture_file: Path) -> None:
    start.set_input_files("#file", picture_file)
    start.wait_for_url("**/#v=*")
    settled(start)
    before = shown(start)
    with searches(start) as asked:
        set_range(start, "#dials [data-facet=colour]", 6)
        start.wait_for_url("**w=colour:8**")
        settled(start)
    assert len(asked) == 1
    assert asked[0].header_value("content-type") == "application/json"
    sent = json.loads(asked[0].post_data or "")
    assert len(sent["vector"]) > 100
    facets = {"kind", "look", "outline", "colour", "wearer", "price", "brand"}
    assert set(sent["weights"]) == facets
    assert shown(start) != before
    assert start.locator("#query img").evaluate("image => image.naturalWidth") > 0
    start.get_by_role("button", name="Reset").click()
    start.wait_for_function("() => !location.hash.includes('w=')")
    settled(start)
    assert shown(start) == before


def test_every_dial_at_nothing_is_explained(results: Page) -> None:
    with searches(results) as asked:
        for dial in results.locator("#dials input").all():
            set_range(results, f"#{dial.get_attribute('id')}", 0)
        expect(results.get_by_role("alert")).to_contain_text("Turn one up")
    assert len(asked) == results.locator("#dials input").count() - 1
    assert len(shown(results)) == 60


def test_category_filter_can_be_searched(results: Page) -> None:
    results.get_by_label("Find a category").fill("cLoCk")
    assert results.locator(".categories__list li:visible").count() == 1
    results.get_by_role("checkbox", name="Clocks").check()
    results.wait_for_url("**f=category:Clocks**")
    settled(results)
    results.get_by_label("Find a category").fill("no such thing")
    expect(results.get_by_text("No such category here.")).to_be_visible()
    results.keyboard.press("Escape")
    results.get_by_role("checkbox", name="Lamps").check()
    results.wait_for_url("**category:Lamps**")
    settled(results)
    categories = {product.split(":")[1].split("-")[0] for product in shown(results)}
    assert categories == {"clocks", "lamps"}
    expect(results.locator("#status")).to_contain_text("that pass the filters")


def test_price_filter_holds_and_empty_results_are_explained(results: Page) -> None:
    results.get_by_label("From what price").fill("50")
    results.get_by_label("To what price").fill("80")
    results.keyboard.press("Enter")
    results.wait_for_url("**f=from:50&f=to:80**")
    settled(results)
    ids = shown(results)
    assert 0 < len(ids) < 60
    for product in ids:
        price = results.request.get(f"{results.url.split('/#')[0]}/v1/products/{product}").json()
        assert 50 <= price["reference_price"] <= 80, price
    results.get_by_label("From what price").fill("79.99")
    results.keyboard.press("Enter")
    results.get_by_label("To what price").fill("79.991")
    results.keyboard.press("Enter")
    expect(results.get_by_role("heading", name="Nothing passes these filters")).to_be_visible()
    results.get_by_role("button", name="Clear the filters").click()
    settled(results)
    assert len(shown(results)) == 60


def test_price_range_the_wrong_way_round_is_explained_and_not_asked(results: Page) -> None:
    results.get_by_label("To what price").fill("10")
    results.keyboard.press("Enter")
    settled(results)
    with searches(results) as asked:
        results.get_by_label("From what price").fill("20")
        results.keyboard.press("Enter")
        expect(results.get_by_text("“From” is above “to”.")).to_be_visible()
    assert asked == []


def test_filters_and_dials_go_along_to_the_next_product(results: Page) -> None:
    results.get_by_role("checkbox", name="Mugs").check()
    results.wait_for_url("**f=category:Mugs**")
    settled(results)
    results.locator("#grid .card__more").first.click()
    results.wait_for_url("**/#p=demo:mugs**f=category:Mugs")
    settled(results)
    assert all(product.startswith("demo:mugs") for product in shown(results))


def test_narrow_page_folds_the_controls_away(results: Page) -> None:
    results.set_viewport_size({"width": 360, "height": 740})
    button = results.get_by_role("button", name="What matters")
    expect(results.locator("#dials")).to_be_hidden()
    button.click()
    expect(results.locator("#dials")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    results.get_by_role("slider", name="Same kind").focus()
    results.keyboard.press("Escape")
    expect(results.locator("#dials")).to_be_hidden()
    expect(button).to_be_focused()
    assert results.evaluate("document.documentElement.scrollWidth") <= 360

"""The ways into a search: start page, file, drop, paste, address."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.panel_page import searches, set_range, settled, shown

# A DataTransfer with one file in it, given as base64.
TRANSFER = """(base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "picture.jpg", { type: "image/jpeg" }));
    return transfer;
}"""


def transfer(page: Page, file: Path):
    return page.evaluate_handle(TRANSFER, base64.b64encode(file.read_bytes()).decode())


def test_start_page_offers_products_with_pictures_and_prices(start: Page) -> None:
    cards = start.locator("#start-grid .card[data-id]")
    assert cards.count() >= 10
    expect(cards.first.locator("img")).to_have_attribute(
        "alt", cards.first.locator("h3").inner_text()
    )
    assert cards.first.locator(".price").inner_text().strip()
    start.wait_for_selector("#start-grid .tile--shown")


def test_start_product_leads_to_its_neighbours(start: Page) -> None:
    first = start.locator("#start-grid .card").first
    chosen, title = first.get_attribute("data-id"), first.locator("h3").inner_text()
    first.locator(".card__more").click()
    settled(start)
    assert len(shown(start)) == 60
    assert chosen not in shown(start)
    expect(start.locator("#query-heading")).to_have_text(f"Like {title}")
    expect(start.locator("#status")).to_have_text("The 60 closest of 119")


def test_chosen_file(start: Page, picture_file: Path) -> None:
    with start.expect_file_chooser() as chooser:
        start.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files(picture_file)
    settled(start)
    assert len(shown(start)) == 60
    expect(start.locator("#query-heading")).to_have_text("Like your picture")
    assert start.locator("#query img").evaluate("image => image.naturalWidth") == 384


def test_dropped_picture(start: Page, picture_file: Path) -> None:
    start.dispatch_event("body", "dragenter", {"dataTransfer": transfer(start, picture_file)})
    expect(start.locator("#drop-veil")).to_be_visible()
    start.dispatch_event("body", "drop", {"dataTransfer": transfer(start, picture_file)})
    expect(start.locator("#drop-veil")).to_be_hidden()
    settled(start)
    assert len(shown(start)) == 60


def test_pasted_picture_replaces_an_earlier_query(results: Page, picture_file: Path) -> None:
    earlier = shown(results)
    results.evaluate(
        """(clipboardData) => document.body.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true }))""",
        transfer(results, picture_file),
    )
    expect(results.locator("#query-heading")).to_have_text("Like your picture")
    results.wait_for_url("**/#v=*")
    settled(results)
    assert shown(results) != earlier


def test_dropped_text_is_explained(start: Page) -> None:
    handle = start.evaluate_handle(
        "() => { const t = new DataTransfer(); t.setData('text/plain', 'hello'); return t; }"
    )
    start.dispatch_event("body", "drop", {"dataTransfer": handle})
    expect(start.get_by_role("alert")).to_contain_text("no picture")
    start.keyboard.press("Escape")
    expect(start.locator("#notice")).to_be_hidden()


def test_file_that_is_no_picture_is_explained_and_nothing_is_lost(
    results: Page, tmp_path: Path
) -> None:
    earlier = shown(results)
    wrong = tmp_path / "wrong.jpg"
    wrong.write_bytes(b"not a picture at all")
    results.set_input_files("#file", wrong)
    expect(results.get_by_role("alert")).to_contain_text("That search didn’t work")
    settled(results)
    assert shown(results) == earlier


def test_large_picture_is_made_small_before_it_travels(start: Page, tmp_path: Path) -> None:
    from PIL import Image

    large = tmp_path / "large.png"
    Image.effect_noise((2400, 1200), 80).convert("RGB").save(large)
    with searches(start) as asked:
        start.set_input_files("#file", large)
        start.wait_for_url("**/#v=*")
    assert len(asked) == 1
    assert large.stat().st_size > 1_000_000
    assert int(asked[0].header_value("content-length") or 0) < 200_000
    assert start.locator("#query img").evaluate("image => image.naturalWidth") == 512


def test_shared_address_of_a_product_gives_the_same_results(
    results: Page, open_page: Callable[..., Page]
) -> None:
    set_range(results, "#dials [data-facet=price]", 5)
    results.wait_for_url("**w=price:4**")
    settled(results)
    set_range(results, "#variety-range", 1)
    assert "s=2" in results.url
    other = open_page("/" + results.url[results.url.index("#") :])
    settled(other)
    assert shown(other) == shown(results)
    assert (
        other.locator("#query-heading").inner_text()
        == results.locator("#query-heading").inner_text()
    )
    assert (
        other.locator("#variety-words").inner_text()
        == results.locator("#variety-words").inner_text()
    )
    expect(other.locator("#dials [data-facet=price]")).to_have_value("5")


def test_shared_address_of_a_picture_gives_the_same_results(
    start: Page, picture_file: Path, open_page: Callable[..., Page]
) -> None:
    start.set_input_files("#file", picture_file)
    start.wait_for_url("**/#v=*")
    settled(start)
    other = open_page("/" + start.url[start.url.index("#") :])
    settled(other)
    assert shown(other) == shown(start)
    expect(other.locator("#query-heading")).to_have_text("Like a shared picture")
    third = open_page("/" + other.url[other.url.index("#") :])
    settled(third)
    assert shown(third) == shown(other)


def test_clicking_on_and_going_back_and_forth(results: Page) -> None:
    first = shown(results)
    results.mouse.move(900, 500)
    results.mouse.wheel(0, 500)
    results.wait_for_function("() => history.state?.scroll > 0")
    scrolled = results.evaluate("scrollY")
    results.locator("#grid .card__more").nth(7).click()
    results.wait_for_function("id => location.hash.includes(id)", arg=first[7])
    settled(results)
    second = shown(results)
    assert first[7] not in second
    assert second != first
    assert results.evaluate("scrollY") == 0
    with searches(results) as asked:
        results.go_back()
        results.wait_for_function("id => !location.hash.includes(id)", arg=first[7])
        settled(results)
        assert shown(results) == first
        assert abs(results.evaluate("scrollY") - scrolled) < 5
        results.go_forward()
        settled(results)
        assert shown(results) == second
    assert asked == []
    results.go_back()
    results.go_back()
    expect(results.get_by_role("heading", name="Seen something you like?")).to_be_visible()
    expect(results).to_have_title("samevibe")
    results.go_forward()
    settled(results)
    expect(results).to_have_title(re.compile("^Like .+ · samevibe$"))

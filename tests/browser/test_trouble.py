"""Servers that are down, slow or something else; and data that means harm."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.panel_page import set_range, settled, shown


def test_server_down_from_the_start_then_back(open_page: Callable[..., Page], server: str) -> None:
    page = open_page()
    page.wait_for_selector("#start-grid .card__more")
    page.context.route("**/v1/**", lambda route: route.abort("connectionrefused"))
    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The samevibe server isn’t there")
    expect(alert).to_contain_text(server)
    assert page.locator(".card--skeleton").count() == 0
    page.context.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#start-grid .card__more")
    expect(page.locator("#notice")).to_be_hidden()


def test_server_down_in_between_keeps_the_results(results: Page) -> None:
    earlier = shown(results)
    results.context.route("**/v1/search", lambda route: route.abort("connectionrefused"))
    set_range(results, "#dials [data-facet=kind]", 0)
    expect(results.get_by_role("alert")).to_contain_text("isn’t there")
    settled(results)
    assert shown(results) == earlier
    results.context.unroute_all()
    results.get_by_role("button", name="Try again").click()
    results.wait_for_function(
        "earlier => JSON.stringify([...document.querySelectorAll('#grid .card')]"
        ".map(card => card.dataset.id)) !== earlier",
        arg=json.dumps(earlier, separators=(",", ":")),
    )
    settled(results)
    expect(results.locator("#notice")).to_be_hidden()


def test_answer_in_html_is_recognised(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.wait_for_selector("#start-grid .card__more")
    page.context.route(
        "**/v1/about", lambda route: route.fulfill(content_type="text/html", body="<h1>Log in</h1>")
    )
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("isn’t a samevibe server")


def test_server_that_never_answers(start: Page) -> None:
    start.clock.install()
    held: list[Route] = []
    start.context.route("**/v1/search", lambda route: held.append(route))
    start.locator("#start-grid .card__more").first.click()
    start.wait_for_selector("#grid .card--skeleton")
    start.clock.run_for(5_000)
    expect(start.locator("#found-line")).to_contain_text("Still looking")
    start.clock.run_for(30_000)
    expect(start.get_by_role("alert")).to_contain_text("taking too long")
    assert start.locator(".card--skeleton").count() == 0
    assert len(held) == 1


def test_late_answer_of_an_earlier_question_is_ignored(results: Page) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    results.context.route("**/v1/search", hold_the_first)
    set_range(results, "#dials [data-facet=price]", 6)
    results.wait_for_function("() => document.body.classList.contains('waiting')")
    set_range(results, "#dials [data-facet=price]", 0)
    results.wait_for_url("**w=price:0**")
    settled(results)
    wanted = shown(results)
    held[0].continue_()
    results.wait_for_timeout(300)
    assert shown(results) == wanted


def test_product_that_is_gone_is_explained(open_page: Callable[..., Page]) -> None:
    page = open_page("/#p=demo:nothing-like-it")
    expect(page.get_by_role("alert")).to_contain_text("demo:nothing-like-it")


def test_vector_of_another_model_is_explained(open_page: Callable[..., Page]) -> None:
    page = open_page("/#v=AAEC&m=another")
    expect(page.get_by_role("alert")).to_contain_text("vector")


@pytest.mark.parametrize("hash", ["#p=", "#v=%3Cscript%3E", "#s=99", "#nonsense&&&=="])
def test_nonsense_address_is_the_start_page(open_page: Callable[..., Page], hash: str) -> None:
    page = open_page("/" + hash)
    page.wait_for_selector("#start-grid .card__more")
    expect(page.get_by_role("heading", name="Seen something you like?")).to_be_visible()


def test_harmful_product_is_shown_as_text(start: Page) -> None:
    title = (
        '<script>window.harmed = 1</script><img src=x onerror="window.harmed = 1"> "q" \u202eevil'
    )
    links = [
        "javascript:window.harmed=1",
        "data:text/html,<script>1</script>",
        "https://shop.example/a",
    ]

    def poison(route: Route) -> None:
        answer = route.fetch().json()
        for link, result in zip(links, answer["rankings"][0]["results"], strict=False):
            product = answer["products"][result["id"]]
            product.update(title=title, brand=title, link=link)
        route.fulfill(json=answer)

    start.context.route("**/v1/search", poison)
    start.locator("#start-grid .card__more").first.click()
    settled(start)
    cards = start.locator("#grid .card")
    assert cards.nth(0).locator("h3").text_content() == title
    assert cards.nth(0).locator("img").get_attribute("alt") == title
    # The mark that turns the writing round ends with the title.
    assert (
        cards.nth(0).locator("h3 bdi").evaluate("title => getComputedStyle(title).unicodeBidi")
        == "isolate"
    )
    assert cards.nth(0).locator(".card__shop").count() == 0
    assert cards.nth(1).locator(".card__shop").count() == 0
    shop = cards.nth(2).locator(".card__shop")
    assert shop.get_attribute("href") == "https://shop.example/a"
    assert shop.get_attribute("rel") == "noopener noreferrer"
    assert start.evaluate("window.harmed") is None
    assert start.locator("main script").count() == 0

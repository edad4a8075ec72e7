"""A right click in a real window, on the browser's own menu, and the real side panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.desktop import (
    extended_browser,
    extension_id,
    find_similar,
    photograph_screen,
    screen,
    use_server,
)
from tests.browser.side_panel import SidePanel

CARDS = "document.querySelectorAll('#grid .card[data-id]').length"


@pytest.fixture(scope="module")
def window(
    playwright: Playwright, server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One real window with the extension, told where the server is."""
    with screen(), extended_browser(playwright, tmp_path_factory.mktemp("profile")) as context:
        use_server(context, server)
        yield context


@pytest.fixture
def find(window: BrowserContext) -> Iterator[Callable[..., SidePanel]]:
    """Opens an address, right-clicks its photograph and gives the side panel."""
    pages: list[Page] = []

    def find(address: str, **options: object) -> SidePanel:
        page = window.new_page()
        pages.append(page)
        page.bring_to_front()
        page.goto(address)
        page.wait_for_function("() => document.getElementById('photo').naturalWidth > 0")
        photograph = page.query_selector("#photo")
        assert photograph
        find_similar(page, photograph, **options)
        return SidePanel(window, page)

    yield find
    for page in pages:
        page.close()


def test_photograph_leads_to_neighbours_with_prices(
    find: Callable[..., SidePanel], site: str, screenshots: Path
) -> None:
    panel = find(site, at_menu=lambda: photograph_screen(screenshots / "menu.png"))
    assert panel.wait_for(CARDS) == 60
    assert (
        panel.evaluate("document.getElementById('query-heading').innerText") == "Like your picture"
    )
    assert panel.evaluate("document.querySelectorAll('#grid .price').length") == 60
    panel.wait_for("document.querySelectorAll('#grid .tile--shown').length >= 2")
    assert panel.evaluate("innerWidth") < 600
    photograph_screen(screenshots / "side-panel.png")


@pytest.mark.parametrize("path", ["/data", "/blob", "/login", "/strict"])
def test_photographs_that_are_hard_to_get_at(
    find: Callable[..., SidePanel], site: str, path: str
) -> None:
    assert find(site + path).wait_for(CARDS) == 60


def test_picture_sent_is_small_and_nothing_is_kept(
    find: Callable[..., SidePanel], site: str
) -> None:
    panel = find(site)
    panel.wait_for(CARDS)
    assert (
        max(
            panel.evaluate(
                "(i => [i.naturalWidth, i.naturalHeight])(document.querySelector('#query img'))"
            )
        )
        <= 512
    )
    assert panel.evaluate("chrome.storage.local.get().then(kept => Object.keys(kept))") == [
        "server"
    ]
    assert panel.evaluate("localStorage.length + sessionStorage.length") == 0


def test_panel_carries_on_when_the_worker_was_stopped(window: BrowserContext, server: str) -> None:
    """The state is as a worker leaves it that was stopped in the middle of reading."""
    picture = f"{server}/v1/pictures/{_some_picture(window, server)}?size=384"
    page = window.new_page()
    identity = extension_id(window)
    page.goto(f"chrome-extension://{identity}/options/index.html")
    page.evaluate(
        "url => chrome.storage.session.set({'query:123456':"
        " {asked: 'x', status: 'loading', picture: {url, frameId: 0}}})",
        picture,
    )
    page.goto(f"chrome-extension://{identity}/panel/index.html?tab=123456")
    expect(page.locator("#query-heading")).to_have_text("Like your picture")
    expect(page.locator("#grid .card[data-id]")).to_have_count(60)
    page.close()


def test_picture_that_can_not_be_had_is_explained_with_a_retry(window: BrowserContext) -> None:
    page = window.new_page()
    identity = extension_id(window)
    page.goto(f"chrome-extension://{identity}/options/index.html")
    page.evaluate(
        "chrome.storage.session.set({'query:654321':"
        " {asked: 'x', status: 'loading', picture: {url: 'http://127.0.0.1:9/no.jpg', frameId: 0}}})"
    )
    page.goto(f"chrome-extension://{identity}/panel/index.html?tab=654321")
    expect(page.get_by_role("alert")).to_contain_text("doesn’t give its picture away")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.close()


def test_server_down_is_said_in_the_panel(window: BrowserContext, server: str) -> None:
    page = window.new_page()
    identity = extension_id(window)
    use_server(window, "http://127.0.0.1:9")
    try:
        page.goto(f"chrome-extension://{identity}/panel/index.html")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("http://127.0.0.1:9")
        expect(alert.get_by_role("button", name="Try again")).to_be_visible()
        use_server(window, server)
        page.wait_for_selector("#start-grid .card__more")
        expect(page.locator("#notice")).to_be_hidden()
    finally:
        use_server(window, server)
        page.close()


def test_settings_check_the_address_before_they_keep_it(
    window: BrowserContext, server: str
) -> None:
    page = window.new_page()
    page.goto(f"chrome-extension://{extension_id(window)}/options/index.html")
    field, answer = page.get_by_label("Server address"), page.locator("#answer")
    expect(field).to_have_value(server)
    field.fill("ftp://example.com")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("http:// or https://")
    field.fill("127.0.0.1:9")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Nothing was changed")
    kept = page.evaluate("chrome.storage.local.get().then(({ server }) => server)")
    assert kept == server
    field.fill(server + "/")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("120 products are waiting there")
    page.close()


def _some_picture(window: BrowserContext, server: str) -> str:
    answer = window.request.get(f"{server}/v1/start?limit=1").json()
    return answer["products"][0]["pictures"][0]

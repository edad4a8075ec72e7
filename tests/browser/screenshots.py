"""Every page and state of the panel as pictures, to be looked at.

    python -m tests.browser.screenshots --home home/demo --out screenshots

``side-panel.png`` is the one in the README (there as WebP, a tenth of the size).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

import model
from tests.browser.desktop import (
    CHROMIUM,
    QUIET,
    SANDBOX,
    extended_browser,
    extension_id,
    find_similar,
    missing_programs,
    photograph_screen,
    screen,
    use_server,
)
from tests.browser.magazine import magazine
from tests.browser.panel_page import set_range, settled
from tests.browser.photograph import room_photograph
from tests.browser.running_server import running_server
from tests.browser.side_panel import SidePanel

SIZES = ((360, 740), (400, 900), (1400, 900))
SCHEMES = ("light", "dark")
WHOLE_PICTURES = "[...document.querySelectorAll('.tile')].filter(t => t.getBoundingClientRect().top < innerHeight && t.checkVisibility()).every(t => t.matches('.tile--shown, .tile--missing'))"


def start(page: Page) -> None:
    page.wait_for_selector("#start-grid .card[data-id]")


def results(page: Page) -> None:
    start(page)
    page.locator("#start-grid .card__more").nth(3).click()
    settled(page)
    page.mouse.move(0, 0)


def wild_cards(page: Page) -> None:
    results(page)
    set_range(page, "#variety-range", 99)


def dials(page: Page) -> None:
    results(page)
    button = page.get_by_role("button", name="What matters")
    if button.is_visible():
        button.click()
    set_range(page, "#dials [data-facet=kind]", 1)
    settled(page)
    set_range(page, "#dials [data-facet=colour]", 5)
    settled(page)


def filters(page: Page) -> None:
    results(page)
    button = page.get_by_role("button", name="Filter")
    if button.is_visible():
        button.click()
    else:
        page.locator("#filters").scroll_into_view_if_needed()
    for box in page.locator(".categories__list input").all()[1:4]:
        box.check()
    page.get_by_label("To what price").fill("120")
    page.keyboard.press("Enter")
    settled(page)
    if not button.is_visible():
        page.locator(".price-range").scroll_into_view_if_needed()


def nothing_found(page: Page) -> None:
    results(page)
    page.evaluate("location.hash += '&f=from:3&f=to:3.001'")
    page.get_by_role("heading", name="Nothing passes").wait_for()


def shared_picture(page: Page) -> None:
    start(page)
    page.set_input_files(
        "#file", {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": room_photograph()}
    )
    page.wait_for_url("**/#v=*")
    page.reload()
    settled(page)


def own_picture(page: Page) -> None:
    start(page)
    page.set_input_files(
        "#file", {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": room_photograph()}
    )
    page.wait_for_url("**/#v=*")
    settled(page)


def waiting(page: Page) -> None:
    start(page)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.locator("#start-grid .card__more").nth(3).click()
    page.wait_for_selector("#grid .card--skeleton")


def server_down(page: Page) -> None:
    start(page)
    page.context.route("**/v1/**", lambda route: route.abort("connectionrefused"))
    page.reload()
    page.get_by_role("button", name="Try again").wait_for()


def server_down_in_between(page: Page) -> None:
    results(page)
    page.context.route("**/v1/**", lambda route: route.abort("connectionrefused"))
    set_range(page, "#dials [data-facet=kind]", 0)
    page.get_by_role("button", name="Try again").wait_for()


STATES: tuple[Callable[[Page], None], ...] = (
    start,
    results,
    wild_cards,
    dials,
    filters,
    nothing_found,
    own_picture,
    shared_picture,
    waiting,
    server_down,
    server_down_in_between,
)


def shoot_panel(browser: Browser, server: str, out: Path) -> None:
    for state in STATES:
        for width, height in SIZES:
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US"
                )
                page = context.new_page()
                page.goto(server)
                state(page)
                page.wait_for_function(f"() => {WHOLE_PICTURES}") if state not in (
                    waiting,
                    server_down,
                ) else None
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"{state.__name__}-{width}-{scheme}.png")
                context.close()


def shoot_extension(driver: Playwright, server: str, out: Path) -> None:
    """The native menu, the side panel, and the settings."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        magazine(room_photograph()) as site,
        screen(),
        extended_browser(driver, Path(profile)) as context,
    ):
        use_server(context, server)
        page = context.pages[0]
        page.goto(site)
        photograph = page.wait_for_selector("#photo")
        find_similar(page, photograph, lambda: photograph_screen(out / "menu.png"))
        panel = SidePanel(context, page)
        panel.wait_for("document.querySelectorAll('#grid .tile--shown').length >= 4")
        page.wait_for_timeout(800)
        photograph_screen(out / "side-panel.png")
        settings = context.new_page()
        settings.goto(f"chrome-extension://{extension_id(context)}/options/index.html")
        for scheme in SCHEMES:
            settings.emulate_media(color_scheme=scheme)
            settings.get_by_role("button", name="Check and save").click()
            settings.get_by_text("are waiting there").wait_for()
            settings.screenshot(path=out / f"settings-{scheme}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="an indexed catalogue")
    parser.add_argument("--model", type=Path, default=model.RELEASED, help="its model version")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--only-extension", action="store_true", help="menu, side panel, settings")
    chosen = parser.parse_args()
    if said := missing_programs():
        parser.error(said)
    chosen.out.mkdir(parents=True, exist_ok=True)
    served = running_server(chosen.home.resolve(), chosen.model.resolve())
    with served as server, sync_playwright() as driver:
        shoot_extension(driver, server, chosen.out)
        if not chosen.only_extension:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*SANDBOX, *QUIET])
            shoot_panel(browser, server, chosen.out)
            browser.close()


if __name__ == "__main__":
    main()

"""A real server, a real Chromium, and pages that must not complain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.desktop import CHROMIUM, QUIET, SANDBOX, missing_programs
from tests.browser.magazine import magazine
from tests.browser.panel_page import settled
from tests.browser.photograph import product_picture, room_photograph
from tests.browser.running_server import running_server


@pytest.fixture(scope="session")
def installed() -> None:
    """Skips, saying what to install, where there is no browser."""
    if said := missing_programs():
        pytest.skip(said)


@pytest.fixture(scope="module")
def playwright(installed: None) -> Iterator[Playwright]:
    """Playwright's driver; the browser is the system's.

    Only as long as a module: the driver's event loop would be in the way of other rooms' tests.
    """
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SANDBOX, *QUIET])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server(installed: None, demo_home: Path, demo_version: Path) -> Iterator[str]:
    """Address of the real server over the small demo catalogue, without a closing slash."""
    with running_server(demo_home, demo_version) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens the panel in a fresh context; at the end no page may have thrown anything."""
    opened, thrown = [], []

    def open_page(path: str = "/", **options: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **options}
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(server + path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not thrown, thrown


@pytest.fixture
def start(open_page: Callable[..., Page]) -> Page:
    """The start page with its products."""
    page = open_page()
    page.wait_for_selector("#start-grid .card__more")
    return page


@pytest.fixture
def results(start: Page) -> Page:
    """The results of a product chosen on the start page."""
    start.locator("#start-grid .card__more").first.click()
    settled(start)
    return start


@pytest.fixture(scope="session")
def picture_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A product picture the catalogue doesn't have."""
    path = tmp_path_factory.mktemp("pictures") / "mug.jpg"
    path.write_bytes(product_picture("Mugs"))
    return path


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of a page of someone else's with a photograph on it."""
    with magazine(room_photograph()) as address:
        yield address


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where screenshots go: SAMEVIBE_SCREENSHOTS, or nowhere that stays."""
    return Path(os.environ.get("SAMEVIBE_SCREENSHOTS", tmp_path)).resolve()

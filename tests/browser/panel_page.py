"""What a test reads off the panel's page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request


def settled(page: Page) -> None:
    """Waits until the answer to what was asked last is shown."""
    page.wait_for_function(
        """() => !document.getElementById("grid").hasAttribute("aria-busy")
            && document.querySelector("#grid .card[data-id], #empty:not([hidden])")"""
    )


def shown(page: Page) -> list[str]:
    """Ids of the products in the grid, in order."""
    return page.eval_on_selector_all(
        "#grid .card[data-id]", "cards => cards.map(c => c.dataset.id)"
    )


def set_range(page: Page, selector: str, value: int) -> None:
    """Moves a slider to a place, as a hand would that then lets go."""
    page.locator(selector).evaluate(
        """(range, value) => {
            range.value = value;
            range.dispatchEvent(new Event("input", { bubbles: true }));
            range.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        value,
    )


@contextmanager
def searches(page: Page) -> Iterator[list[Request]]:
    """The searches that the page asks for inside the block."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        if request.url.endswith("/v1/search"):
            asked.append(request)

    page.on("request", note)
    yield asked
    page.remove_listener("request", note)

"""Keyboard, names, languages of the screen: what a person needs who can't see or point."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.panel_page import settled, shown

# Everything that can be reached and has no name, every picture without alt, doubled ids, labels
# that lead nowhere, headings that skip a level.
COMPLAINTS = """() => {
    const complaints = [];
    const seen = (element) => element.checkVisibility({ visibilityProperty: true });
    const text = (id) => document.getElementById(id)?.textContent.trim();
    const name = (element) =>
        element.getAttribute("aria-label")
        || (element.getAttribute("aria-labelledby") ?? "").split(" ").map(text).join(" ").trim()
        || [...(element.labels ?? [])].map((label) => label.textContent.trim()).join(" ")
        || element.textContent.trim();
    for (const element of document.querySelectorAll("a[href], button, input, select, [role=slider]"))
        if (seen(element) && !name(element)) complaints.push("no name: " + element.outerHTML.slice(0, 90));
    for (const image of document.images)
        if (!image.hasAttribute("alt")) complaints.push("no alt: " + image.src);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) complaints.push("doubled: " + id);
    for (const attribute of ["for", "aria-labelledby", "aria-controls", "aria-describedby"])
        for (const element of document.querySelectorAll(`[${attribute}]`))
            for (const id of element.getAttribute(attribute).split(" "))
                if (!document.getElementById(id)) complaints.push(`${attribute} leads nowhere: ${id}`);
    let level = 0;
    for (const heading of [...document.querySelectorAll("h1, h2, h3, h4")].filter(seen)) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1 && level > 0) complaints.push("skips a level: " + heading.textContent);
        level = next;
    }
    const hidden = document.querySelectorAll("[aria-hidden=true] :is(a[href], button, input)");
    for (const element of hidden) complaints.push("hidden but reachable: " + element.outerHTML);
    if (!document.documentElement.lang) complaints.push("no language");
    if (document.querySelectorAll("main").length !== 1) complaints.push("not one main");
    if ([...document.querySelectorAll("h1")].filter(seen).length !== 1) complaints.push("not one h1");
    return complaints;
}"""

# Contrast of every visible text with the ground it stands on (WCAG 2, 1.4.3).
FAINT = """() => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const read = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const light = (rgb) => rgb.slice(0, 3)
        .map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = read(getComputedStyle(at).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const faint = [];
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        if (element.closest(".card__hint, .drop-veil, canvas")) continue;
        const style = getComputedStyle(element);
        const [one, other] = [light(read(style.color)), light(ground(element))];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (contrast < 4.5)
            faint.push(`${contrast.toFixed(2)} ${element.className} ${element.textContent.slice(0, 30)}`);
    }
    return faint;
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_everything_has_a_name(results: Page, width: int) -> None:
    results.set_viewport_size({"width": width, "height": 800})
    for button in results.locator(".drawer-button:visible").all():
        button.click()
        assert results.evaluate(COMPLAINTS) == []
    assert results.evaluate(COMPLAINTS) == []
    results.go_back()
    results.wait_for_selector("#start-grid .card__more")
    assert results.evaluate(COMPLAINTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.wait_for_selector("#start-grid .card__more")
    assert page.evaluate(FAINT) == []
    page.locator("#start-grid .card__more").first.click()
    settled(page)
    assert page.evaluate(FAINT) == []


def test_from_start_to_shop_with_the_keyboard_alone(start: Page) -> None:
    def tab_to(selector: str, limit: int = 60) -> None:
        for _ in range(limit):
            if start.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            start.keyboard.press("Tab")
        raise AssertionError(f"{selector} can't be reached")

    tab_to("#choose")
    outline = start.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    tab_to("#start-grid .card__more")
    start.keyboard.press("Enter")
    settled(start)
    expect(start.locator("#query-heading")).to_be_focused()
    before = shown(start)

    tab_to("#dials input")
    start.keyboard.press("ArrowRight")
    start.wait_for_url("**w=**")
    settled(start)
    assert start.evaluate("document.activeElement.matches('#dials input')")

    tab_to(".categories__list input")
    start.keyboard.press("Space")
    start.wait_for_url("**f=category:**")
    settled(start)
    assert shown(start) != before
    assert start.evaluate("document.activeElement.checked")

    tab_to("#grid .card__more", limit=120)
    first = start.evaluate("document.activeElement.closest('.card').dataset.id")
    start.keyboard.press("ArrowRight")
    assert start.evaluate("document.activeElement.closest('.card').dataset.id") != first
    start.keyboard.press("ArrowLeft")
    tab_to("#grid .card__shop", limit=4)


def test_skip_button_leads_past_the_controls(results: Page) -> None:
    skip = results.get_by_role("button", name="Skip to the products")
    skip.focus()
    results.keyboard.press("Enter")
    assert results.evaluate(
        "document.activeElement === document.querySelector('#grid .card__more')"
    )


def test_results_are_announced_and_busy_while_they_are_fetched(results: Page) -> None:
    expect(results.get_by_role("status")).to_have_text("The 60 closest of 119")
    assert results.locator("#grid").get_attribute("aria-busy") is None


def test_nothing_moves_for_those_who_asked_for_rest(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    page.wait_for_selector("#start-grid .card__more")
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.locator("#start-grid .card__more").first.click()
    page.wait_for_selector("#grid .card--skeleton")
    running = page.evaluate(
        "document.getAnimations().filter(a => a.playState === 'running').length"
    )
    assert running == 0


@pytest.mark.parametrize("width", [320, 360, 400, 768, 1400])
def test_nothing_sticks_out_sideways(results: Page, width: int) -> None:
    results.set_viewport_size({"width": width, "height": 800})
    assert results.evaluate("document.documentElement.scrollWidth") <= width
    results.go_back()
    results.wait_for_selector("#start-grid .card__more")
    assert results.evaluate("document.documentElement.scrollWidth") <= width

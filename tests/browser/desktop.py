"""A screen without a monitor, a Chromium with the extension, and a hand for its native menus."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, ElementHandle, Page, Playwright

EXTENSION = Path(__file__).resolve().parents[2] / "extension"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PROGRAMS = {"chromium": CHROMIUM, "xvfb": shutil.which("Xvfb"), "xdotool": shutil.which("xdotool")}

SCREEN = (1280, 1000)
# Root, as in a container, can't have Chromium's sandbox.
SANDBOX = ["--no-sandbox"] if os.geteuid() == 0 else []
QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-type",  # no bar about the missing sandbox
]


def missing_programs() -> str:
    """What to install before a browser test can run, or an empty text."""
    absent = [name for name, path in PROGRAMS.items() if not path]
    return f"needs a browser: apt-get install {' '.join(absent)}" if absent else ""


@contextmanager
def screen() -> Iterator[str]:
    """An X display: the one at hand, or an Xvfb of our own that ends with the block."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    told, tell = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL)
    os.close(tell)
    try:
        with os.fdopen(told) as answer:
            number = answer.readline().strip()
        os.environ["DISPLAY"] = f":{number}"
        yield os.environ["DISPLAY"]
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()


@contextmanager
def extended_browser(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """A real window of Chromium with the extension loaded from the checkout."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        headless=False,
        executable_path=CHROMIUM,
        ignore_default_args=["--disable-extensions"],
        env=dict(os.environ),  # the driver may have started before the screen
        no_viewport=True,
        args=[
            *SANDBOX,
            *QUIET,
            f"--load-extension={EXTENSION}",
            f"--disable-extensions-except={EXTENSION}",
            "--window-position=0,0",
            f"--window-size={SCREEN[0]},{SCREEN[1]}",
        ],
    )
    try:
        yield context
    finally:
        context.close()


def extension_id(context: BrowserContext) -> str:
    worker = context.service_workers[0] if context.service_workers else None
    worker = worker or context.wait_for_event("serviceworker")
    return worker.url.split("/")[2]


def use_server(context: BrowserContext, address: str) -> None:
    """Tells the extension where the server is, as its settings page would."""
    extension_id(context)
    context.service_workers[0].evaluate("server => chrome.storage.local.set({ server })", address)


def find_similar(
    page: Page, picture: ElementHandle, at_menu: Callable[[], None] = lambda: None
) -> None:
    """Right-clicks the picture and chooses "Find similar vibes" on the browser's own menu.

    The entry stands just above "Inspect", the last one. ``at_menu`` is called while it is open.
    """
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box, "the picture is not on the page"
    left, top = page.evaluate(
        "() => [screenX + (outerWidth - innerWidth) / 2, screenY + outerHeight - innerHeight]"
    )
    x, y = int(left + box["x"] + box["width"] / 2), int(top + box["y"] + box["height"] / 2)
    press("mousemove", str(x), str(y), "click", "3")
    time.sleep(1.0)  # a native menu tells nobody that it has opened
    press("key", "Up", "key", "Up")
    time.sleep(0.3)
    at_menu()
    press("key", "Return")


def press(*keys: str) -> None:
    subprocess.run(["xdotool", *keys], check=True)


def photograph_screen(path: Path) -> None:
    """The whole screen, native menu and side panel included (ImageMagick's ``import``)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", "root", str(path)], check=True)

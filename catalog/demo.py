"""The demo's home: the shop drawn and imported once, and left alone while it is fresh."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from catalog.feeds import open_feed
from catalog.files import held_alone, replace_text
from catalog.illustrator import draw_catalogue
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

SOURCE = "demo"
DRAWN = "drawn"  # the folder feed, within the home
LOCK = "demo.lock"  # held while the home is brought up
STATE = "demo.json"  # which drawing lies there, and the catalogue's revision with it imported
_ILLUSTRATOR = Path(__file__).parent / "illustrator"

Progress = Callable[[int, int], None]


def bring_up_demo(home: Path, *, count: int, drawing: Progress, importing: Progress) -> None:
    """Draw and import what is missing or stale, each step at most once.

    A run that was killed is carried on by the next. Other feeds in the same home stay.
    ``drawing`` and ``importing`` are called with (done, total) pictures and rows.
    Raises `CatalogError`, also where another process is at it in this home.
    """
    another = CatalogError(f"another demo is being drawn into {home}; wait until it is up")
    with held_alone(home / LOCK, otherwise=another):
        _bring_up(home, count, drawing, importing)


def _bring_up(home: Path, count: int, drawing: Progress, importing: Progress) -> None:
    state = _read_state(home)
    wanted = _drawing_hash(count)
    if state.get("drawing") != wanted or not (home / DRAWN).is_dir():
        draw_catalogue(home / DRAWN, count=count, progress=drawing)
        state = {"drawing": wanted}
        _write_state(home, state)
    with Catalog(home, create=True) as catalogue:
        if state.get("revision") == catalogue.revision():
            return
        feed = open_feed(home / DRAWN, source=SOURCE)
        import_feed(catalogue, feed, progress=lambda report: importing(report.rows, count))
        _write_state(home, {"drawing": wanted, "revision": catalogue.revision()})


def _drawing_hash(count: int) -> str:
    """What a drawn shop depends on: its size, and the illustrator's own source."""
    digest = hashlib.sha256(str(count).encode())
    for source in sorted(_ILLUSTRATOR.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _read_state(home: Path) -> dict[str, object]:
    try:
        state = json.loads((home / STATE).read_text())
    except (OSError, ValueError):  # absent or cut short: everything is looked at anew
        return {}
    return state if isinstance(state, dict) else {}


def _write_state(home: Path, state: dict[str, object]) -> None:
    replace_text(home / STATE, json.dumps(state))

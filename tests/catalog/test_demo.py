"""The demo's home is brought up once, and again only as far as something changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.demo import DRAWN, STATE, bring_up_demo
from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

COUNT = 6


def bring_up(home: Path, count: int = COUNT) -> tuple[bool, bool]:
    """Whether anything was drawn, and whether anything was read."""
    drawn: list[int] = []
    read: list[int] = []
    bring_up_demo(
        home,
        count=count,
        drawing=lambda done, total: drawn.append(done),
        importing=lambda done, total: read.append(done),
    )
    return bool(drawn), bool(read)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert bring_up(tmp_path / "demo") == (True, True)
    return tmp_path / "demo"


def test_all_products_are_there_and_a_second_time_does_nothing(home: Path):
    with Catalog(home) as catalogue:
        assert catalogue.count() == COUNT
        assert [source for source, _ in catalogue.sources()] == ["demo"]
    assert bring_up(home) == (False, False)


def test_another_size_is_drawn_anew_and_replaces_the_shop(home: Path):
    assert bring_up(home, COUNT - 2) == (True, True)
    with Catalog(home) as catalogue:
        assert catalogue.count() == COUNT - 2


def test_a_run_killed_before_the_import_was_done_reads_again_without_drawing(home: Path):
    state = json.loads((home / STATE).read_text())
    (home / STATE).write_text(json.dumps({"drawing": state["drawing"]}))
    assert bring_up(home) == (False, True)
    assert bring_up(home) == (False, False)


def test_a_state_that_can_not_be_read_is_no_obstacle(home: Path):
    (home / STATE).write_text("{")
    assert bring_up(home) == (True, True)


def test_another_feed_in_the_same_home_stays(home: Path, tmp_path: Path):
    with Catalog(home) as catalogue:
        import_feed(catalogue, open_feed(home / DRAWN, source="other"))
    bring_up(home)
    with Catalog(home) as catalogue:
        assert dict(catalogue.sources()) == {"demo": COUNT, "other": COUNT}
    assert bring_up(home) == (False, False)


def test_a_second_one_in_the_same_home_is_told_to_wait_and_the_first_goes_on(tmp_path: Path):
    refused = []

    def a_second_one(done: int, total: int) -> None:
        if done == 1:
            with pytest.raises(CatalogError, match="another demo is being drawn into") as told:
                bring_up(tmp_path / "demo")
            refused.append(told)

    bring_up_demo(
        tmp_path / "demo", count=COUNT, drawing=a_second_one, importing=lambda done, total: None
    )
    assert len(refused) == 1
    assert bring_up(tmp_path / "demo") == (False, False)

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.feeds import FeedRow, open_feed
from catalog.importer import ImportStoppedError, import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

MakeFeed = Callable[..., Path]
MakePicture = Callable[..., bytes]


def counts(report) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "vanished", "refused")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def contents(catalogue: Catalog) -> dict[str, tuple[Any, ...]]:
    return {
        stored.key: (stored.product, stored.pictures, stored.reference_price)
        for stored in catalogue.products()
    }


@pytest.mark.parametrize("zipped", [True, False])
def test_first_import(catalogue: Catalog, make_feed: MakeFeed, zipped: bool):
    report = import_feed(catalogue, open_feed(make_feed(10, zipped=zipped)), batch_rows=3)
    assert counts(report) == {"added": 10}
    assert (report.rows, report.pictures, report.pictures_stored) == (10, 10, 10)
    assert report.complete and not report.refusals
    products = list(catalogue.products())
    assert [stored.key for stored in products] == [f"shop:p{i}" for i in range(10)]
    assert all(catalogue.pictures.read(stored.pictures[0]) for stored in products)


def test_the_same_feed_twice_changes_nothing(catalogue: Catalog, make_feed: MakeFeed):
    feed = open_feed(make_feed(10))
    import_feed(catalogue, feed)
    before = contents(catalogue), catalogue.revision()
    report = import_feed(catalogue, feed)
    assert counts(report) == {"unchanged": 10}
    assert (report.pictures, report.pictures_stored) == (10, 0)
    assert (contents(catalogue), catalogue.revision()) == before


def test_changes_are_taken_and_the_gone_marked(catalogue: Catalog, make_feed: MakeFeed):
    import_feed(catalogue, open_feed(make_feed(6)))
    rows = {stored.key: stored.row for stored in catalogue.products()}
    feed = make_feed(
        [
            {"id": "p5", "image": "5.jpg", "title": "Mug 5", "category": "Mugs"},
            {"id": "p0", "image": "0.jpg", "title": "Cup 0", "category": "Cups"},
            {"id": "p1", "image": "7.jpg", "title": "Mug 1", "category": "Mugs"},
            {"id": "new", "images": ["6.jpg", "2.jpg"]},
        ],
        pictures=8,
    )
    report = import_feed(catalogue, open_feed(feed))
    assert counts(report) == {"added": 1, "updated": 2, "unchanged": 1, "vanished": 3}
    assert report.pictures_stored == 2, "6.jpg and 7.jpg; the others were known"
    now = {stored.key: stored for stored in catalogue.products()}
    assert now.keys() == {"shop:p0", "shop:p1", "shop:p5", "shop:new"}
    assert all(stored.row == rows.get(key, stored.row) for key, stored in now.items())
    assert now["shop:p0"].product.title == "Cup 0"
    assert now["shop:new"].product.title == "Untitled"
    assert len(now["shop:new"].pictures) == 2
    import_feed(catalogue, open_feed(make_feed(6)))
    assert {stored.key: stored.row for stored in catalogue.products()} == rows


def test_a_picture_that_changed_under_its_name_is_noticed(
    catalogue: Catalog, make_feed: MakeFeed, make_picture: MakePicture
):
    folder = make_feed(2, zipped=False)
    import_feed(catalogue, open_feed(folder))
    (folder / "images" / "0.jpg").write_bytes(make_picture(77))
    assert counts(import_feed(catalogue, open_feed(folder))) == {"updated": 1, "unchanged": 1}


def test_sources_do_not_touch_each_other(catalogue: Catalog, make_feed: MakeFeed):
    import_feed(catalogue, open_feed(make_feed(4), source="one"))
    report = import_feed(catalogue, open_feed(make_feed(2), source="two"))
    assert counts(report) == {"added": 2}
    assert report.pictures_stored == 0, "the same pictures"
    assert dict(catalogue.sources()) == {"one": 4, "two": 2}


def test_bad_rows_are_reported_and_the_rest_taken(catalogue: Catalog, make_feed: MakeFeed):
    good = {"image": "0.jpg", "title": "Mug"}
    rows: list[dict[str, Any] | str] = [
        good | {"id": "fine"},
        "{this is no json",
        good,
        good | {"id": "script", "link": "javascript:alert(1)"},
        good | {"id": "data", "link": "data:text/html,hello"},
        good | {"id": "fine"},
        good | {"id": "price", "price": "cheap"},
        good | {"id": "no-currency", "price": 12},
        {"id": "no-image", "title": "Mug"},
        {"id": "absent", "image": "absent.jpg"},
        {"id": "escape", "image": "../../secret.jpg"},
        {"id": "truncated", "image": "cut.jpg"},
        "[1, 2]",
        good | {"id": "last", "price": 12, "currency": "INR"},
    ]
    folder = make_feed(rows, pictures=1, zipped=False)
    whole = (folder / "images" / "0.jpg").read_bytes()
    (folder / "images" / "cut.jpg").write_bytes(whole[:-40])
    (folder.parent / "secret.jpg").write_bytes(whole)
    report = import_feed(catalogue, open_feed(folder), batch_rows=4)
    assert counts(report) == {"added": 2, "refused": 12}
    assert report.rows == 14
    reasons = {refusal.row: refusal.reason for refusal in report.refusals}
    expected = {
        2: "no JSON",
        3: 'no "id"',
        4: "http",
        5: "http",
        6: "row 1",
        7: "price",
        8: "currency",
        9: "no picture",
        10: "absent.jpg",
        11: "inside the feed's folder",
        12: "cut off",
        13: "JSON object",
    }
    assert reasons.keys() == expected.keys()
    for row, words in expected.items():
        assert words in reasons[row]
    assert catalogue.product("shop:last") is not None
    table = report.table()
    assert "row 4: " in table and "refused" in table
    assert json.loads(json.dumps(report.as_dict()))["refusals"][0]["row"] == 2


def test_one_bad_picture_of_several_costs_only_itself(catalogue: Catalog, make_feed: MakeFeed):
    feed = make_feed([{"id": "a", "images": ["1.jpg", "absent.jpg", "0.jpg"]}], pictures=2)
    report = import_feed(catalogue, open_feed(feed))
    assert counts(report) == {"added": 1}
    assert report.pictures_refused == 1
    assert report.refusals[0].row == 1
    stored = catalogue.product("shop:a")
    assert stored is not None and len(stored.pictures) == 2


def test_pictures_keep_their_order(catalogue: Catalog, make_feed: MakeFeed):
    rows = [{"id": str(i), "image": f"{i}.jpg"} for i in range(3)]
    rows.append({"id": "all", "image": "2.jpg", "images": ["0.jpg", "2.jpg", "1.jpg"]})
    import_feed(catalogue, open_feed(make_feed(rows, pictures=3)))
    one = {stored.product.id: stored.pictures[0] for stored in catalogue.products()}
    together = catalogue.product("shop:all")
    assert together is not None
    assert together.pictures == (one["2"], one["0"], one["1"])


def test_a_row_that_became_bad_keeps_its_product(catalogue: Catalog, make_feed: MakeFeed):
    import_feed(catalogue, open_feed(make_feed(3)))
    rows = [
        {"id": "p0", "image": "0.jpg", "title": "Mug 0", "category": "Mugs"},
        {"id": "p1", "image": "0.jpg", "price": "cheap"},
        {"id": "p2", "image": "absent.jpg"},
    ]
    report = import_feed(catalogue, open_feed(make_feed(rows, pictures=1)))
    assert counts(report) == {"unchanged": 1, "refused": 2}
    assert catalogue.count() == 3


@pytest.mark.parametrize("rows", [[], ["garbage"], [{"title": "no id"}]])
def test_a_feed_without_a_good_row_wipes_nothing(
    catalogue: Catalog, make_feed: MakeFeed, rows: list[Any]
):
    import_feed(catalogue, open_feed(make_feed(3)))
    revision = catalogue.revision()
    report = import_feed(catalogue, open_feed(make_feed(rows)))
    assert report.vanished == 0
    assert any("3 products stay" in note for note in report.notes)
    assert (catalogue.count(), catalogue.revision()) == (3, revision)


class BreakingFeed:
    """A feed whose file ends in an error after some rows."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._whole = open_feed(folder)
        self._rows = rows
        self.source = self._whole.source
        self.picture = self._whole.picture
        self.row_count = self._whole.row_count
        self.notes = self._whole.notes

    def rows(self) -> Iterator[FeedRow]:
        for row in self._whole.rows():
            if row.number > self._rows:
                raise CatalogError("the feed broke off")
            yield row


def test_an_interrupted_import_fetches_no_more(catalogue: Catalog, make_feed: MakeFeed):
    whole, second_batch, told = open_feed(make_feed(80)), threading.Event(), threading.Event()
    fetched: list[str] = []

    class Slow(BreakingFeed):
        """A feed whose second batch of pictures takes until the first one is told of."""

        def __init__(self) -> None:
            super().__init__(catalogue.home.parent / "shop", 80)
            self.picture = self._picture

        def _picture(self, image: str) -> bytes:
            fetched.append(image)
            if len(fetched) == 41:
                second_batch.set()
                told.wait(30)
            return whole.picture(image)

    def interrupt(_report) -> None:
        assert second_batch.wait(30)
        told.set()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_feed(catalogue, Slow(), batch_rows=40, workers=1, progress=interrupt)
    assert 41 <= len(fetched) < 80
    assert catalogue.count() == 40
    assert counts(import_feed(catalogue, whole)) == {"added": 40, "unchanged": 40}


def test_a_feed_that_breaks_off_marks_nothing_as_vanished(catalogue: Catalog, make_feed: MakeFeed):
    folder = make_feed(8)
    with pytest.raises(ImportStoppedError, match="broke off") as stopped:
        import_feed(catalogue, BreakingFeed(folder, 5), batch_rows=2)
    assert not stopped.value.report.complete
    assert "not finished" in stopped.value.report.table()
    assert catalogue.count() == stopped.value.report.added > 0
    import_feed(catalogue, open_feed(folder))
    with pytest.raises(ImportStoppedError):
        import_feed(catalogue, BreakingFeed(folder, 5), batch_rows=2)
    assert catalogue.count() == 8


def test_a_lost_picture_is_stored_again(catalogue: Catalog, make_feed: MakeFeed):
    feed = open_feed(make_feed(3))
    import_feed(catalogue, feed)
    stored = catalogue.product("shop:p1")
    assert stored is not None
    catalogue.pictures.path(stored.pictures[0]).unlink()
    report = import_feed(catalogue, feed)
    assert (report.unchanged, report.pictures_stored) == (3, 1)
    catalogue.pictures.read(stored.pictures[0])


def test_two_imports_at_once_are_refused(catalogue: Catalog, make_feed: MakeFeed):
    folder = make_feed(4)
    refused: list[CatalogError] = []

    def import_too(_report) -> None:
        try:
            import_feed(catalogue, open_feed(folder))
        except CatalogError as error:
            refused.append(error)

    def in_a_thread(report) -> None:
        other = threading.Thread(target=import_too, args=(report,))
        other.start()
        other.join()

    assert import_feed(catalogue, open_feed(folder), progress=in_a_thread).added == 4
    assert "another import" in str(refused[0])
    assert import_feed(catalogue, open_feed(folder)).unchanged == 4


SCRIPT = """
import sys
from pathlib import Path
from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

def tell(report):
    print(report.rows, flush=True)
    if "wait" in sys.argv:
        sys.stdin.readline()

try:
    with Catalog(Path(sys.argv[1]), create=True) as catalogue:
        import_feed(catalogue, open_feed(sys.argv[2]), batch_rows=10, progress=tell)
except CatalogError as error:
    print(type(error).__name__, error)
    sys.exit(3)
"""


def start_import(home: Path, feed: Path, *more: str, **options: Any) -> subprocess.Popen[str]:
    project = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home), str(feed), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(project)},
        **options,
    )


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_kill_9_and_import_again(
    catalogue: Catalog, tmp_path: Path, make_feed: MakeFeed, batches: int
):
    folder = make_feed(60)
    home = tmp_path / "killed"
    process = start_import(home, folder, "wait")
    assert process.stdout is not None and process.stdin is not None
    for batch in range(batches):
        assert process.stdout.readline() == f"{10 * (batch + 1)}\n"
        if batch + 1 < batches:
            process.stdin.write("\n")
            process.stdin.flush()
    while batches == 0 and not any((home / "pictures").glob("??/*")):
        time.sleep(0.001)  # to be killed in the middle of the first batch
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    leftover = next((home / "pictures").glob("??")) / "half-written.part"
    leftover.touch()
    with Catalog(home) as after:
        check = sqlite3.connect(home / "catalog.sqlite").execute("PRAGMA integrity_check")
        assert check.fetchone() == ("ok",)
        if batches:
            assert after.count() == 10 * batches, "whole batches, neither more nor less"
        for stored in after.products():
            after.pictures.read(stored.pictures[0])
        kept = after.count()
        report = import_feed(after, open_feed(folder), batch_rows=10)
        assert counts(report) == {"added": 60 - kept} | ({"unchanged": kept} if kept else {})
        assert report.pictures_stored == 60 - kept
        import_feed(catalogue, open_feed(folder))
        assert contents(after) == contents(catalogue)
        assert not list((home / "pictures").rglob("*.part"))


def test_a_disk_that_fails_keeps_what_was(tmp_path: Path, make_feed: MakeFeed, make_picture):
    """No file may grow over 4 KB in the importing process, which is what a full disk looks like."""
    home = tmp_path / "full"
    small = make_feed(5)
    with Catalog(home, create=True) as catalogue:
        import_feed(catalogue, open_feed(small))
        before = contents(catalogue)
    large = make_feed(
        [{"id": f"p{i}", "image": f"{i}.png"} for i in range(5)], pictures=0, zipped=False
    )
    (large / "images.zip").unlink()
    for i in range(5):
        picture = make_picture(100 + i, size=(384, 384), picture_format="PNG")
        (large / "images" / f"{i}.png").write_bytes(picture)
    process = start_import(
        home,
        large,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    output, _ = process.communicate()
    assert process.returncode == 3, output
    assert "disk" in output
    with Catalog(home) as catalogue:
        assert contents(catalogue) == before
        assert counts(import_feed(catalogue, open_feed(large))) == {"updated": 5}


def test_progress_is_told_after_each_batch(catalogue: Catalog, make_feed: MakeFeed):
    told: list[int] = []
    import_feed(
        catalogue,
        open_feed(make_feed(7)),
        batch_rows=3,
        progress=lambda report: told.append(report.rows),
    )
    assert told == [3, 6, 7]


def test_real_catalogue_slice(catalogue: Catalog, catalogs: Path):
    feed = open_feed(catalogs / "views")
    report = import_feed(catalogue, feed)
    assert counts(report) == {"added": 362}
    assert len({stored.product.group_id for stored in catalogue.products()}) == 94
    assert counts(import_feed(catalogue, feed)) == {"unchanged": 362}

"""59: `kill -9` at any moment of `samevibe index` leaves an index that loads and answers.

Real runs of `samevibe index` in processes of their own are killed: at moments drawn over the
whole run, and right before each single step that they take in the index's folder.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.decoding import decode_picture
from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.store import Catalog
from model.embedder import Embedder
from server.catalogue_search import CatalogueSearch
from server.indexing import build_index
from server.search.folder import StoredIndex, current_version, read_current
from tests.server.real_server import PROJECT, Shop, write_feed

KILLS = 56
PRODUCTS = 24
COMING = 6  # products that come, and leave, with each change of the catalogue

# What an index holds of each product: title, price, and its pictures.
State = dict[str, tuple[str, str, tuple[str, ...]]]


class Runs:
    """Starts runs of `samevibe index`; see tests/server/index_processes.py."""

    def __init__(self, home: Path, model: Path, cache: Path) -> None:
        command = [sys.executable, "-m", "tests.server.index_processes", str(home), str(model)]
        everything = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        self.process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **everything, "JAX_COMPILATION_CACHE_DIR": str(cache)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, step: int = 0) -> int:
        """The process id of a new run, which is killed at a step where one is given."""
        return self._ask(str(step))

    def was_killed(self) -> bool:
        """Wait for the run's end: by SIGKILL, or by itself with status 0."""
        status = self._ask("")
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.waitstatus_to_exitcode(status) == 0
        return False

    def _ask(self, line: str) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


class Household:
    """A home whose catalogue changes, and what an index of it may hold."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.home = folder / "home"
        self.embedder = Embedder.load(shop.model)
        self._feed = folder / "demo"
        self._round = 0
        self._vectors: dict[str, np.ndarray] = {}
        self.change()
        build_index(self.home, self.embedder, lambda done, total: None)
        self.old = self.new = self.in_catalogue()
        self.change()

    def change(self) -> None:
        """Products leave, products come, and the price and title of each one that stays change."""
        first = COMING * self._round
        write_feed(self._feed, range(first, first + PRODUCTS))
        lines = [json.loads(line) for line in (self._feed / "products.jsonl").open()]
        for line in lines:
            line |= {"title": f"round {self._round}", "price": f"{self._round + 1}.00"}
        (self._feed / "products.jsonl").write_text("\n".join(map(json.dumps, lines)))
        with Catalog(self.home, create=True) as catalogue:
            import_feed(catalogue, open_feed(self._feed), workers=1)
        self._round += 1
        self.new = self.in_catalogue()

    def in_catalogue(self) -> State:
        with Catalog(self.home) as catalogue:
            return {
                each.key: (each.product.title, str(each.product.price), each.pictures)
                for each in catalogue.products()
            }

    def check(self) -> None:
        """The index is whole, is the old or the new state, and answers as that.

        Where it is the new one, the catalogue changes again.
        """
        stored, damaged = read_current(self.home / "index")
        assert damaged is None
        products = [stored.products[item] for item in range(len(stored.rows))]
        found = {
            each.key: (each.product.title, str(each.product.price), each.pictures)
            for each in products
        }
        assert found in (self.old, self.new)
        assert [
            (item, picture) for item, each in enumerate(products) for picture in each.pictures
        ] == list(zip(stored.items.tolist(), self.shown(stored), strict=True))
        expected = np.stack([self.vector(picture) for picture in self.shown(stored)])
        np.testing.assert_allclose(stored.vectors, expected, atol=1e-5)
        with Catalog(self.home) as catalogue:
            search = CatalogueSearch.sound(self.embedder, catalogue, checked=False)
        query = self.embedder.layout.weigh_query(expected[5:6])
        (ranking,) = search.index.search(query, limit=100)[0].rankings
        assert sorted(products[item].key for item in ranking.items) == sorted(found)
        assert ranking.items[0] == stored.items[5]
        if found == self.new:
            self.old = self.new
            self.change()

    def traces(self) -> tuple[str | None, int]:
        """What changes when a run begins to write, and when it is done."""
        index = self.home / "index"
        try:
            changed = (index / "unfinished").stat().st_mtime_ns
        except FileNotFoundError:
            changed = 0
        return current_version(index), changed

    @staticmethod
    def shown(stored: StoredIndex) -> list[str]:
        return [row.tobytes().hex() for row in stored.pictures]

    def vector(self, picture: str) -> np.ndarray:
        """A picture's vector, made here and now."""
        if picture not in self._vectors:
            with Catalog(self.home) as catalogue:
                image = decode_picture(catalogue.pictures.read(picture))
            self._vectors[picture] = self.embedder.embed(self.embedder.prepare(image)[None])[0]
        return self._vectors[picture]

    def check_against_one_from_nothing(self, folder: Path) -> None:
        """The live index equals one of the same catalogue made where there was none."""
        stored, damaged = read_current(self.home / "index")
        assert damaged is None and not list((self.home / "index").glob("embedded-*"))
        assert not (self.home / "index" / "unfinished").exists()
        shutil.copytree(self.home, folder)
        shutil.rmtree(folder / "index")
        report = build_index(folder, self.embedder, lambda done, total: None)
        fresh = read_current(folder / "index")[0]
        assert report.embedded == len(set(self.shown(fresh))) and report.reused == 0
        for name in stored.manifest.checksums.keys() - {"vectors.npy", "start.npy"}:
            assert (stored.folder / name).read_bytes() == (fresh.folder / name).read_bytes()
        # Batches of another size may round differently.
        np.testing.assert_allclose(stored.vectors, fresh.vectors, atol=1e-5)


@pytest.fixture
def household(shop: Shop, tmp_path: Path) -> Household:
    return Household(shop, tmp_path)


@pytest.fixture
def runs(household: Household, shop: Shop, tmp_path: Path) -> Iterator[Runs]:
    runs = Runs(household.home, shop.model, tmp_path / "cache")
    yield runs
    assert runs.process.stdin is not None and runs.process.stdout is not None
    runs.process.stdin.close()
    runs.process.wait(60)
    runs.process.stdout.close()


def test_59_killed_at_moments_over_the_whole_run(household: Household, runs: Runs, tmp_path: Path):
    rng = np.random.default_rng(59)
    length = {"the whole run": 0.0, "the writing": 0.0}  # seconds, of the last run not killed
    kills: Counter[str] = Counter()

    def run(part: str, share: float | None) -> None:
        """One run, killed when that share of that part is over; `None` leaves it alone."""
        before = household.traces()
        child = runs.start()
        began = time.monotonic()
        while part == "the writing" and household.traces() == before:
            assert time.monotonic() < began + 60
        began = time.monotonic() if part == "the writing" else began
        if share is not None:
            time.sleep(share * length[part])
            os.kill(child, signal.SIGKILL)
        if runs.was_killed():
            kills[part] += 1
        else:
            length[part] = time.monotonic() - began
        household.check()

    for part in length:
        run(part, None)
        run(part, None)  # the first one of all also compiled
    attempts = 0
    while kills.total() < KILLS and attempts < 3 * KILLS:
        part = "the writing" if attempts % 2 else "the whole run"
        # One moment in each of KILLS / 2 equal parts, in an order of its own.
        slot = attempts // 2 * 11 % (KILLS // 2)
        run(part, (slot + rng.random()) / (KILLS // 2))
        attempts += 1
    assert kills.total() >= 50 and min(kills.values()) >= 10, (kills, attempts, length)
    runs.start()
    assert not runs.was_killed()
    household.check_against_one_from_nothing(tmp_path / "fresh")


def test_59_killed_before_each_of_its_steps(household: Household, runs: Runs, tmp_path: Path):
    runs.start()
    assert not runs.was_killed()
    household.check()
    for step in itertools.count(1):
        runs.start(step)
        if not runs.was_killed():
            break
        household.check()
    assert step > 30
    household.check()
    runs.start()
    assert not runs.was_killed()
    household.check_against_one_from_nothing(tmp_path / "fresh")

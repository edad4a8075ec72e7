"""Vectors kept while indexing: found again by hash, and dropped where they are not whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.embedded import Embedded
from server.search.folder import StoredIndexError

DIM = 8
SIZE = 32 + 4 * DIM + 8


def some(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (count, 32), np.uint8)
    pictures[::2, -2:] = 0  # trailing zeros are part of a hash like any other byte
    return pictures, rng.standard_normal((count, DIM), np.float32)


def test_vectors_are_found_by_hash_and_carried_on(tmp_path: Path):
    pictures, vectors = some(10)
    path = tmp_path / "embedded"
    embedded = Embedded(path, DIM)
    assert embedded.places(pictures).tolist() == [-1] * 10
    embedded.append(pictures[:6], vectors[:6])
    embedded.append(pictures[6:9], vectors[6:9])
    for each in (embedded, Embedded(path, DIM)):
        places = each.places(pictures[::-1])
        assert places.tolist() == [-1, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        np.testing.assert_array_equal(each.vectors(places[1:]), vectors[8::-1])
    embedded.forget()
    assert not path.exists()


@pytest.mark.parametrize("lost", [1, 8, SIZE - 1])
def test_a_half_written_vector_is_cut_off_and_a_damaged_one_passed_over(tmp_path: Path, lost: int):
    pictures, vectors = some(6)
    path = tmp_path / "embedded"
    Embedded(path, DIM).append(pictures[:5], vectors[:5])
    data = bytearray(path.read_bytes())
    data[2 * SIZE + 40] ^= 1
    path.write_bytes(data[:-lost])
    embedded = Embedded(path, DIM)
    assert embedded.places(pictures).tolist() == [0, 1, -1, 3, -1, -1]
    embedded.append(pictures[[2, 5]], vectors[[2, 5]])
    places = Embedded(path, DIM).places(pictures)
    assert places.tolist() == [0, 1, 4, 3, -1, 5]
    np.testing.assert_array_equal(embedded.vectors(places[places >= 0]), vectors[[0, 1, 2, 3, 5]])


def test_a_full_disk_is_said(tmp_path: Path):
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full to play a full disk")
    embedded = Embedded(tmp_path / "embedded", DIM)
    (tmp_path / "embedded").symlink_to("/dev/full")
    with pytest.raises(StoredIndexError, match=r"No space left.*carry on"):
        embedded.append(*some(3))

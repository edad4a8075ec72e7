"""Files in a stream: what comes out is what numpy and hashlib say."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from server.search import files
from server.search.files import array_stream, checksum, write_stream


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8])
def test_an_array_in_blocks_is_the_array(tmp_path: Path, dtype: type):
    whole = np.arange(3000).reshape(1000, 3).astype(dtype)
    path = tmp_path / "array.npy"
    blocks = (whole[start : start + 300] for start in range(0, 1000, 300))
    said = write_stream(path, array_stream(whole.shape, dtype, blocks))
    np.testing.assert_array_equal(np.load(path), whole)
    assert said == checksum(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    np.save(tmp_path / "numpy.npy", whole)
    assert path.read_bytes() == (tmp_path / "numpy.npy").read_bytes()


def test_blocks_that_do_not_make_up_the_array_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="expected 5 rows, the blocks had 4"):
        write_stream(tmp_path / "a", array_stream((5, 2), np.float32, [np.zeros((4, 2))]))


def test_a_checksum_can_be_stopped(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    assert checksum(path, lambda: True) is None


def test_a_checksum_of_several_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "_CHUNK", 64)
    path = tmp_path / "file"
    path.write_bytes(bytes(range(200)))
    assert checksum(path) == hashlib.sha256(bytes(range(200))).hexdigest()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells")
def test_files_and_the_names_of_a_folder_are_brought_to_the_disk_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opened, fsync = Path("/proc/self/fd"), os.fsync
    synced: dict[Path, int] = {}

    def watched(descriptor: int) -> None:
        synced[(opened / str(descriptor)).readlink()] = os.fstat(descriptor).st_size
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    text = tmp_path / "text"
    files.write_text(text, "h\u00e9")
    files.folder_to_disk(tmp_path)
    assert text.read_bytes() == "h\u00e9".encode()
    assert synced[text] == 3 and tmp_path in synced  # with all of it written
    still_open = {Path(os.path.realpath(each)) for each in opened.iterdir()}
    assert not still_open & {text, tmp_path}

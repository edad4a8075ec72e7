from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.decoding import PictureError
from catalog.pictures import MAX_SIDE, PictureStore, stored_form

MakePicture = Callable[..., bytes]


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


def test_what_was_added_is_read(store: PictureStore, make_picture: MakePicture):
    picture = store.add(make_picture())
    assert picture in store
    assert hashlib.sha256(store.read(picture)).hexdigest() == picture
    assert store.path(picture) == store.folder / picture[:2] / f"{picture}.jpg"


def test_the_same_picture_is_stored_once(store: PictureStore, make_picture: MakePicture):
    assert store.add(make_picture(1)) == store.add(make_picture(1))
    assert store.add(make_picture(2)) != store.add(make_picture(1))
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG"])
def test_large_pictures_shrink_and_keep_their_shape(make_picture: MakePicture, picture_format: str):
    stored = stored_form(make_picture(size=(2000, 1000), picture_format=picture_format))
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (MAX_SIDE, MAX_SIDE // 2))


def test_a_small_plain_jpeg_keeps_its_bytes(make_picture: MakePicture):
    plain = make_picture(quality=50)
    assert stored_form(plain) == plain


def test_metadata_is_dropped_and_pixels_stay(make_picture: MakePicture):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    chatty = make_picture(exif=exif, comment=b"secret") + b"<script>"
    stored = stored_form(chatty)
    assert not any(word in stored for word in (b"taken", b"secret", b"<script>"))
    with Image.open(io.BytesIO(stored)) as image, Image.open(io.BytesIO(chatty)) as before:
        assert image.tobytes() == before.tobytes()


def test_what_is_no_plain_jpeg_is_encoded_anew(make_picture: MakePicture):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = stored_form(make_picture(exif=exif))
    grey = stored_form(make_picture(picture_format="PNG"))
    for stored, size in ((turned, (48, 64)), (grey, (64, 48))):
        with Image.open(io.BytesIO(stored)) as image:
            assert (image.mode, image.size) == ("RGB", size)
            assert not image.getexif()


def test_a_bad_picture_leaves_nothing(store: PictureStore, make_picture: MakePicture):
    with pytest.raises(PictureError):
        store.add(make_picture()[:-30])
    assert not store.folder.exists()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_hash_is_never_a_path(store: PictureStore, name: str):
    assert name not in store
    with pytest.raises(KeyError):
        store.read(name)


def test_absent(store: PictureStore):
    assert "0" * 64 not in store
    with pytest.raises(KeyError):
        store.read("0" * 64)


@pytest.mark.parametrize("damage", [b"", b"zeros"])
def test_a_damaged_picture_counts_as_absent_and_can_be_added_again(
    store: PictureStore, make_picture: MakePicture, damage: bytes
):
    picture = store.add(make_picture())
    size = store.path(picture).stat().st_size
    store.path(picture).write_bytes(damage and bytes(size))
    with pytest.raises(KeyError):
        store.read(picture)
    assert picture not in store
    assert store.add(make_picture()) == picture
    store.read(picture)


def test_adding_mends_a_picture_that_a_loss_of_power_emptied(
    store: PictureStore, make_picture: MakePicture
):
    picture = store.add(make_picture())
    store.path(picture).write_bytes(b"")
    assert store.add(make_picture()) == picture
    store.read(picture)


def test_many_threads_add_the_same(store: PictureStore, make_picture: MakePicture):
    data = make_picture(size=(500, 500), picture_format="PNG")
    added: list[str] = []
    threads = [threading.Thread(target=lambda: added.append(store.add(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(added)) == 1 and len(added) == 8
    assert [path.suffix for path in store.folder.rglob("*") if path.is_file()] == [".jpg"]


def test_leftovers_of_killed_writers_go(store: PictureStore, make_picture: MakePicture):
    picture = store.add(make_picture())
    leftover = store.path(picture).parent / "tmpabc.part"
    leftover.write_bytes(b"half")
    store.forget_unfinished()
    assert not leftover.exists()
    assert picture in store


def test_shrinking_keeps_colours(make_picture: MakePicture):
    with Image.open(io.BytesIO(stored_form(make_picture(size=(1600, 1200))))) as stored:
        expected = Image.open(io.BytesIO(make_picture(size=(1600, 1200)))).resize(stored.size)
        apart = np.abs(np.asarray(stored, np.int16) - np.asarray(expected, np.int16))
    assert apart.mean() < 3

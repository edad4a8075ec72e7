"""Pictures of a feed: files that stay inside its folder, and downloads within limits."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.feeds import open_feed, remote
from catalog.feeds.picture_files import PictureFiles
from catalog.importer import ImportStoppedError, import_feed
from catalog.product import CatalogError
from catalog.store import Catalog

MakePicture = Callable[..., bytes]


@pytest.mark.parametrize("zipped", [True, False])
def test_files_are_found_with_and_without_their_folders_name(tmp_path: Path, zipped: bool):
    if zipped:
        with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
            archive.writestr("a/x.jpg", b"picture")
    else:
        (tmp_path / "images" / "a").mkdir(parents=True)
        (tmp_path / "images" / "a" / "x.jpg").write_bytes(b"picture")
    files = PictureFiles(tmp_path)
    for name in ("a/x.jpg", "images/a/x.jpg", "./a/x.jpg", "a\\x.jpg"):
        assert files.read(name) == b"picture"
    for name in ("absent.jpg", "a", "x.jpg"):
        with pytest.raises(CatalogError, match="no picture"):
            files.read(name)


@pytest.mark.parametrize(
    "name",
    ["../secret.jpg", "a/../../secret.jpg", "/etc/passwd", "..\\secret.jpg", "C:\\x.jpg", "", "."],
)
def test_names_do_not_leave_the_folder(tmp_path: Path, name: str):
    folder = tmp_path / "feed"
    (folder / "a").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    with pytest.raises(CatalogError, match="inside the feed's folder"):
        PictureFiles(folder).read(name)


def test_links_do_not_leave_the_folder(tmp_path: Path):
    folder = tmp_path / "feed"
    folder.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(CatalogError, match="inside the feed's folder"):
        PictureFiles(folder).read("link.jpg")


def test_files_that_are_too_large_are_not_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("catalog.feeds.picture_files.MAX_FILE", 1000)
    (tmp_path / "big.jpg").write_bytes(bytes(1001))
    with pytest.raises(CatalogError, match="at most"):
        PictureFiles(tmp_path).read("big.jpg")
    with zipfile.ZipFile(tmp_path / "images.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.jpg", bytes(1001))
    with pytest.raises(CatalogError, match="at most"):
        PictureFiles(tmp_path).read("big.jpg")


def test_a_damaged_archive(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        archive.writestr("a.jpg", b"picture " * 100)
    whole = (tmp_path / "images.zip").read_bytes()
    (tmp_path / "images.zip").write_bytes(whole.replace(b"picture pic", b"picture pix", 1))
    with pytest.raises(CatalogError, match=r"images\.zip"):
        PictureFiles(tmp_path).read("a.jpg")
    (tmp_path / "images.zip").write_bytes(whole[:50])
    with pytest.raises(CatalogError, match="copy it again"):
        PictureFiles(tmp_path)


class Shop(http.server.ThreadingHTTPServer):
    """A shop's web server: path -> what it answers; ``asked`` lists the paths, in order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path = self.path.partition("?")[0]
        if path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(bytes(1000))
        elif path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"id,image\n1,a.jpg\n")
        elif path == "/silent":
            threading.Event().wait(2)
        elif self.path in self.server.pages or path in self.server.pages:
            body = self.server.pages.get(self.path) or self.server.pages[path]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_error(404)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_feed_from_a_url_and_pictures_downloaded_once(
    shop: Shop, catalogue: Catalog, make_picture: MakePicture
):
    shop.pages["/feeds/mugs.csv"] = (
        f"id,title,image\n1,Mug,{shop.url}/1.jpg\n2,Cup,../2.jpg\n3,Gone,{shop.url}/3.jpg\n"
        "4,Odd,http://[bad/4.jpg\n"
    ).encode()
    shop.pages["/1.jpg"], shop.pages["/2.jpg"] = make_picture(1), make_picture(2)
    report = import_feed(catalogue, open_feed(f"{shop.url}/feeds/mugs.csv"))
    assert (report.added, report.refused) == (2, 2)
    assert "404" in report.refusals[0].reason
    assert catalogue.product("127.0.0.1:2") is not None

    shop.asked.clear()
    report = import_feed(catalogue, open_feed(f"{shop.url}/feeds/mugs.csv"))
    assert (report.unchanged, report.refused) == (2, 2)
    assert "/1.jpg" not in shop.asked, "its URL is known"

    shop.pages["/1.jpg"] = make_picture(3)
    feed = open_feed(f"{shop.url}/feeds/mugs.csv")
    assert import_feed(catalogue, feed, refresh_pictures=True).updated == 1


def test_a_shopify_shop_page_by_page(shop: Shop, catalogue: Catalog, make_picture: MakePicture):
    shop.pages["/1.jpg"] = make_picture(1)
    for page in (1, 2):
        products = [
            {
                "id": page * 10 + i,
                "title": "Mug",
                "handle": "the mug",
                "variants": [{"id": 1, "price": "8.00"}],
                "images": [{"src": f"{shop.url}/1.jpg"}],
            }
            for i in range(3)
        ]
        path = f"/collections/all/products.json?limit=250&page={page}"
        shop.pages[path] = json.dumps({"products": products}).encode()
    shop.pages["/collections/all/products.json"] = b'{"products": []}'
    feed = open_feed(f"{shop.url}/collections/all/products.json", source="tonk", currency="EUR")
    assert import_feed(catalogue, feed).added == 6
    stored = catalogue.product("tonk:20")
    assert stored is not None
    assert stored.product.link == f"{shop.url}/products/the%20mug"
    assert [row.number for row in feed.rows()] == [1, 2, 3, 4, 5, 6]

    del shop.pages["/collections/all/products.json?limit=250&page=2"]
    shop.pages["/collections/all/products.json"] = b"<html>we are closed</html>"
    with pytest.raises(ImportStoppedError, match="no JSON"):
        import_feed(catalogue, feed)
    assert catalogue.count() == 6, "the second page is unknown, not gone"


def test_downloads_have_limits(shop: Shop, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(remote, "MAX_PICTURE", 5000)
    shop.pages["/big.jpg"] = bytes(6000)
    for path, words in [
        ("/big.jpg", "more than"),
        ("/endless", "more than"),
        ("/absent", "404"),
        ("/loop", "redirect"),
        ("/short", "can't fetch"),
    ]:
        with pytest.raises(CatalogError, match=words):
            remote.download_picture(shop.url + path)
    with pytest.raises(CatalogError, match="can't fetch"):
        open_feed(f"{shop.url}/short")
    with pytest.raises(CatalogError):
        open_feed("http://[bad/feed.csv")
    monkeypatch.setattr(remote, "PICTURE_SECONDS", -1.0)
    shop.pages["/small.jpg"] = bytes(10)
    with pytest.raises(CatalogError, match="seconds"):
        remote.download_picture(f"{shop.url}/small.jpg")


def test_a_host_that_never_answers(shop: Shop, monkeypatch):
    monkeypatch.setattr(remote, "WAIT_SECONDS", 0.1)
    remote._client.cache_clear()
    try:
        with pytest.raises(CatalogError, match="did not answer"):
            remote.download_picture(f"{shop.url}/silent")
    finally:
        remote._client.cache_clear()


def test_a_host_that_is_not_there(shop: Shop):
    url = shop.url
    shop.server_close()
    with pytest.raises(CatalogError, match="can't fetch"):
        remote.download_picture(f"{url}/1.jpg")

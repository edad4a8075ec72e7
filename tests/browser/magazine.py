"""A page that is not ours, on a port of its own, with photographs to right-click."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARTICLE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A quiet corner</title>
<style>
body { margin: 0; background: #fff; color: #222; font: 19px/1.6 Georgia, P052, serif }
nav { padding: 18px 48px; border-bottom: 1px solid #ddd; font: 14px "Helvetica Neue", "Liberation Sans", sans-serif; letter-spacing: .08em; text-transform: uppercase }
article { max-width: 640px; margin: 36px 48px } h1 { margin: 0 0 6px; font-size: 40px; line-height: 1.15; font-weight: 500 }
p { margin: 0 0 18px } .by { color: #777; font-style: italic } img { display: block; max-width: 100% } figcaption { color: #777; font-size: 15px; margin-top: 8px } figure { margin: 0 0 24px }
</style><nav>The Slow Room</nav><article><h1>A quiet corner by the window</h1>
<p class="by">On the chair that nobody in this house wants to leave.</p>
<figure><img id="photo" src="PICTURE" alt="An armchair in morning light"><figcaption>Seven in the morning, before anyone is up.</figcaption></figure>
<p>It came from a flea market, and we never found out who made it.</p></article></html>"""


@contextmanager
def magazine(photograph: bytes) -> Iterator[str]:
    """Address of a site with the article at ``/``, ``/data`` (a data: picture), ``/blob`` (a
    blob: picture), ``/login`` (a picture that needs the page's cookie) and ``/strict`` (a policy
    that allows its picture only)."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/photo.jpg":
                self._answer(photograph, "image/jpeg")
            elif path == "/members.jpg":
                known = "member=yes" in self.headers.get("Cookie", "")
                self._answer(photograph if known else b"", "image/jpeg", 200 if known else 403)
            elif path == "/data":
                data = "data:image/jpeg;base64," + base64.b64encode(photograph).decode()
                self._page(ARTICLE.replace("PICTURE", data))
            elif path == "/blob":
                script = (
                    "<script>fetch('/photo.jpg').then(r => r.blob())"
                    ".then(b => photo.src = URL.createObjectURL(b))</script>"
                )
                self._page(ARTICLE.replace("PICTURE", "") + script)
            elif path == "/login":
                self._page(ARTICLE.replace("PICTURE", "/members.jpg"), cookie="member=yes")
            elif path == "/strict":
                policy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
                self._page(ARTICLE.replace("PICTURE", "/photo.jpg"), policy=policy)
            elif path == "/":
                self._page(ARTICLE.replace("PICTURE", "/photo.jpg"))
            else:
                self._answer(b"", "text/plain", 404)

        def _page(self, text: str, *, cookie: str = "", policy: str = "") -> None:
            headers = {"Set-Cookie": f"{cookie}; SameSite=Lax; Path=/"} if cookie else {}
            headers |= {"Content-Security-Policy": policy} if policy else {}
            self._answer(text.encode(), "text/html; charset=utf-8", **headers)

        def _answer(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

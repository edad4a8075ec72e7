"""Bad input sent to a real server; the numbers are those of the list of faults to survive.

After every case the same server must answer a good request, with no traceback in its log.
"""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zlib
from collections.abc import Callable

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.server.real_server import Running, draw, encode

Send = Callable[[Running], httpx.Response]

PICTURE = encode(draw(3))


def png(width: int, height: int, *chunks: tuple[bytes, bytes], pixels: bytes = b"") -> bytes:
    """A PNG of any announced size, with chunks before its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, body in [
        (b"IHDR", header),
        *chunks,
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    ]:
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    return data


def raw(data: bytes, kind: str = "image/jpeg", **headers: str) -> Send:
    sent = {"Content-Type": kind, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return lambda served: served.client.post("/v1/search", content=data, headers=sent)


def options(text: str | bytes | None = None, **values: object) -> Send:
    body = json.dumps(values).encode() if text is None else text
    return raw(body if isinstance(body, bytes) else body.encode(), "application/json")


def get(path: str) -> Send:
    return lambda served: served.client.get(path)


def parts(files: list[tuple[str, bytes]], data: dict[str, str] | None = None) -> Send:
    named = [(name, (f"{name}.jpg", content, "image/jpeg")) for name, content in files]
    return lambda served: served.client.post("/v1/search", files=named, data=data)


def many_fields(served: Running) -> httpx.Response:
    return served.client.post("/v1/search", files=[(f"f{i}", (None, b"x")) for i in range(10_000)])


def with_options(**values: object) -> Send:
    return options(products=["demo:1"], **values)


def vector(values: np.ndarray) -> Send:
    return options(vector=base64.b64encode(values.tobytes()).decode())


TEXT_BOMB = png(8, 8, (b"zTXt", b"a\0\0" + zlib.compress(bytes(80 << 20))))
CUT_JPEG = encode(draw(3, 300))[:-2000]
CUT_PNG = encode(draw(3, 300), "PNG")[:-200]

REFUSALS: list[tuple[str, Send, int, str]] = [
    ("1 empty body", raw(b""), 400, "empty_body"),
    ("1 empty json", raw(b"", "application/json"), 400, "empty_body"),
    ("1 empty part", parts([("picture", b"")]), 400, "empty_body"),
    ("2 announced too long", raw(bytes(3_000_001)), 413, "body_too_large"),
    ("6 ten thousand fields", many_fields, 400, "invalid_multipart"),
    ("7 no boundary", raw(PICTURE, "multipart/form-data"), 400, "invalid_multipart"),
    ("7 wrong boundary", raw(PICTURE, "multipart/form-data; boundary=x"), 400, "invalid_multipart"),
    ("8 two pictures", parts([("picture", PICTURE)] * 2), 400, "repeated_part"),
    ("8 three pictures", parts([("picture", PICTURE)] * 3), 400, "invalid_multipart"),
    ("8 another part", parts([("image", PICTURE)]), 400, "unknown_part"),
    ("9 json as a picture", raw(b'{"products":["demo:1"]}'), 415, "unsupported_media_type"),
    ("9 a picture as json", raw(PICTURE, "application/json"), 415, "unsupported_media_type"),
    ("9 urlencoded", raw(b"a=b", "application/x-www-form-urlencoded"), 415, "unsupported_media_type"),
    ("11 unknown path", get("/v1/nothing"), 404, "not_found"),
    ("11 unknown page", get("/nothing.html"), 404, "not_found"),
    ("12 deep", options("[" * 10_000), 400, "invalid_options"),
    ("12 deep in products", options('{"products":' + "[" * 10_000), 400, "invalid_options"),
    ("12 deep in a field unknown", options('{"x":' + "[" * 10_000), 400, "invalid_options"),
    ("12 cut", options('{"products":["demo:1"'), 400, "invalid_json"),
    ("12 long", options(b" " * (5 << 20)), 413, "body_too_large"),
    ("13 NaN", options('{"products":["demo:1"],"filters":{"price_min":NaN}}'), 400, "invalid_json"),
    ("13 Infinity", options('{"vector":"","weights":{"kind":Infinity}}'), 400, "invalid_json"),
    ("13 1e999", options('{"products":["demo:1"],"weights":{"kind":1e999}}'), 400, "invalid_options"),
    ("13 not UTF-8", options(b'{"products":["\xff"]}'), 400, "invalid_json"),
    ("13 an array", options("[]"), 400, "invalid_options"),
    ("15 gzip", raw(gzip.compress(PICTURE), content_encoding="gzip"), 415, "unsupported_encoding"),
    ("16 text", raw(b"hello, this is text" * 20), 422, "undecodable"),
    ("17 cut JPEG", raw(CUT_JPEG), 422, "undecodable"),
    ("17 cut PNG", raw(CUT_PNG), 422, "undecodable"),
    ("17 no pixels", raw(png(64, 64)), 422, "undecodable"),
    ("18 50,000 x 50,000", raw(png(50_000, 50_000)), 422, "too_large"),
    ("19 text bomb", raw(TEXT_BOMB), 422, "undecodable"),
    ("21 1 x 1", raw(encode(Image.new("RGB", (1, 1)), "PNG")), 422, "too_small"),
    ("21 1 x 5000", raw(encode(Image.new("RGB", (1, 5000)), "PNG")), 422, "too_small"),
    ("22 SVG", raw(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, "unsupported_format"),
    ("22 EPS", raw(b"%!PS-Adobe-3.0 EPSF-3.0\n"), 415, "unsupported_format"),
    ("22 PDF", raw(b"%PDF-1.7\n"), 415, "unsupported_format"),
    ("22 PSD", raw(b"8BPS" + bytes(40)), 415, "unsupported_format"),
    ("22 FITS", raw(b"SIMPLE  =                    T"), 415, "unsupported_format"),
    ("22 TIFF", raw(encode(draw(3), "TIFF")), 415, "unsupported_format"),
    ("33 limit 0", with_options(limit=0), 400, "invalid_options"),
    ("33 limit -1", with_options(limit=-1), 400, "invalid_options"),
    ("33 limit 10^9", with_options(limit=10**9), 400, "invalid_options"),
    ("33 limit 10^30", with_options(limit=10**30), 400, "invalid_options"),
    ("33 limit abc", with_options(limit="abc"), 400, "invalid_options"),
    ("33 start limit", get("/v1/start?limit=abc"), 400, "invalid_options"),
    ("33 start limit 0", get("/v1/start?limit=0"), 400, "invalid_options"),
    ("35 wrong length", vector(np.ones(255, np.int8)), 400, "invalid_vector"),
    ("35 three framings", vector(np.ones(768, np.int8)), 400, "invalid_vector"),
    ("35 one all zero", vector(np.repeat([1, 0], 256).astype(np.int8)), 400, "invalid_vector"),
    ("35 NaN", vector(np.full(256, np.nan, "<f4")), 400, "invalid_vector"),
    ("35 infinity", vector(np.full(256, np.inf, "<f4")), 400, "invalid_vector"),
    ("35 all zero", vector(np.zeros(256, np.int8)), 400, "invalid_vector"),
    ("35 not base64", options(vector="*" * 344), 400, "invalid_vector"),
    ("36 product", options(products=["demo:none"]), 404, "unknown_product"),
    ("36 product address", get("/v1/products/demo:none"), 404, "unknown_product"),
    ("36 category", with_options(filters={"categories": ["mug"]}), 400, "invalid_filter"),
    ("36 brand", with_options(filters={"brands": ["Little Gull"]}), 400, "invalid_filter"),
    ("36 picture", get("/v1/pictures/" + "0" * 64), 404, "unknown_picture"),
    ("36 picture name", get("/v1/pictures/..%2f..%2fcatalog.sqlite"), 404, "not_found"),
    ("36 picture size", get("/v1/pictures/" + "0" * 64 + "?size=big"), 400, "invalid_options"),
    ("37 prices", with_options(filters={"price_min": 9, "price_max": 8}), 400, "invalid_filter"),
    ("37 below zero", with_options(filters={"price_min": -1}), 400, "invalid_options"),
    ("40 stride", with_options(strides=[41]), 400, "stride_out_of_range"),
    ("40 stride 0", with_options(strides=[0]), 400, "invalid_options"),
    ("40 strides", with_options(strides=list(range(1, 18))), 400, "invalid_options"),
    ("40 no strides", with_options(strides=[]), 400, "invalid_options"),
    ("41 no cursor", with_options(cursor="W10"), 400, "invalid_cursor"),
    ("41 long cursor", with_options(cursor="A" * 5_000), 400, "invalid_options"),
    ("41 deep cursor", with_options(cursor="W1tb" * 500), 400, "invalid_cursor"),
    ("42 no words here", options('{"text": "red shoe"}'), 400, "words_not_understood"),
    ("43 too many", options(products=["demo:1"] * 10_000), 400, "invalid_options"),
    ("no query", options("{}"), 400, "empty_query"),
    ("nothing to be like", options(products=[{"id": "demo:1", "weight": -1}], combine="best"), 400,
     "empty_query"),
    ("combine", with_options(combine="worst"), 400, "invalid_options"),
    ("fold above 1", with_options(fold=1.5), 400, "invalid_options"),
    ("fold below 0", with_options(fold=-0.1), 400, "invalid_options"),
    ("fold in words", with_options(fold="yes"), 400, "invalid_options"),
    ("similarity above 1", with_options(min_similarity=1.5), 400, "invalid_options"),
    ("similarity in words", with_options(min_similarity="high"), 400, "invalid_options"),
    ("unknown option", with_options(colour="red"), 400, "invalid_options"),
    ("unknown facet", with_options(weights={"taste": 1}), 400, "invalid_weights"),
    ("negative weight", with_options(weights={"kind": -1}), 400, "invalid_weights"),
    ("cancels out", options(products=["demo:1", {"id": "demo:1", "weight": -1}]), 400, "empty_query"),
    ("all dials at zero", with_options(weights=dict.fromkeys(
        ("kind", "look", "colour", "wearer", "price"), 0)), 400, "invalid_weights"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("send", "status", "code"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_refused(served: Running, still_good, send: Send, status: int, code: str):
    answer = send(served)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert set(error) == {"code", "message", "request_id"}
    assert error["message"] and "Traceback" not in error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]


def test_36_the_refusal_names_close_choices(served: Running):
    assert "'Mugs'" in with_options(filters={"categories": ["mug"]})(served).text
    far_away = with_options(filters={"categories": ["zzzzzz"]})(served).text
    assert all(name in far_away for name in ("'Chairs'", "'Lamps'", "'Mugs'", "'Rugs'"))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/search", "POST"),
        ("DELETE", "/v1/about", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
    ],
)
def test_11_a_wrong_method_says_which_are_allowed(served, still_good, method, path, allowed):
    answer = served.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json()["error"]["code"] == "method_not_allowed"


# --- what must be taken -------------------------------------------------------------------------


def animation(kind: str) -> bytes:
    frames = [draw(3)] + [Image.new("RGB", (96, 96), (i % 256, i // 256, 0)) for i in range(300)]
    return encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=20)


def with_alpha() -> Image.Image:
    image = draw(3).convert("RGBA")
    image.putalpha(255)
    return image


def sixteen_bits() -> Image.Image:
    return Image.fromarray(np.asarray(draw(3).convert("L")).astype(np.uint16) * 257)


def corrupt_exif() -> bytes:
    return encode(draw(3), exif=b"Exif\0\0II*\0\xff\xff\xff\xff")


TAKEN: list[tuple[str, Send, float]] = [
    ("10 wrong type", raw(PICTURE, "text/plain"), 0.95),
    ("10 no type", raw(PICTURE, ""), 0.95),
    ("10 curl's type", raw(PICTURE, "application/x-www-form-urlencoded"), 0.95),
    ("10 PNG as JPEG", raw(encode(draw(3), "PNG")), 0.95),
    ("20 GIF of 300 frames", raw(animation("GIF")), 0.8),
    ("20 WebP of 300 frames", raw(animation("WEBP")), 0.8),
    ("23 JPEG and HTML", raw(PICTURE + b"<script>alert(1)</script>"), 0.95),
    ("24 CMYK", raw(encode(draw(3).convert("CMYK"))), 0.8),
    ("25 16 bits", raw(encode(sixteen_bits(), "PNG")), -1),
    ("25 grey", raw(encode(draw(3).convert("L"))), -1),
    ("25 palette", raw(encode(with_alpha().quantize(64), "PNG")), 0.8),
    ("26 transparent", raw(encode(with_alpha(), "PNG")), 0.95),
    ("28 corrupt EXIF", raw(corrupt_exif()), 0.95),
    ("28 corrupt profile", raw(encode(draw(3), icc_profile=b"nonsense" * 20)), 0.95),
    ("29 WebP", raw(encode(draw(3), "WEBP")), 0.9),
    ("29 AVIF", raw(encode(draw(3), "AVIF")), 0.9),
    ("29 progressive", raw(encode(draw(3), progressive=True)), 0.95),
    ("31 one colour", raw(encode(Image.new("RGB", (64, 64), "red"), "PNG")), -1),
    ("part named by curl", parts([("picture", PICTURE)]), 0.95),
]


@pytest.mark.parametrize(
    ("send", "least"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN]
)
def test_taken(served: Running, still_good, send: Send, least: float):
    answer = send(served)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    results = answer.json()["rankings"][0]["results"]
    assert all(np.isfinite(result["score"]) for result in results)
    assert {result["id"]: result["score"] for result in results}["demo:3"] >= least
    found = np.frombuffer(base64.b64decode(answer.json()["query"]["vector"]), np.int8)
    assert found.any()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_27_a_picture_is_turned_as_its_exif_says(served: Running, still_good, orientation: int):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = draw(3).transpose(turns[orientation]) if orientation in turns else draw(3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    vectors = [
        np.frombuffer(base64.b64decode(served.search(data).json()["query"]["vector"]), np.int8)
        for data in (encode(stored, "PNG", exif=exif), encode(draw(3), "PNG"))
    ]
    first, second = (each.astype(float) for each in vectors)
    assert first @ second / np.linalg.norm(first) / np.linalg.norm(second) > 0.99

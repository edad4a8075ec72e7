"""Scarves, socks, umbrellas."""

from __future__ import annotations

import itertools

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, line, polygon
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")


def scarf(canvas: Canvas, spec: ProductSpec) -> None:
    """Looped once, both ends hanging."""
    wide = spec["wide"]
    ends = spec["length"]
    canvas.frame(104, 50, 300, 220 + ends, fill=0.88)
    for x0, x1, low, turn in ((176, 150, ends - 20, 5), (216, 236, ends, -5)):
        bottom = 190 + low
        d = polygon(
            (x0 - wide * 0.6, 150), (x0 + wide * 0.6, 150), (x1 + wide, bottom), (x1 - wide, bottom)
        )
        if spec.is_("ends", "fringe"):
            for k in range(int(wide / 3.4)):
                x = x1 - wide + 4 + k * 6.8
                canvas.stroke(
                    curve((x, bottom - 2), (x + 1.5, bottom + 12), (x - 1, bottom + 25)),
                    darker(spec.colours[0], 0.1) if k % 2 else spec.colours[1],
                    3.2,
                    shadow=True,
                )
        canvas.part(d, spec.paint, "cloth", angle=turn, rim=True)
        with canvas.inside(d):
            if spec.is_("ends", "banded"):
                for dy in (14, 34):
                    canvas.part(
                        polygon(
                            (x1 - wide - 9, bottom - dy - 10),
                            (x1 + wide + 9, bottom - dy - 10),
                            (x1 + wide + 9, bottom - dy),
                            (x1 - wide - 9, bottom - dy),
                        ),
                        spec.trim,
                        "",
                        shadow=False,
                        edge=0,
                    )
            canvas.fold((x0, 176), (x1 - 8, 250), (x1 + 4, bottom), 6)
            canvas.fold((x0 + 14, 170), (x1 + 18, 240), (x1 + wide * 0.6, bottom - 20), 4)
        if spec.is_("ends", "pompom"):
            for k in (-1, 0, 1):
                canvas.part(
                    ellipse(x1 + k * wide * 0.8, bottom + 8, 11), spec.trim.of("boucle"), "soft"
                )
    loop = "M124 118C116 70 160 54 202 54C246 54 286 70 278 118C274 170 238 190 200 190C160 190 128 170 124 118Z"
    canvas.part(loop, spec.paint, "cloth", angle=-14, rim=True)
    canvas.part(
        "M160 100C160 82 178 76 201 76C224 76 242 82 242 100C242 116 222 124 201 124C180 124 160 116 160 100Z",
        spec.plain.plain(darker(spec.colours[0], 0.55)),
        "under",
        shadow=False,
    )
    with canvas.inside(loop):
        for a, c, b in (
            ((132, 90), (150, 160), (240, 172)),
            ((136, 132), (180, 186), (262, 150)),
            ((150, 72), (130, 120), (176, 158)),
            ((262, 84), (270, 130), (226, 160)),
        ):
            canvas.fold(a, c, b, 6)


def kerchief(canvas: Canvas, spec: ProductSpec) -> None:
    """A square of silk, folded once, with a border."""
    s = spec["wide"] * 3.1
    canvas.frame(CENTRE - s - 14, CENTRE - s - 14, CENTRE + s + 14, CENTRE + s + 14, fill=0.84)
    turn = 9.0
    canvas.add(f'<g transform="rotate({turn} 200 200)">')
    canvas.part(box(CENTRE - s, CENTRE - s, 2 * s, 2 * s, 3), spec.trim, "flat", rim=True)
    inset = s * 0.86
    canvas.part(
        box(CENTRE - inset, CENTRE - inset, 2 * inset, 2 * inset), spec.paint, "sheen", shadow=False
    )
    canvas.stroke(
        box(CENTRE - inset * 0.9, CENTRE - inset * 0.9, inset * 1.8, inset * 1.8),
        spec.colours[2],
        3,
    )
    if spec.is_("ends", "banded"):
        canvas.part(ellipse(CENTRE, CENTRE, inset * 0.5), spec.third, "flat", shadow=False)
        canvas.part(ellipse(CENTRE, CENTRE, inset * 0.4), spec.paint, "flat", shadow=False)
    corner = polygon(
        (CENTRE + s, CENTRE + s), (CENTRE + s * 0.3, CENTRE + s), (CENTRE + s, CENTRE + s * 0.3)
    )
    canvas.flat(corner, "#ffffff")
    canvas.part(
        f"M{CENTRE + s * 0.3} {CENTRE + s}L{CENTRE + s} {CENTRE + s * 0.3}Q{CENTRE + s * 0.5} {CENTRE + s * 0.36} {CENTRE + s * 0.36} {CENTRE + s * 0.42}Q{CENTRE + s * 0.36} {CENTRE + s * 0.7} {CENTRE + s * 0.3} {CENTRE + s}Z",
        spec.trim.plain(lighter(spec.colours[1], 0.25)),
        "sleeve",
        shadow=False,
    )
    for a, c, b in (((-0.9, -0.3), (-0.1, -0.1), (0.2, -0.9)), ((-0.6, 0.9), (0, 0.2), (0.9, 0.0))):
        canvas.fold(
            (CENTRE + a[0] * s, CENTRE + a[1] * s),
            (CENTRE + c[0] * s, CENTRE + c[1] * s),
            (CENTRE + b[0] * s, CENTRE + b[1] * s),
            7,
        )
    canvas.add("</g>")


def sock(canvas: Canvas, spec: ProductSpec) -> None:
    """A pair, one over the other."""
    top = 240 - spec["shaft"]
    canvas.frame(70, top - 16, 320, 345, fill=0.84)
    for dx, dy in ((46, -16), (0, 0)):
        canvas.add(f'<g transform="translate({dx} {dy})">')
        d = f"M172 {top}L250 {top}C252 {top + 60} 246 232 252 262C258 302 244 318 214 320Q170 322 128 334C92 342 74 322 84 296C94 272 140 270 164 250Q176 238 172 {top}Z"
        canvas.part(d, spec.paint, "sleeve", rim=True)
        with canvas.inside(d):
            canvas.part(
                "M262 236C230 244 214 268 222 330H280V236Z", spec.trim, "flat", shadow=False
            )
            canvas.part("M70 270L116 262Q132 300 122 350H60Z", spec.trim, "flat", shadow=False)
            canvas.part(box(160, top - 4, 100, 30), spec.trim, "flat", shadow=False)
            canvas.stroke(
                "".join(line((x, top), (x, top + 25)) for x in range(174, 254, 5)),
                "#1a1420",
                1.1,
                0.2,
            )
            canvas.fold((180, 262), (206, 262), (236, 244), 5)
            canvas.fold((168, 274), (200, 280), (226, 262), 4)
        canvas.add("</g>")


def umbrella(canvas: Canvas, spec: ProductSpec) -> None:
    wide, dome = 130 + 26 * spec["wide"], 96 + 40 * spec["dome"]
    y = 216.0
    canvas.frame(CENTRE - wide - 8, y - dome - 24, CENTRE + wide + 8, 386, fill=0.88)
    shaft = spec.timber.colour if spec.is_("handle", "wood") else spec.hardware
    canvas.tube(line((CENTRE, y - 10), (CENTRE, 344)), shaft, 7)
    if spec.is_("handle", "straight"):
        canvas.tube(line((CENTRE, 318), (CENTRE, 366)), spec.colours[1], 14)
    else:
        canvas.tube(
            f"M{CENTRE} 322V352C{CENTRE} 384 {CENTRE - 44} 384 {CENTRE - 44} 352V346",
            spec.timber.colour if spec.is_("handle", "wood") else spec.colours[1],
            12,
        )
    under = f"M{CENTRE - wide} {y}Q{CENTRE} {y - 40} {CENTRE + wide} {y}Q{CENTRE} {y + 6} {CENTRE - wide} {y}Z"
    canvas.part(under, spec.plain.plain(darker(spec.colours[0], 0.5)), "", edge=0.3)
    ribs = [-1.0, -0.62, -0.22, 0.22, 0.62, 1.0]
    scallops = "".join(
        f"Q{CENTRE + wide * (a + b) / 2:.1f} {y - 24} {CENTRE + wide * a:.1f} {y}"
        for a, b in zip(reversed(ribs[:-1]), reversed(ribs[1:]), strict=True)
    )
    canopy = f"M{CENTRE - wide} {y}C{CENTRE - wide * 0.9} {y - dome * 0.9} {CENTRE - wide * 0.4} {y - dome * 1.18} {CENTRE} {y - dome * 1.2}C{CENTRE + wide * 0.4} {y - dome * 1.18} {CENTRE + wide * 0.9} {y - dome * 0.9} {CENTRE + wide} {y}{scallops}Z"
    canvas.part(canopy, spec.paint, "soft", rim=True)
    with canvas.inside(canopy):
        for k, (a, b) in enumerate(itertools.pairwise(ribs)):
            panel = f"M{CENTRE} {y - dome * 1.2}Q{CENTRE + wide * a * 0.86:.1f} {y - dome * 0.9:.1f} {CENTRE + wide * a:.1f} {y}H{CENTRE + wide * b:.1f}Q{CENTRE + wide * b * 0.86:.1f} {y - dome * 0.9:.1f} {CENTRE} {y - dome * 1.2}Z"
            if spec.is_("panels", "two-tone") and k % 2 and spec.pattern == "plain":
                canvas.part(panel, spec.trim, "flat", shadow=False, edge=0)
            canvas.flat(panel, "#1a1420", 0.09 if k % 2 else 0.0)
            canvas.stroke(
                f"M{CENTRE} {y - dome * 1.2}Q{CENTRE + wide * a * 0.86:.1f} {y - dome * 0.9:.1f} {CENTRE + wide * a:.1f} {y}",
                darker(spec.colours[0], 0.5),
                1.5,
                0.6,
            )
    canvas.tube(line((CENTRE, y - dome * 1.2 - 16), (CENTRE, y - dome * 1.2 - 2)), shaft, 5)


STYLES = (
    Style("Scarves", "scarf", scarf, 48, {"wide": (28, 44), "length": (110, 168), "ends": ("plain", "fringe", "fringe", "banded", "pompom")},
          {"wide": 0.08, "length": 0.14, "ends=fringe": 0.08, "ends=pompom": 0.1, "ends=banded": 0.04}, ("wool", "knit", "cashmere", "chunky", "linen"),
          ("plain", "plaid", "plaid", "striped", "banded", "gingham", "houndstooth", "argyle", "zigzag", "herringbone", "dotted"), EVERYONE),
    Style("Scarves", "neckerchief", kerchief, 40, {"wide": (34, 46), "ends": ("plain", "banded")}, {"wide": 0.14, "ends=banded": 0.08}, ("silk", "silk", "satin", "cotton"),
          ("floral", "leaf", "dotted", "scallop", "painted", "terrazzo", "checkerboard", "confetti", "zigzag", "starry"), EVERYONE),
    Style("Socks", "socks", sock, 12, {"shaft": (50, 190)}, {"shaft": 0.28}, ("cotton", "knit", "wool", "cashmere"),
          ("plain", "striped", "dotted", "argyle", "zigzag", "confetti", "starry", "checkerboard", "floral", "banded", "herringbone"), EVERYONE),
    Style("Umbrellas", "umbrella", umbrella, 36, {"wide": (0, 1), "dome": (0, 1), "handle": ("wood", "crook", "straight"), "panels": ("plain", "two-tone")},
          {"wide": 0.16, "handle=wood": 0.18, "handle=crook": 0.06, "dome": 0.05, "panels=two-tone": 0.05}, ("nylon", "nylon", "canvas"),
          ("plain", "plain", "dotted", "striped", "floral", "plaid", "starry", "leaf", "gingham", "confetti", "ombre"), EVERYONE),
)  # fmt: skip

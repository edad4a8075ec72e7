"""Hats."""

from __future__ import annotations

import math

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, half, line
from catalog.illustrator.style import ProductSpec, Style

EVERYONE = ("Women", "Men", "Unisex")


def brimmed(canvas: Canvas, spec: ProductSpec) -> None:
    """Fedora, boater, sun hat: a crown, a ribbon, a brim seen slightly from above."""
    brim, crown, wide = spec["brim"], spec["crown"], 74.0
    y = 240.0
    canvas.frame(
        CENTRE - wide - brim - 4,
        y - crown - 12,
        CENTRE + wide + brim + 4,
        y + 30 + brim * 0.3,
        fill=0.86,
    )
    rim = wide + brim
    droop = spec["droop"] * 16
    canvas.part(
        f"M{CENTRE - rim} {y + droop}C{CENTRE - rim * 0.6} {y - 26} {CENTRE + rim * 0.6} {y - 26} {CENTRE + rim} {y + droop}C{CENTRE + rim * 0.7} {y + 34 + brim * 0.26} {CENTRE - rim * 0.7} {y + 34 + brim * 0.26} {CENTRE - rim} {y + droop}Z",
        spec.paint,
        "lying",
        rim=True,
    )
    shape = spec.choice("top")
    h = y - crown
    if shape == "pinched":
        top = half(
            (0, h + 10),
            (18, h + 12, 30, h - 8),
            (56, h - 10, 62, h + 14),
            (wide - 4, y - 50, wide, y),
            (wide * 0.6, y + 24, 0, y + 24),
        )
    elif shape == "flat":
        top = half(
            (0, h),
            (54, h),
            (66, h + 1, 67, h + 10),
            (wide - 2, y - 20, wide, y),
            (wide * 0.6, y + 24, 0, y + 24),
        )
    else:
        top = half(
            (0, h - 4),
            (44, h - 4, 64, h + 18, wide - 4, y - 44),
            (wide - 1, y - 20, wide, y),
            (wide * 0.6, y + 24, 0, y + 24),
        )
    canvas.part(top, spec.paint, "soft", shadow=True, rim=True)
    with canvas.inside(top):
        if shape == "pinched":
            canvas.fold((CENTRE - 30, h + 2), (CENTRE - 22, h + 34), (CENTRE - 36, h + 62), 7)
            canvas.fold((CENTRE + 30, h + 2), (CENTRE + 22, h + 34), (CENTRE + 36, h + 62), 7)
        b = spec["ribbon"]
        canvas.part(
            f"M{CENTRE - wide - 6} {y - b - 2}Q{CENTRE} {y + 22 - b} {CENTRE + wide + 6} {y - b - 2}V{y + 2}Q{CENTRE} {y + 30} {CENTRE - wide - 6} {y + 2}Z",
            spec.trim.of("satin"),
            "soft",
            shadow=False,
        )
    if spec.is_("trimming", "bow"):
        x = CENTRE + wide * 0.6
        for side in (-1, 1):
            canvas.part(
                f"M{x} {y - 2}C{x + side * 8} {y - 20} {x + side * 30} {y - 18} {x + side * 28} {y}C{x + side * 28} {y + 14} {x + side * 8} {y + 12} {x} {y - 2}Z",
                spec.trim,
                "flat",
                shadow=False,
            )
        canvas.part(box(x - 5, y - 9, 10, 15, 3), spec.trim, "flat", shadow=False)
    elif spec.is_("trimming", "feather"):
        x = CENTRE + wide * 0.62
        canvas.part(
            f"M{x} {y}C{x + 6} {y - 40} {x + 22} {y - 74} {x + 44} {y - 92}C{x + 42} {y - 56} {x + 26} {y - 18} {x} {y}Z",
            spec.third,
            "sleeve",
            shadow=False,
        )
        canvas.stroke(curve((x, y), (x + 16, y - 48), (x + 44, y - 92)), "#ffffff", 1.6, 0.7)


def beanie(canvas: Canvas, spec: ProductSpec) -> None:
    crown, fold = spec["crown"] + 40, 40 + spec["ribbon"] * 0.8
    y, wide = 280.0, 96.0
    pom = spec.is_("top", "pompom")
    canvas.frame(
        CENTRE - wide - 6, y - crown - (62 if pom else 16), CENTRE + wide + 6, y + 8, fill=0.8
    )
    h = y - crown - 8
    if pom:
        canvas.part(ellipse(CENTRE, h - 16, 34), spec.trim.of("boucle"), "soft", rim=True)
        for k in range(26):
            turn = canvas.random.uniform(0, 6.28)
            r = canvas.random.uniform(8, 33)
            x, yy = CENTRE + r * math.cos(turn), h - 16 + r * math.sin(turn)
            canvas.stroke(
                line((x, yy), (x + 5 * math.cos(turn + k), yy + 5 * math.sin(turn + k))),
                darker(spec.colours[1], 0.25),
                1.6,
                0.5,
            )
    d = half((0, h), (60, h, 88, h + 48, 92, y - fold + 4), (0, y - fold + 12))
    canvas.part(d, spec.paint, "cloth", rim=True)
    with canvas.inside(d):
        for share in (-0.7, -0.35, 0.0, 0.35, 0.7):
            canvas.stroke(
                curve(
                    (CENTRE + 92 * share, y - fold),
                    (CENTRE + 84 * share, h + 40),
                    (CENTRE + 10 * share, h),
                ),
                "#1a1420",
                2,
                0.16,
            )
    cuff = half(
        (0, y - fold),
        (70, y - fold, wide, y - fold - 3),
        (wide + 6, y - fold + 6),
        (wide + 2, y + 2),
        (60, y + 8, 0, y + 8),
    )
    canvas.part(
        cuff,
        spec.trim if spec.is_("trimming", "bow") else spec.plain,
        "soft",
        shadow=True,
        rim=True,
    )
    canvas.stroke(
        "".join(
            line((x, y - fold + 2), (x, y + 5))
            for x in range(int(CENTRE - wide + 6), int(CENTRE + wide), 9)
        ),
        "#1a1420",
        2.2,
        0.15,
    )
    if spec.is_("trimming", "feather"):
        canvas.part(
            box(CENTRE + 26, y - fold * 0.72, 38, fold * 0.46, 3),
            spec.third.of("leather"),
            "flat",
            shadow=False,
        )


def cap(canvas: Canvas, spec: ProductSpec) -> None:
    """Baseball cap, three-quarter view."""
    y, crown = 250.0, spec["crown"] + 20
    h = y - crown
    canvas.frame(52, h - 16, 316, y + 44, fill=0.84)
    d = f"M132 {y}C124 {h + 50} 152 {h} 214 {h}C276 {h} 306 {h + 50} 304 {y}Q220 {y + 24} 132 {y}Z"
    brim_paint = spec.trim if spec.is_("trimming", "bow") else spec.plain
    canvas.part(d, spec.paint, "soft", rim=True)
    with canvas.inside(d):
        if spec.is_("trimming", "feather"):
            canvas.part(
                f"M130 {y + 20}C118 {h + 40} 160 {h - 10} 214 {h}C236 {h + 40} 240 {y - 30} 232 {y + 20}Z",
                spec.third if spec.pattern == "plain" else spec.trim,
                "cloth",
                shadow=False,
            )
        for a, c, b in (
            ((214, h), (166, h + 46), (166, y + 12)),
            ((214, h), (262, h + 46), (268, y + 12)),
            ((214, h), (216, h + 60), (218, y + 14)),
        ):
            canvas.stroke(curve(a, c, b), darker(spec.colours[0], 0.5), 1.6, 0.6)
            canvas.seam(
                curve((a[0] + 4, a[1] + 4), (c[0] + 5, c[1]), (b[0] + 5, b[1])), spec.thread, 0.45
            )
        for x, yy in ((188, h + 40), (246, h + 40)):
            canvas.stroke(ellipse(x, yy, 3.6), darker(spec.colours[0], 0.5), 2)
    canvas.part(
        f"M136 {y - 8}C98 {y - 4} 52 {y + 12} 54 {y + 30}C58 {y + 44} 150 {y + 32} 236 {y + 12}Q180 {y + 14} 136 {y - 8}Z",
        brim_paint,
        "lying",
        shadow=True,
        rim=True,
    )
    for k in (6, 12, 18):
        canvas.seam(
            f"M{132 - k} {y - 4 + k * 0.4}C{104 - k} {y + 4} {72 - k * 0.4} {y + 14} {70 - k * 0.4} {y + 26}",
            spec.thread,
            0.3,
        )
    canvas.part(ellipse(214, h - 1, 7, 5), brim_paint, "soft", shadow=False)
    if not spec.is_("trimming", "feather") and spec.pattern == "plain":
        canvas.part(ellipse(168, y - 46, 20, 23), spec.third, "flat", shadow=False)
        canvas.flat(ellipse(166, y - 46, 9, 11), spec.colours[1])


def bucket_hat(canvas: Canvas, spec: ProductSpec) -> None:
    y, h = 222.0, 222.0 - spec["crown"]
    out = 58 + spec["brim"] * 0.5
    canvas.frame(CENTRE - 72 - out, h - 10, CENTRE + 72 + out, y + 64, fill=0.82)
    d = half(
        (0, y - 12),
        (74, y - 8),
        (76 + out * 0.6, y + 20, 70 + out, y + 48),
        (40, y + 66, 0, y + 64),
    )
    canvas.part(
        d, spec.trim if spec.is_("trimming", "bow") else spec.paint, "cloth", rim=True, shadow=True
    )
    for k in (0.25, 0.5, 0.75):
        e = 74 + (out - 6) * k
        canvas.seam(
            curve(
                (CENTRE - e, y + 48 * k - 6),
                (CENTRE, y + 62 * k + 14),
                (CENTRE + e, y + 48 * k - 6),
            ),
            spec.thread,
            0.45,
        )
    crown = half((0, h), (52, h), (62, h + 1, 64, h + 12), (77, y), (50, y + 16, 0, y + 16))
    canvas.part(crown, spec.paint, "soft", shadow=False, rim=True)
    canvas.stroke(
        curve((CENTRE - 76, y), (CENTRE, y + 29), (CENTRE + 76, y)),
        darker(spec.colours[0], 0.5),
        1.8,
        0.6,
    )
    canvas.stroke(
        curve((CENTRE - 63, h + 12), (CENTRE, h + 22), (CENTRE + 63, h + 12)),
        darker(spec.colours[0], 0.5),
        1.3,
        0.45,
    )
    for x in (-30, -14):
        canvas.stroke(ellipse(CENTRE + x, y - 24, 4), spec.hardware, 2.4)


STYLES = (
    Style("Hats", "hat", brimmed, 58, {"brim": (34, 112), "crown": (78, 112), "droop": (0, 1), "ribbon": (12, 30), "top": ("pinched", "flat", "dome"), "trimming": ("none", "bow", "feather")},
          {"brim": 0.22, "crown": 0.06, "trimming=bow": 0.08, "trimming=feather": 0.14}, ("wool", "straw", "straw", "suede", "linen"), ("plain", "plain", "plain", "plain", "houndstooth", "gingham"), EVERYONE),
    Style("Hats", "beanie", beanie, 28, {"crown": (80, 120), "ribbon": (6, 40), "top": ("pompom", "plain"), "trimming": ("none", "bow", "feather")},
          {"ribbon": 0.08, "top=pompom": 0.16, "trimming=feather": 0.05}, ("knit", "chunky", "cashmere"), ("plain", "striped", "banded", "zigzag", "argyle", "herringbone", "speckled"), EVERYONE),
    Style("Hats", "cap", cap, 30, {"crown": (74, 100), "trimming": ("none", "bow", "feather")}, {"crown": 0.06, "trimming=feather": 0.08, "trimming=bow": 0.05},
          ("cotton", "canvas", "corduroy", "denim", "suede"), ("plain", "plain", "plain", "checkerboard", "floral", "plaid", "houndstooth"), EVERYONE),
    Style("Hats", "bucket hat", bucket_hat, 32, {"brim": (0, 50), "crown": (66, 96), "trimming": ("none", "bow")}, {"brim": 0.14, "trimming=bow": 0.06},
          ("cotton", "canvas", "denim", "corduroy", "quilted"), ("plain", "plain", "checkerboard", "floral", "leaf", "gingham", "terrazzo", "dotted", "diagonal"), EVERYONE),
)  # fmt: skip

"""Totes and backpacks."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.handbags import handle
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, curve, half, line
from catalog.illustrator.style import ProductSpec, Style

PRINTS = (
    "plain", "plain", "plain", "checkerboard", "floral", "houndstooth", "striped", "scallop",
    "plaid", "dotted", "zigzag", "leaf",
)  # fmt: skip


def tote(canvas: Canvas, spec: ProductSpec) -> None:
    """Open shopper: cotton, straw, leather; tall to wide."""
    top, bottom = 170.0, 170 + spec["depth"]
    wide = 78 + 34 * spec["width"]
    rise = spec["handle"]
    canvas.frame(CENTRE - wide - 10, top - rise, CENTRE + wide + 10, bottom + 10, fill=0.8)
    band = spec.trim if spec.is_("straps", "contrast") else spec.plain
    grip = wide * 0.5
    d = f"M{CENTRE - grip} {top + 4}C{CENTRE - grip + 4} {top - rise * 1.3:.0f} {CENTRE + grip - 4} {top - rise * 1.3:.0f} {CENTRE + grip} {top + 4}"
    canvas.stroke(d, darker(band.colour, 0.45), 12, shadow=True)
    canvas.stroke(d, darker(band.colour, 0.2), 10)
    flare = 12 * spec["flare"]
    canvas.part(
        half(
            (0, top + 10),
            (wide * 0.6, top + 9, wide + flare, top),
            (wide * 0.6, top - 7, 0, top - 6),
        ),
        spec.plain.plain(darker(spec.colours[0], 0.4)),
        "under",
        shadow=False,
    )
    body = half(
        (0, top + 9),
        (wide * 0.6, top + 8, wide + flare, top),
        (wide + flare * 0.6, bottom - 40, wide - 4, bottom - 6),
        (wide - 6, bottom + 2, wide - 16, bottom + 2),
        (wide * 0.5, bottom + 6, 0, bottom + 5),
    )
    canvas.part(body, spec.paint, "cloth", rim=True)
    with canvas.inside(body):
        for side in (-1, 1):
            canvas.fold(
                (CENTRE + side * wide * 0.72, top),
                (CENTRE + side * wide * 0.6, (top + bottom) / 2),
                (CENTRE + side * wide * 0.86, bottom),
                6,
            )
        canvas.fold(
            (CENTRE - 14, top + 40), (CENTRE + 6, bottom - 90), (CENTRE - 6, bottom - 20), 4
        )
        if spec.is_("base", "contrast"):
            canvas.part(
                box(CENTRE - wide - 20, bottom - spec["depth"] * 0.26, 2 * wide + 40, 100),
                band,
                "flat",
                shadow=False,
            )
        if spec.is_("base", "pocket"):
            canvas.part(box(CENTRE - 40, top + 64, 80, 76, 4), band, "flat", shadow=False)
            canvas.seam(box(CENTRE - 36, top + 68, 72, 68, 3), spec.thread, 0.5)
    canvas.stroke(
        curve(
            (CENTRE - wide - flare + 2, top + 10),
            (CENTRE, top + 23),
            (CENTRE + wide + flare - 2, top + 10),
        ),
        spec.thread,
        1.2,
        0.4,
        dash="4 3",
    )
    front = f"M{CENTRE - grip} {top + 50}L{CENTRE - grip} {top + 8}C{CENTRE - grip - 8} {top - rise * 1.16:.0f} {CENTRE + grip + 8} {top - rise * 1.16:.0f} {CENTRE + grip} {top + 8}L{CENTRE + grip} {top + 50}"
    canvas.stroke(front, darker(band.colour, 0.45), 13)
    canvas.stroke(front, band.colour, 11)
    for side in (-1, 1):
        x = CENTRE + side * grip
        canvas.stroke(
            f"M{x - 4} {top + 26}h8v22h-8ZM{x - 4} {top + 26}l8 22M{x + 4} {top + 26}l-8 22",
            spec.thread,
            0.9,
            0.6,
        )
    if spec.is_("charm", "tag"):
        canvas.part(
            box(CENTRE + wide * 0.44, bottom - 46, 26, 18, 2), spec.third, "flat", shadow=False
        )


def backpack(canvas: Canvas, spec: ProductSpec) -> None:
    """Roll top, flap with buckles or zipped dome."""
    kind = spec.choice("closing")
    wide, bottom = 84 + 20 * spec["width"], 330.0
    top = bottom - spec["height"]
    canvas.frame(CENTRE - wide - 24, top - 34, CENTRE + wide + 24, bottom + 12, fill=0.86)
    strap = spec.trim
    for side in (-1, 1):
        canvas.stroke(
            f"M{CENTRE + side * wide * 0.6} {top + 10}C{CENTRE + side * (wide + 38)} {top + 40} {CENTRE + side * (wide + 30)} {bottom - 60} {CENTRE + side * (wide - 6)} {bottom - 18}",
            darker(strap.colour, 0.25),
            16,
            shadow=True,
        )
        if spec.is_("sides", "pockets"):
            canvas.part(
                f"M{CENTRE + side * (wide - 8)} {bottom - 100}Q{CENTRE + side * (wide + 26)} {bottom - 96} {CENTRE + side * (wide + 20)} {bottom - 50}Q{CENTRE + side * (wide + 18)} {bottom - 8} {CENTRE + side * (wide - 10)} {bottom - 8}Z",
                spec.plain,
                "soft",
            )
    handle(
        canvas,
        f"M{CENTRE - 24} {top + 12}C{CENTRE - 26} {top - 34} {CENTRE + 26} {top - 34} {CENTRE + 24} {top + 12}",
        strap.colour,
        9,
    )
    dome = 62 if kind == "zip" else 26
    body = half(
        (0, top),
        (wide * 0.5, top, wide * 0.9, top + 6, wide, top + dome),
        (wide + 6, (top + bottom) / 2, wide + 2, bottom - 26),
        (wide, bottom + 2, wide - 24, bottom + 2),
        (0, bottom + 3),
    )
    canvas.part(body, spec.paint, "cloth", rim=True)
    canvas.fold(
        (CENTRE - wide + 12, top + 60),
        (CENTRE - wide + 24, top + 110),
        (CENTRE - wide + 14, bottom - 60),
        5,
    )
    pocket_top = bottom - 104
    pocket = half(
        (0, pocket_top),
        (wide * 0.62, pocket_top),
        (wide * 0.76, pocket_top, wide * 0.76, pocket_top + 18),
        (wide * 0.76, bottom - 26),
        (wide * 0.76, bottom - 12, wide * 0.62, bottom - 12),
        (0, bottom - 11),
    )
    canvas.part(
        pocket,
        spec.trim if spec.is_("pocket", "contrast") else spec.paint,
        "flat",
        shadow=False,
        rim=True,
    )
    zip_y = pocket_top + 16
    canvas.stroke(
        line((CENTRE - wide * 0.62, zip_y), (CENTRE + wide * 0.62, zip_y)),
        darker(spec.colours[0], 0.5),
        5,
        0.7,
    )
    canvas.stroke(
        line((CENTRE - wide * 0.62, zip_y), (CENTRE + wide * 0.62, zip_y)),
        spec.hardware,
        3,
        dash="1.6 2.4",
    )
    if kind == "zip":
        d = curve(
            (CENTRE - wide + 12, top + 88),
            (CENTRE - wide + 22, top + 20),
            (CENTRE + wide - 22, top + 20),
            (CENTRE + wide - 12, top + 88),
        )
        canvas.stroke(d, darker(spec.colours[0], 0.5), 6, 0.8)
        canvas.stroke(d, spec.hardware, 3, dash="1.6 2.4")
        canvas.part(
            box(CENTRE - 25, top + 88, 50, 26, 4), spec.third.of("leather"), "flat", shadow=False
        )
    elif kind == "flap":
        low = pocket_top + 22
        flap = half(
            (0, top - 8),
            (wide * 0.7, top - 8, wide + 2, top - 2, wide + 5, top + 34),
            (wide + 6, low - 44),
            (wide + 2, low - 8, wide * 0.72, low),
            (0, low + 6),
        )
        canvas.part(
            flap,
            spec.trim if spec.is_("pocket", "contrast") else spec.paint,
            "cloth",
            shadow=False,
            rim=True,
            edge=0.9,
        )
        for side in (-1, 1):
            x = CENTRE + side * wide * 0.45
            canvas.part(
                box(x - 7, top + 50, 14, low - top - 12, 3),
                spec.third.of("leather"),
                "flat",
                shadow=False,
            )
            canvas.stroke(box(x - 10, low - 26, 20, 18, 3), spec.hardware, 3.4)
    else:
        roll = half(
            (0, top - 22),
            (wide * 0.84, top - 22),
            (wide * 0.96, top - 20, wide * 0.96, top),
            (wide * 0.96, top + 14, wide * 0.84, top + 14),
            (0, top + 14),
        )
        canvas.part(roll, spec.paint, "lying", shadow=True)
        canvas.stroke(
            line((CENTRE - wide * 0.9, top - 4), (CENTRE + wide * 0.9, top - 4)),
            "#1a1420",
            1.6,
            0.3,
        )
        canvas.part(
            box(CENTRE - 9, top - 26, 18, 110, 3), spec.third.of("leather"), "flat", shadow=False
        )
        canvas.stroke(box(CENTRE - 13, top + 48, 26, 22, 4), spec.hardware, 4)


STYLES = (
    Style("Totes", "tote", tote, 46,
          {"width": (0, 1), "depth": (110, 185), "flare": (0, 1), "handle": (60, 110), "straps": ("self", "contrast"), "base": ("plain", "plain", "contrast", "pocket"), "charm": ("none", "tag")},
          {"depth": 0.16, "width": 0.12, "base=contrast": 0.08, "base=pocket": 0.1, "straps=contrast": 0.05}, ("canvas", "canvas", "linen", "straw", "leather", "denim", "quilted"),
          (*PRINTS, "terrazzo", "painted", "gingham", "diagonal"), ("Women", "Unisex")),
    Style("Backpacks", "backpack", backpack, 84,
          {"width": (0, 1), "height": (205, 262), "closing": ("zip", "flap", "roll"), "pocket": ("self", "contrast"), "sides": ("plain", "pockets")},
          {"height": 0.14, "width": 0.1, "closing=roll": 0.1, "closing=flap": 0.14, "sides=pockets": 0.1, "pocket=contrast": 0.04}, ("canvas", "canvas", "nylon", "leather", "denim", "quilted"),
          (*PRINTS, "starry", "painted", "confetti"), ("Women", "Men", "Unisex")),
)  # fmt: skip

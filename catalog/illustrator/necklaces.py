"""Necklaces. The main colour is the metal; dyes are the stones."""

from __future__ import annotations

import math

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.gems import chain, gold, stone
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, ellipse, line, polar
from catalog.illustrator.style import ProductSpec, Style

CUTS = ("round", "hexagon", "cabochon", "pearl")


def pendant(canvas: Canvas, spec: ProductSpec) -> None:
    """A chain and what hangs on it."""
    width, drop, size = spec["width"], spec["drop"], spec["size"]
    top = 60.0
    canvas.frame(
        CENTRE - width - 8, top - 20, CENTRE + width + 8, top + drop + size * 2.4 + 16, fill=0.88
    )
    tip = top + drop
    d = f"M{CENTRE - width * 0.5} {top - 18}C{CENTRE - width * 1.5} {top + drop * 0.45} {CENTRE - width * 0.5} {tip - 10} {CENTRE} {tip}C{CENTRE + width * 0.5} {tip - 10} {CENTRE + width * 1.5} {top + drop * 0.45} {CENTRE + width * 0.5} {top - 18}"
    chain(canvas, spec, d, spec["weight"])
    if spec.is_("layers", "two"):
        up = drop * 0.3
        chain(
            canvas,
            spec,
            f"M{CENTRE - width * 0.5} {top - 18}C{CENTRE - width * 1.2} {top + drop * 0.3} {CENTRE - width * 0.5} {tip - up - 10} {CENTRE} {tip - up}C{CENTRE + width * 0.5} {tip - up - 10} {CENTRE + width * 1.2} {top + drop * 0.3} {CENTRE + width * 0.5} {top - 18}",
            spec["weight"] * 0.8,
        )
        for k in (-1, 0, 1):
            stone(canvas, CENTRE + k * 24, tip - up + 4 - abs(k) * 5, 6, spec.colours[1], "round")
    charm = spec.choice("charm")
    y = tip + size + 8
    canvas.stroke(ellipse(CENTRE, tip + 3, 5, 6), spec.hardware, 3)
    if charm == "stone":
        gold(canvas, spec, ellipse(CENTRE, y + 2, size * 1.14))
        stone(canvas, CENTRE, y + 2, size * 0.98, spec.colours[0], spec.choice("cut"))
        if spec.is_("halo", "yes"):
            for k in range(14):
                sx, sy = polar(CENTRE, y + 2, size * 1.36, 360 / 14 * k)
                stone(canvas, sx, sy, size * 0.2, "#f2f4f8", "round")
    elif charm == "disc":
        gold(canvas, spec, ellipse(CENTRE, y + 2, size * 1.2))
        for k in range(12):
            canvas.stroke(
                line(
                    polar(CENTRE, y + 2, size * 0.5, 30 * k),
                    polar(CENTRE, y + 2, size * 0.95, 30 * k),
                ),
                darker(spec.hardware, 0.45),
                1.8,
            )
        stone(canvas, CENTRE, y + 2, size * 0.34, spec.colours[0], "round")
    elif charm == "moon":
        gold(
            canvas,
            spec,
            f"M{CENTRE + size * 0.5} {y - size}A{size * 1.15} {size * 1.15} 0 1 0 {CENTRE + size * 0.5} {y + size}A{size * 0.86} {size * 0.86} 0 1 1 {CENTRE + size * 0.5} {y - size}Z",
        )
        stone(canvas, CENTRE + size * 0.5, y, size * 0.36, spec.colours[0], "round")
    elif charm == "heart":
        s = size * 1.15
        gold(
            canvas,
            spec,
            f"M{CENTRE} {y + s}C{CENTRE - s * 1.7} {y - s * 0.1} {CENTRE - s * 0.9} {y - s * 1.2} {CENTRE} {y - s * 0.5}C{CENTRE + s * 0.9} {y - s * 1.2} {CENTRE + s * 1.7} {y - s * 0.1} {CENTRE} {y + s}Z",
        )
        stone(canvas, CENTRE, y, s * 0.4, spec.colours[0], "round")
    elif charm == "bar":
        gold(
            canvas,
            spec,
            box(CENTRE - size * 1.7, y - size * 0.9, size * 3.4, size * 0.5, 3),
            "lying",
        )
        for k in (-1, 0, 1):
            stone(canvas, CENTRE + k * size, y - size * 0.65, size * 0.2, spec.colours[0], "round")
    else:
        gold(
            canvas,
            spec,
            f"M{CENTRE} {y - size}C{CENTRE + size * 1.5} {y - size * 0.2} {CENTRE + size} {y + size * 1.2} {CENTRE} {y + size * 1.5}C{CENTRE - size} {y + size * 1.2} {CENTRE - size * 1.5} {y - size * 0.2} {CENTRE} {y - size}Z",
        )
        canvas.stroke(
            line((CENTRE, y - size * 0.7), (CENTRE, y + size * 1.4)),
            darker(spec.hardware, 0.4),
            1.6,
        )
        for k in range(4):
            for side in (-1, 1):
                canvas.stroke(
                    line(
                        (CENTRE, y - size * 0.1 + k * size * 0.36),
                        (CENTRE + side * size * 0.6, y - size * 0.4 + k * size * 0.36),
                    ),
                    darker(spec.hardware, 0.4),
                    1.3,
                    0.8,
                )


def beads(canvas: Canvas, spec: ProductSpec) -> None:
    """A string of beads, even or growing towards the middle."""
    width, drop = spec["width"] + 14, spec["drop"]
    top = 90.0
    canvas.frame(CENTRE - width - 20, top - 40, CENTRE + width + 20, top + drop + 34, fill=0.86)
    rows = 2 if spec.is_("layers", "two") else 1
    for row in range(rows):
        shrink = 1 - 0.26 * row
        size = spec["size"] * 0.52
        count = int(math.pi * (width * shrink + drop * shrink) / 2 / (size * 1.8)) + 4
        d = f"M{CENTRE - width * shrink} {top}C{CENTRE - width * shrink} {top + drop * shrink * 1.33} {CENTRE + width * shrink} {top + drop * shrink * 1.33} {CENTRE + width * shrink} {top}"
        canvas.stroke(d, spec.hardware, 2.4)
        canvas.stroke(
            f"M{CENTRE - width * shrink} {top}Q{CENTRE - width * shrink + 6} {top - 34} {CENTRE - 30} {top - 36}H{CENTRE + 30}Q{CENTRE + width * shrink - 6} {top - 34} {CENTRE + width * shrink} {top}",
            spec.hardware,
            3,
            shadow=True,
        )
        for k in range(count):
            share = (k + 0.5) / count
            x = CENTRE + width * shrink * (
                (1 - share) ** 3 * -1
                + 3 * (1 - share) ** 2 * share * -1
                + 3 * (1 - share) * share**2
                + share**3
            )
            y = top + 4 * drop * shrink * (share - share**2)
            grow = 0.75 + 0.55 * math.sin(math.pi * share) if spec.is_("halo", "yes") else 1.0
            colour = (
                (spec.colours[0], spec.colours[1], spec.colours[0], spec.colours[2])[k % 4]
                if spec.is_("charm", "disc") or spec.is_("charm", "bar")
                else spec.colours[0]
            )
            stone(
                canvas,
                x,
                y,
                size * grow,
                colour,
                "pearl" if spec.is_("cut", "pearl") else "cabochon",
            )


STYLES = (
    Style("Necklaces", "pendant necklace", pendant, 62,
          {"width": (58, 82), "drop": (130, 205), "size": (13, 25), "weight": (2.2, 5), "layers": ("one", "one", "two"), "charm": ("stone", "disc", "moon", "heart", "bar", "leaf"), "cut": CUTS, "halo": ("no", "yes")},
          {"drop": 0.08, "size": 0.16, "weight": 0.16, "layers=two": 0.22, "charm=stone": 0.08}, ("metal",), ("plain",), ("Women",), tint="metal"),
    Style("Necklaces", "beaded necklace", beads, 46,
          {"width": (66, 96), "drop": (110, 190), "size": (13, 27), "layers": ("one", "one", "two"), "charm": ("stone", "disc", "bar"), "cut": ("round", "pearl", "cabochon"), "halo": ("no", "yes")},
          {"drop": 0.1, "size": 0.14, "layers=two": 0.26, "cut=pearl": 0.26, "halo=yes": 0.06}, ("glass",), ("plain",), ("Women", "Unisex")),
)  # fmt: skip

"""Tables."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import (
    CENTRE,
    box,
    ellipse,
    lathe,
    line,
    polygon,
)
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 352.0


def table(canvas: Canvas, spec: ProductSpec) -> None:
    """Side and coffee tables: round or long top on three kinds of base."""
    wide, top = spec["width"], FLOOR - spec["height"]
    canvas.frame(CENTRE - wide - 10, top - 26, CENTRE + wide + 10, FLOOR + 14, fill=0.86)
    canvas.floor(CENTRE, FLOOR + 1, wide * 0.8)
    stone = spec.material == "marble"
    slab = Paint(spec.colours[0], material="marble") if stone else spec.timber
    leg = spec.hardware if stone else spec.timber.colour
    deep = wide * 0.2
    kind = spec.choice("base")
    if kind == "pedestal":
        canvas.part(
            lathe(
                [
                    (9, top + 6),
                    (11, top + 40),
                    (15, FLOOR - 50),
                    (34, FLOOR - 16),
                    (wide * 0.5, FLOOR - 4),
                ],
                sag=5,
            ),
            Paint(leg, material="metal" if stone else "wood"),
            "round",
            shadow=False,
        )
    elif kind == "drum":
        canvas.part(
            f"M{CENTRE - wide * 0.84} {top}V{FLOOR - 12}Q{CENTRE} {FLOOR + 14} {CENTRE + wide * 0.84} {FLOOR - 12}V{top}Z",
            slab,
            "round",
            shadow=False,
        )
        for k in range(-7, 8):
            canvas.stroke(
                line(
                    (CENTRE + wide * 0.84 * k / 7.5, top + 4),
                    (CENTRE + wide * 0.84 * k / 7.5, FLOOR - 4 - abs(k)),
                ),
                "#1a1420",
                2,
                0.16,
            )
    else:
        spread = wide * (0.78 if kind == "straight" else 0.62)
        lean = 0 if kind == "straight" else 26
        for side in (-1, 1):
            canvas.tube(
                line(
                    (CENTRE + side * spread * 0.62, top),
                    (CENTRE + side * (spread * 0.62 + lean * 0.6), FLOOR - 18),
                ),
                darker(leg, 0.25),
                7,
            )
        for side in (-1, 1):
            canvas.tube(
                line((CENTRE + side * spread, top), (CENTRE + side * (spread + lean), FLOOR)),
                leg,
                9,
            )
        if spec.is_("shelf", "yes"):
            y = top + (FLOOR - top) * 0.6
            canvas.part(
                ellipse(CENTRE, y, spread + lean * 0.6, deep * 0.7),
                spec.timber,
                "lying",
                shadow=False,
            )
    if spec.is_("shelf", "drawer") and kind == "straight":
        canvas.part(
            box(CENTRE - wide * 0.8, top + 2, wide * 1.6, 42, 2), spec.timber, "flat", shadow=False
        )
        canvas.part(
            box(CENTRE - wide * 0.7, top + 16, wide * 1.4, 22, 2),
            spec.trim.of("wood"),
            "flat",
            shadow=False,
        )
        canvas.button(CENTRE, top + 27, 5, spec.hardware)
    round_top = not (kind == "straight" and spec.is_("shelf", "drawer"))
    if round_top:
        canvas.part(
            f"M{CENTRE - wide} {top - 2}V{top + 8}C{CENTRE - wide} {top + deep * 1.4 + 8} {CENTRE + wide} {top + deep * 1.4 + 8} {CENTRE + wide} {top + 8}V{top - 2}Z",
            slab.plain(darker(slab.colour, 0.15)),
            "round",
            shadow=False,
        )
        canvas.part(ellipse(CENTRE, top - 2, wide, deep), slab, "flat", shadow=False)
    else:
        canvas.part(
            polygon(
                (CENTRE - wide * 0.86, top - 18),
                (CENTRE + wide * 0.86, top - 18),
                (CENTRE + wide, top + 4),
                (CENTRE - wide, top + 4),
            ),
            slab,
            "flat",
            shadow=False,
        )
        canvas.part(
            box(CENTRE - wide, top + 4, 2 * wide, 9, 2),
            slab.plain(darker(slab.colour, 0.15)),
            "flat",
            shadow=False,
        )


STYLES = (
    Style("Tables", "bistro table", table, 210, {"width": (84, 140), "height": (120, 190), "base": ("pedestal", "pedestal", "splayed", "straight"), "shelf": ("no",)},
          {"width": 0.28, "height": 0.1, "base=pedestal": 0.08}, ("marble",), stands=True),
    Style("Tables", "side table", table, 168, {"width": (84, 150), "height": (110, 190), "base": ("pedestal", "drum", "straight", "splayed"), "shelf": ("no", "yes", "drawer")},
          {"width": 0.24, "height": 0.08, "base=drum": 0.14, "base=pedestal": 0.08, "shelf=drawer": 0.12, "shelf=yes": 0.05}, ("wood",), stands=True, tint="wood"),
)  # fmt: skip

"""Candles."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import lighter
from catalog.illustrator.paths import (
    CENTRE,
    box,
    ellipse,
    lathe,
    line,
)
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 340.0


def candle(canvas: Canvas, spec: ProductSpec) -> None:
    kind = spec.choice("kind")
    w, h = spec["width"], spec["height"]
    if kind == "tapers":
        canvas.frame(90, 66, 310, FLOOR + 12, fill=0.86)
        canvas.floor(CENTRE, FLOOR + 1, 92)
        for x, top, colour in (
            (CENTRE - 52, 128, spec.colours[1]),
            (CENTRE, 96, spec.colours[0]),
            (CENTRE + 52, 140, spec.colours[2]),
        ):
            stuff = (
                Paint(spec.hardware, material="metal")
                if spec.is_("holder", "metal")
                else spec.timber
            )
            canvas.part(
                f"M{x - 9} {top + 14}L{x - 12} {FLOOR - 40}H{x + 12}L{x + 9} {top + 14}Q{x} {top + 6} {x - 9} {top + 14}Z",
                Paint(colour),
                "soft",
                shadow=False,
            )
            canvas.part(
                f"M{x - 15} {FLOOR - 52}H{x + 15}L{x + 12} {FLOOR - 30}Q{x + 8} {FLOOR - 18} {x + 27} {FLOOR - 4}Q{x} {FLOOR + 6} {x - 27} {FLOOR - 4}Q{x - 8} {FLOOR - 18} {x - 12} {FLOOR - 30}Z",
                stuff,
                "round",
                shadow=False,
            )
            _flame(canvas, x, top + 10)
        return
    rim = FLOOR - h
    canvas.frame(CENTRE - w - 12, rim - 54, CENTRE + w + 12, FLOOR + 12, fill=0.8)
    canvas.floor(CENTRE, FLOOR + 1, w)
    if kind == "pillar":
        body = lathe([(w * 0.8, rim), (w * 0.8, (rim + FLOOR) / 2), (w * 0.8, FLOOR - 4)], sag=10)
        canvas.part(body, spec.paint, "soft", shadow=False, rim=True)
        if spec.is_("holder", "metal"):
            canvas.part(
                f"M{CENTRE - w} {FLOOR - 10}Q{CENTRE} {FLOOR + 8} {CENTRE + w} {FLOOR - 10}L{CENTRE + w * 0.9} {FLOOR}Q{CENTRE} {FLOOR + 14} {CENTRE - w * 0.9} {FLOOR}Z",
                Paint(spec.hardware, material="metal"),
                "round",
                shadow=False,
            )
        canvas.part(
            ellipse(CENTRE, rim, w * 0.8, w * 0.14),
            spec.plain.plain(lighter(spec.colours[0], 0.4)),
            "flat",
            shadow=False,
        )
    else:
        body = lathe([(w, rim), (w, (rim + FLOOR) / 2), (w, FLOOR - 10), (w * 0.92, FLOOR)], sag=9)
        canvas.part(body, spec.paint, "round", shadow=False, rim=True)
        label = box(CENTRE - w * 0.5, rim + h * 0.34, w, h * 0.38, 4)
        canvas.part(label, Paint("#faf5ea", material="paper"), "flat", shadow=False)
        canvas.flat(box(CENTRE - w * 0.32, rim + h * 0.46, w * 0.64, 5, 2), spec.colours[1])
        canvas.flat(box(CENTRE - w * 0.2, rim + h * 0.46 + 12, w * 0.4, 3.6, 1), spec.colours[2])
        canvas.part(
            ellipse(CENTRE, rim, w, w * 0.17),
            spec.plain.plain(lighter(spec.colours[0], 0.3)),
            "flat",
            shadow=False,
        )
        canvas.part(
            ellipse(CENTRE, rim + 2, w * 0.9, w * 0.14),
            Paint("#fbf0d9"),
            "inside",
            shadow=False,
            edge=0.3,
        )
    _flame(canvas, CENTRE, rim)


def _flame(canvas: Canvas, x: float, y: float) -> None:
    canvas.stroke(line((x, y), (x, y - 12)), "#3a3030", 2.6)
    canvas.flat(ellipse(x, y - 26, 22, 26), "#ffdf8a", 0.28)
    canvas.flat(
        f"M{x} {y - 46}C{x + 12} {y - 28} {x + 9} {y - 12} {x} {y - 10}C{x - 9} {y - 12} {x - 10} {y - 26} {x} {y - 46}Z",
        "#ffb443",
    )
    canvas.flat(
        f"M{x} {y - 32}C{x + 6} {y - 22} {x + 5} {y - 13} {x} {y - 11}C{x - 5} {y - 13} {x - 6} {y - 22} {x} {y - 32}Z",
        "#fff0b8",
    )


STYLES = (
    Style("Candles", "candle", candle, 24, {"width": (50, 86), "height": (90, 170), "kind": ("jar",), "holder": ("none",)},
          {"width": 0.16, "height": 0.2}, ("ceramic", "stoneware", "glass"), ("plain", "plain", "speckled", "terrazzo", "striped", "painted", "checkerboard", "floral"), stands=True),
    Style("Candles", "pillar candle", candle, 18, {"width": (50, 86), "height": (90, 190), "kind": ("pillar",), "holder": ("metal", "none")},
          {"width": 0.18, "height": 0.26, "holder=metal": 0.12}, ("wax",), ("plain", "plain", "speckled", "striped", "ombre", "diagonal"), stands=True),
    Style("Candles", "taper candles", candle, 28, {"width": (50, 86), "height": (90, 190), "kind": ("tapers",), "holder": ("metal", "wood")},
          {"holder=metal": 0.3}, ("wax",), ("plain",), stands=True),
)  # fmt: skip

"""Earrings and rings."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.gems import chain, gold, stone
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, ellipse, line, polar, polygon
from catalog.illustrator.style import ProductSpec, Style

CUTS = ("round", "hexagon", "cabochon", "pearl")


def earrings(canvas: Canvas, spec: ProductSpec) -> None:
    """A pair: hoops, drops, studs, fans."""
    kind = spec.choice("kind")
    size, drop = spec["size"], spec["drop"]
    tall = {
        "hoop": 2 * size + 20,
        "drop": drop + 2 * size,
        "stud": 1.3 * size,
        "fan": drop + 1.5 * size,
        "pearl": drop + 1.2 * size,
        "flower": 1.6 * size,
    }[kind]
    top, apart = CENTRE - tall / 2, size * 1.3 + 4
    canvas.frame(
        CENTRE - apart - size * 1.25,
        top - 22,
        CENTRE + apart + size * 1.25,
        top + tall + 14,
        fill=0.84,
    )
    for side in (-1, 1):
        x = CENTRE + side * apart
        if kind in ("hoop", "drop", "fan", "pearl"):
            hook = f"M{x - 8} {top + 10}C{x - 14} {top - 22} {x + 12} {top - 24} {x + 2} {top + 12}"
            canvas.stroke(hook, darker(spec.hardware, 0.35), 3.6, shadow=True)
            canvas.stroke(hook, spec.hardware, 2.6)
        if kind == "hoop":
            weight = spec["weight"] * 1.7
            ring = ellipse(x, top + 12 + size, size)
            canvas.stroke(ring, darker(spec.hardware, 0.5), weight + 2, shadow=True)
            canvas.stroke(ring, spec.hardware, weight)
            canvas.stroke(
                ellipse(x - weight * 0.14, top + 12 + size - weight * 0.14, size),
                lighter(spec.hardware, 0.6),
                weight * 0.3,
                0.8,
            )
            if spec.is_("stones", "yes"):
                for k in range(5):
                    sx, sy = polar(x, top + 12 + size, size, 180 + (k - 2) * 24)
                    stone(canvas, sx, sy, weight * 0.6 + 2, spec.colours[0], "round")
        elif kind == "drop":
            gold(canvas, spec, ellipse(x, top + 16, size * 0.28))
            canvas.stroke(line((x, top + 16 + size * 0.28), (x, top + drop)), spec.hardware, 2.6)
            gold(
                canvas,
                spec,
                f"M{x} {top + drop - 6}C{x + size * 1.1} {top + drop + size * 0.8} {x + size * 0.8} {top + drop + size * 1.8} {x} {top + drop + size * 1.8}C{x - size * 0.8} {top + drop + size * 1.8} {x - size * 1.1} {top + drop + size * 0.8} {x} {top + drop - 6}Z",
            )
            stone(
                canvas,
                x,
                top + drop + size * 1.06,
                size * 0.56,
                spec.colours[0],
                spec.choice("cut"),
            )
            if spec.is_("stones", "yes"):
                stone(canvas, x, top + 16, size * 0.2, spec.colours[1], "round")
        elif kind == "stud":
            gold(
                canvas,
                spec,
                polygon(
                    *(
                        polar(x, CENTRE, size * (0.82 if k % 2 else 0.7), 22.5 * k)
                        for k in range(16)
                    )
                ),
            )
            stone(canvas, x, CENTRE, size * 0.54, spec.colours[0], spec.choice("cut"))
            if spec.is_("stones", "yes"):
                for k in range(8):
                    stone(
                        canvas,
                        *polar(x, CENTRE, size * 0.68, 45 * k),
                        size * 0.12,
                        "#f2f4f8",
                        "round",
                    )
        elif kind == "fan":
            y = top + drop * 0.6
            canvas.stroke(line((x, top + 10), (x, y)), spec.hardware, 2.6)
            d = f"M{x} {y - 6}L{x + size} {y + size * 1.05}A{size * 1.3} {size * 1.3} 0 0 1 {x - size} {y + size * 1.05}Z"
            canvas.part(
                d,
                Paint(spec.colours[0], material="enamel")
                if spec.is_("stones", "yes")
                else Paint(spec.hardware, material="metal"),
                "sheen",
            )
            for k in range(-3, 4):
                end = (x + k * size * 0.3, y + size * (1.36 - abs(k) * 0.07))
                canvas.stroke(line((x, y), end), darker(spec.hardware, 0.3), 1.8)
                stone(
                    canvas,
                    end[0],
                    end[1] + 5,
                    4.6,
                    spec.colours[1],
                    "pearl" if spec.is_("cut", "pearl") else "round",
                )
            canvas.stroke(d, spec.hardware, 3)
        elif kind == "pearl":
            chain(canvas, spec, line((x, top + 12), (x, top + drop)), 3)
            stone(canvas, x, top + drop + size * 0.5, size * 0.56, spec.colours[0], "pearl")
            gold(canvas, spec, ellipse(x, top + drop, size * 0.24, size * 0.14))
            if spec.is_("stones", "yes"):
                stone(canvas, x, top + drop * 0.5, size * 0.26, spec.colours[0], "round")
        else:
            for k in range(6):
                px, py = polar(x, CENTRE, size * 0.5, 60 * k)
                canvas.part(
                    ellipse(px, py, size * 0.33),
                    Paint(
                        spec.colours[0] if spec.is_("stones", "yes") else spec.hardware,
                        material="enamel" if spec.is_("stones", "yes") else "metal",
                    ),
                    "sheen",
                )
            stone(
                canvas,
                x,
                CENTRE,
                size * 0.26,
                spec.colours[1],
                "pearl" if spec.is_("cut", "pearl") else "round",
            )


def ring(canvas: Canvas, spec: ProductSpec) -> None:
    """Standing, seen slightly from above."""
    r, band = 84.0, spec["band"]
    y = 238.0
    size = spec["size"]
    canvas.frame(CENTRE - r - 16, y - r - size * 1.7 - 8, CENTRE + r + 16, y + r + 16, fill=0.74)
    canvas.floor(CENTRE, y + r + 4, r * 0.62)
    metal = spec.hardware
    canvas.stroke(ellipse(CENTRE, y - 4, r - 3, r - 5), darker(metal, 0.5), band + 4)
    canvas.stroke(ellipse(CENTRE, y - 2, r - 2, r - 3), darker(metal, 0.28), band)
    canvas.stroke(ellipse(CENTRE, y, r), darker(metal, 0.45), band * 0.7 + 3)
    canvas.stroke(ellipse(CENTRE, y, r), metal, band * 0.7)
    canvas.stroke(
        f"M{CENTRE - r} {y + 8}A{r} {r} 0 0 0 {CENTRE - 20} {y + r - 3}",
        lighter(metal, 0.7),
        band * 0.28,
        0.9,
    )
    canvas.stroke(
        f"M{CENTRE + r * 0.7} {y - r * 0.7}A{r} {r} 0 0 1 {CENTRE + r} {y + 10}",
        lighter(metal, 0.6),
        band * 0.22,
        0.8,
    )
    top = y - r - size * 0.5
    kind = spec.choice("setting")
    if kind == "signet":
        gold(canvas, spec, box(CENTRE - size * 1.2, top - size * 0.1, size * 2.4, size * 1.2, 10))
        stone(canvas, CENTRE, top + size * 0.5, size * 0.5, spec.colours[0], "cabochon")
        return
    for dx in (-0.62, -0.2, 0.2, 0.62):
        canvas.stroke(
            line(
                (CENTRE + dx * size, top + size * 0.7), (CENTRE + dx * size * 1.5, top - size * 0.2)
            ),
            metal,
            4.4,
        )
    if kind == "trio":
        for dx in (-1.25, 1.25):
            stone(
                canvas, CENTRE + dx * size, top + size * 0.16, size * 0.56, spec.colours[1], "round"
            )
    stone(canvas, CENTRE, top - size * 0.15, size, spec.colours[0], spec.choice("cut"))
    if kind == "halo":
        for k in range(16):
            stone(
                canvas,
                *polar(CENTRE, top - size * 0.15, size * 1.16, 22.5 * k),
                size * 0.17,
                "#f2f4f8",
                "round",
            )
    for dx in (-0.72, 0.72):
        canvas.flat(
            ellipse(CENTRE + dx * size, top - size * 0.15 + 0.66 * size, 3.6), lighter(metal, 0.3)
        )


STYLES = (
    Style("Earrings", "earrings", earrings, 44,
          {"kind": ("hoop", "drop", "stud", "fan", "pearl", "flower"), "size": (26, 46), "drop": (50, 96), "weight": (2.6, 6.5), "stones": ("no", "yes"), "cut": CUTS},
          {"size": 0.14, "drop": 0.08, "weight": 0.1, "stones=yes": 0.2, "kind=fan": 0.12, "kind=drop": 0.1}, ("metal",), ("plain",), ("Women",), tint="metal"),
    Style("Rings", "ring", ring, 72, {"band": (10, 24), "size": (20, 38), "setting": ("solitaire", "halo", "trio", "signet"), "cut": CUTS},
          {"band": 0.14, "size": 0.24, "setting=halo": 0.24, "setting=trio": 0.18}, ("metal",), ("plain",), ("Women", "Unisex"), stands=True, tint="metal"),
)  # fmt: skip

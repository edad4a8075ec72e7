"""Vases and planters, and what grows in them."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import (
    CENTRE,
    Point,
    curve,
    ellipse,
    lathe,
    line,
    polar,
)
from catalog.illustrator.style import ProductSpec, Style
from catalog.illustrator.tableware import dip

FLOOR = 340.0
CLAYS = ("ceramic", "ceramic", "stoneware", "porcelain")
GLAZES = (
    "plain", "plain", "speckled", "striped", "dotted", "floral", "leaf", "checkerboard",
    "terrazzo", "painted", "zigzag", "banded", "ombre", "scallop", "confetti", "ditsy",
    "vertical",
)  # fmt: skip


def vase(canvas: Canvas, spec: ProductSpec) -> None:
    w, h, neck = spec["width"], spec["height"], spec["neck"]
    top = FLOOR - h
    shape = spec.choice("shape")
    n = w * neck
    profiles: dict[str, list[Point]] = {
        "bottle": [
            (n * 0.9, top),
            (n * 0.8, top + h * 0.3),
            (w, top + h * 0.66),
            (w * 0.9, FLOOR - 18),
            (w * 0.62, FLOOR),
        ],
        "amphora": [
            (n * 1.2, top),
            (n * 0.9, top + h * 0.14),
            (w, top + h * 0.4),
            (w * 0.62, top + h * 0.78),
            (w * 0.46, FLOOR),
        ],
        "cylinder": [
            (w * 0.74, top),
            (w * 0.74, top + h * 0.5),
            (w * 0.74, FLOOR - 8),
            (w * 0.7, FLOOR),
        ],
        "globe": [
            (n, top),
            (n * 0.86, top + h * 0.12),
            (w * 1.1, top + h * 0.56),
            (w * 0.86, top + h * 0.86),
            (w * 0.5, FLOOR),
        ],
        "flute": [
            (w * 0.96, top),
            (w * 0.5, top + h * 0.34),
            (w * 0.5, top + h * 0.62),
            (w * 0.66, FLOOR),
        ],
        "waist": [
            (w * 0.7, top),
            (w * 0.86, top + h * 0.2),
            (w * 0.46, top + h * 0.48),
            (w * 0.92, top + h * 0.78),
            (w * 0.66, FLOOR),
        ],
        "urn": [
            (w * 0.84, top),
            (w * 0.7, top + h * 0.12),
            (w * 1.02, top + h * 0.36),
            (w * 0.9, top + h * 0.62),
            (w * 0.34, FLOOR - 22),
            (w * 0.56, FLOOR),
        ],
    }
    profile = profiles[shape]
    flowers = spec.choice("stems")
    lift = {"empty": 0, "one": 84, "bunch": 92, "twigs": 104}[flowers]
    canvas.frame(
        CENTRE - w * 1.2 - 14, top - 16 - lift, CENTRE + w * 1.2 + 14, FLOOR + 12, fill=0.88
    )
    canvas.floor(CENTRE, FLOOR + 1, profile[-1][0] + 14)
    mouth = profile[0][0]
    glass = spec.material == "glass"
    if spec.is_("ears", "two") and not glass:
        for side in (-1, 1):
            canvas.tube(
                f"M{CENTRE + side * mouth * 0.8} {top + 10}C{CENTRE + side * (w + 34)} {top - 4} {CENTRE + side * (w + 30)} {top + h * 0.34} {CENTRE + side * w * 0.8} {top + h * 0.38}",
                spec.colours[0],
                10,
            )
    if glass:
        canvas.part(
            ellipse(CENTRE, top, mouth, max(4, mouth * 0.17)),
            spec.plain,
            "flat",
            shadow=False,
            opacity=0.5,
        )
    _stems(canvas, spec, flowers, top, FLOOR - 20 if glass else top + 20, mouth)
    body = lathe(profile, sag=6)
    canvas.part(body, spec.paint, "round", shadow=False, rim=True, opacity=0.68 if glass else 1)
    if spec.is_("dip", "dipped") and not glass:
        dip(canvas, spec, body, top + h * 0.6)
    if spec.is_("dip", "ribbed"):
        with canvas.inside(body):
            for k in range(-9, 10):
                canvas.stroke(
                    curve(
                        (CENTRE + k * mouth / 9, top),
                        (CENTRE + k * w / 8, top + h * 0.5),
                        (CENTRE + k * profile[-1][0] / 9, FLOOR + 4),
                    ),
                    "#1a1420",
                    2,
                    0.15,
                )
    if not glass:
        _front_lip(canvas, spec, top, mouth)


def _front_lip(canvas: Canvas, spec: ProductSpec, y: float, rx: float) -> None:
    """The near half of the rim, in front of the stems."""
    ry = max(4, rx * 0.17)
    canvas.part(
        f"M{CENTRE - rx:.1f} {y}A{rx:.1f} {ry:.1f} 0 0 0 {CENTRE + rx:.1f} {y}A{rx:.1f} {ry * 0.62:.1f} 0 0 1 {CENTRE - rx:.1f} {y}Z",
        spec.plain.plain(lighter(spec.colours[0], 0.25)),
        "flat",
        shadow=False,
    )


def _stems(
    canvas: Canvas, spec: ProductSpec, kind: str, top: float, root: float, mouth: float
) -> None:
    """The back of the mouth and what stands in it."""
    if spec.material != "glass":
        canvas.part(
            ellipse(CENTRE, top, mouth, max(4, mouth * 0.17)),
            spec.plain.plain(darker(spec.colours[0], 0.4)),
            "inside",
            shadow=False,
        )
    if kind == "empty":
        return
    green = "#6c8459"
    rng = canvas.random
    count = {"one": 1, "bunch": 5, "twigs": 4}[kind]
    for k in range(count):
        spread = (k - (count - 1) / 2) / max(1, count - 1)
        x, y = (
            CENTRE + spread * 96 + rng.uniform(-5, 5),
            top - rng.uniform(54, 82) + abs(spread) * 26,
        )
        canvas.stroke(
            curve(
                (CENTRE + spread * mouth * 0.6, root), (CENTRE + spread * mouth, top - 10), (x, y)
            ),
            green if kind != "twigs" else "#7a5a3e",
            3.2,
        )
        if kind == "twigs":
            for t in range(5):
                bx, by = (
                    CENTRE + spread * (40 + 12 * t) + rng.uniform(-8, 8),
                    top - 18 - t * 15 + abs(spread) * 10,
                )
                canvas.part(
                    ellipse(bx, by, 6, 5), Paint(spec.colours[2]), "flat", edge=0.3, shadow=False
                )
            continue
        for side in (-1, 1):
            lx, ly = (CENTRE + spread * mouth + x) / 2, (top + y) / 2 + 8 * side
            canvas.flat(
                f"M{lx:.1f} {ly:.1f}q{side * 16} -16 {side * 30} -8q{-side * 12} 14 {-side * 30} 8Z",
                green,
            )
        petals = 7 if k % 2 else 5
        for p in range(petals):
            px, py = polar(x, y, 11, 360 / petals * p)
            canvas.part(
                ellipse(px, py, 8.5),
                Paint((spec.colours[1], spec.colours[2])[k % 2]),
                "flat",
                edge=0.35,
                shadow=False,
            )
        canvas.part(ellipse(x, y, 6.5), Paint("#e9bd4c"), "flat", edge=0.4, shadow=False)


def planter(canvas: Canvas, spec: ProductSpec) -> None:
    """A pot with its plant."""
    w, h = spec["width"], spec["height"]
    top = FLOOR - h - (26 if spec.is_("stand", "legs") else 0)
    bottom = top + h
    tall = {"snake": 150, "fern": 96, "round": 118, "cactus": 120}[spec.choice("plant")]
    canvas.frame(CENTRE - w - 40, top - tall - 6, CENTRE + w + 40, FLOOR + 12, fill=0.9)
    canvas.floor(CENTRE, FLOOR + 1, w * 0.9)
    if spec.is_("stand", "legs"):
        for side in (-1, 1):
            canvas.tube(
                line((CENTRE + side * w * 0.8, top + h * 0.4), (CENTRE + side * w * 0.98, FLOOR)),
                spec.timber.colour,
                8,
            )
    canvas.part(
        ellipse(CENTRE, top, w, w * 0.17), spec.plain.plain("#4b382c"), "inside", shadow=False
    )
    _plant(canvas, spec.choice("plant"), top, w)
    profiles: dict[str, list[Point]] = {
        "cone": [(w, top), (w * 0.9, top + h * 0.5), (w * 0.74, bottom)],
        "drum": [(w, top), (w, top + h * 0.5), (w * 0.98, bottom - 10), (w * 0.9, bottom)],
        "egg": [
            (w * 0.84, top),
            (w * 1.04, top + h * 0.4),
            (w * 0.84, top + h * 0.84),
            (w * 0.5, bottom),
        ],
    }
    shape = spec.choice("shape")
    body = lathe(profiles[shape], sag=7)
    canvas.part(body, spec.paint, "round", shadow=False, rim=True)
    if spec.is_("dip", "dipped"):
        dip(canvas, spec, body, top + h * 0.55)
    rx = profiles[shape][0][0]
    _front_lip(canvas, spec, top, rx)
    if spec.is_("dip", "collar"):
        canvas.part(
            f"M{CENTRE - rx - 5} {top - 2}A{rx + 5} {rx * 0.19} 0 0 0 {CENTRE + rx + 5} {top - 2}V{top + 24}A{rx + 5} {rx * 0.19} 0 0 1 {CENTRE - rx - 5} {top + 24}Z",
            spec.trim,
            "round",
            shadow=False,
        )


def _plant(canvas: Canvas, kind: str, y: float, w: float) -> None:
    greens = ("#4f7a52", "#6b9463", "#86a873", "#3f6647")
    rng = canvas.random
    if kind == "snake":
        for k in range(7):
            x, tip = CENTRE + (k - 3) * w * 0.2, CENTRE + (k - 3) * w * 0.34 + rng.uniform(-8, 8)
            high = y - rng.uniform(92, 148) + abs(k - 3) * 10
            canvas.part(
                f"M{x - 9:.1f} {y + 6}Q{x - 15:.1f} {(y + high) / 2:.1f} {tip:.1f} {high:.1f}Q{x + 17:.1f} {(y + high) / 2:.1f} {x + 9:.1f} {y + 6}Z",
                Paint(greens[k % 4], "#d8d48a"),
                "sleeve",
                shadow=False,
            )
            canvas.stroke(
                curve((x, y), (x + 1, (y + high) / 2), (tip, high + 8)), "#c9cf86", 2, 0.6
            )
    elif kind == "fern":
        for k in range(11):
            turn = -80 + 16 * k
            ex, ey = polar(CENTRE, y, w * 1.15, turn)
            ey = y - (y - ey) * 1.0 - 18 + abs(turn) * 0.35
            stem = curve((CENTRE, y + 4), ((CENTRE + ex) / 2, ey - 22), (ex, ey))
            canvas.stroke(stem, greens[k % 4], 3)
            for t in range(2, 9):
                s = t / 8
                px = (1 - s) ** 2 * CENTRE + 2 * (1 - s) * s * (CENTRE + ex) / 2 + s * s * ex
                py = (1 - s) ** 2 * (y + 4) + 2 * (1 - s) * s * (ey - 22) + s * s * ey
                size = 13 * (1 - 0.5 * s)
                canvas.flat(
                    f"M{px:.1f} {py:.1f}q{-size * 0.6:.1f} {size * 0.2:.1f} {-size * 0.4:.1f} {size:.1f}q{size * 0.6:.1f} {-size * 0.2:.1f} {size * 0.4:.1f} {-size:.1f}q{size * 0.5:.1f} {-size:.1f} {size * 0.7:.1f} {-size * 0.9:.1f}q{-size * 0.1:.1f} {size * 0.7:.1f} {-size * 0.7:.1f} {size * 0.9:.1f}Z",
                    greens[(k + 1) % 4],
                )
    elif kind == "round":
        for k in range(9):
            turn = -64 + 16 * k
            x, yy = polar(CENTRE, y + 8, 66 + 36 * (k % 2), turn)
            canvas.stroke(curve((CENTRE, y + 4), ((CENTRE + x) / 2, y - 40), (x, yy)), "#5d7d55", 3)
            canvas.part(
                ellipse(x, yy, 19, 18), Paint(greens[k % 4]), "flat", shadow=False, edge=0.4
            )
            canvas.stroke(line((x, yy + 16), (x, yy - 10)), "#cfdcb0", 1.4, 0.7)
    else:
        for x, wide, high in (
            (CENTRE - w * 0.36, 17, 62),
            (CENTRE + w * 0.36, 15, 78),
            (CENTRE, 26, 112),
        ):
            d = f"M{x - wide} {y + 8}V{y - high + wide}A{wide} {wide} 0 0 1 {x + wide} {y - high + wide}V{y + 8}Z"
            canvas.part(d, Paint(greens[1 if wide > 20 else 0]), "round", shadow=False)
            for share in (-0.5, 0, 0.5):
                canvas.stroke(
                    line((x + share * wide, y), (x + share * wide, y - high + wide * 0.7)),
                    "#e9efc4",
                    1.6,
                    0.6,
                    dash="1 6",
                )
        canvas.part(ellipse(CENTRE, y - 113, 9, 7), Paint("#e58fa0"), "flat", shadow=False)


STYLES = (
    Style("Vases", "vase", vase, 38, {"width": (46, 88), "height": (130, 232), "neck": (0.2, 0.52), "shape": ("bottle", "amphora", "cylinder", "globe", "flute", "waist", "urn"), "stems": ("empty", "empty", "one", "bunch", "twigs"), "dip": ("plain", "plain", "dipped", "ribbed"), "ears": ("none", "none", "two")},
          {"height": 0.3, "width": 0.16, "dip=dipped": 0.06, "dip=ribbed": 0.1, "ears=two": 0.14}, (*CLAYS, "glass", "marble"), GLAZES, stands=True),
    Style("Planters", "planter", planter, 32, {"width": (64, 98), "height": (86, 138), "shape": ("cone", "drum", "egg"), "plant": ("snake", "fern", "round", "cactus"), "stand": ("floor", "floor", "legs"), "dip": ("plain", "dipped", "collar")},
          {"width": 0.2, "height": 0.14, "stand=legs": 0.24, "dip=dipped": 0.05, "dip=collar": 0.05}, (*CLAYS, "jute"), GLAZES, stands=True),
)  # fmt: skip

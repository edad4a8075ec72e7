"""Armchairs and sofas."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, half, line, polygon
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 356.0
FABRICS = ("linen", "velvet", "boucle", "wool", "corduroy", "leather")
PRINTS = (
    "plain", "plain", "plain", "plain", "striped", "floral", "checkerboard", "zigzag", "leaf",
    "houndstooth", "plaid", "painted",
)  # fmt: skip
WOODED = ("wood", "wood", "metal")


def _feet(canvas: Canvas, spec: ProductSpec, xs: tuple[float, ...], top: float) -> None:
    metal = spec.is_("legs", "metal")
    colour = spec.hardware if metal else spec.timber.colour
    for x in xs:
        lean = 6 if x > CENTRE else -6
        if metal:
            canvas.tube(line((x, top), (x + lean * 0.4, FLOOR)), colour, 5)
        else:
            canvas.part(
                polygon(
                    (x - 8, top - 2), (x + 8, top - 2), (x + lean + 4, FLOOR), (x + lean - 4, FLOOR)
                ),
                Paint(colour, material="wood"),
                "soft",
                shadow=False,
            )


def armchair(canvas: Canvas, spec: ProductSpec) -> None:
    wide, base = 92 + 18 * spec["width"], FLOOR - spec["leg"]
    seat, top = base - 64, base - 64 - spec["height"]
    kind = spec.choice("back")
    canvas.frame(CENTRE - wide - 22, top - 12, CENTRE + wide + 22, FLOOR + 12, fill=0.86)
    canvas.floor(CENTRE, FLOOR + 1, wide + 6)
    _feet(canvas, spec, (CENTRE - wide + 18, CENTRE + wide - 18), base - 6)
    if kind == "wing":
        back = half(
            (0, top - 4),
            (wide * 0.5, top - 6, wide * 0.8, top - 2, wide * 0.92, top + 22),
            (wide * 1.06, top + 60),
            (wide * 1.0, seat),
            (wide * 0.8, base),
            (0, base),
        )
    elif kind == "round":
        back = half(
            (0, top),
            (wide * 0.7, top, wide * 1.04, top + 36, wide, seat),
            (wide * 0.9, base),
            (0, base),
        )
    else:
        back = half(
            (0, top + 4),
            (wide * 0.6, top + 4),
            (wide * 0.84, top + 6, wide * 0.86, top + 26),
            (wide * 0.88, base),
            (0, base),
        )
    canvas.part(back, spec.paint, "cloth", shadow=False, rim=True)
    if kind == "channel":
        for k in range(-3, 4):
            canvas.stroke(
                curve(
                    (CENTRE + k * wide * 0.22, top + 8 + abs(k) * 2),
                    (CENTRE + k * wide * 0.22, seat - 20),
                    (CENTRE + k * wide * 0.21, seat),
                ),
                "#1a1420",
                2.4,
                0.28,
            )
    if spec.is_("tufts", "yes"):
        for row in range(2):
            for k in range(-1 - row, 2 + row):
                x = CENTRE + (k + (0.5 if row else 0)) * wide * 0.36 * (1 if not row else 0.8)
                canvas.button(x, top + 34 + row * 32, 3.6, darker(spec.colours[0], 0.3))
    canvas.part(
        half(
            (0, seat - 8),
            (wide * 0.6, seat - 10, wide * 0.74, seat - 2),
            (wide * 0.78, seat + 22),
            (wide * 0.6, seat + 30, 0, seat + 30),
        ),
        spec.paint,
        "lying",
        shadow=False,
        rim=True,
    )
    canvas.part(
        half(
            (0, seat + 29),
            (wide * 0.5, seat + 29, wide * 0.78, seat + 24),
            (wide * 0.78, base),
            (0, base + 3),
        ),
        spec.paint,
        "flat",
        shadow=False,
    )
    canvas.stroke(
        curve(
            (CENTRE - wide * 0.76, seat + 23),
            (CENTRE, seat + 36),
            (CENTRE + wide * 0.76, seat + 23),
        ),
        "#1a1420",
        2.2,
        0.35,
    )
    arm_top = seat - 30 - (6 if kind == "wing" else 0)
    for side in (-1, 1):
        x = CENTRE + side * wide * 0.9
        if spec.is_("arms", "wood"):
            canvas.tube(f"M{x} {base}V{arm_top + 10}", spec.timber.colour, 9)
            canvas.part(box(x - 14, arm_top, 28, 12, 6), spec.timber, "lying", shadow=False)
        else:
            r = 20 if spec.is_("arms", "rolled") else 12
            w = 21
            d = f"M{x - w} {base}V{arm_top + r}Q{x - w - (5 if r > 15 else 0)} {arm_top} {x} {arm_top - 2}Q{x + w + (5 if r > 15 else 0)} {arm_top} {x + w} {arm_top + r}V{base}Q{x} {base + 4} {x - w} {base}Z"
            canvas.part(d, spec.paint, "soft", shadow=False, rim=True)
            if r > 15:
                canvas.stroke(ellipse(x, arm_top + 17, 12, 13), "#1a1420", 1.6, 0.25)
    if spec.is_("pillow", "yes"):
        canvas.part(
            f"M{CENTRE - 40} {seat - 58}Q{CENTRE} {seat - 50} {CENTRE + 36} {seat - 60}Q{CENTRE + 30} {seat - 30} {CENTRE + 40} {seat - 2}Q{CENTRE} {seat - 10} {CENTRE - 38} {seat}Q{CENTRE - 32} {seat - 30} {CENTRE - 40} {seat - 58}Z",
            spec.trim.of("linen"),
            "cloth",
            shadow=False,
        )


def sofa(canvas: Canvas, spec: ProductSpec) -> None:
    wide, base = spec["width"], 300.0
    floor = base + spec["leg"]
    seat, top = base - 52, base - 52 - spec["height"]
    canvas.frame(CENTRE - wide - 12, top - 14, CENTRE + wide + 12, floor + 14, fill=0.93)
    canvas.floor(CENTRE, floor + 1, wide)
    colour = spec.hardware if spec.is_("legs", "metal") else spec.timber.colour
    for x in (-0.9, -0.3, 0.3, 0.9) if wide > 160 else (-0.88, 0.88):
        canvas.part(
            polygon(
                (CENTRE + x * wide - 6, base - 4),
                (CENTRE + x * wide + 6, base - 4),
                (CENTRE + x * wide + 3, floor),
                (CENTRE + x * wide - 3, floor),
            ),
            Paint(colour, material="metal" if spec.is_("legs", "metal") else "wood"),
            "soft",
            shadow=False,
        )
    curved = spec.is_("arms", "round")
    back = half(
        (0, top),
        (wide * 0.8, top),
        (wide * 0.97, top + (4 if curved else 0), wide * 0.97, top + (50 if curved else 16)),
        (wide * 0.96, base),
        (0, base),
    )
    canvas.part(back, spec.paint, "cloth", shadow=False, rim=True)
    seats = 2 if wide < 150 else 3
    inner = wide * 0.82
    step = 2 * inner / seats
    for k in range(seats):
        x = CENTRE - inner + k * step
        canvas.part(
            box(x + 1, top + 10, step - 2, seat - top - 2, 13),
            spec.paint,
            "cloth",
            shadow=False,
            rim=True,
        )
        if spec.is_("tufts", "yes"):
            for dx in (0.27, 0.73):
                canvas.button(
                    x + step * dx, top + 10 + (seat - top) * 0.4, 3.4, darker(spec.colours[0], 0.3)
                )
    canvas.part(
        box(CENTRE - inner - 4, seat + 22, 2 * inner + 8, base - seat - 22, 4),
        spec.paint,
        "flat",
        shadow=False,
    )
    for k in range(seats):
        canvas.part(
            box(CENTRE - inner + k * step + 0.5, seat - 4, step - 1, 31, 9),
            spec.paint,
            "lying",
            shadow=False,
            rim=True,
        )
    if spec.is_("pillows", "two"):
        for x, paint, turn in (
            (CENTRE - inner + 34, spec.trim, -9),
            (CENTRE + inner - 36, spec.third, 8),
        ):
            canvas.add(f'<g transform="rotate({turn} {x} {seat - 24})">')
            canvas.part(
                f"M{x - 27} {seat - 52}Q{x} {seat - 46} {x + 27} {seat - 52}Q{x + 21} {seat - 24} {x + 27} {seat}Q{x} {seat - 5} {x - 27} {seat}Q{x - 21} {seat - 24} {x - 27} {seat - 52}Z",
                paint.of("linen"),
                "cloth",
                shadow=False,
            )
            canvas.add("</g>")
    arm = seat - 26
    for side in (-1, 1):
        x = CENTRE + side * wide * 0.9
        if curved:
            d = f"M{x - 20} {base + 2}V{arm + 22}Q{x - 20} {arm} {x} {arm}Q{x + 20} {arm} {x + 20} {arm + 22}V{base + 2}Z"
        else:
            d = box(x - 18, arm, 36, base - arm + 2, 6)
        canvas.part(d, spec.paint, "soft", shadow=False, rim=True)
    if spec.is_("pillows", "throw"):
        x = CENTRE + wide * 0.9
        canvas.part(
            f"M{x - 26} {arm - 3}H{x + 22}L{x + 26} {base - 14}H{x - 30}Z",
            spec.trim.of("knit"),
            "soft",
            shadow=False,
        )
        for k in range(9):
            canvas.stroke(
                line((x - 27 + 6.4 * k, base - 14), (x - 28 + 6.6 * k, base - 4)),
                spec.colours[1],
                2.6,
            )


STYLES = (
    Style("Armchairs", "armchair", armchair, 310,
          {"width": (0, 1), "height": (76, 150), "leg": (14, 40), "back": ("square", "round", "wing", "channel"), "arms": ("square", "rolled", "wood"), "legs": WOODED, "tufts": ("no", "no", "yes"), "pillow": ("no", "yes")},
          {"width": 0.1, "height": 0.14, "back=wing": 0.14, "back=channel": 0.12, "tufts=yes": 0.12, "arms=rolled": 0.06, "pillow=yes": 0.03}, FABRICS, PRINTS, stands=True),
    Style("Sofas", "sofa", sofa, 640,
          {"width": (124, 186), "height": (52, 86), "leg": (12, 34), "arms": ("square", "round"), "legs": WOODED, "tufts": ("no", "no", "yes"), "pillows": ("none", "two", "two", "throw")},
          {"width": 0.34, "height": 0.08, "tufts=yes": 0.12, "arms=round": 0.06, "pillows=two": 0.03, "pillows=throw": 0.04}, FABRICS, PRINTS, stands=True),
)  # fmt: skip

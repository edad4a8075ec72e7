"""Rugs and cushions."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import (
    CENTRE,
    box,
    ellipse,
    line,
    polar,
    polygon,
    smooth,
)
from catalog.illustrator.style import ProductSpec, Style

PRINTS = (
    "plain", "floral", "leaf", "striped", "plaid", "gingham", "dotted", "zigzag", "checkerboard",
    "scallop", "painted", "terrazzo", "diagonal", "herringbone", "banded",
)  # fmt: skip


def rug(canvas: Canvas, spec: ProductSpec) -> None:
    """Flat from above: long, round, or with a shaped edge."""
    shape, w, h = spec.choice("shape"), spec["width"], spec["length"]
    canvas.frame(CENTRE - w - 12, CENTRE - h - 20, CENTRE + w + 12, CENTRE + h + 20, fill=0.9)
    if shape == "round":
        w = h = (w + h) / 2
        canvas.frame(CENTRE - w - 12, CENTRE - h - 12, CENTRE + w + 12, CENTRE + h + 12, fill=0.9)
        shapes = [ellipse(CENTRE, CENTRE, w * s) for s in (1, 0.88, 0.82)]
    elif shape == "scalloped":

        def outline(s: float) -> str:
            n, m = round(w / 13), round(h / 13)
            x0, y0, x1, y1 = CENTRE - w * s, CENTRE - h * s, CENTRE + w * s, CENTRE + h * s
            dx, dy = (x1 - x0) / n, (y1 - y0) / m
            arc = lambda a, b, c, d: f"a{a:.1f} {b:.1f} 0 0 1 {c:.1f} {d:.1f}"  # noqa: E731
            return (
                f"M{x0:.1f} {y0:.1f}"
                + arc(dx / 2, dx / 2, dx, 0) * n
                + arc(dy / 2, dy / 2, 0, dy) * m
                + arc(dx / 2, dx / 2, -dx, 0) * n
                + arc(dy / 2, dy / 2, 0, -dy) * m
                + "Z"
            )

        shapes = [
            outline(0.95),
            box(CENTRE - w * 0.88, CENTRE - h * 0.9, w * 1.76, h * 1.8, 4),
            box(CENTRE - w * 0.84, CENTRE - h * 0.87, w * 1.68, h * 1.74, 4),
        ]
    elif shape == "organic":
        points = [polar(CENTRE, CENTRE, 1, 30 * k) for k in range(12)]
        wobble = [1 + 0.14 * canvas.random.uniform(-1, 1) for _ in points]
        shapes = [
            smooth(
                [
                    (CENTRE + (x - CENTRE) * w * s * k, CENTRE + (y - CENTRE) * h * s * k)
                    for (x, y), k in zip(points, wobble, strict=True)
                ]
            )
            for s in (1, 0.9, 0.84)
        ]
    else:
        shapes = [
            box(CENTRE - w * s, CENTRE - h + (1 - s) * w, 2 * w * s, 2 * h - 2 * (1 - s) * w, 3)
            for s in (1, 0.86, 0.79)
        ]
        if spec.is_("edge", "fringe"):
            for k in range(int(w / 3.4)):
                x = CENTRE - w + 3.4 + k * 6.8
                for side in (-1, 1):
                    y = CENTRE + side * (h - 2)
                    canvas.stroke(
                        line((x, y), (x + canvas.random.uniform(-1.5, 1.5), y + side * 15)),
                        "#efe4cd",
                        2.6,
                        shadow=k % 3 == 0,
                    )
    canvas.part(
        shapes[0],
        spec.trim if spec.is_("edge", "border") or shape == "scalloped" else spec.paint,
        "flat",
        rim=True,
    )
    if spec.is_("edge", "border") or shape == "scalloped":
        canvas.part(shapes[1], spec.third, "", shadow=False)
        canvas.part(shapes[2], spec.paint, "flat", shadow=False)
    if spec.is_("centre", "medallion") and spec.pattern == "plain":
        for k, s in enumerate((0.56, 0.44, 0.3, 0.16)):
            petals = [polar(0, 0, s * (1.0 if j % 2 else 0.72), 360 / 16 * j) for j in range(16)]
            canvas.part(
                smooth([(CENTRE + x * w, CENTRE + y * min(h, w * 1.4)) for x, y in petals]),
                spec.plain.plain(spec.colours[1 + k % 2] if k < 3 else spec.colours[0]),
                "",
                shadow=False,
                edge=0.3,
            )
    elif spec.is_("centre", "arches") and spec.pattern == "plain":
        with canvas.inside(shapes[-1] if spec.is_("edge", "border") else shapes[0]):
            for k, colour in enumerate(
                (spec.colours[1], spec.colours[2], lighter(spec.colours[1], 0.4), spec.colours[0])
            ):
                r = w * (0.8 - 0.18 * k)
                canvas.part(
                    f"M{CENTRE - r} {CENTRE + h * 1.1}V{CENTRE}A{r} {r} 0 0 1 {CENTRE + r} {CENTRE}V{CENTRE + h * 1.1}Z",
                    spec.plain.plain(colour),
                    "",
                    shadow=False,
                    edge=0.2,
                )


def cushion(canvas: Canvas, spec: ProductSpec) -> None:
    w, h, puff = spec["width"], spec["length"], 10 + 10 * spec["puff"]
    shape = spec.choice("shape")
    canvas.frame(CENTRE - w - 22, CENTRE - h - 22, CENTRE + w + 22, CENTRE + h + 22, fill=0.86)
    if shape == "round":
        r = (w + h) / 2
        canvas.frame(CENTRE - r - 14, CENTRE - r - 14, CENTRE + r + 14, CENTRE + r + 14, fill=0.82)
        d = ellipse(CENTRE, CENTRE, r)
    else:
        d = (f"M{CENTRE - w} {CENTRE - h}Q{CENTRE} {CENTRE - h + puff} {CENTRE + w} {CENTRE - h}Q{CENTRE + w - puff} {CENTRE} {CENTRE + w} {CENTRE + h}"
             f"Q{CENTRE} {CENTRE + h - puff} {CENTRE - w} {CENTRE + h}Q{CENTRE - w + puff} {CENTRE} {CENTRE - w} {CENTRE - h}Z")  # fmt: skip
    edge = spec.choice("edge")
    if edge == "ruffle":
        canvas.stroke(d, darker(spec.colours[1], 0.1), 26, shadow=True)
        canvas.stroke(d, spec.colours[1], 22)
        canvas.stroke(d, "#1a1420", 20, 0.14, dash="2 7")
    canvas.part(d, spec.paint, "cloth", rim=True)
    if edge == "piping":
        canvas.stroke(d, darker(spec.colours[1], 0.35), 7)
        canvas.stroke(d, spec.colours[1], 5)
    if shape == "round":
        for k in range(16):
            canvas.fold(
                (CENTRE, CENTRE),
                polar(CENTRE, CENTRE, w * 0.5, 22.5 * k + 5),
                polar(CENTRE, CENTRE, w * 0.96, 22.5 * k),
                3,
            )
        canvas.button(CENTRE, CENTRE, 9, spec.colours[1])
    else:
        for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            x, y = CENTRE + sx * (w - 6), CENTRE + sy * (h - 6)
            canvas.fold((x, y), (x - sx * 20, y - sy * 34), (x - sx * 46, y - sy * 44), 6)
            if edge in ("tassels", "pompom"):
                if edge == "pompom":
                    canvas.part(ellipse(x + sx * 8, y + sy * 8, 14), spec.trim.of("boucle"), "soft")
                else:
                    canvas.part(
                        polygon(
                            (x + sx * 2, y),
                            (x + sx * 8 - 4, y),
                            (x + sx * 22, y + 32),
                            (x + sx * 6, y + 34),
                        ),
                        spec.trim,
                        "soft",
                    )
                    canvas.part(ellipse(x + sx * 6, y, 6), spec.third, "soft", shadow=False)
    canvas.flat(ellipse(CENTRE - w * 0.2, CENTRE - h * 0.3, w * 0.42, h * 0.3), "#ffffff", 0.07)


STYLES = (
    Style("Rugs", "rug", rug, 190, {"width": (88, 140), "length": (130, 172), "shape": ("long", "long", "long", "round", "scalloped", "organic"), "edge": ("plain", "fringe", "border"), "centre": ("plain", "medallion", "arches")},
          {"width": 0.26, "length": 0.12, "edge=fringe": 0.08, "edge=border": 0.1, "shape=scalloped": 0.1, "centre=medallion": 0.08}, ("wool", "pile", "jute", "cotton"), ("plain", "plain", *PRINTS, "argyle", "confetti", "windowpane")),
    Style("Cushions", "cushion", cushion, 34, {"width": (100, 140), "length": (74, 140), "puff": (0, 1), "shape": ("square", "square", "square", "round"), "edge": ("plain", "piping", "ruffle", "tassels", "pompom")},
          {"width": 0.1, "length": 0.12, "edge=piping": 0.06, "edge=ruffle": 0.12, "edge=tassels": 0.12, "edge=pompom": 0.1}, ("linen", "velvet", "boucle", "wool", "cotton", "silk"), ("plain", *PRINTS, "starry", "confetti", "argyle")),
)  # fmt: skip

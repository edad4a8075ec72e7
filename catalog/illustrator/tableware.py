"""Mugs, plates, bowls and teapots: what comes from the potter's wheel."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import (
    CENTRE,
    Point,
    curve,
    ellipse,
    half,
    lathe,
    polar,
    smooth,
)
from catalog.illustrator.style import ProductSpec, Style

FLOOR = 340.0
CLAYS = ("ceramic", "ceramic", "stoneware", "porcelain")
GLAZES = (
    "plain", "plain", "speckled", "striped", "dotted", "floral", "leaf", "checkerboard",
    "terrazzo", "painted", "zigzag", "banded", "ombre", "scallop", "confetti", "ditsy",
    "vertical",
)  # fmt: skip


def _mouth(
    canvas: Canvas,
    paint: Paint,
    y: float,
    rx: float,
    *,
    inside: str | None = None,
    lip: float = 0.9,
) -> None:
    """The open rim: lip, then the dark or coloured inside."""
    ry = max(4, rx * 0.17)
    canvas.part(
        ellipse(CENTRE, y, rx, ry), paint.plain(lighter(paint.colour, 0.22)), "flat", shadow=False
    )
    canvas.part(
        ellipse(CENTRE, y + ry * 0.06, rx * lip, ry * lip * 0.92),
        paint.plain(inside or darker(paint.colour, 0.35)),
        "inside",
        shadow=False,
        edge=0.3,
    )


def dip(canvas: Canvas, spec: ProductSpec, body: str, y: float) -> None:
    """Bare or second-coloured glaze below a wavy line."""
    with canvas.inside(body):
        canvas.part(
            f"M20 {y}q45 14 90 0t90 0t90 0t90 0V400H20Z", spec.trim, "round", shadow=False, edge=0.3
        )


def mug(canvas: Canvas, spec: ProductSpec) -> None:
    w, h = spec["width"], spec["height"]
    top = FLOOR - h
    shape, grip = spec.choice("shape"), spec.choice("handle")
    profiles: dict[str, list[Point]] = {
        "straight": [(w, top), (w, top + h * 0.5), (w * 0.98, FLOOR - 12), (w * 0.88, FLOOR)],
        "tapered": [(w, top), (w * 0.93, top + h * 0.5), (w * 0.84, FLOOR - 10), (w * 0.78, FLOOR)],
        "belly": [
            (w * 0.86, top),
            (w * 0.88, top + h * 0.2),
            (w * 1.06, top + h * 0.6),
            (w * 0.72, FLOOR),
        ],
        "bell": [
            (w * 1.05, top),
            (w * 0.9, top + h * 0.34),
            (w * 0.88, top + h * 0.66),
            (w * 0.6, FLOOR - 10),
            (w * 0.62, FLOOR),
        ],
        "enamel": [(w * 1.02, top), (w * 0.95, top + 6), (w * 0.95, FLOOR - 5), (w * 0.93, FLOOR)],
    }
    canvas.frame(CENTRE - w - 8, top - 18, CENTRE + w + 62, FLOOR + 12, fill=0.78)
    canvas.floor(CENTRE, FLOOR + 1, w)
    x, handle = CENTRE + w * 0.9, spec.colours[1] if spec.is_("dip", "handle") else spec.colours[0]
    d = {
        "round": f"M{x} {top + h * 0.22}C{x + 66} {top + h * 0.12} {x + 66} {top + h * 0.82} {x - 4} {top + h * 0.76}",
        "ear": f"M{x} {top + h * 0.2}C{x + 74} {top + h * 0.1} {x + 48} {top + h * 0.62} {x - 6} {top + h * 0.78}",
        "square": f"M{x} {top + h * 0.24}H{x + 38}Q{x + 48} {top + h * 0.24} {x + 48} {top + h * 0.34}V{top + h * 0.62}Q{x + 48} {top + h * 0.72} {x + 36} {top + h * 0.72}H{x - 4}",
        "small": f"M{x} {top + h * 0.2}C{x + 48} {top + h * 0.16} {x + 48} {top + h * 0.56} {x} {top + h * 0.54}",
    }[grip]
    canvas.tube(d, handle, 14 if spec.material != "enamel" else 9)
    body = lathe(profiles[shape], sag=7)
    canvas.part(body, spec.paint, "round", shadow=False, rim=True)
    if spec.is_("dip", "dipped"):
        dip(canvas, spec, body, top + h * 0.66)
    if spec.is_("dip", "band"):
        with canvas.inside(body):
            for y in (0.16, 0.24):
                canvas.stroke(
                    curve(
                        (CENTRE - w * 1.1, top + h * y),
                        (CENTRE, top + h * y + w * 0.24),
                        (CENTRE + w * 1.1, top + h * y),
                    ),
                    spec.colours[1],
                    5,
                )
    _mouth(
        canvas,
        spec.plain,
        top,
        profiles[shape][0][0],
        inside=None if spec.is_("inside", "same") else lighter(spec.colours[1], 0.3),
        lip=0.93,
    )


def plate(canvas: Canvas, spec: ProductSpec) -> None:
    """From above."""
    r, rim = 150.0, spec["rim"]
    canvas.frame(
        CENTRE - r - 4,
        CENTRE - r - 4,
        CENTRE + r + 4,
        CENTRE + r + 4,
        fill=0.7 + 0.18 * spec["size"],
    )
    edge = spec.choice("edge")
    n = 24

    def ring(q: float) -> str:
        if edge == "scalloped":
            return smooth(
                [
                    polar(CENTRE, CENTRE, q * (1.0 if k % 2 else 0.955), 180 / n * k * 2 / 2)
                    for k in range(2 * n)
                ]
            )
        if edge == "octagon":
            return (
                "M"
                + "L".join(
                    f"{x:.1f} {y:.1f}"
                    for x, y in (polar(CENTRE, CENTRE, q * 1.03, 45 * k + 22.5) for k in range(8))
                )
                + "Z"
            )
        return ellipse(CENTRE, CENTRE, q)

    well = r * (1 - rim)
    where = spec.choice("where")
    outer = spec.paint if where != "centre" else spec.plain
    inner = (
        spec.paint
        if where != "rim"
        else spec.plain.plain(
            lighter(spec.colours[0], 0.35) if spec.pattern == "plain" else spec.colours[0]
        )
    )
    canvas.part(ring(r), outer, "flat", rim=True)
    if spec.is_("line", "yes"):
        canvas.stroke(
            ring(r * 0.965), spec.colours[1] if spec.pattern == "plain" else spec.colours[2], 4
        )
    canvas.flat(ellipse(CENTRE + 2, CENTRE + 3, well + 4), "#1a1420", 0.12)
    canvas.part(ellipse(CENTRE, CENTRE, well), inner, "flat", shadow=False, edge=0.4)
    canvas.stroke(ellipse(CENTRE, CENTRE, well - 2.5), "#1a1420", 6, 0.07)
    canvas.stroke(
        f"M{CENTRE - well * 0.8:.1f} {CENTRE + well * 0.62:.1f}A{well} {well} 0 0 0 {CENTRE + well * 0.62:.1f} {CENTRE + well * 0.8:.1f}",
        "#ffffff",
        4,
        0.5,
    )
    if where == "centre" and spec.pattern == "plain":
        for k in range(8):
            px, py = polar(CENTRE, CENTRE, well * 0.3, 45 * k)
            canvas.part(ellipse(px, py, well * 0.14), spec.trim, "flat", shadow=False, edge=0.3)
        canvas.part(
            ellipse(CENTRE, CENTRE, well * 0.17), spec.third, "flat", shadow=False, edge=0.3
        )
    canvas.shine(
        f"M{CENTRE - r * 0.72:.1f} {CENTRE - r * 0.5:.1f}A{r * 0.9:.1f} {r * 0.9:.1f} 0 0 1 {CENTRE - r * 0.1:.1f} {CENTRE - r * 0.88:.1f}A{r:.1f} {r:.1f} 0 0 0 {CENTRE - r * 0.72:.1f} {CENTRE - r * 0.5:.1f}Z",
        0.5,
    )


def bowl(canvas: Canvas, spec: ProductSpec) -> None:
    w, h = spec["width"], spec["height"]
    top = FLOOR - h
    profiles: dict[str, list[Point]] = {
        "round": [
            (w, top),
            (w * 0.95, top + h * 0.4),
            (w * 0.66, top + h * 0.84),
            (w * 0.4, FLOOR - 8),
            (w * 0.4, FLOOR),
        ],
        "wide": [
            (w * 1.08, top),
            (w * 0.84, top + h * 0.46),
            (w * 0.5, top + h * 0.86),
            (w * 0.4, FLOOR),
        ],
        "straight": [(w, top), (w * 0.98, top + h * 0.5), (w * 0.9, FLOOR - 14), (w * 0.7, FLOOR)],
        "footed": [
            (w, top),
            (w * 0.9, top + h * 0.36),
            (w * 0.4, top + h * 0.68),
            (w * 0.26, FLOOR - 24),
            (w * 0.44, FLOOR),
        ],
    }
    profile = profiles[spec.choice("shape")]
    mouth = profile[0][0]
    canvas.frame(
        CENTRE - mouth - 8, top - mouth * 0.3 - 4, CENTRE + mouth + 8, FLOOR + 12, fill=0.8
    )
    canvas.floor(CENTRE, FLOOR + 1, profile[-1][0] + 16)
    body = lathe(profile, sag=6)
    canvas.part(body, spec.paint, "round", shadow=False, rim=True)
    if spec.is_("dip", "dipped"):
        dip(canvas, spec, body, top + h * 0.6)
    ry = mouth * 0.28
    canvas.part(
        ellipse(CENTRE, top, mouth, ry),
        spec.plain.plain(lighter(spec.colours[0], 0.25)),
        "flat",
        shadow=False,
    )
    inside = (
        spec.paint
        if spec.is_("inside", "pattern")
        else spec.plain.plain(
            spec.colours[0] if spec.is_("inside", "same") else lighter(spec.colours[1], 0.25)
        )
    )
    canvas.part(
        ellipse(CENTRE, top + 1, mouth * 0.95, ry * 0.92), inside, "inside", shadow=False, edge=0.3
    )


def teapot(canvas: Canvas, spec: ProductSpec) -> None:
    w, h = spec["width"], spec["height"]
    top = FLOOR - h
    canvas.frame(CENTRE - w - 76, top - 70, CENTRE + w + 62, FLOOR + 12, fill=0.84)
    canvas.floor(CENTRE, FLOOR + 1, w * 0.9)
    profiles: dict[str, list[Point]] = {
        "round": [
            (w * 0.5, top),
            (w * 0.8, top + h * 0.14),
            (w * 1.02, top + h * 0.52),
            (w * 0.84, top + h * 0.86),
            (w * 0.56, FLOOR),
        ],
        "pear": [
            (w * 0.42, top),
            (w * 0.56, top + h * 0.25),
            (w * 1.0, top + h * 0.66),
            (w * 0.86, top + h * 0.9),
            (w * 0.62, FLOOR),
        ],
        "drum": [
            (w * 0.6, top),
            (w * 0.94, top + h * 0.08),
            (w, top + h * 0.4),
            (w, FLOOR - 16),
            (w * 0.8, FLOOR),
        ],
    }
    profile = profiles[spec.choice("shape")]
    neck = profile[0][0]
    if spec.is_("handle", "top"):
        canvas.tube(
            f"M{CENTRE - w * 0.66} {top + 18}C{CENTRE - w * 0.8} {top - 86} {CENTRE + w * 0.8} {top - 86} {CENTRE + w * 0.66} {top + 18}",
            spec.timber.colour,
            9,
        )
    else:
        x = CENTRE + w * 0.86
        canvas.tube(
            f"M{x - 6} {top + h * 0.22}C{x + 74} {top + h * 0.02} {x + 74} {top + h * 0.9} {x - 6} {top + h * 0.76}",
            spec.colours[1] if spec.is_("dip", "handle") else spec.colours[0],
            12,
        )
    x = CENTRE - w * 0.82
    spout = f"M{x + 18} {top + h * 0.78}C{x - 40} {top + h * 0.8} {x - 26} {top + h * 0.3} {x - 62} {top + 2}L{x - 42} {top - 8}C{x - 14} {top + h * 0.1} {x - 4} {top + h * 0.3} {x + 20} {top + h * 0.36}Z"
    canvas.part(spout, spec.plain if spec.pattern == "plain" else spec.paint, "lying", shadow=False)
    body = lathe(profile, sag=6)
    canvas.part(body, spec.paint, "round", shadow=False, rim=True)
    if spec.is_("dip", "dipped"):
        dip(canvas, spec, body, top + h * 0.62)
    lid = spec.trim if spec.is_("dip", "handle") else spec.plain
    canvas.part(
        half(
            (0, top - 22),
            (neck * 0.5, top - 22, neck * 0.96, top - 12, neck, top + 2),
            (neck * 0.6, top + 12, 0, top + 12),
        ),
        lid,
        "round",
        shadow=False,
    )
    canvas.part(
        ellipse(CENTRE, top - 29, 11),
        spec.timber if spec.is_("handle", "top") else lid,
        "round",
        shadow=False,
    )


STYLES = (
    Style("Mugs", "mug", mug, 16, {"width": (58, 92), "height": (96, 176), "shape": ("straight", "tapered", "belly", "bell", "enamel"), "handle": ("round", "ear", "square", "small"), "dip": ("plain", "plain", "dipped", "band", "handle"), "inside": ("same", "contrast")},
          {"height": 0.16, "width": 0.12, "dip=dipped": 0.1, "dip=band": 0.04, "shape=belly": 0.06, "inside=contrast": 0.05}, (*CLAYS, "enamel", "glass"), GLAZES, stands=True),
    Style("Plates", "plate", plate, 18, {"rim": (0.12, 0.34), "size": (0, 1), "edge": ("round", "round", "scalloped", "octagon"), "where": ("all", "rim", "centre"), "line": ("yes", "no")},
          {"size": 0.3, "edge=scalloped": 0.12, "edge=octagon": 0.08, "line=yes": 0.06}, CLAYS, GLAZES),
    Style("Bowls", "bowl", bowl, 22, {"width": (86, 142), "height": (66, 118), "shape": ("round", "wide", "straight", "footed"), "dip": ("plain", "plain", "dipped"), "inside": ("same", "contrast", "pattern")},
          {"width": 0.24, "height": 0.1, "shape=footed": 0.14, "dip=dipped": 0.06, "inside=contrast": 0.04}, (*CLAYS, "wood", "enamel"), GLAZES, stands=True),
    Style("Teapots", "teapot", teapot, 48, {"width": (78, 104), "height": (96, 150), "shape": ("round", "pear", "drum"), "handle": ("side", "side", "top"), "dip": ("plain", "dipped", "handle")},
          {"width": 0.16, "height": 0.12, "handle=top": 0.1, "dip=dipped": 0.06, "dip=handle": 0.03}, (*CLAYS, "enamel", "metal"), GLAZES, stands=True),
)  # fmt: skip

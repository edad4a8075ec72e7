"""T-shirts, shirts, sweaters."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.garment import (
    SLEEVES,
    Torso,
    body_folds,
    collar,
    hem_band,
    placket,
    pocket,
    sleeves,
)
from catalog.illustrator.palette import darker, lighter
from catalog.illustrator.paths import CENTRE, box, curve, ellipse, half, line, polygon
from catalog.illustrator.style import ProductSpec, Style

PRINTS = (
    "plain", "plain", "striped", "banded", "dotted", "confetti", "starry", "ombre",
    "checkerboard", "painted",
)  # fmt: skip
WOVENS = (
    "plain", "plain", "pinstriped", "vertical", "plaid", "gingham", "dotted", "ditsy",
    "windowpane", "floral", "leaf",
)  # fmt: skip
KNITS = (
    "plain", "plain", "striped", "banded", "argyle", "zigzag", "checkerboard", "speckled",
    "herringbone",
)  # fmt: skip
EVERYONE = ("Women", "Men", "Unisex")


def _torso(canvas: Canvas, spec: ProductSpec, **changes: float) -> Torso:
    fit = spec["fit"]
    base = {
        "chest": 70 + 16 * fit,
        "waist": 66 + 20 * fit,
        "hem": 70 + 18 * fit,
        "shoulder": 68 + 14 * fit,
        "length": spec["length"],
    }
    torso = Torso(**(base | changes))
    reach = (
        {"none": 0, "cap": 20, "short": 42, "elbow": 66, "long": 100}[spec.choice("sleeve")]
        if "sleeve" in spec.traits
        else 62
    )
    canvas.frame(
        CENTRE - torso.chest - reach, torso.top - 14, CENTRE + torso.chest + reach, torso.bottom + 8
    )
    return torso


def tee(canvas: Canvas, spec: ProductSpec) -> None:
    torso = _torso(canvas, spec, top=74, neck=27 + 8 * spec["neck"], dip=16 + 20 * spec["neck"])
    neckline = spec.choice("neckline")
    ringer = spec.is_("finish", "ringer")
    edge = spec.trim if ringer else spec.plain
    canvas.part(torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False)
    sleeves(canvas, torso, spec.paint, SLEEVES[spec.choice("sleeve")], angle=34 if spec["fit"] > 0.5 else 28,
            cuff=44 if spec.is_("sleeve", "short") else 36, band=edge if ringer else None, band_width=8, stitch=spec.thread)  # fmt: skip
    canvas.part(torso.body(neckline), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    canvas.stroke(torso.rim(neckline, 4, 2), darker(edge.colour, 0.3), 9, 0.5)
    canvas.stroke(torso.rim(neckline, 4, 2), edge.colour, 7.5)
    canvas.seam(line((CENTRE - torso.hem + 2, torso.bottom - 8), (CENTRE, torso.bottom - 3), (CENTRE + torso.hem - 2, torso.bottom - 8)), spec.thread, 0.45)  # fmt: skip
    if spec.is_("finish", "pocket"):
        pocket(
            canvas,
            218,
            torso.armpit + 2,
            36,
            42,
            spec.trim if spec.pattern == "plain" else spec.plain,
            spec.thread,
        )
    if spec.is_("finish", "emblem") and spec.pattern == "plain":
        _emblem(canvas, spec, CENTRE, torso.armpit + 42)


def _emblem(canvas: Canvas, spec: ProductSpec, x: float, y: float) -> None:
    """A screen print: sun over hills, rings, or a leaf."""
    _, second, third = spec.colours
    kind = canvas.random.randrange(3)
    if kind == 0:
        canvas.flat(ellipse(x, y, 33), second)
        canvas.flat(f"M{x - 33} {y}q16 -18 33 2t33 -6A33 33 0 0 1 {x - 33} {y}Z", third)
        canvas.flat(ellipse(x + 11, y - 15, 7), lighter(second, 0.5))
    elif kind == 1:
        for k, radius in enumerate((34, 25, 16, 8)):
            canvas.flat(ellipse(x, y, radius), (second, third, lighter(second, 0.4), third)[k])
    else:
        for turn in (-50, -25, 0, 25, 50):
            canvas.add(
                f'<path d="M{x} {y + 30}q-12 -34 0 -62q12 28 0 62Z" fill="{second if turn % 50 else third}" transform="rotate({turn} {x} {y + 30})"/>'
            )


def polo(canvas: Canvas, spec: ProductSpec) -> None:
    torso = _torso(canvas, spec, top=76, neck=29, dip=20)
    canvas.part(torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False)
    sleeves(
        canvas,
        torso,
        spec.paint,
        SLEEVES[spec.choice("sleeve")],
        angle=30,
        cuff=40,
        band=spec.trim,
        band_width=7,
    )
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    canvas.part(box(191, torso.top + 16, 18, 66, 2), spec.trim, "flat", shadow=False)
    for y in (34, 52, 70):
        canvas.button(CENTRE, torso.top + y, 3, "#f3efe6")
    collar(canvas, torso, spec.trim, spread=40, stand=8)


def shirt(canvas: Canvas, spec: ProductSpec) -> None:
    torso = _torso(canvas, spec, top=68, neck=27, dip=22)
    canvas.part(
        torso.back(), spec.plain.plain(darker(spec.colours[0], 0.25)), "under", shadow=False
    )
    long = spec.is_("sleeve", "long")
    sleeves(canvas, torso, spec.paint, SLEEVES[spec.choice("sleeve")] - 4, angle=17 if long else 30, cuff=29 if long else 44,
            band=spec.plain if long and spec.pattern == "plain" else None, band_width=20, stitch=spec.thread)  # fmt: skip
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    button = "#f6f1e6" if spec.is_("buttons", "pearl") else darker(spec.colours[1], 0.1)
    placket(canvas, torso, spec.paint, button, count=7 if spec.is_("buttons", "pearl") else 6)
    pockets = {"none": (), "one": (216,), "two": (216, 146)}[spec.choice("pockets")]
    for x in pockets:
        pocket(canvas, x, torso.armpit - 4, 38, 44, spec.paint, spec.thread)
    if spec.is_("collar", "band"):
        d = half(
            (0, torso.top + 22),
            (18, torso.top + 20, 29, torso.top + 1),
            (25, torso.top - 8),
            (22, torso.top + 8, 0, torso.top + 10),
        )
        canvas.part(d, spec.plain, "flat", shadow=False)
    else:
        collar(canvas, torso, spec.paint, spread=spec["spread"])


def camp_shirt(canvas: Canvas, spec: ProductSpec) -> None:
    """Open notched collar, boxy, short sleeves."""
    torso = _torso(canvas, spec, top=72, neck=30, dip=54)
    canvas.part(
        torso.back(), spec.plain.plain(darker(spec.colours[0], 0.25)), "under", shadow=False
    )
    sleeves(
        canvas,
        torso,
        spec.paint,
        SLEEVES[spec.choice("sleeve")],
        angle=32,
        cuff=48,
        stitch=spec.thread,
    )
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso)
    placket(canvas, torso, spec.paint, "#f3e6cf", count=5)
    canvas.part(
        polygon(
            (192, torso.top + 54),
            (208, torso.top + 54),
            (208, torso.top + 62),
            (192, torso.top + 62),
        ),
        spec.paint,
        "",
        shadow=False,
        edge=0,
    )
    top = torso.top
    for side in (1, -1):
        d = polygon((CENTRE + side * 26, top - 7), (CENTRE + side * 37, top + 4), (CENTRE + side * 46, top + 28),
                    (CENTRE + side * 31, top + 30), (CENTRE + side * 37, top + 40), (CENTRE, top + 62))  # fmt: skip
        canvas.part(d, spec.paint, "flat", angle=-30 * side, shadow=False, edge=0.8)
    canvas.part(
        half((0, top - 9), (20, top - 9, 26, top - 7), (30, top + 2), (16, top + 8, 0, top + 8)),
        spec.plain,
        "under",
    )


def sweater(canvas: Canvas, spec: ProductSpec) -> None:
    neckline = spec.choice("neckline")
    roll = neckline == "roll"
    torso = _torso(
        canvas,
        spec,
        top=74,
        neck=27 if roll else 33,
        dip=16 if roll else 46 if neckline == "vee" else 24,
        slope=22,
    )
    sleeves(
        canvas,
        torso,
        spec.paint,
        190,
        angle=15,
        cuff=32,
        band=spec.trim if spec.is_("rib", "contrast") else spec.plain,
        band_width=22,
    )
    if not roll:
        canvas.part(
            torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False
        )
    canvas.part(torso.body(neckline), spec.paint, "cloth", rim=True)
    if spec.is_("stitch", "cable") and spec.pattern == "plain":
        _cables(canvas, torso)
    body_folds(canvas, torso, 1.2)
    edge = spec.trim if spec.is_("rib", "contrast") else spec.plain
    hem_band(canvas, torso, edge, 22)
    if roll:
        neck = half((0, 38), (22, 38, 29, 42), (33, 60, 31, 84), (16, 98, 0, 98))
        canvas.part(neck, edge, "soft")
        canvas.stroke(curve((168, 64), (200, 76), (232, 64)), "#1a1420", 1.5, 0.25)
        canvas.stroke(
            "".join(line((x, 42), (x, 92)) for x in range(176, 228, 6)), "#1a1420", 1, 0.14
        )
    else:
        canvas.stroke(torso.rim(neckline, 5, 3), darker(edge.colour, 0.35), 13, 0.5)
        canvas.stroke(torso.rim(neckline, 5, 3), edge.colour, 11)
        canvas.stroke(torso.rim(neckline, 5, 3), "#1a1420", 10, 0.13, dash="1.4 3")


def _cables(canvas: Canvas, torso: Torso) -> None:
    for x in (-44, 0, 44):
        for sign in (1, -1):
            points = "".join(
                f"{'M' if k == 0 else 'T'}{CENTRE + x + sign * 8 * (-1) ** k:.0f} {torso.top + 58 + 20 * k:.0f}"
                for k in range(int((torso.length - 88) / 20))
            ).replace("T", "L", 1)
            canvas.stroke(points, "#1a1420", 3.2, 0.2)
            canvas.stroke(points, "#ffffff", 1.2, 0.25)
        for dx in (-15, 15):
            canvas.stroke(
                line((CENTRE + x + dx, torso.top + 54), (CENTRE + x + dx, torso.bottom - 24)),
                "#1a1420",
                1.3,
                0.18,
            )


def cardigan(canvas: Canvas, spec: ProductSpec) -> None:
    torso = _torso(canvas, spec, top=72, neck=29, dip=spec["depth"], slope=20)
    edge = spec.trim if spec.is_("rib", "contrast") else spec.plain
    sleeves(canvas, torso, spec.paint, 192, angle=15, cuff=32, band=edge, band_width=20)
    canvas.part(
        torso.back(), spec.plain.plain(darker(spec.colours[0], 0.35)), "under", shadow=False
    )
    canvas.part(torso.body("vee"), spec.paint, "cloth", rim=True)
    body_folds(canvas, torso, 1.2)
    hem_band(canvas, torso, edge, 20)
    low = torso.top + torso.dip
    d = f"M{CENTRE - 29} {torso.top}L{CENTRE} {low:.1f}L{CENTRE} {torso.bottom + 4:.1f}M{CENTRE + 29} {torso.top}L{CENTRE} {low:.1f}"
    canvas.stroke(d, darker(edge.colour, 0.35), 16, 0.6)
    canvas.stroke(d, edge.colour, 14)
    canvas.stroke(line((CENTRE, low + 4), (CENTRE, torso.bottom + 3)), "#1a1420", 1, 0.3)
    count = int(spec["buttons"])
    for k in range(count):
        canvas.button(
            CENTRE, low + 14 + k * (torso.bottom - low - 24) / max(1, count - 1), 5, spec.colours[2]
        )
    if spec.is_("pockets", "two"):
        for x in (136, 222):
            canvas.part(box(x, torso.bottom - 78, 42, 46, 3), spec.plain, "flat", shadow=False)
            canvas.part(box(x, torso.bottom - 78, 42, 10, 2), edge, "flat", shadow=False)


STYLES = (
    Style("T-shirts", "tee", tee, 24,
          {"fit": (0, 1), "length": (205, 245), "neck": (0, 0.7), "sleeve": ("cap", "short", "short", "elbow", "long"),
           "neckline": ("crew", "crew", "vee", "boat"), "finish": ("clean", "ringer", "pocket", "emblem", "emblem")},
          {"length": 0.06, "sleeve=long": 0.22, "sleeve=elbow": 0.1, "finish=pocket": 0.08, "finish=emblem": 0.14},
          ("cotton", "cotton", "linen"), PRINTS, EVERYONE),
    Style("T-shirts", "polo", polo, 38, {"fit": (0.1, 0.8), "length": (215, 245), "sleeve": ("short", "short", "long")},
          {"sleeve=long": 0.2, "length": 0.05}, ("cotton", "knit", "silk"), ("plain", "plain", "striped", "banded", "argyle"), EVERYONE),
    Style("Shirts", "shirt", shirt, 52,
          {"fit": (0, 0.9), "length": (235, 262), "sleeve": ("long", "long", "long", "short"), "collar": ("point", "point", "band"),
           "spread": (22, 40), "pockets": ("none", "one", "one", "two"), "buttons": ("pearl", "horn")},
          {"sleeve=long": 0.15, "pockets=two": 0.12, "pockets=one": 0.05, "buttons=pearl": 0.08},
          ("cotton", "linen", "denim", "silk", "corduroy"), WOVENS, EVERYONE),
    Style("Shirts", "camp shirt", camp_shirt, 46, {"fit": (0.6, 1.1), "length": (205, 235), "sleeve": ("short", "elbow")},
          {"sleeve=elbow": 0.1, "length": 0.06}, ("cotton", "linen", "silk"),
          ("leaf", "floral", "painted", "vertical", "plain", "checkerboard", "terrazzo"), EVERYONE),
    Style("Sweaters", "sweater", sweater, 68,
          {"fit": (0.2, 1.1), "length": (212, 240), "neckline": ("crew", "crew", "vee", "roll"), "rib": ("self", "self", "contrast"), "stitch": ("plain", "cable")},
          {"stitch=cable": 0.18, "neckline=roll": 0.12, "rib=contrast": 0.05, "fit": 0.08},
          ("knit", "knit", "chunky", "cashmere"), KNITS, EVERYONE),
    Style("Sweaters", "cardigan", cardigan, 74,
          {"fit": (0.2, 1.1), "length": (205, 262), "depth": (50, 120), "buttons": (3, 7), "rib": ("self", "contrast"), "pockets": ("none", "two")},
          {"length": 0.12, "buttons": 0.08, "pockets=two": 0.1}, ("knit", "knit", "chunky", "cashmere"), KNITS, EVERYONE),
)  # fmt: skip

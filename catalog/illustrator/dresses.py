"""Dresses."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.garment import SLEEVES, Torso, collar, sleeves
from catalog.illustrator.palette import darker
from catalog.illustrator.paths import CENTRE, box, curve, half, line
from catalog.illustrator.style import ProductSpec, Style

PRINTS = (
    "plain", "plain", "floral", "floral", "ditsy", "dotted", "leaf", "gingham", "vertical",
    "painted", "scallop", "banded", "starry", "ombre", "plaid",
)  # fmt: skip


def _skirt(
    canvas: Canvas, spec: ProductSpec, waist: float, y: float, bottom: float, hem: float
) -> None:
    wave = 8 + hem * 0.05
    d = half(
        (0, y - 3), (waist, y - 3), (waist + 8, y + 24, hem - 14, bottom - 60, hem, bottom),
        (hem * 0.8, bottom + wave, hem * 0.55, bottom + wave * 0.5), (hem * 0.3, bottom - 1, hem * 0.2, bottom + wave * 0.8), (hem * 0.1, bottom + wave * 1.4, 0, bottom + wave),
    )  # fmt: skip
    canvas.part(d, spec.paint, "cloth", rim=True)
    for k in (-0.7, -0.36, 0.05, 0.4, 0.72):
        sway = canvas.random.uniform(-6, 6)
        canvas.fold(
            (CENTRE + hem * k, bottom + 2),
            (CENTRE + hem * k * 0.75 + sway, (y + bottom) / 2 + 20),
            (CENTRE + waist * k * 0.8, y + 16),
            5 + hem * 0.03,
        )
    if spec.is_("skirt", "tiered"):
        for share in (0.4, 0.72):
            ty, w = y + (bottom - y) * share, waist + (hem - waist) * (share**0.8)
            canvas.stroke(
                curve((CENTRE - w, ty), (CENTRE, ty + 16), (CENTRE + w, ty)),
                darker(spec.colours[0], 0.5),
                1.8,
                0.6,
            )
            for k in range(-7, 8):
                x = CENTRE + w * k / 7.6
                canvas.fold((x, ty + 8), (x + k, ty + 20), (x + 1.5 * k, ty + 34), 2)


def dress(canvas: Canvas, spec: ProductSpec) -> None:
    """Bodice, waist and skirt."""
    neckline = spec.choice("neckline")
    sleeve = spec.choice("sleeve")
    waist_y = 150 + spec["rise"]
    bottom = waist_y + spec["length"]
    hem = 68 + 70 * spec["flare"]
    torso = Torso(top=52, neck=26 + 12 * spec["open"], dip=18 + 30 * spec["open"], shoulder=60 if sleeve != "none" else 48,
                  chest=58, waist=52, hem=48, length=waist_y - 52, slope=12)  # fmt: skip
    reach = {"none": 0, "cap": 18, "short": 34, "puff": 44, "elbow": 56, "long": 74, "bell": 84}[
        sleeve
    ]
    canvas.frame(CENTRE - max(hem, 58 + reach), 44, CENTRE + max(hem, 58 + reach), bottom + 14)
    canvas.part(torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False)
    if sleeve == "puff":
        sleeves(
            canvas,
            torso,
            spec.paint,
            66,
            angle=38,
            cuff=36,
            flare=16,
            band=spec.plain,
            band_width=8,
        )
    elif sleeve == "bell":
        sleeves(canvas, torso, spec.paint, 168, angle=20, cuff=28, flare=24)
    else:
        sleeves(
            canvas,
            torso,
            spec.paint,
            SLEEVES[sleeve] * 0.84,
            angle=18 if sleeve == "long" else 30,
            cuff=25 if sleeve == "long" else 34,
            stitch=spec.thread,
        )
    _skirt(canvas, spec, 50, waist_y, bottom, hem)
    canvas.part(torso.body(neckline), spec.paint, "cloth", rim=True)
    for side in (-1, 1):
        canvas.fold(
            (CENTRE + side * 52, torso.armpit + 4),
            (CENTRE + side * 34, torso.armpit + 14),
            (CENTRE + side * 26, torso.armpit + 34),
            4,
        )
    canvas.stroke(torso.rim(neckline, 2, 0), darker(spec.colours[0], 0.4), 2.4, 0.7)
    detail = spec.choice("detail")
    if detail == "buttons":
        canvas.part(
            box(CENTRE - 8, torso.top + torso.dip + 1, 16, bottom - torso.top - torso.dip + 8),
            spec.paint,
            "flat",
            shadow=False,
            edge=0.35,
        )
        for k in range(8):
            canvas.button(
                CENTRE,
                torso.top + torso.dip + 12 + k * (bottom - torso.top - torso.dip - 30) / 7,
                4,
                spec.colours[1],
            )
    if detail == "collar":
        collar(canvas, torso, spec.trim, spread=36, stand=7)
    if detail in ("belt", "bow"):
        canvas.part(box(CENTRE - 51, waist_y - 9, 102, 16, 3), spec.trim, "flat", shadow=False)
    else:
        canvas.stroke(
            curve((CENTRE - 49, waist_y), (CENTRE, waist_y + 5), (CENTRE + 49, waist_y)),
            darker(spec.colours[0], 0.45),
            1.6,
            0.6,
        )
    if detail == "belt":
        canvas.stroke(box(CENTRE - 9, waist_y - 11, 18, 20, 3), spec.hardware, 3)
    if detail == "bow":
        _bow(canvas, spec, CENTRE, waist_y - 1)


def _bow(canvas: Canvas, spec: ProductSpec, x: float, y: float) -> None:
    for side in (-1, 1):
        canvas.part(
            f"M{x} {y}L{x + side * 9} {y + 62}L{x + side * 24} {y + 56}Z",
            spec.trim,
            "flat",
            shadow=False,
        )
        canvas.part(
            f"M{x} {y}C{x + side * 14} {y - 22} {x + side * 38} {y - 22} {x + side * 36} {y - 2}C{x + side * 36} {y + 16} {x + side * 14} {y + 14} {x} {y}Z",
            spec.trim,
            "flat",
            shadow=False,
        )
    canvas.part(box(x - 7, y - 8, 14, 15, 5), spec.trim, "flat", shadow=False)


def slip_dress(canvas: Canvas, spec: ProductSpec) -> None:
    """Thin straps, cut from one length of cloth."""
    top, bottom = 92, 150 + spec["length"]
    hem = 58 + 52 * spec["flare"]
    canvas.frame(CENTRE - max(hem, 64), 40, CENTRE + max(hem, 64), bottom + 12)
    for side in (-1, 1):
        canvas.stroke(
            curve(
                (CENTRE + side * 34, top + 2), (CENTRE + side * 38, 66), (CENTRE + side * 24, 46)
            ),
            darker(spec.colours[0], 0.2),
            3.4,
            shadow=True,
        )
    neck = [(16, top + 24, 34, top)] if spec.is_("neckline", "cowl") else [(34, top)]
    d = half(
        (0, top + 24),
        *neck,
        (44, top + 20, 52, top + 42),
        (47, top + 70, 47, top + 92),
        (50, top + 120, hem - 10, bottom - 40, hem, bottom),
        (hem * 0.5, bottom + 10, 0, bottom + 10),
    )
    canvas.part(d, spec.paint, "cloth", rim=True)
    for k in (-0.6, -0.15, 0.3, 0.7):
        canvas.fold(
            (CENTRE + hem * k, bottom),
            (CENTRE + 46 * k, bottom - 90),
            (CENTRE + 34 * k, top + 96),
            6,
        )
    if spec.is_("neckline", "cowl"):
        for dy in (8, 20, 34):
            canvas.stroke(
                curve(
                    (CENTRE - 30, top + dy * 0.5),
                    (CENTRE, top + 26 + dy),
                    (CENTRE + 30, top + dy * 0.5),
                ),
                "#1a1420",
                1.8,
                0.2,
            )
    if spec.is_("detail", "lace"):
        d = "".join(
            f"M{CENTRE - hem + 4 + k * hem / 9:.1f} {bottom + 4}q{hem / 18:.1f} 12 {hem / 9:.1f} 0"
            for k in range(17)
        )
        canvas.stroke(d, spec.colours[1], 5)
    if spec.is_("detail", "sash"):
        canvas.part(
            half((0, top + 82), (48, top + 80), (48, top + 96), (0, top + 98)),
            spec.trim,
            "flat",
            shadow=False,
        )
        _bow(canvas, spec, CENTRE + 20, top + 89)


def shift(canvas: Canvas, spec: ProductSpec) -> None:
    """Straight from the shoulder, no waist."""
    sleeve = spec.choice("sleeve")
    hem = 72 + 26 * spec["flare"]
    torso = Torso(
        top=56,
        neck=28,
        dip=20,
        shoulder=58,
        chest=64,
        waist=66,
        hem=hem,
        length=spec["length"],
        slope=12,
    )
    reach = {"none": 0, "short": 36, "elbow": 60, "bell": 76}[sleeve]
    canvas.frame(CENTRE - max(hem, 64 + reach), 46, CENTRE + max(hem, 64 + reach), torso.bottom + 8)
    canvas.part(torso.back(), spec.plain.plain(darker(spec.colours[0], 0.3)), "under", shadow=False)
    if sleeve == "bell":
        sleeves(canvas, torso, spec.paint, 120, angle=28, cuff=34, flare=20)
    else:
        sleeves(
            canvas, torso, spec.paint, SLEEVES[sleeve] * 0.85, angle=30, cuff=36, stitch=spec.thread
        )
    canvas.part(torso.body("crew"), spec.paint, "cloth", rim=True)
    for k in (-0.55, 0.1, 0.6):
        canvas.fold(
            (CENTRE + hem * k, torso.bottom),
            (CENTRE + 60 * k, torso.bottom - 70),
            (CENTRE + 54 * k, torso.bottom - 130),
            5,
        )
    canvas.stroke(torso.rim("crew", 3, 1), spec.colours[1], 6)
    if spec.is_("detail", "pockets"):
        for x in (-50, 16):
            canvas.part(
                box(CENTRE + x, torso.bottom - 110, 34, 40, 3), spec.trim, "flat", shadow=False
            )
            canvas.seam(
                line((CENTRE + x + 3, torso.bottom - 104), (CENTRE + x + 31, torso.bottom - 104)),
                "#ffffff",
                0.6,
            )
    if spec.is_("detail", "border"):
        canvas.part(
            half(
                (0, torso.bottom - 20),
                (hem - 1, torso.bottom - 26),
                (hem, torso.bottom),
                (hem * 0.5, torso.bottom + 6, 0, torso.bottom + 6),
            ),
            spec.trim,
            "flat",
            shadow=False,
        )


STYLES = (
    Style("Dresses", "dress", dress, 88,
          {"rise": (-6, 14), "length": (110, 225), "flare": (0.1, 1), "open": (0, 1), "neckline": ("crew", "vee", "square", "boat"),
           "sleeve": ("none", "cap", "short", "puff", "elbow", "long", "bell"), "skirt": ("plain", "plain", "tiered"), "detail": ("none", "buttons", "belt", "bow", "collar")},
          {"length": 0.22, "flare": 0.06, "sleeve=long": 0.12, "sleeve=bell": 0.16, "sleeve=puff": 0.1, "skirt=tiered": 0.12, "detail=buttons": 0.08, "detail=belt": 0.1, "detail=bow": 0.08},
          ("cotton", "linen", "satin", "silk", "velvet", "denim"), PRINTS, ("Women",)),
    Style("Dresses", "slip dress", slip_dress, 82, {"length": (110, 205), "flare": (0, 1), "neckline": ("straight", "cowl"), "detail": ("none", "lace", "sash")},
          {"length": 0.2, "neckline=cowl": 0.08, "detail=lace": 0.12, "detail=sash": 0.08}, ("satin", "silk", "velvet", "cotton"), PRINTS, ("Women",)),
    Style("Dresses", "shift dress", shift, 70, {"length": (195, 270), "flare": (0, 1), "sleeve": ("none", "short", "elbow", "bell"), "detail": ("none", "pockets", "border")},
          {"length": 0.16, "sleeve=bell": 0.14, "sleeve=elbow": 0.08, "detail=pockets": 0.08, "detail=border": 0.06}, ("cotton", "linen", "knit", "wool"), PRINTS, ("Women",)),
)  # fmt: skip

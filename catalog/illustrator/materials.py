"""What things are made of: a fine texture drawn over the colour, and how light falls on it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """``texture`` is tile markup with ``INK`` for its colour; ``worth`` the log-price it adds."""

    word: str
    worth: float
    size: tuple[float, float] = (8, 8)
    texture: str = ""

    def tile(self, ink: str, angle: float) -> str:
        width, height = self.size
        return (
            f'<pattern id="{{id}}" width="{width}" height="{height}" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({angle:.0f} 200 200)">{self.texture.replace("INK", ink)}</pattern>'
        )


def _lines(d: str, width: float, opacity: float) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="INK" stroke-width="{width}" stroke-opacity="{opacity}" '
        'stroke-linecap="round"/>'
    )


def _spots(spots: str, opacity: float) -> str:
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="INK" fill-opacity="{opacity}"/>'
        for x, y, r in (s.split(",") for s in spots.split())
    )


MATERIALS: dict[str, Material] = {
    "cotton": Material("cotton", 0.0),
    "linen": Material(
        "linen",
        0.18,
        (14, 14),
        _lines("M0 2H14M3 5H11M0 8H9M5 12H14", 0.6, 0.2) + _lines("M3 0V14M9 2V12", 0.6, 0.18),
    ),
    "denim": Material("denim", 0.08, (5, 5), _lines("M-1 6L6 -1M-1 1L1 -1M4 6L6 4", 0.9, 0.26)),
    "corduroy": Material("corduroy", 0.12, (6, 20), _lines("M1 0V20", 1.7, 0.22)),
    "knit": Material("knit", 0.1, (9, 8), _lines("M0.5 1L4.5 6L8.5 1", 1.7, 0.2)),
    "chunky": Material("chunky knit", 0.22, (17, 15), _lines("M1 2L8.5 12L16 2", 3.6, 0.17)),
    "cashmere": Material("cashmere", 0.5, (5, 5), _lines("M0.5 1L2.5 4L4.5 1", 0.9, 0.14)),
    "wool": Material(
        "wool",
        0.3,
        (13, 13),
        _spots("2,3,1 8,2,.8 5,8,1 11,7,.9 2,11,.7 9,12,.8", 0.16)
        + _lines("M5 4L7 5M10 10L11 9", 0.7, 0.2),
    ),
    "boucle": Material(
        "bouclé",
        0.3,
        (16, 16),
        _lines("M2 3q3 -3 4 1t-4 2M10 4q3 -3 4 1t-4 2M5 12q3 -3 4 1t-4 2M13 13q2 -2 3 0", 1.3, 0.2),
    ),
    "fleece": Material(
        "fleece",
        0.1,
        (11, 11),
        _lines("M1 2q2 -2 3 0M7 4q2 -2 3 0M3 8q2 -2 3 0M8 10q1 -1 2 0", 1.2, 0.14),
    ),
    "velvet": Material("velvet", 0.28),
    "satin": Material("satin", 0.2),
    "silk": Material("silk", 0.45),
    "nylon": Material("nylon", 0.0, (7, 7), _lines("M0 0H7M0 0V7", 0.5, 0.13)),
    "quilted": Material(
        "quilted",
        0.22,
        (30, 30),
        _lines("M0 15L15 0L30 15L15 30Z", 1.6, 0.3) + _lines("M2 18L15 31M15 3L27 15", 1, 0.08),
    ),
    "canvas": Material(
        "canvas",
        0.0,
        (5, 5),
        _lines("M0 1H2.5M2.5 3.5H5", 1, 0.17) + _lines("M1.2 2.2V5M3.8 0V2.4", 0.8, 0.12),
    ),
    "leather": Material(
        "leather",
        0.4,
        (19, 17),
        _spots("3,3,.7 11,2,.6 6,8,.8 15,7,.6 2,13,.6 10,13,.7 16,14,.6", 0.17),
    ),
    "suede": Material("suede", 0.3, (9, 9), _lines("M1 2L3 3M5 6L7 5M2 7L3 8M7 1L8 2", 0.7, 0.16)),
    "mesh": Material("mesh", 0.0, (6, 6), _spots("1.5,1.5,.9 4.5,4.5,.9", 0.24)),
    "straw": Material(
        "straw",
        0.05,
        (12, 8),
        _lines("M0 2L6 0M6 4L12 2M0 6L6 4M6 8L12 6", 1.5, 0.3)
        + _lines("M6 0L12 2M0 4L6 6", 1, 0.2),
    ),
    "rattan": Material(
        "rattan",
        0.15,
        (12, 12),
        _lines("M0 0L12 12M12 0L0 12", 1.3, 0.4) + _lines("M6 0V12M0 6H12", 0.9, 0.28),
    ),
    "wood": Material(
        "wood",
        0.15,
        (150, 34),
        _lines(
            "M0 4C40 2 70 8 150 4M0 12C50 16 90 8 150 12M0 20C30 18 60 26 100 21S140 20 150 20M0 29C60 25 90 32 150 29",
            1,
            0.24,
        ),
    ),
    "ceramic": Material("ceramic", 0.05),
    "stoneware": Material(
        "stoneware",
        0.12,
        (31, 29),
        _spots("3,4,.9 14,2,.6 22,8,1 9,13,.7 28,18,.8 17,20,1.1 5,24,.7 24,27,.6", 0.4),
    ),
    "porcelain": Material("porcelain", 0.3),
    "glass": Material("glass", 0.1),
    "metal": Material("metal", 0.15),
    "enamel": Material("enamel", 0.02),
    "paper": Material("paper", -0.05, (40, 12), _lines("M0 6H40", 0.8, 0.16)),
    "plastic": Material("acetate", 0.0),
    "wax": Material("wax", 0.0),
    "rubber": Material("rubber", -0.05),
    "marble": Material(
        "marble",
        0.35,
        (120, 90),
        _lines("M0 20C30 30 40 5 75 25S110 60 120 50M20 90C30 60 60 70 90 45", 1.2, 0.22),
    ),
    "jute": Material("jute", 0.0, (10, 6), _lines("M0 1.5H5M5 4.5H10", 2.2, 0.2)),
    "pile": Material("wool pile", 0.25, (7, 7), _spots("1,1,.9 5,2,.8 3,5,.9 6,6,.7", 0.17)),
}


def _gradient(stops: str, direction: str = 'x2="0" y2="1"') -> str:
    """``stops``: ``offset:colour:opacity`` separated by spaces; w is white, k a warm black."""
    names = {"w": "#ffffff", "k": "#1b1422"}
    inner = "".join(
        f'<stop offset="{o}" stop-color="{names[c]}" stop-opacity="{a}"/>'
        for o, c, a in (stop.split(":") for stop in stops.split())
    )
    return f'<linearGradient id="{{id}}" x1="0" y1="0" {direction}>{inner}</linearGradient>'


_ACROSS = 'x2="1" y2="0"'
_SLANT = 'x2="1" y2="1"'
LIGHTS: dict[str, str] = {
    "cloth": _gradient("0:w:.22 .4:w:.02 .55:k:0 1:k:.2", 'x2=".5" y2="1"'),
    "sleeve": _gradient("0:w:.12 .5:k:.04 1:k:.24", _SLANT),
    "flat": _gradient("0:w:.12 1:k:.1", _SLANT),
    "under": _gradient("0:k:.36 1:k:.16"),
    "round": _gradient("0:k:.3 .16:k:.06 .3:w:.3 .46:w:.04 .66:k:.05 1:k:.38", _ACROSS),
    "soft": _gradient("0:k:.16 .3:w:.2 .6:k:.02 1:k:.24", _ACROSS),
    "glossy": _gradient("0:k:.32 .14:k:.04 .22:w:.55 .3:w:.1 .6:k:.03 .9:k:.36 1:k:.2", _ACROSS),
    "lying": _gradient("0:w:.34 .35:w:.06 .6:k:.04 1:k:.34"),
    "inside": _gradient("0:k:.42 .5:k:.2 1:w:.1"),
    "glass": _gradient("0:w:.5 .12:w:.05 .24:w:.55 .32:w:.1 .75:k:.05 .92:w:.25 1:k:.25", _ACROSS),
    "lens": _gradient("0:w:.05 .42:w:.1 .43:w:.38 .58:w:.3 .59:w:.06 1:k:.15", _SLANT),
    "steel": _gradient("0:k:.35 .15:w:.6 .3:k:.1 .5:w:.45 .7:k:.22 .85:w:.3 1:k:.4", _ACROSS),
    "sheen": _gradient("0:w:.3 .2:k:.1 .38:w:.38 .52:k:.12 .7:w:.2 1:k:.3", _SLANT),
    "glow": _gradient("0:w:.25 .55:w:.55 1:w:.15"),
}
# Shiny and deep materials bend a light of the dull kind into their own.
METAL_LIGHT: dict[str, dict[str, str]] = {
    "metal": {"cloth": "steel", "round": "steel", "soft": "steel", "flat": "steel"},
    "satin": {"cloth": "sheen"},
    "silk": {"cloth": "sheen"},
    "velvet": {"cloth": "sheen", "soft": "sheen"},
    "ceramic": {"round": "glossy"},
    "porcelain": {"round": "glossy"},
    "enamel": {"round": "glossy"},
    "glass": {"round": "glass", "soft": "glass"},
}

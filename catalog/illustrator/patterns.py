"""Prints and weaves as repeating tiles. A tile paints over the base colour, edges matching."""

from __future__ import annotations

import random
from collections.abc import Callable

from catalog.illustrator.palette import darker, lighter, lightness, mix
from catalog.illustrator.paths import ellipse, number, polar, polygon, smooth

Colours = tuple[str, str, str]
Tile = tuple[float, float, str]  # width, height, markup


def _rect(x: float, y: float, w: float, h: float, colour: str, opacity: float = 1.0) -> str:
    faint = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" '
        f'fill="{colour}"{faint}/>'
    )


def _path(d: str, colour: str) -> str:
    return f'<path d="{d}" fill="{colour}"/>'


def _line(d: str, colour: str, width: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(width)}"/>'


def _scatter(
    rng: random.Random, size: float, count: int, apart: float, motif: Callable[[float, float], str]
) -> str:
    """``motif`` at random spots that keep ``apart``, repeated over the tile's edges."""
    spots: list[tuple[float, float]] = []
    for _ in range(count * 30):
        x, y = rng.uniform(0, size), rng.uniform(0, size)
        gaps = ((abs(x - a), abs(y - b)) for a, b in spots)
        if all(min(p, size - p) ** 2 + min(q, size - q) ** 2 > apart**2 for p, q in gaps):
            spots.append((x, y))
        if len(spots) == count:
            break
    out = []
    for x, y in spots:
        state = rng.getstate()
        for dx in (-size, 0, size):
            for dy in (-size, 0, size):
                if -apart < x + dx < size + apart and -apart < y + dy < size + apart:
                    rng.setstate(state)
                    out.append(motif(x + dx, y + dy))
    return "".join(out)


def _striped(c: Colours, rng: random.Random) -> Tile:
    width, bar = rng.choice(((22, 11), (18, 6), (26, 18), (14, 3.5)))
    return 40, width, _rect(0, 0, 40, bar, c[1])


def _pinstriped(c: Colours, rng: random.Random) -> Tile:
    return 11, 40, _rect(0, 0, 1.8, 40, c[1], 0.85)


def _bands(c: Colours, rng: random.Random) -> Tile:
    return (
        40,
        64,
        _rect(0, 0, 40, 20, c[1]) + _rect(0, 26, 40, 5, c[2]) + _rect(0, 40, 40, 9, c[1], 0.55),
    )


def _plaid(c: Colours, rng: random.Random) -> Tile:
    s = rng.choice((48, 58))
    bars = ((0.0, s * 0.4, c[1], 0.48), (s * 0.64, 3.0, c[2], 0.75), (s * 0.76, 3.0, c[2], 0.75))
    upright = "".join(_rect(at, 0, width, s, colour, faint) for at, width, colour, faint in bars)
    across = "".join(_rect(0, at, s, width, colour, faint) for at, width, colour, faint in bars)
    return s, s, upright + across


def _gingham(c: Colours, rng: random.Random) -> Tile:
    s = rng.choice((10, 14))
    return 2 * s, 2 * s, _rect(0, 0, s, 2 * s, c[1], 0.55) + _rect(0, 0, 2 * s, s, c[1], 0.55)


def _windowpane(c: Colours, rng: random.Random) -> Tile:
    return 36, 36, _rect(0, 0, 2.2, 36, c[1]) + _rect(0, 0, 36, 2.2, c[1])


def _dotted(c: Colours, rng: random.Random) -> Tile:
    s, r = rng.choice(((24, 5.5), (18, 3), (32, 9)))
    spots = ((s / 2, s / 2), (0, 0), (s, 0), (0, s), (s, s))
    return s, s, "".join(_path(ellipse(x, y, r), c[1]) for x, y in spots)


def _confetti(c: Colours, rng: random.Random) -> Tile:
    def dash(x: float, y: float) -> str:
        turn, colour = rng.uniform(0, 180), rng.choice(c[1:])
        a, b = polar(x, y, 6, turn), polar(x, y, 6, turn + 180)
        return (
            f'<path d="M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}" '
            f'stroke="{colour}" stroke-width="4.5" stroke-linecap="round"/>'
        )

    return 80, 80, _scatter(rng, 80, 16, 15, dash)


def _floral(c: Colours, rng: random.Random) -> Tile:
    heart = c[2]
    leaf = mix(c[2], "#5b8c5a", 0.6)
    petals = rng.choice((5, 5, 6, 8))

    def flower(x: float, y: float) -> str:
        r, turn = rng.uniform(8, 14), rng.uniform(0, 90)
        out = []
        for side in (-1, 1):
            a = polar(x, y, r * 1.9, turn + 20 * side + 150)
            b, d = polar(x, y, r, turn + 150 + 45 * side), polar(x, y, r * 1.5, turn + 150)
            out.append(_path(smooth([polar(x, y, r * 0.6, turn + 150), b, a, d]), leaf))
        out += [
            _path(
                ellipse(
                    *polar(x, y, r * 0.62, turn + k * 360 / petals),
                    r * (0.46 if petals < 7 else 0.34),
                ),
                c[1],
            )
            for k in range(petals)
        ]
        return "".join(out) + _path(ellipse(x, y, r * 0.34), heart)

    return 110, 110, _scatter(rng, 110, 9, 30, flower)


def _ditsy(c: Colours, rng: random.Random) -> Tile:
    def sprig(x: float, y: float) -> str:
        turn, colour = rng.uniform(0, 90), rng.choice((c[1], c[1], c[2]))
        out = "".join(
            _path(ellipse(*polar(x, y, 2.7, turn + 90 * k), 2.3), colour) for k in range(4)
        )
        return out + _path(ellipse(x, y, 1.4), c[2] if colour == c[1] else c[1])

    return 72, 72, _scatter(rng, 72, 14, 14, sprig)


def _leaves(c: Colours, rng: random.Random) -> Tile:
    def leaf(x: float, y: float) -> str:
        turn, size, colour = (
            rng.uniform(0, 360),
            rng.uniform(15, 23),
            rng.choice((c[1], c[1], c[2])),
        )
        tip, stem = polar(x, y, size, turn), polar(x, y, size, turn + 180)
        left, right = polar(x, y, size * 0.42, turn + 80), polar(x, y, size * 0.42, turn - 80)
        d = (
            f"M{number(tip[0])} {number(tip[1])}Q{number(left[0] * 2 - x)} {number(left[1] * 2 - y)} "
            f"{number(stem[0])} {number(stem[1])}Q{number(right[0] * 2 - x)} "
            f"{number(right[1] * 2 - y)} {number(tip[0])} {number(tip[1])}Z"
        )
        vein = f"M{number(tip[0])} {number(tip[1])}L{number(stem[0])} {number(stem[1])}"
        return _path(d, colour) + _line(vein, darker(colour, 0.25), 1.2)

    return 120, 120, _scatter(rng, 120, 11, 30, leaf)


def _checkerboard(c: Colours, rng: random.Random) -> Tile:
    s = rng.choice((15, 20, 26))
    return 2 * s, 2 * s, _rect(0, 0, s, s, c[1]) + _rect(s, s, s, s, c[1])


def _zigzag(c: Colours, rng: random.Random) -> Tile:
    def bolt(y: float, h: float) -> str:
        return polygon(
            (0, y + 10), (16, y), (32, y + 10), (32, y + 10 + h), (16, y + h), (0, y + 10 + h)
        )

    return (
        32,
        36,
        "".join(_path(bolt(y, 9), c[1]) + _path(bolt(y + 13, 3), c[2]) for y in (-36, 0, 36)),
    )


def _terrazzo(c: Colours, rng: random.Random) -> Tile:
    chips = (
        c[1],
        c[2],
        mix(c[1], c[2], 0.5),
        darker(c[0], 0.3) if lightness(c[0]) > 0.5 else lighter(c[0], 0.35),
    )

    def chip(x: float, y: float) -> str:
        r, turn = rng.uniform(3.5, 9), rng.uniform(0, 72)
        points = [
            polar(x, y, r * rng.uniform(0.65, 1.25), turn + k * 72 + rng.uniform(-15, 15))
            for k in range(5)
        ]
        return _path(polygon(*points), rng.choice(chips))

    return 100, 100, _scatter(rng, 100, 24, 15, chip)


def _scallop(c: Colours, rng: random.Random) -> Tile:
    s = 26
    out = ""
    for row, shift in ((1.5, 0.5), (1, 0), (0.5, 0.5), (0, 0), (-0.5, 0.5)):
        for k in (-1, 0, 1):
            x, y = (k + shift + 0.5) * s, row * s
            out += _path(ellipse(x, y, s / 2), c[1]) + _path(ellipse(x, y, s * 0.38), c[0])
            out += _path(ellipse(x, y, s * 0.2), c[1])
    return s, s, out


def _argyle(c: Colours, rng: random.Random) -> Tile:
    out = _path(polygon((20, 0), (40, 30), (20, 60), (0, 30)), c[1])
    return 40, 60, out + "".join(_line(d, c[2], 1.4) for d in ("M0 0L40 60", "M40 0L0 60"))


def _houndstooth(c: Colours, rng: random.Random) -> Tile:
    d = "M0 0h10v5l5 -5h5l-10 10h-5l-5 5v-5h0Z M10 10h5l5 -5v5l-5 5v5h-5Z"
    return 20, 20, _path(d, c[1])


def _herringbone(c: Colours, rng: random.Random) -> Tile:
    out = "".join(_line(f"M0 {y}L12 {y - 12}L24 {y}", c[1], 2.4) for y in (-2, 6, 14, 22))
    return 24, 8, out


def _stars(c: Colours, rng: random.Random) -> Tile:
    def star(x: float, y: float) -> str:
        r, turn = rng.uniform(4, 8), rng.uniform(0, 72)
        return _path(
            polygon(
                *(polar(x, y, r * (1 if k % 2 == 0 else 0.42), turn + 36 * k) for k in range(10))
            ),
            c[1],
        )

    return 84, 84, _scatter(rng, 84, 10, 20, star)


def _painted(c: Colours, rng: random.Random) -> Tile:
    def blot(x: float, y: float) -> str:
        r = rng.uniform(12, 21)
        points = [polar(x, y, r * rng.uniform(0.55, 1.2), 45 * k) for k in range(8)]
        return _path(smooth(points), rng.choice(c[1:]))

    return 120, 120, _scatter(rng, 120, 9, 34, blot)


def _speckled(c: Colours, rng: random.Random) -> Tile:
    def speck(x: float, y: float) -> str:
        return _path(ellipse(x, y, rng.uniform(0.8, 2.4)), c[1])

    return 60, 60, _scatter(rng, 60, 26, 6, speck)


PATTERNS: dict[str, Callable[[Colours, random.Random], Tile]] = {
    "striped": _striped,
    "pinstriped": _pinstriped,
    "banded": _bands,
    "plaid": _plaid,
    "gingham": _gingham,
    "windowpane": _windowpane,
    "dotted": _dotted,
    "confetti": _confetti,
    "floral": _floral,
    "ditsy": _ditsy,
    "leaf": _leaves,
    "checkerboard": _checkerboard,
    "zigzag": _zigzag,
    "terrazzo": _terrazzo,
    "scallop": _scallop,
    "argyle": _argyle,
    "houndstooth": _houndstooth,
    "herringbone": _herringbone,
    "starry": _stars,
    "painted": _painted,
    "speckled": _speckled,
}
TURNED = {"diagonal": ("striped", 45.0), "vertical": ("striped", 90.0)}


def pattern_tile(
    name: str, colours: Colours, scale: float, angle: float, rng: random.Random
) -> str:
    """The ``<pattern>`` (or gradient) with ``id="{id}"``, scaled and turned by ``angle`` degrees."""
    if name == "ombre":
        return (
            '<linearGradient id="{id}" x1="0" y1="0" x2="0" y2="1"><stop offset=".15" '
            f'stop-color="{colours[1]}" stop-opacity="0"/><stop offset=".95" stop-color="{colours[1]}"/>'
            "</linearGradient>"
        )
    base, turn = TURNED.get(name, (name, 0.0))
    width, height, markup = PATTERNS[base](colours, rng)
    return (
        f'<pattern id="{{id}}" width="{number(width)}" height="{number(height)}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate({number(turn + angle)} 200 200) '
        f'scale({scale:.2f})">{markup}</pattern>'
    )

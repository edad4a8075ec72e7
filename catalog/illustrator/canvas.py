"""The drawing board: parts with paint, light and texture, and the shadow they cast."""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections.abc import Iterator

from catalog.illustrator.backdrop import backdrop
from catalog.illustrator.materials import LIGHTS, MATERIALS, METAL_LIGHT
from catalog.illustrator.palette import darker, lightness
from catalog.illustrator.paths import Point, crescent, ellipse, number
from catalog.illustrator.patterns import pattern_tile

# Faint layers need no smooth edge of their own, and go a tenth faster without.
CRISP = 'shape-rendering="crispEdges"'


@dataclasses.dataclass(frozen=True, slots=True)
class Paint:
    """What covers a part: colours (``#rrggbb``), a pattern of ``patterns.py``, a material."""

    colour: str
    second: str = "#ffffff"
    third: str = "#000000"
    pattern: str = "plain"
    material: str = "cotton"
    scale: float = 1.0

    def plain(self, colour: str | None = None) -> Paint:
        """The same material without the pattern."""
        return dataclasses.replace(self, pattern="plain", colour=colour or self.colour)

    def of(self, material: str) -> Paint:
        return dataclasses.replace(self, material=material)


class Canvas:
    """Collects SVG from back to front. Drawing twice with one seed gives the same bytes."""

    def __init__(self, seed: int, *, stands: bool = False) -> None:
        """A thing that ``stands`` has its shadow on the floor, others cast one on the ground behind."""
        self._stands = stands
        self.random = random.Random(seed)
        self._seed = seed
        self._defs: dict[str, str] = {}
        self._body: list[str] = []
        self._cast: list[str] = []
        self._floor: list[str] = []
        self._frame = ""

    # --- the document ---

    def define(self, key: str, markup: str) -> str:
        """Keep ``markup`` (its id written ``{id}``) once per ``key``; returns the id."""
        if key not in self._defs:
            self._defs[key] = markup.replace("{id}", f"d{len(self._defs)}", 1)
        return f"d{list(self._defs).index(key)}"

    def add(self, markup: str) -> None:
        self._body.append(markup)

    def frame(
        self, left: float, top: float, right: float, bottom: float, *, fill: float = 0.84
    ) -> None:
        """Move and scale what is drawn so that this box fills ``fill`` of the board, centred."""
        zoom = min(400 * fill / (right - left), 400 * fill / (bottom - top), 2.6)
        x, y = 200 - zoom * (left + right) / 2, 200 - zoom * (top + bottom) / 2
        self._frame = f"translate({number(x)} {number(y)}) scale({zoom:.3f})"

    def svg(self, scene: str, tint: str, *, transform: str = "", view: str = "0 0 400 400") -> str:
        """The whole document: backdrop ``scene`` tinted with ``tint``, shadows, then the parts."""
        transform = f"{transform} {self._frame}".strip()
        behind, soft, dark = backdrop(scene, tint)
        shadows = "".join(self._floor)
        if self._cast and not self._stands:
            blur = self.define(
                "blur",
                '<filter id="{id}" color-interpolation-filters="sRGB" x="-.1" y="-.1" width="1.2" '
                'height="1.2"><feGaussianBlur stdDeviation="7"/></filter>',
            )
            uses = "".join(f'<use href="#{i}"/>' for i in self._cast)
            shadows += (
                f'<g filter="url(#{blur})" fill="{dark}" opacity="{soft}" '
                f'transform="translate(4 9)">{uses}</g>'
            )
        shadows = shadows.replace("{dark}", dark)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="384" height="384" '
            f'viewBox="{view}"><defs>{"".join(self._defs.values())}</defs>{behind}'
            f"<g{transform and f' transform={chr(34)}{transform}{chr(34)}'}>"
            f"{shadows}{''.join(self._body)}</g></svg>"
        )

    # --- parts ---

    def part(
        self,
        d: str,
        paint: Paint,
        light: str = "cloth",
        *,
        angle: float = 0.0,
        shadow: bool = True,
        edge: float = 0.55,
        opacity: float = 1.0,
        rim: bool = False,
    ) -> None:
        """A filled shape: colour, pattern turned by ``angle`` degrees, texture, light, outline.

        ``rim`` darkens softly towards the outline, for parts big enough to have volume.
        """
        path = self.define(d, f'<path id="{{id}}" d="{d}"/>')
        if shadow:
            self._cast.append(path)
        material = MATERIALS[paint.material]
        fills, veils = [paint.colour], []
        if paint.pattern != "plain":
            fills.append(self._pattern(paint, angle))
        if material.texture:
            dark = lightness(paint.colour) < 0.35
            ink = "#ffffff" if dark else darker(paint.colour, 0.6)
            key = f"texture {paint.material} {ink} {angle:.0f}"
            veils.append(f"url(#{self.define(key, material.tile(ink, angle))})")
        if light:
            veils.append(self._light(METAL_LIGHT.get(paint.material, {}).get(light, light)))
        body = "".join(f'<use href="#{path}" fill="{fill}"/>' for fill in fills)
        body += "".join(f'<use href="#{path}" fill="{veil}" {CRISP}/>' for veil in veils)
        if rim:
            clip = self.define(
                f"rim {d}", f'<clipPath id="{{id}}"><path d="{d}" {CRISP}/></clipPath>'
            )
            shade = darker(paint.colour, 0.75)
            body += f'<g clip-path="url(#{clip})" fill="none" stroke="{shade}">' + (
                f'<use href="#{path}" stroke-width="30" stroke-opacity=".06" {CRISP}/>'
                f'<use href="#{path}" stroke-width="13" stroke-opacity=".08" {CRISP}/></g>'
            )
        if edge:
            body += (
                f'<use href="#{path}" fill="none" stroke="{darker(paint.colour, 0.5)}" '
                f'stroke-width="1.3" stroke-opacity="{edge}" stroke-linejoin="round"/>'
            )
        self.add(body if opacity == 1 else f'<g opacity="{opacity}">{body}</g>')

    @contextlib.contextmanager
    def inside(self, d: str) -> Iterator[None]:
        """Whatever is drawn within the block is cut off at the outline of ``d``."""
        clip = self.define(f"clip {d}", f'<clipPath id="{{id}}"><path d="{d}"/></clipPath>')
        self.add(f'<g clip-path="url(#{clip})">')
        yield
        self.add("</g>")

    def _pattern(self, paint: Paint, angle: float) -> str:
        key = f"pattern {paint.pattern} {paint.second} {paint.third} {paint.scale:.2f} {angle:.0f}"
        rng = random.Random(f"{self._seed} {paint.pattern}")
        colours = (paint.colour, paint.second, paint.third)
        return f"url(#{self.define(key, pattern_tile(paint.pattern, colours, paint.scale, angle, rng))})"

    def _light(self, name: str) -> str:
        return f"url(#{self.define(f'light {name}', LIGHTS[name])})"

    def flat(self, d: str, colour: str, opacity: float = 1.0) -> None:
        """A shape of one colour: shade, gloss, print."""
        self.add(f'<path d="{d}" fill="{colour}"{_opacity("fill", opacity)}/>')

    def stroke(
        self,
        d: str,
        colour: str,
        width: float = 1.5,
        opacity: float = 1.0,
        *,
        dash: str = "",
        shadow: bool = False,
    ) -> None:
        """A line with round ends. With ``shadow`` it casts one (chains, straps, legs of wire)."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(width)}"'
            f'{_opacity("stroke", opacity)}{dashes} stroke-linecap="round" stroke-linejoin="round"/>'
        )
        if shadow:
            self._cast.append(
                self.define(
                    f"cast {d}",
                    f'<path id="{{id}}" d="{d}" fill="none" stroke="#333" '
                    f'stroke-width="{number(width)}" stroke-linecap="round"/>',
                )
            )

    def tube(self, d: str, colour: str, width: float) -> None:
        """A round bar: outline, body, highlight. Chair legs, handles, arms of lamps."""
        self.stroke(d, darker(colour, 0.45), width + 1.6, shadow=True)
        self.stroke(d, colour, width)
        self.add(
            f'<path d="{d}" fill="none" stroke="#fff" stroke-width="{number(width * 0.3)}" '
            f'stroke-opacity=".38" stroke-linecap="round" stroke-linejoin="round" '
            f'transform="translate({number(-width * 0.18)} {number(-width * 0.12)})"/>'
        )

    def seam(self, d: str, colour: str, opacity: float = 0.6) -> None:
        """A line of stitches."""
        self.stroke(d, colour, 1.3, opacity, dash="4 3")

    def fold(self, start: Point, through: Point, end: Point, width: float = 5) -> None:
        """A soft crease with its lit side."""
        self.flat(crescent(start, through, end, width), "#1a1420", 0.1)
        shift = (through[0] + width, through[1])
        self.flat(crescent((start[0] + 3, start[1]), shift, end, width * 0.5), "#ffffff", 0.12)

    def shine(self, d: str, opacity: float = 0.35) -> None:
        self.flat(d, "#ffffff", opacity)

    def button(self, x: float, y: float, radius: float, colour: str) -> None:
        self.flat(ellipse(x + 0.6, y + 1, radius), "#000000", 0.25)
        self.flat(ellipse(x, y, radius), colour)
        self.stroke(ellipse(x, y, radius * 0.92), darker(colour, 0.4), 0.7, 0.8)
        for dx in (-0.3, 0.3):
            self.flat(ellipse(x + dx * radius, y, radius * 0.16), darker(colour, 0.6))

    def floor(self, cx: float, y: float, rx: float, strength: float = 1.0) -> None:
        """Contact shadow of a standing thing: a wide soft pool and a narrow dark one."""
        pool = self.define(
            "pool",
            '<radialGradient id="{id}"><stop offset="0" stop-color="#2a2430" stop-opacity=".6"/>'
            '<stop offset=".55" stop-color="#2a2430" stop-opacity=".22"/>'
            '<stop offset="1" stop-color="#2a2430" stop-opacity="0"/></radialGradient>',
        )
        for width, height, share in ((1.25, 0.17, 0.6), (1.02, 0.07, 0.9)):
            self._floor.append(
                f'<ellipse cx="{number(cx + 6)}" cy="{number(y)}" rx="{number(rx * width)}" '
                f'ry="{number(max(4, rx * height))}" fill="url(#{pool})" '
                f'opacity="{share * strength:.2f}"/>'
            )


def _opacity(kind: str, value: float) -> str:
    return "" if value == 1 else f' {kind}-opacity="{value:.2f}"'

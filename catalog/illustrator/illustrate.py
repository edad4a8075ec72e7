"""From a spec to an SVG."""

from __future__ import annotations

from catalog.illustrator.canvas import Canvas
from catalog.illustrator.shop import STYLES
from catalog.illustrator.style import ProductSpec

# Camera of each view: a transform of the product and the part of the board that is seen.
VIEWS = {
    "front": ("", "0 0 400 400"),
    "turned": ("translate(400 0) scale(-1 1)", "6 6 388 388"),
    "close": ("", "100 80 190 190"),
    "near": ("", "58 62 284 284"),
    "tilted": ("rotate(7 200 200)", "14 14 372 372"),
}


def illustrate(spec: ProductSpec) -> str:
    """SVG of 384 x 384 pixels. Raises KeyError for a style, material or view that does not exist."""
    style = STYLES[spec.style]
    canvas = Canvas(spec.seed, stands=style.stands)
    style.draw(canvas, spec)
    transform, view = VIEWS[spec.view]
    scene = "studio" if spec.scene == "wall" and not style.stands else spec.scene
    return canvas.svg(scene, spec.colours[2], transform=transform, view=view)
